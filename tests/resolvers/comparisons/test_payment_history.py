"""The share of a year's bills paid on time is exact, or not known."""

from collections.abc import Sequence
from typing import Any

import pytest
from support.harness import Harness
from support.resolvers.bill_queries import summary
from support.resolvers.bill_rows import bill
from support.resolvers.cases_payment import paid
from support.utility import utility

BILLED, ON_TIME = "billedLast12Months", "onTimePaymentPercent12Months"
BOTH = [BILLED + " { amount }", ON_TIME]


async def on_time(at: Harness, rows: Sequence[Any], payments: Sequence[Any]) -> float | None:
    """The percentage of these bills that these payments paid on time."""
    result = await summary(at, {"Bill": rows, "Payment": payments}, [ON_TIME])
    return result[ON_TIME]  # type: ignore[no-any-return]  # a float


def due(day: str, number: int = 1, **fields: Any) -> dict[str, Any]:
    """A bill of ten dollars, issued on the first of October, due on this day."""
    return bill(number, "2026-10-01", "10.00", **{"due_on": day, **fields})


def monthly(count: int, **fields: Any) -> list[dict[str, Any]]:
    """A number of bills, each issued a day before the next and due at once."""
    days = [f"2026-{10 - n // 28:02d}-{28 - n % 28:02d}" for n in range(count)]
    return [bill(n, day, "10.00", **{"due_on": day, **fields}) for n, day in enumerate(days)]


@pytest.mark.parametrize(
    ("payments", "percent"),
    [
        ([paid("2026-10-21")], 100.0),  # on the due day
        ([paid("2026-10-22")], 0.0),  # a day late
        ([paid("2026-10-01")], 100.0),  # on the day of issue
        ([paid("2026-09-30")], 0.0),  # before there was a bill
        ([paid("2026-10-05", "5.00"), paid("2026-10-21", "5.00", 2)], 100.0),
        ([paid("2026-10-05", "5.00"), paid("2026-10-22", "5.00", 2)], 0.0),
        ([paid("2026-10-05", "9.99")], 0.0),
        ([paid("2026-10-05", status="RETURNED")], 0.0),
        ([paid("2026-10-05", status="CANCELED")], 0.0),
        ([paid("2026-10-05", status="FREEZABLE")], 0.0),
        ([], 0.0),
    ],
)
async def test_on_time_means_paid_in_full_by_due_day(at: Harness, payments: Sequence[Any], percent: float) -> None:
    assert await on_time(at, [due("2026-10-21")], payments) == percent


@pytest.mark.parametrize(
    ("day", "percent"), [("2026-11-14", 0.0), ("2026-11-15", None), ("2025-11-15", 0.0), ("2025-11-14", None)]
)
async def test_bills_due_from_a_year_ago_to_yesterday_count(at: Harness, day: str, percent: float | None) -> None:
    assert await on_time(at, [due(day)], []) == percent


@pytest.mark.parametrize(
    ("status", "percent"),
    [("COMPLETE", 0.0), ("WRITTEN_OFF", 0.0), ("CANCELED", None), ("PENDING", None), (None, None)],
)
async def test_written_off_bills_count_and_canceled_ones_do_not(
    at: Harness, status: str | None, percent: float | None
) -> None:
    assert await on_time(at, [due("2026-10-21", status=status)], []) == percent


async def test_without_bills_due_there_is_no_share(at: Harness) -> None:
    assert await on_time(at, [due("2026-10-21", amount_due="0.00")], []) == 100.0


async def test_the_share_is_rounded_to_a_tenth(at: Harness) -> None:
    rows = [due("2026-10-21", 1), due("2026-10-21", 2), due("2026-09-30", 3)]
    assert await on_time(at, rows, [paid("2026-10-05")]) == 66.7


async def test_a_missing_status_makes_the_share_unknown(at: Harness) -> None:
    rows = [due("2026-10-21", 1), due("2026-10-21", 2, status=None)]
    assert await on_time(at, rows, [paid("2026-10-05")]) is None
    assert await on_time(at, rows[:1], [paid("2026-10-05", status=None)]) is None
    assert await on_time(at, rows[:1], [paid("2026-10-05"), paid("2026-09-30", number=2, status=None)]) == 100


async def test_thirty_bills_within_a_year_leave_its_total_unknown(at: Harness) -> None:
    result = await summary(at, {"Bill": monthly(30)}, BOTH)
    assert result == {BILLED: None, ON_TIME: None}
    result = await summary(at, {"Bill": monthly(29)}, BOTH)
    assert result == {BILLED: {"amount": "290.00"}, ON_TIME: 0.0}


@pytest.mark.parametrize(
    ("issued", "billed", "percent"),
    [("2025-11-16", False, False), ("2025-11-15", True, False), ("2025-11-14", True, True)],
)
async def test_thirty_bills_reach_back_a_year_where_the_oldest_does(
    at: Harness,
    issued: str,
    billed: bool,  # noqa: FBT001  # a case
    percent: bool,  # noqa: FBT001  # a case
) -> None:
    rows = [*monthly(29), bill(29, issued, "10.00", due_on=issued)]
    result = await summary(at, {"Bill": rows}, BOTH)
    assert (result[BILLED] is not None, result[ON_TIME] is not None) == (billed, percent)


async def test_thirty_bills_due_within_a_year_leave_the_share_unknown(at: Harness) -> None:
    rows = [*monthly(29), bill(29, "2025-11-10", "10.00", due_on="2025-11-30")]
    assert await on_time(at, rows, []) is None


async def test_a_hundred_newer_payments_leave_the_share_unknown(at: Harness) -> None:
    rows = [due("2026-10-21")]
    many = [paid("2026-10-20", "0.01", n) for n in range(99)]
    assert await on_time(at, rows, many) == 0.0
    assert await on_time(at, rows, [*many, paid("2026-10-01", "0.01", 99)]) is None
    assert await on_time(at, rows, [*many, paid("2026-09-30", "0.01", 99)]) == 0.0


async def test_the_year_ends_in_the_account_s_zone(at: Harness) -> None:
    tables = utility(1)
    far = [tables["BillingAccount"][0] | {"time_zone": "Pacific/Auckland"}]  # there it is the 16th
    assert (await summary(at, {"Bill": [due("2026-11-15")], "BillingAccount": far}, [ON_TIME]))[ON_TIME] == 0
    assert (await summary(at, {"Bill": [due("2026-11-15")]}, [ON_TIME]))[ON_TIME] is None
