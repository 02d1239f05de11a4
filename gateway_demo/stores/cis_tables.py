"""The tables of CIS: accounts, premises, services, contacts; New York time, dollars as decimals."""

from sqlalchemy import Index, MetaData

from gateway_demo.plan.columns import amount, coded, day, integer, local, table, text

CIS = MetaData()

ACCT = table(
    CIS,
    "CI_ACCT",
    text("ACCT_ID", "account id, 10 digits", key=True),
    text("ACCT_NBR", "account number as printed: 4417-0000-1701"),
    text("CUST_ID", "customer id in CRM"),
    text("STAT_CD", "10 pending, 20 active, 30 inactive, 40 finaled"),
    *coded("CUST_CL_CD", "CUST_CL_DESCR", "customer class"),
    *coded("BILL_CYC_CD", "BILL_CYC_DESCR", "bill cycle"),
    text("CURRENCY_CD", "ISO currency"),
    text("TIME_ZONE_NM", "IANA time zone of the account"),
    day("SETUP_DT", "opened on"),
    day("CLOSE_DT", "closed on; null while open"),
    find="ACCT_NBR CUST_ID",
)
ACCT_PER = table(
    CIS,
    "CI_ACCT_PER",
    text("ACCT_ID", "account", key=True),
    text("PER_ID", "person (a party of CRM)", key=True),
    text("ROLE_CD", "M main customer, J joint, G guarantor, A authorized, B bill recipient, F former"),
    text("FIN_RESP_SW", "Y/N: financially responsible"),
    text("BILL_RECIP_SW", "Y/N: receives the bill"),
)
PREM = table(
    CIS,
    "CI_PREM",
    text("PREM_ID", "premise id", key=True),
    text("ADDRESS1", "street line"),
    text("ADDRESS2", "apartment or suite; null if none"),
    text("CITY", "city"),
    text("STATE", "state, two letters"),
    text("POSTAL", "postal code"),
    text("COUNTRY", "ISO country, three letters"),
    *coded("PREM_TYPE_CD", "PREM_TYPE_DESCR", "premise type"),
    text("VACANT_SW", "Y/N"),
    text("LIFE_SUPPORT_SW", "Y/N; null: unknown"),
    text("ADDR_SRCH", "the address normalized for searching: 12 ELM ST RIVERTON"),
)
# PostgreSQL finds beginnings by the letters themselves, not in the order of a language.
Index("IX_CI_PREM_ADDR_SRCH", PREM.c.ADDR_SRCH, postgresql_ops={"ADDR_SRCH": "text_pattern_ops"})
SP = table(
    CIS,
    "CI_SP",
    text("SP_ID", "service point id", key=True),
    text("PREM_ID", "premise"),
    text("SP_TYPE_CD", "E electric, G gas, W water"),
    text(
        "SP_STAT_CD",
        "NC not connected, C connected, DS disconnected at source, DD disconnected at device, "
        "CNP cut for non-payment, AB abandoned",
    ),
    text("ACCESS_INSTR", "instructions for reaching the meter; null if none"),
    text("MTR_ID", "meter id; null: no meter"),
    text("BADGE_NBR", "number on the meter's plate"),
    text("MTR_CONFIG", "meter configuration"),
    text("AMI_SW", "Y/N: smart meter"),
    integer("INTV_MIN", "minutes of an interval; null if not an interval meter"),
    day("MTR_INSTALL_DT", "meter installed on"),
    find="PREM_ID BADGE_NBR",
)
SA = table(
    CIS,
    "CI_SA",
    text("SA_ID", "service agreement id", key=True),
    text("ACCT_ID", "account"),
    *coded("SA_TYPE_CD", "SA_TYPE_DESCR", "agreement type"),
    text("SVC_TYPE_CD", "E electric, G gas, W water; null: deposit or arrangement"),
    text(
        "SA_STATUS_FLG",
        "05 pending start, 20 active, 30 pending stop, 40 stopped, 50 reactivated, 60 closed, 70 canceled",
    ),
    day("START_DT", "since"),
    day("END_DT", "until; null: open"),
    *coded("RS_CD", "RS_DESCR", "rate schedule; null without one"),
    text("CHAR_PREM_ID", "premise; null: not bound to one"),
    text("SP_IDS", "service point ids, JSON list of strings"),
    amount("CUR_BAL", "the agreement's share of the account's current balance"),
    find="ACCT_ID",
)
PROGRAM = table(
    CIS,
    "CI_PROG_ENRL",
    text("ENRL_ID", "enrolment id", key=True),
    text("ACCT_ID", "account"),
    text(
        "PROG_CD",
        "APAY autopay, EBILL e-bill, BUDG budget billing, WEB web account, NETM net metering, "
        "DR demand response, LOWI low income, OTH other",
    ),
    text("PROG_NM", "the program's name"),
    day("START_DT", "since"),
    day("END_DT", "until; null: open"),
    find="ACCT_ID",
)
ALERT = table(
    CIS,
    "CI_ACCT_ALERT",
    text("ALERT_ID", "alert id", key=True),
    text("ACCT_ID", "account"),
    *coded("ALERT_TYPE_CD", "ALERT_TYPE_DESCR", "alert type"),
    day("START_DT", "since"),
    day("END_DT", "until; null: open"),
    text("ALERT_TEXT", "the alert text"),
    find="ACCT_ID",
)
CONTACT = table(
    CIS,
    "CI_CC",
    text("CC_ID", "customer contact id", key=True),
    text("ACCT_ID", "account"),
    text("PER_ID", "person"),
    local("CC_DTTM", "when"),
    *coded("CC_CL_CD", "CC_CL_DESCR", "contact class"),
    *coded("CC_TYPE_CD", "CC_TYPE_DESCR", "contact type"),
    *coded("CC_METH_CD", "CC_METH_DESCR", "method"),
    text("USER_ID", "user id"),
    text("USER_NM", "user's name"),
    text("COMMENTS", "comments"),
    find="ACCT_ID+CC_DTTM",
)
CASE = table(
    CIS,
    "CI_CASE",
    text("CASE_ID", "case id", key=True),
    text("ACCT_ID", "account"),
    local("CRE_DTTM", "opened"),
    local("CLOSE_DTTM", "closed; null while open"),
    *coded("CASE_TYPE_CD", "CASE_TYPE_DESCR", "case type"),
    *coded("CASE_STATUS_CD", "CASE_STATUS_DESCR", "status"),
    text("OPEN_SW", "Y/N"),
    text("USER_ID", "responsible user's id"),
    text("USER_NM", "responsible user's name"),
    text("COMMENTS", "comments"),
    find="ACCT_ID+CRE_DTTM",
)
REBATE = table(
    CIS,
    "CI_REBATE",
    text("CLAIM_ID", "rebate claim id", key=True),
    text("ACCT_ID", "account"),
    day("CLAIM_DT", "claimed"),
    *coded("PROG_CD", "PROG_DESCR", "rebate program"),
    *coded("STAT_CD", "STAT_DESCR", "status"),
    amount("CLAIM_AMT", "claimed"),
    amount("APPR_AMT", "approved; null before the decision"),
    find="ACCT_ID+CLAIM_DT",
)
XREF = table(
    CIS,
    "CI_XREF",
    text("ACCT_ID", "account", key=True),
    text("CUST_ID", "customer in CRM"),
    integer("CUST_ACCT_CNT", "number of accounts of the customer, open and closed"),
    text("PER_IDS", "persons, JSON list of strings"),
    text("PREM_IDS", "premises, JSON list of strings"),
    text("SP_IDS", "service points, JSON list of strings"),
    text("SA_IDS", "service agreements, JSON list of strings"),
    find="CUST_ID",
)
