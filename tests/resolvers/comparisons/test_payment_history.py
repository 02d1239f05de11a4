"""How many bills of a year were paid on time: to the day and the cent, or not known at all."""

from collections.abc import Sequence
from typing import Any

import pytest
from support.resolvers.bill_queries import summary
from support.resolvers.bill_rows import bill
from support.resolvers.cases_payment import paid
from support.utility import utility
from support.world import World

BILLED, ON_TIME = "billedLast12Months", "onTimePaymentPercent12Months"
BOTH = [BILLED + " { amount }", ON_TIME]


async def on_time(at: World, some: Sequence[Any], payments: Sequence[Any]) -> float | None:
    """How many of these bills were paid on time by these payments, in percent."""
    found = await summary(at, {"Bill": some, "Payment": payments}, [ON_TIME])
    return found[ON_TIME]  # type: ignore[no-any-return]  # a float


def due(day: str, number: int = 1, **said: Any) -> dict[str, Any]:
    """A bill of ten dollars, issued on the first of October, due on this day."""
    return bill(number, "2026-10-01", "10.00", **{"due_on": day, **said})


def monthly(count: int, **said: Any) -> list[dict[str, Any]]:
    """As many bills, a day apart from each other, all issued lately, each due at once."""
    days = [f"2026-{10 - n // 28:02d}-{28 - n % 28:02d}" for n in range(count)]
    return [bill(n, day, "10.00", **{"due_on": day, **said}) for n, day in enumerate(days)]


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
async def test_a_bill_is_paid_on_time_that_is_paid_in_full_from_issue_to_due_day(
    at: World, payments: Sequence[Any], percent: float
) -> None:
    assert await on_time(at, [due("2026-10-21")], payments) == percent


@pytest.mark.parametrize(
    ("day", "percent"),
    [("2026-11-14", 0.0), ("2026-11-15", None), ("2025-11-15", 0.0), ("2025-11-14", None)],
)
async def test_bills_count_that_were_due_from_a_year_ago_to_yesterday(
    at: World, day: str, percent: float | None
) -> None:
    assert await on_time(at, [due(day)], []) == percent


@pytest.mark.parametrize(
    ("status", "percent"),
    [("COMPLETE", 0.0), ("WRITTEN_OFF", 0.0), ("CANCELED", None), ("PENDING", None), (None, None)],
)
async def test_written_off_bills_count_and_canceled_ones_do_not(
    at: World, status: str | None, percent: float | None
) -> None:
    assert await on_time(at, [due("2026-10-21", status=status)], []) == percent


async def test_nothing_due_is_paid_on_time(at: World) -> None:
    assert await on_time(at, [due("2026-10-21", amount_due="0.00")], []) == 100.0


async def test_a_share_is_told_to_a_tenth(at: World) -> None:
    some = [due("2026-10-21", 1), due("2026-10-21", 2), due("2026-09-30", 3)]
    assert await on_time(at, some, [paid("2026-10-05")]) == 66.7


async def test_a_bill_or_payment_that_does_not_say_how_it_stands_makes_the_share_unknown(at: World) -> None:
    some = [due("2026-10-21", 1), due("2026-10-21", 2, status=None)]
    assert await on_time(at, some, [paid("2026-10-05")]) is None
    assert await on_time(at, some[:1], [paid("2026-10-05", status=None)]) is None
    assert await on_time(at, some[:1], [paid("2026-10-05"), paid("2026-09-30", number=2, status=None)]) == 100


async def test_what_a_year_billed_is_unknown_where_thirty_bills_do_not_reach_back(at: World) -> None:
    found = await summary(at, {"Bill": monthly(30)}, BOTH)
    assert found == {BILLED: None, ON_TIME: None}
    found = await summary(at, {"Bill": monthly(29)}, BOTH)
    assert found == {BILLED: {"amount": "290.00"}, ON_TIME: 0.0}


@pytest.mark.parametrize(
    ("issued", "billed", "percent"),
    [("2025-11-16", False, False), ("2025-11-15", True, False), ("2025-11-14", True, True)],
)
async def test_thirty_bills_reach_back_a_year_where_the_oldest_does(
    at: World,
    issued: str,
    billed: bool,  # noqa: FBT001  # a case
    percent: bool,  # noqa: FBT001  # a case
) -> None:
    some = [*monthly(29), bill(29, issued, "10.00", due_on=issued)]
    found = await summary(at, {"Bill": some}, BOTH)
    assert (found[BILLED] is not None, found[ON_TIME] is not None) == (billed, percent)


async def test_of_thirty_bills_an_older_one_may_still_have_been_due_within_the_year(at: World) -> None:
    some = [*monthly(29), bill(29, "2025-11-10", "10.00", due_on="2025-11-30")]
    assert await on_time(at, some, []) is None


async def test_a_hundred_payments_that_do_not_reach_back_leave_the_share_unknown(at: World) -> None:
    some = [due("2026-10-21")]
    many = [paid("2026-10-20", "0.01", n) for n in range(99)]
    assert await on_time(at, some, many) == 0.0
    assert await on_time(at, some, [*many, paid("2026-10-01", "0.01", 99)]) is None
    assert await on_time(at, some, [*many, paid("2026-09-30", "0.01", 99)]) == 0.0


async def test_a_year_ends_where_the_account_is(at: World) -> None:
    held = utility(1)
    far = [held["BillingAccount"][0] | {"time_zone": "Pacific/Auckland"}]  # there it is the 16th
    assert (await summary(at, {"Bill": [due("2026-11-15")], "BillingAccount": far}, [ON_TIME]))[ON_TIME] == 0
    assert (await summary(at, {"Bill": [due("2026-11-15")]}, [ON_TIME]))[ON_TIME] is None
