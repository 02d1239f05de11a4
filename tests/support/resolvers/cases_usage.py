"""Cases of the insights about usage."""

from datetime import timedelta

from support.resolvers.insight_cases import Case
from support.resolvers.usage_rows import GAS, agreement, billed, daily, hourly, point, premise, same, second

REFERENCE = "AccountReference by account_id"
BILLED = ("BilledUsage by service_point_id", REFERENCE)
DAILY = ("DailyUsage by service_point_id", REFERENCE)
OF_POINT = (*DAILY, "ServiceAgreement by account_id", "ServicePoint by id")
NOW, YEAR_AGO, BEFORE = (("2026-10-01", "2026-10-30"), ("2025-10-01", "2025-10-30"), ("2026-09-01", "2026-09-30"))
EARLIER = (("2026-08-01", "2026-08-30", "5"), (*BEFORE, "5"))
MONTH = range(1, 31)
STOPPED = {**agreement("STOPPED", until="2026-10-31"), **point("DISCONNECTED_AT_SOURCE")}
QUARTER = timedelta(minutes=15)


def guess(*qualities: str, **fields: str) -> list[dict[str, object]]:
    """Bill periods, newest first, by quality."""
    periods = ((*NOW, "9"), (*BEFORE, "9"), ("2026-08-01", "2026-08-30", "9"))
    return [
        period | {"quality": quality, **fields} for period, quality in zip(billed(*periods), qualities, strict=False)
    ]


def leak(*values: str | None, **fields: object) -> dict[str, object]:
    """Hourly values of a water meter, the last up to midnight."""
    return {**second("WATER"), "IntervalUsage": hourly(values, **fields)}


CASES = (
    Case("USAGE_UP", {"BilledUsage": billed((*NOW, "375"), (*YEAR_AGO, "300"))},
         {"BilledUsage": billed((*NOW, "374.99"), (*YEAR_AGO, "300"))}, (*BILLED, "USAGE"),
         "25% more was used per day from Oct 1, 2026 to Oct 30, 2026 than from Oct 1, 2025 to Oct 30, 2025",
         "WARNING"),
    Case("USAGE_UP", {"BilledUsage": billed((*NOW, "500"), (*BEFORE, "400"))},
         {"BilledUsage": billed((*NOW, "500"), (*BEFORE, "400"), (*YEAR_AGO, "450"))}, (),
         "25% more was used per day from Oct 1,"),
    Case("USAGE_UP",
         {"BilledUsage": [*billed((*NOW, "9"), average_temperature=30),
                          *billed((*BEFORE, "3"), average_temperature=40)]},
         {"BilledUsage": billed((*NOW, "9"), (*BEFORE, "3"), flow="RECEIVED")}, (),
         "200% more was used per day from Oct 1, 2026 to Oct 30, 2026 than from Sep 1, 2026 to Sep 30, 2026 "
         "(electricity). It was 10 °F colder outside."),
    Case("USAGE_UP", {"BilledUsage": billed((*NOW, "9"), (*BEFORE, "3"), account_id="A1")},
         {"BilledUsage": billed((*NOW, "9"), (*BEFORE, "3"), account_id="A2")}, ()),
    Case("USAGE_UP", {"BilledUsage": billed((*NOW, "9"), (*BEFORE, "3"))},
         {"BilledUsage": billed((*NOW, "9"), (*BEFORE, None))}, ()),
    Case("USAGE_ZERO", {"DailyUsage": same("0", MONTH)},
         {"DailyUsage": [*same("0", range(1, 30)), *daily({30: "0.001"})]}, (*OF_POINT, "USAGE"),
         "The meter has shown no use for 30 days, since Oct 16, 2026 (electricity).", "WARNING"),
    Case("USAGE_ZERO", {"DailyUsage": same("0.000", range(45)), **point(None)},
         {"DailyUsage": same("0", range(1, 30))}, ()),
    Case("USAGE_ZERO", {"DailyUsage": same("0", MONTH), **agreement(service_point_ids=None)},
         {"DailyUsage": [*same("0", range(2, 31)), *same("0", [1], quality="ESTIMATED")]}, ()),
    Case("USAGE_ZERO", {"DailyUsage": [*same("0", MONTH), *same("4", MONTH, flow="RECEIVED")]},
         {"DailyUsage": [*same("0", range(2, 31)), *same(None, [1], quality="MISSING")]}, ()),
    Case("USAGE_ZERO", {"DailyUsage": same("0", MONTH)},
         {"DailyUsage": same("0", MONTH), **point("CUT_FOR_NON_PAYMENT")}, ()),
    Case("USAGE_ZERO", {"DailyUsage": same("0", MONTH)},
         {"DailyUsage": same("0", MONTH), **agreement("STOPPED")}, ()),
    Case("USAGE_ZERO", {"DailyUsage": same("0", MONTH, account_id="A1")},
         {"DailyUsage": same("0", MONTH, account_id="A2")}, ()),
    Case("USAGE_VACANT", {**STOPPED, "DailyUsage": daily({14: "0.001", 3: "0"})},
         {**STOPPED, "DailyUsage": daily({15: "5", 14: "0"})}, (*OF_POINT, "Premise by id", "USAGE"),
         "0.001 kWh used within 30 days, though service ended on Oct 31, 2026", "WARNING"),
    Case("USAGE_VACANT", {**premise(vacant=True), "DailyUsage": daily({30: "5"})},
         {**premise(vacant=True), "DailyUsage": [*daily({31: "5"}), *daily({30: "5"}, account_id="A2")]}, (),
         "5 kWh used within 30 days, though the premise is vacant (electricity)."),
    Case("USAGE_VACANT", {**premise(vacant=True), **STOPPED, "DailyUsage": daily({1: "5"}, account_id="A1")},
         {**premise(vacant=True), **STOPPED, "DailyUsage": daily({1: "5"}, flow="RECEIVED")}, ()),
    Case("USAGE_VACANT",
         {**agreement("CLOSED", until="2025-01-31"), "DailyUsage": daily({1: "5"}, account_id="A1")},
         {**agreement("CLOSED", until="2025-01-31"), "DailyUsage": daily({1: "5"})}, ()),
    Case("USAGE_VACANT",
         {**agreement("CLOSED", until="2025-01-31"), **premise(vacant=True), "DailyUsage": daily({1: "5"})},
         {**agreement("REACTIVATED", until="2025-01-31"), "DailyUsage": daily({1: "5"})}, ()),
    Case("READS_ESTIMATED", {"BilledUsage": guess("ESTIMATED", "ESTIMATED")},
         {"BilledUsage": guess("ESTIMATED", "ACTUAL", "ESTIMATED")}, (*BILLED, *DAILY, "USAGE"),
         "The last 2 bill periods were estimated (electricity).", "WARNING"),
    Case("READS_ESTIMATED",
         {"BilledUsage": guess("ESTIMATED", "ESTIMATED", "ACTUAL", **GAS), **second("GAS")},
         {"BilledUsage": [*guess("ESTIMATED"), *guess("ESTIMATED", flow="RECEIVED")]}, (),
         "The last 2 bill periods were estimated (gas)."),
    Case("READS_ESTIMATED",
         {"DailyUsage": [*same("4", range(8, 31)), *same("4", range(1, 8), quality="EDITED")]},
         {"DailyUsage": [*same("4", range(7, 31)), *same("4", range(1, 7), quality="ESTIMATED")]}, (),
         "7 of the last 30 days were not read (electricity)."),
    Case("READS_ESTIMATED", {"DailyUsage": same("4", range(8, 31))},
         {"DailyUsage": [*same("4", range(7, 31)), *same(None, range(31, 60), quality="MISSING")]}, (),
         "7 of the last 30 days were not read (electricity)."),
    Case("WATER_LEAK", leak(*["1"] * 71, "0.004"), leak(*["1"] * 71, "0"),
         ("IntervalUsage by service_point_id", "ServicePoint by id", REFERENCE, "USAGE"),
         "Water ran without a break for 72 hours until Nov 15, 2026, 12:00 AM EST, at least", "WARNING"),
    Case("WATER_LEAK", leak("0", *["1"] * 72), leak(*["1"] * 71), ()),
    Case("WATER_LEAK", leak(*["1"] * 80, quality="ESTIMATED"), leak(*["1"] * 40, None, *["1"] * 40), ()),
    Case("WATER_LEAK", leak(*["0", "0", "0", "0.5"] * 72, length=QUARTER),
         leak(*["0", "0", "0", "0.5"] * 71, *["0"] * 4, length=QUARTER), (), "at least 0.5 CCF per hour."),
    Case("WATER_LEAK", leak(*["1"] * 80), leak(*["1"] * 80, account_id="A2"), ()),
    Case("WATER_LEAK", leak(*["1"] * 80), {**leak(*["1"] * 80), **second("GAS")}, ())
)  # fmt: skip
