"""The tables of USAGE: billed, daily and interval reads of service points; times in UTC."""

from sqlalchemy import MetaData

from gateway_demo.plan.columns import cents, clustered_table, day, integer, quantity, table, text, utc

USAGE = MetaData()

QUALITY = "ESPI quality: 0, 17, 19 actual; 7 edited; 8, 9, 11 estimated; 10 missing (no value), 18 missing"
FLOW = "ESPI flow: 1 delivered, 19 received, 4 net"

BILLED = table(
    USAGE,
    "billed_usage",
    text("sp_id", "service point", key=True),
    day("period_end", "the day of the reading", key=True),
    text("flow", FLOW, key=True),
    text("usage_id", "segment and flow"),
    day("period_start", "the day of the reading before"),
    text("sa_id", "service agreement"),
    text("acct_id", "account"),
    text("svc", "electricity, gas, water"),
    text("uom", "KWH, THM, CCF"),
    quantity("qty", "quantity billed"),
    cents("cost_cents", "the bill segment's amount; null for what is received"),
    integer("quality", QUALITY),
    integer("est", "1 estimated, 0 not"),
    quantity("avg_temp_f", "average temperature of the period, degrees Fahrenheit"),
    find="acct_id+period_end",
)
DAILY = clustered_table(
    USAGE,
    "daily_read",
    text("sp_id", "service point", key=True),
    day("read_day", "the day, in the premise's zone", key=True),
    text("flow", FLOW, key=True),
    text("uom", "KWH, THM, CCF"),
    quantity("qty", "quantity; null: missing"),
    integer("quality", QUALITY),
)
INTERVAL = clustered_table(
    USAGE,
    "interval_read",
    text("sp_id", "service point", key=True),
    utc("start_utc", "the interval's start", key=True),
    text("flow", FLOW, key=True),
    utc("end_utc", "the interval's end"),
    integer("minutes", "its length in minutes"),
    text("uom", "KWH, THM, CCF"),
    quantity("qty", "quantity; null: missing"),
    integer("quality", QUALITY),
)
