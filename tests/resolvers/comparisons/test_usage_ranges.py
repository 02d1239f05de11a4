"""A chosen range, the last bill and bill periods: what is compared, and what is loaded for it."""

from datetime import date
from typing import Any

import pytest
from support.harness import Harness, harness
from support.resolvers.usage_comparisons import BEFORE, COMPARISON, LAST_YEAR, asked, billed, compare, on
from support.resolvers.usage_queries import between
from support.utility import utility

YEARS = between(date(2023, 11, 15), date(2026, 11, 14))
SEP, OCT = ("2026-09-01", "2026-09-30"), ("2026-10-01", "2026-10-31")


def spans(comparison: Any) -> list[tuple[str, str]]:
    return [(side["period"]["start"], side["period"]["end"]) for side in comparison["series"]]


@pytest.mark.parametrize(
    ("chosen", "base", "other"),
    [
        (("2026-10-10", "2026-10-16"), LAST_YEAR, ("2025-10-10", "2025-10-16")),
        (("2026-10-10", "2026-10-16"), BEFORE, ("2026-10-03", "2026-10-09")),
        (OCT, LAST_YEAR, ("2025-10-01", "2025-10-31")),
        (OCT, BEFORE, SEP),
        (("2026-03-01", "2026-03-31"), BEFORE, ("2026-02-01", "2026-02-28")),
        (("2025-02-01", "2025-02-28"), LAST_YEAR, ("2024-02-01", "2024-02-29")),
        (("2024-11-14", "2026-11-14"), LAST_YEAR, ("2023-11-14", "2025-11-14")),
    ],
)
async def test_a_range_is_compared_with_its_counterpart(at: Harness, chosen: Any, base: str, other: Any) -> None:
    at.held["DailyUsage"] = on(YEARS, "2")
    comparison = await compare(at, *chosen, base=base, by="MONTH")
    assert spans(comparison) == [chosen, other]


async def test_a_chosen_range_is_compared_by_day(at: Harness) -> None:
    now, base = between(date(2026, 10, 1), date(2026, 10, 31)), between(date(2026, 9, 1), date(2026, 9, 30))
    at.held["DailyUsage"] = on(now, "3") + on(base, "2")
    comparison = await compare(at, *OCT, base=BEFORE)
    assert (comparison["changePercent"], comparison["changePercentState"]) == (50.0, "KNOWN")
    assert comparison["verdict"] == "MORE"
    assert [side["coverage"] for side in comparison["series"]] == ["1", "1"]
    assert [point["changePercent"] for point in comparison["points"]] == [50.0] * 30 + [None]
    last = comparison["points"][-1]
    assert (last["earlier"], last["earlierState"], last["notComparableReason"]) == (None, "NONE", "NO_PARTNER")


@pytest.mark.parametrize(
    ("arguments", "reason", "argument"),
    [
        ({"since": "2026-10-01", "until": "2026-11-16"}, "RANGE_IN_FUTURE", "range.until"),
        ({"since": "2023-11-14", "until": "2023-12-31", "by": "MONTH"}, "RANGE_TOO_EARLY", "range.since"),
        ({"since": "2025-01-01", "until": "2026-02-05"}, "RANGE_TOO_LONG", "range"),
        ({"since": "2026-10-02", "until": "2026-10-01"}, "RANGE_REVERSED", "range"),
        (
            {"since": "2026-10-01", "until": "2026-10-02", "of": "LAST_BILL", "by": "MONTH"},
            "ARGUMENTS_CONFLICT",
            "range",
        ),
        ({"of": "LAST_BILL", "by": "DAY"}, "ARGUMENTS_CONFLICT", "granularity"),
        ({"unit": "kW"}, "UNIT_DOES_NOT_ADD_UP", "unit"),
    ],
)
async def test_a_wrong_argument_is_named(at: Harness, arguments: Any, reason: str, argument: str) -> None:
    [error, *_] = (await at.answer(COMPARISON, **asked(**arguments))).errors
    assert (error["extensions"]["reason"], error["extensions"]["argument"]) == (reason, argument)


BILLS = (
    ("2026-09-05", "2026-10-04", "300"),
    ("2026-08-04", "2026-09-04", "256"),
    ("2026-07-05", "2026-08-03", "100"),
    ("2025-09-04", "2025-10-04", "372"),
)


@pytest.mark.parametrize(("base", "days", "change"), [(BEFORE, [30, 32], 25.0), (LAST_YEAR, [30, 31], -16.7)])
@pytest.mark.parametrize("by", ["MONTH", "BILL_PERIOD"])
async def test_the_last_bill_is_compared_by_use_per_day(
    at: Harness, base: str, days: list[int], change: float, by: str
) -> None:
    at.held["BilledUsage"] = billed(*BILLS)
    comparison = await compare(at, by=by, base=base, of="LAST_BILL")
    assert comparison["granularity"] == "BILL_PERIOD"
    assert [side["period"]["days"] for side in comparison["series"]] == days
    assert comparison["changePercent"] == change
    assert [point["changePercent"] for point in comparison["points"]] == [change]


async def test_a_first_bill_has_none_to_compare_with(at: Harness) -> None:
    at.held["BilledUsage"] = billed(BILLS[0])
    comparison = await compare(at, by="BILL_PERIOD", base=BEFORE, of="LAST_BILL")
    assert (comparison["notComparableReason"], comparison["changePercentState"]) == ("NO_BASE", "NONE")
    assert comparison["series"][0]["total"] == "300"


async def test_meters_read_on_other_days_make_no_last_bill(at: Harness) -> None:
    at.held["AccountReference"][0]["service_point_ids"] = ["S1", "S2"]
    late = ("2026-09-07", "2026-10-06", "10")
    at.held["BilledUsage"] = billed(*BILLS[:2]) + billed(late, service_point_id="S2")
    comparison = await compare(at, by="BILL_PERIOD", base=BEFORE, of="LAST_BILL")
    assert comparison["series"][0]["total"] is None
    assert comparison["verdict"] == "NOT_COMPARABLE"


async def test_a_much_longer_bill_period_is_not_comparable(at: Harness) -> None:
    at.held["BilledUsage"] = billed(BILLS[0], ("2026-06-01", "2026-09-04", "900"))
    comparison = await compare(at, by="BILL_PERIOD", base=BEFORE, of="LAST_BILL")
    assert (comparison["notComparableReason"], comparison["changePercentState"]) == ("LENGTHS_DIFFER", "NONE")
    assert comparison["notComparableText"] == "The periods have 30 and 96 days: too different to compare."


async def test_a_range_has_the_bill_periods_ending_in_it(at: Harness) -> None:
    at.held["BilledUsage"] = billed(*BILLS)
    comparison = await compare(at, "2026-09-01", "2026-10-31", by="BILL_PERIOD", base=BEFORE)
    assert spans(comparison) == [("2026-08-04", "2026-10-04"), ("2026-07-05", "2026-08-03")]
    assert comparison["notComparableReason"] == "LENGTHS_DIFFER"
    comparison = await compare(at, "2026-10-01", "2026-10-31", by="BILL_PERIOD")
    assert spans(comparison) == [("2026-09-05", "2026-10-04"), ("2025-09-04", "2025-10-04")]
    comparison = await compare(at, "2026-11-01", "2026-11-10", by="BILL_PERIOD")
    assert (spans(comparison), comparison["notComparableReason"]) == ([("2026-11-01", "2026-11-10")], "NO_CURRENT")


LOADED = ["AccountReference by account_id x 1", "BillingAccount by id x 1"]


@pytest.mark.parametrize(
    ("arguments", "readings", "rounds"),
    [
        ({"since": "2026-10-01", "until": "2026-10-31"}, ["DailyUsage"] * 2, 2),
        ({"since": "2026-10-01", "until": "2026-10-31", "base": BEFORE}, ["DailyUsage"], 2),
        ({"since": "2026-10-10", "until": "2026-10-12", "by": "HOUR"}, ["IntervalUsage"] * 2, 2),
        ({"since": "2026-10-10", "until": "2026-10-12", "by": "HOUR", "base": BEFORE}, ["IntervalUsage"], 2),
        ({"of": "LAST_BILL", "by": "BILL_PERIOD"}, ["BilledUsage"], 2),
        ({"since": "2025-12-01", "until": "2026-10-31", "by": "BILL_PERIOD"}, ["BilledUsage"], 2),
    ],
)
async def test_a_comparison_and_its_state_ask_once(arguments: Any, readings: list[str], rounds: int) -> None:
    tables = utility(2)
    tables["AccountReference"][0]["service_point_ids"] = ["S1", "S2"]
    tables["DailyUsage"] = on(YEARS, "2") + on(YEARS, "2", service_point_id="S2")
    times = {"starts_at": "2026-10-10T09:00:00Z", "ends_at": "2026-10-10T10:00:00Z"}
    tables["IntervalUsage"] = [each | times for each in tables["IntervalUsage"]]
    async with harness(tables) as at:
        assert await compare(at, **arguments)
    assert at.gate.batch_names() == sorted([*LOADED, *(f"{name} by service_point_id x 2" for name in readings)])
    assert len(at.gate.rounds) == rounds


async def test_both_bases_of_a_range_are_two_batches(at: Harness) -> None:
    at.held["DailyUsage"] = on(YEARS, "2")
    field = "usageComparison(serviceType: ELECTRIC, granularity: DAY, range: $range, base: %s) { changePercent }"
    fields = f"year: {field % LAST_YEAR} before: {field % BEFORE}"
    query = f"query($account: ID!, $range: DateRange) {{ billingAccount(id: $account) {{ {fields} }} }}"
    data = await at.ask(query, account=asked()["account"], range={"since": OCT[0], "until": OCT[1]})
    assert data["billingAccount"] == {"year": {"changePercent": 0.0}, "before": {"changePercent": 0.0}}
    assert at.gate.batch_names() == sorted([*LOADED, *["DailyUsage by service_point_id x 1"] * 2])
