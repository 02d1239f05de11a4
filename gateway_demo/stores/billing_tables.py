"""The tables of BILLING (upper case) and PAYMENTS (lower case): whole cents, times in UTC."""

from sqlalchemy import MetaData

from gateway_demo.plan.columns import (
    big_integer,
    cents,
    clustered_table,
    coded,
    day,
    integer,
    quantity,
    table,
    text,
    utc,
)

BILLING = MetaData()
PAYMENTS = MetaData()

BILL = table(
    BILLING,
    "BL_BILL",
    big_integer("BILL_ID", "bill id", key=True),
    text("BILL_NBR", "bill number as printed"),
    text("ACCT_ID", "account"),
    text("BILL_STAT", "P pending, C complete, W written off, X canceled"),
    day("BILL_DT", "issued on"),
    utc("CRE_DTTM", "issued at; its New York day is BILL_DT"),
    day("DUE_DT", "due on"),
    day("PER_START_DT", "period's first day"),
    day("PER_END_DT", "period's end: the day of the reading, first day of the next period"),
    integer("PER_DAYS", "days in the period"),
    integer("FINAL_IND", "1 final bill, 0 not"),
    integer("EST_IND", "1 estimated, 0 not"),
    cents("PREV_BAL_CENTS", "previous balance"),
    cents("PAYMTS_CENTS", "payments since the previous bill: zero or negative"),
    cents("ADJ_CENTS", "adjustments since the previous bill"),
    cents("CUR_CHRG_CENTS", "current charges: the sum of the segments"),
    cents("END_BAL_CENTS", "previous + payments + adjustments + current charges"),
    cents("AMT_DUE_CENTS", "ending balance, zero if negative"),
    cents("UNPAID_CENTS", "unpaid amount today; payments go to the oldest bill first"),
    text("DOC_URL", "the bill as a document"),
    find="ACCT_ID+BILL_DT ACCT_ID+CRE_DTTM BILL_NBR",
)
SEGMENT = table(
    BILLING,
    "BL_BSEG",
    big_integer("BSEG_ID", "bill segment id", key=True),
    big_integer("BILL_ID", "bill"),
    text("SA_ID", "service agreement"),
    text("PREM_ID", "premise"),
    text("SEG_NM", "name"),
    text("SEG_STAT", "10 incomplete, 20 error, 30 freezable, 50 frozen, 60 pending cancel, 70 canceled"),
    text("SVC_CD", "E electric, G gas, W water"),
    day("START_DT", "period's first day"),
    day("END_DT", "period's end"),
    integer("SEG_DAYS", "days in the period"),
    cents("AMT_CENTS", "amount: the sum of the lines"),
    *coded("RATE_CD", "RATE_DESCR", "rate schedule"),
    integer("EST_IND", "1 estimated, 0 not"),
    text("QTYS", 'quantities, JSON list: [{"uom": "KWH", "tou": null, "qty": "812.400"}]'),
    find="BILL_ID",
)
LINE = clustered_table(
    BILLING,
    "BL_LINE",
    big_integer("BSEG_ID", "bill segment", key=True),
    integer("SEQ_NO", "sequence", key=True),
    text("DESCR", "description"),
    cents("AMT_CENTS", "amount: quantity times unit price, rounded half up"),
    text("UOM", "KWH, THM, CCF; null: a fixed charge or a tax"),
    quantity("QTY", "quantity; null without a unit"),
    quantity("UNIT_PRICE", "dollars per unit; null without a unit", places=6),
)
ADJUSTMENT = table(
    BILLING,
    "BL_ADJ",
    big_integer("ADJ_ID", "adjustment id", key=True),
    text("ACCT_ID", "account"),
    text("SA_ID", "service agreement"),
    *coded("ADJ_TYPE_CD", "ADJ_TYPE_DESCR", "type"),
    day("ADJ_DT", "posted on"),
    utc("CRE_DTTM", "posted at"),
    cents("AMT_CENTS", "amount; negative lowers the debt"),
    *coded("STAT_CD", "STAT_DESCR", "status: 50 frozen, 60 canceled (does not count)"),
    *coded("CAN_RSN_CD", "CAN_RSN_DESCR", "reason of cancellation; null if not canceled"),
    find="ACCT_ID+ADJ_DT",
)
BALANCE = table(
    BILLING,
    "BL_ACCT_BAL",
    text("ACCT_ID", "account", key=True),
    cents("CUR_CENTS", "current balance: the sum of the ledger"),
    cents("PAYOFF_CENTS", "amount that settles the account, with deferred budget and arrangements"),
    cents("PAST_DUE_CENTS", "unpaid on bills whose due date has passed"),
    cents("DEPOSIT_CENTS", "deposit held"),
    text(
        "ARREARS",
        'JSON list: [{"label": "1-30 days", "min_days": 1, "max_days": 30, "cents": 1250}]; '
        "max_days null in the last; they sum to CUR_CENTS",
    ),
    utc("AS_OF_DTTM", "as of"),
    day("NEXT_BILL_DT", "next bill; null: account closed"),
    day("PEND_BILL_DT", "a pending bill's day; null if none"),
)

PAYMENT = table(
    PAYMENTS,
    "pay",
    text("pay_id", "payment id, 14 digits with leading zeros", key=True),
    text("acct_id", "account"),
    day("pay_dt", "paid on"),
    utc("posted_at", "posted at; its New York day is pay_dt"),
    cents("amt_cents", "amount"),
    text("stat", "INC incomplete, ERR error, FRZB freezable, FRZ frozen, CAN canceled, RET returned"),
    *coded("chan_cd", "chan_descr", "channel"),
    *coded("can_rsn_cd", "can_rsn_descr", "reason of cancellation or return; null if none"),
    find="acct_id+pay_dt acct_id+posted_at",
)
TENDER = table(
    PAYMENTS,
    "tender",
    text("tender_id", "tender id", key=True),
    text("pay_id", "payment"),
    text(
        "type_cd",
        "CASH cash, CHEC check, CARD card, ACH debit from a bank account, WIRE bank transfer, "
        "WALL wallet, MO money order, PLDG agency pledge, OTHR other",
    ),
    cents("amt_cents", "amount"),
    text("instr", "instrument, last four digits only; null: cash"),
    *coded("can_rsn_cd", "can_rsn_descr", "reason of cancellation; NSF: not sufficient funds"),
    find="pay_id",
)
AUTOPAY = table(
    PAYMENTS,
    "autopay",
    text("autopay_id", "instruction id", key=True),
    text("acct_id", "account"),
    day("start_dt", "since"),
    day("end_dt", "until; null: open"),
    text("instr", "instrument, last four digits only"),
    cents("max_cents", "highest withdrawal; null: no limit"),
    day("next_draw_dt", "next draw; null if none is due"),
    find="acct_id",
)
SCHEDULED = table(
    PAYMENTS,
    "sched_pay",
    text("sched_id", "scheduled payment id", key=True),
    text("acct_id", "account"),
    day("due_dt", "due on"),
    cents("amt_cents", "amount"),
    cents("recv_cents", "received so far"),
    text("orig_cd", "PP pay plan, PA payment arrangement, AP autopay, OT one time"),
    find="acct_id+due_dt",
)
