"""Which bill is the current one, the previous one, and that of last year."""

import pytest
from support.harness import Harness
from support.resolvers.bill_queries import beside, compared, summary, which
from support.resolvers.bill_rows import BEFORE, LAST_YEAR, bill, bills, newest, other

from gateway.ids import global_id


async def test_no_account_without_a_complete_bill_has_a_current_one(at: Harness) -> None:
    comparison = await compared(at, bills(newest(status="PENDING"), other(BEFORE, "9.00", status="CANCELED")))
    assert comparison["current"] is None
    assert [(item["bill"], item["verdict"]) for item in comparison["comparisons"]] == [(None, "NOT_COMPARABLE")] * 2


async def test_a_pending_bill_is_neither_current_nor_previous(at: Harness) -> None:
    pending = bill(0, "2026-11-10", "500.00", "2026-10-31", "2026-11-09", status="PENDING")
    comparison = await compared(at, bills(pending, newest(), other(BEFORE, "75.00", status="PENDING")))
    assert comparison["current"]["id"] == global_id("Bill", "Bill1")
    assert comparison["comparisons"][0]["bill"] is None


async def test_a_newer_bill_without_status_leaves_no_current_bill(at: Harness) -> None:
    unsaid = bill(3, "2026-11-10", "500.00", "2026-10-31", "2026-11-09", status=None)
    rows = bills(unsaid, newest(), other(BEFORE, "75.00"))
    comparison = await compared(at, rows)
    assert (comparison["current"], [item["bill"] for item in comparison["comparisons"]]) == (None, [None, None])
    totals = await summary(at, rows, ["lastBill { id }", "previousBill { id }"])
    assert totals == {"lastBill": None, "previousBill": None}
    older = await compared(at, bills(newest(), other(BEFORE, "75.00", status=None)))
    assert older["current"]["id"] == global_id("Bill", "Bill1")


async def test_a_rebilled_period_is_compared_by_its_complete_bill(at: Harness) -> None:
    canceled = other(BEFORE, "10.00", status="CANCELED") | {"id": "Bill3", "issued_on": "2026-10-05"}
    previous, _ = await beside(at, bills(newest("90.00"), other(BEFORE, "75.00"), canceled))
    assert (which(previous), previous["change"]["amount"]) == ("Bill2", "15.00")


async def test_the_canceled_twin_of_the_current_bill_is_not_previous(at: Harness) -> None:
    twin = newest("10.00", status="CANCELED") | {"id": "Bill3", "issued_on": "2026-11-01"}
    previous, _ = await beside(at, bills(newest("90.00"), twin, other(BEFORE, "75.00")))
    assert which(previous) == "Bill2"


async def test_a_rebilled_period_may_move_its_edge(at: Harness) -> None:
    canceled = other(("2026-10-02", "2026-09-01", "2026-09-30"), "10.00", status="CANCELED")
    again = bill(4, "2026-10-05", "61.00", "2026-09-02", "2026-09-29")
    previous, _ = await beside(at, bills(newest("90.00"), canceled, again))
    assert (which(previous), previous["change"]["amount"]) == ("Bill4", "29.00")


async def test_a_previous_bill_may_share_a_day_with_its_successor(at: Harness) -> None:
    overlapping = other(("2026-10-02", "2026-09-01", "2026-10-02"), "89.00")
    older = bill(3, "2026-09-02", "50.00", "2026-08-01", "2026-08-31")
    previous, _ = await beside(at, bills(newest("90.00"), overlapping, older))
    assert (which(previous), previous["change"]["amount"]) == ("Bill2", "1.00")


@pytest.mark.parametrize(
    ("start", "end", "is_compared"),
    [  # The middle of the newest bill is 2026-10-15/16; a year before, 2025-10-15/16.
        ("2025-10-01", "2025-10-30", True),
        ("2025-09-11", "2025-10-10", True),  # twenty days before
        ("2025-09-10", "2025-10-09", False),
        ("2025-10-21", "2025-11-19", True),  # twenty days after
        ("2025-10-22", "2025-11-20", False),
        ("2025-09-11", "2025-10-09", False),  # a middle half a day too early
    ],
)
async def test_last_year_s_bill_is_at_most_twenty_days_off(
    at: Harness,
    start: str,
    end: str,
    is_compared: bool,  # noqa: FBT001  # a case
) -> None:
    older = other(("2025-11-02", start, end), "75.00")
    _, last_year = await beside(at, bills(newest(), older))
    assert (which(last_year) is not None) == is_compared


async def test_last_year_s_closest_bill_is_taken_then_the_newest(at: Harness) -> None:
    late, early = (
        bill(n, f"2025-11-{n:02d}", "75.00", *days)
        for n, days in ((3, ("2025-10-04", "2025-11-02")), (4, ("2025-09-28", "2025-10-27")))
    )
    closer = bill(5, "2025-11-05", "75.00", "2025-10-02", "2025-10-31")
    _, last_year = await beside(at, bills(newest(), late, early))
    assert which(last_year) == "Bill4"
    _, last_year = await beside(at, bills(newest(), late, early, closer))
    assert which(last_year) == "Bill5"


async def test_last_year_s_complete_bill_precedes_a_closer_canceled_one(at: Harness) -> None:
    canceled = other(LAST_YEAR, "75.00", status="CANCELED")
    further = bill(3, "2025-10-25", "75.00", "2025-09-20", "2025-10-19")
    _, last_year = await beside(at, bills(newest(), canceled, further))
    assert which(last_year) == "Bill3"


async def test_bills_of_one_day_are_ordered_by_id(at: Harness) -> None:
    comparison = await compared(at, bills(newest(), newest() | {"id": "Bill3"}))
    assert comparison["current"]["id"] == global_id("Bill", "Bill3")


async def test_a_written_off_bill_was_issued_and_counts_everywhere(at: Harness) -> None:
    rows = bills(newest("90.00", status="WRITTEN_OFF"), other(BEFORE, "75.00"))
    comparison = await compared(at, rows)
    assert comparison["current"]["id"] == global_id("Bill", "Bill1")
    assert (comparison["comparisons"][0]["verdict"], comparison["comparisons"][0]["change"]["amount"]) == (
        "MORE",
        "15.00",
    )
    fields = ["lastBill { id billStatus }", "previousBill { id }", "billedLast12Months { amount }"]
    assert await summary(at, rows, fields) == {
        "lastBill": {"id": global_id("Bill", "Bill1"), "billStatus": "WRITTEN_OFF"},
        "previousBill": {"id": global_id("Bill", "Bill2")},
        "billedLast12Months": {"amount": "165.00"},
    }
