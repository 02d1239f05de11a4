"""The tables of COLLECTIONS: processes, arrangements, plans, ratings; dollars as decimals, UTC."""

from sqlalchemy import MetaData, Table

from gateway_demo.plan.columns import AnyColumn, amount, clustered_table, coded, day, integer, table, text, utc

COLLECTIONS = MetaData()


def _process(name: str, key: str, *columns: AnyColumn) -> Table:
    return table(
        COLLECTIONS,
        name,
        text(key, "process id; unique over all five kinds", key=True),
        text("ACCT_ID", "account"),
        text("STAT_CD", "10 active, 20 inactive, 30 canceled"),
        *coded("STAT_RSN_CD", "STAT_RSN_DESCR", "reason of the status; null while active"),
        utc("CRE_DTTM", "created"),
        utc("END_DTTM", "ended; null while active"),
        *coded("TMPL_CD", "TMPL_DESCR", "template"),
        amount("PROC_AMT", "debt in the process"),
        *columns,
        find="ACCT_ID+CRE_DTTM",
    )


COLLECTION = _process(
    "CC_COLL_PROC",
    "COLL_PROC_ID",
    *coded("DEBT_CL_CD", "DEBT_CL_DESCR", "debt class"),
    integer("ARS_DAYS", "days in arrears when created"),
    amount("MIN_STOP_AMT", "least payment that stops it"),
)
SEVERANCE = _process(
    "CC_SEV_PROC",
    "SEV_PROC_ID",
    text("SA_ID", "service agreement to be severed"),
    text("COLL_PROC_ID", "collection process that started it"),
    day("DISCON_DT", "day of disconnection; null while its predecessors are open"),
)
WRITE_OFF = _process(
    "CC_WO_PROC",
    "WO_PROC_ID",
    text("AGENCY_NM", "collection agency; null before referral"),
    amount("REFER_AMT", "referred amount; null before referral"),
)
OVERDUE = _process("CC_PPOD_PROC", "PPOD_PROC_ID", text("PP_ID", "broken pay plan"))
CUT = _process(
    "CC_CUT_PROC",
    "CUT_PROC_ID",
    text("SA_ID", "service agreement to be cut"),
    day("CUT_DT", "day of the cut; null while its predecessors are open"),
)
EVENT = clustered_table(
    COLLECTIONS,
    "CC_PROC_EVT",
    text("PROC_ID", "process, of any kind", key=True),
    integer("SEQ_NO", "sequence", key=True),
    *coded("EVT_TYPE_CD", "EVT_TYPE_DESCR", "event type"),
    text("STAT_CD", "10 pending, 15 awaiting field work, 20 complete, 30 canceled"),
    day("TRIGGER_DT", "due on; null while predecessors are open"),
    day("COMPL_DT", "completed on"),
)
ARRANGEMENT = table(
    COLLECTIONS,
    "CC_PAY_ARR",
    text("PA_ID", "payment arrangement id", key=True),
    text("ACCT_ID", "account"),
    text("STAT_CD", "05 pending, 20 active, 30 kept, 40 broken, 50 completed, 60 canceled"),
    utc("CRE_DTTM", "created"),
    day("START_DT", "since"),
    day("END_DT", "until; null while active"),
    amount("TOT_AMT", "total arranged"),
    amount("INSTALL_AMT", "one instalment"),
    integer("INSTALL_CNT", "instalments"),
    integer("BILLED_CNT", "instalments billed"),
    amount("REMAIN_AMT", "not yet billed"),
    amount("NEXT_BILL_AMT", "enters the next bill; null if none does"),
    find="ACCT_ID+CRE_DTTM",
)
PLAN = table(
    COLLECTIONS,
    "CC_PAY_PLAN",
    text("PP_ID", "pay plan id", key=True),
    text("ACCT_ID", "account"),
    text("STAT_CD", "05 pending, 20 active, 30 kept, 40 broken, 50 completed, 60 canceled"),
    utc("CRE_DTTM", "created"),
    day("START_DT", "since"),
    amount("TOT_AMT", "sum of the scheduled payments"),
    text("PAYOR_NM", "third party who pays; null: the customer"),
    *coded("RSN_CD", "RSN_DESCR", "reason"),
    find="ACCT_ID+CRE_DTTM",
)
PLAN_PAYMENT = clustered_table(
    COLLECTIONS,
    "CC_PP_PAY",
    text("PP_ID", "pay plan", key=True),
    integer("SEQ_NO", "sequence", key=True),
    day("DUE_DT", "due on"),
    amount("SCHED_AMT", "promised"),
    amount("RECV_AMT", "received"),
    text("ORIG_CD", "PP pay plan: where the payment is promised"),
)


def _entry(name: str, effect: str) -> Table:
    return table(
        COLLECTIONS,
        name,
        text("ENTRY_ID", "entry id", key=True),
        text("ACCT_ID", "account"),
        utc("CRE_DTTM", "created"),
        day("START_DT", "in effect since"),
        day("END_DT", "in effect until; null: open"),
        integer("AFF_BY", effect),
        *coded("SRC_CD", "SRC_DESCR", "source"),
        text("COMMENTS", "comments"),
        find="ACCT_ID+CRE_DTTM",
    )


RATING = _entry("CC_RATING_ENTRY", "points added to the credit rating; mostly negative")
CASH_ONLY = _entry("CC_CASH_ENTRY", "points added to the cash-only score")
PROFILE = table(
    COLLECTIONS,
    "CC_PROFILE",
    text("ACCT_ID", "account", key=True),
    integer("RATING", "credit rating: 700 and the rating entries in effect"),
    integer("RATING_THRESH", "below this the rating is low"),
    integer("CASH_SCORE", "sum of the cash-only entries in effect"),
    integer("CASH_THRESH", "above this only cash is taken"),
    text("CASH_ONLY_SW", "Y/N"),
    *coded("COLL_CL_CD", "COLL_CL_DESCR", "collection class"),
    day("LAST_REV_DT", "last credit review"),
    day("NEXT_REV_DT", "next credit review"),
    day("POSTPONE_DT", "reviews are postponed until; null if not"),
    amount("IN_COLL_AMT", "debt in collections"),
    amount("MIN_DUE_AMT", "minimum due; null: nothing in collections"),
    day("ADDED_DT", "in collections since"),
    day("DISCON_DT", "day of disconnection; null if none is set"),
    integer("NXT_EVT_SEQ", "next event: sequence; null if there is none"),
    *coded("NXT_EVT_CD", "NXT_EVT_DESCR", "next event: type"),
    text("NXT_EVT_STAT", "next event: status, as CC_PROC_EVT.STAT_CD"),
    day("NXT_EVT_DT", "next event: due on"),
    utc("AS_OF_DTTM", "as of"),
)
