"""Insights about bills, payments and programs: what cases do not cover."""

from typing import Any

import pytest
from support.harness import Harness, catalog_text, harness
from support.resolvers.bill_rows import BEFORE, LAST_YEAR, bill, bills, coming, newest, order, other, segment
from support.resolvers.cases_debt import account, balance
from support.resolvers.cases_payment import back, due, enrolled, paid, put_off, tender
from support.resolvers.insight_cases import account_row, fill, insights, raised_as

from gateway.errors import SourceDown
from gateway.resolvers.insights.rules.table import RULES

SEGMENTS, TENDERS = "BillSegment by bill_id", "PaymentTender by payment_id"


async def evaluate(at: Harness, rows: Any, area: str = "BILLING", down: str | None = None) -> Any:
    """The insights of one area over these rows, with one lookup, key or system down."""
    fill(at, rows)
    at.gate.down = {down: SourceDown} if down else {}
    return await insights(at, [area])


def codes(set_: Any, part: str = "all") -> set[str]:
    """The codes in one part of an insight set."""
    return {insight["code"] for insight in set_[part]}


AREA = {rule.code: rule.area.value for rule in RULES}
HIGHER = bills(newest("90.00"), other(BEFORE, "75.00"))
UNSAID: list[tuple[str, Any, str]] = [
    ("BILL_HIGHER_PREV", bills(newest("90.00", period=None), other(BEFORE, "75.00")), "number of days"),
    ("BILL_LONG_PERIOD", bills(newest(period=None), other(BEFORE, "75.00")), "number of days"),
    ("BILL_FINAL", bills(newest(is_final=None)), "whether it is the last"),
    ("BILL_DUE_SOON", bills(newest(due_on=None, unpaid_amount="1.00")), "when it is due"),
    ("BILL_DUE_SOON", bills(newest(due_on="2026-11-16", unpaid_amount=None)), "how much of it is unpaid"),
    ("BILL_FINAL", bills(newest(status=None)), "whether the newest bill was issued"),
    ("BILLED_12M", bills(newest(status=None)), "the charges of the last twelve months"),
    ("PAST_DUE", balance(past_due=None), "how much is past due"),
    ("DEPOSIT_HELD", balance(deposit=None), "whether a deposit is held"),
    (
        "BILL_PENDING_OR_HELD",
        {**balance(next_bill_on="2026-11-01"), "Bill": [bill(1, "2026-11-02", "1.00", status=None)]},
        "whether the newest bill was issued",
    ),
    (
        "BILL_DUE_SOON",
        {
            **bills(newest(due_on="2026-11-16", unpaid_amount="1.00")),
            "ScheduledPayment": [coming("2026-11-16", "1.00", received=None)],
        },
        "how much of it was received",
    ),
    ("PAYMENT_PENDING", {"ScheduledPayment": [coming("2026-11-16", "1.00", received=None)]}, "was received"),
    ("LAST_PAYMENT", {"Payment": [paid("2026-11-01", status=None)]}, "which payments count"),
    ("PAYMENT_RETURNED", {"Payment": [paid("2026-11-01", status=None)]}, "which payments came back"),
    (
        "ON_TIME_PCT_12M",
        {**due("2026-08-20"), "Payment": [paid("2026-08-10", status=None)]},
        "how the bills of the year",
    ),
    ("ON_TIME_PCT_12M", due("2026-08-20", status=None), "how the bills of the year"),
    (
        "AUTOPAY_BLOCKED",
        {"AutopayInstruction": [order()], "CreditProfile": [account_row("CreditProfile", cash_only_score=1)]},
        "whether the account is cash only",
    ),
]


@pytest.mark.parametrize(("code", "rows", "says"), UNSAID, ids=[f"{e[0]}-{n}" for n, e in enumerate(UNSAID)])
async def test_missing_values_make_an_insight_unknown(shared: Harness, code: str, rows: Any, says: str) -> None:
    result = await evaluate(shared, rows, AREA[code])
    assert code not in codes(result)
    [unknown] = [insight for insight in result["unknown"] if insight["code"] == code]
    assert says in unknown["message"]


async def test_missing_charges_make_both_comparisons_and_the_driver_unknown(shared: Harness) -> None:
    rows = {"Bill": [newest(), other(BEFORE, "75.00"), other(LAST_YEAR, "75.00", id="Bill3")]}
    rows["Bill"] = [row | {"current_charges": None} for row in rows["Bill"]]
    result = await evaluate(shared, rows)
    assert {"BILL_HIGHER_PREV", "BILL_HIGHER_YOY", "BILL_DRIVER"} <= codes(result, "unknown")


async def test_an_account_without_bills_has_no_bill_insights(shared: Harness) -> None:
    result = await evaluate(shared, {})
    assert (result["all"], result["unknown"]) == ([], [])


async def test_the_evidence_of_a_higher_bill_is_both_bills(shared: Harness) -> None:
    [higher] = raised_as("BILL_HIGHER_PREV", await evaluate(shared, HIGHER))
    assert [(record["recordType"], record["recordId"]) for record in higher["evidence"]] == [
        ("Bill", "Bill1"),
        ("Bill", "Bill2"),
    ]


async def test_the_driver_prefers_the_comparison_with_the_previous_bill(shared: Harness) -> None:
    rows = bills(newest("90.00"), other(BEFORE, "75.00"), other(LAST_YEAR, "50.00", id="Bill3"))
    result = await evaluate(shared, rows)
    assert {"BILL_HIGHER_PREV", "BILL_HIGHER_YOY"} <= codes(result)
    [driver] = raised_as("BILL_DRIVER", result)
    assert driver["amount"]["amount"] == "15.00"


async def test_the_driver_names_the_largest_reason_and_its_service(shared: Harness) -> None:
    now, before = newest("90.00"), other(BEFORE, "60.00")
    used = [[{"unit": "kWh", "quantity": quantity}] for quantity in ("260", "200")]
    rows = [segment(now, quantities=used[0]), segment(before, quantities=used[1])]
    [driver] = raised_as("BILL_DRIVER", await evaluate(shared, {"Bill": [now, before], "BillSegment": rows}))
    assert (driver["amount"]["amount"], driver["message"]) == (
        "18.00",
        "The largest part of the increase since the bill of Oct 2, 2026 is $18.00. Electricity: more was used per day.",
    )


async def test_failed_segments_of_last_year_spare_the_previous_bill(shared: Harness) -> None:
    rows = bills(newest("90.00"), other(BEFORE, "75.00"), other(LAST_YEAR, "50.00", id="Bill3"))
    result = await evaluate(shared, rows, "BILLING", down="Bill3")
    assert {"BILL_HIGHER_PREV", "BILL_DRIVER"} <= codes(result)
    assert codes(result, "unknown") == {"BILL_HIGHER_YOY"}


async def test_a_driver_that_needs_failed_segments_is_unknown(shared: Harness) -> None:
    result = await evaluate(
        shared,
        bills(newest("90.00"), other(BEFORE, "89.00"), other(LAST_YEAR, "50.00", id="Bill3")),
        "BILLING",
        down="Bill3",
    )
    assert codes(result, "unknown") == {"BILL_HIGHER_YOY", "BILL_DRIVER"}


async def test_an_estimated_bill_is_raised_without_its_segments(shared: Harness) -> None:
    result = await evaluate(shared, bills(newest(is_estimated=True)), "BILLING", down=SEGMENTS)
    assert "BILL_ESTIMATED" in codes(result)
    assert "BILL_ESTIMATED" not in codes(result, "unknown")


async def test_a_payment_with_its_own_reason_loads_no_tenders(shared: Harness) -> None:
    result = await evaluate(
        shared, {"Payment": [back("2026-11-01", "NSF"), back("2024-01-01", "OTHER", 2)]}, "PAYMENT", down=TENDERS
    )
    assert "PAYMENT_RETURNED" in codes(result)
    assert TENDERS not in {batch.lookup.name for batch in shared.gate.batches}


async def test_certain_reversals_are_raised_while_tenders_fail(shared: Harness) -> None:
    result = await evaluate(
        shared, {"Payment": [back("2026-11-01", "NSF"), back("2026-11-02", number=2)]}, "PAYMENT", down=TENDERS
    )
    [returned] = raised_as("PAYMENT_RETURNED", result)
    assert (returned["amount"]["amount"], returned["severity"]) == ("40.00", "WARNING")


async def test_evidence_of_returned_payments_matches_their_amount(shared: Harness) -> None:
    payments = [back("2026-11-01", "NSF"), back("2026-01-02", "NSF", 2), back("2026-11-02", "X", 3)]
    rows = {"Payment": payments, "PaymentTender": [tender("NSF", 3)]}
    [returned] = raised_as("PAYMENT_RETURNED", await evaluate(shared, rows, "PAYMENT"))
    assert sorted(record["recordId"] for record in returned["evidence"]) == ["Payment1", "Payment3"]
    assert (returned["amount"]["amount"], returned["severity"]) == ("80.00", "CRITICAL")


async def test_blocked_autopay_is_raised_once(shared: Harness) -> None:
    profile = account_row("CreditProfile", cash_only_score=101, cash_only_threshold=100)
    result = await evaluate(shared, {"AutopayInstruction": [order()], "CreditProfile": [profile]}, "PAYMENT")
    assert codes(result) & {"AUTOPAY_ON", "AUTOPAY_OFF", "AUTOPAY_BLOCKED"} == {"AUTOPAY_BLOCKED"}


async def test_autopay_is_raised_while_its_block_is_unknown(shared: Harness) -> None:
    result = await evaluate(shared, {"AutopayInstruction": [order()]}, "PAYMENT", down="COLLECTIONS")
    assert "AUTOPAY_ON" in codes(result)
    assert "AUTOPAY_BLOCKED" in codes(result, "unknown")


@pytest.mark.parametrize("down", ["PaymentArrangement by account_id", "BILLING"])
async def test_budget_billing_does_not_warn_on_unknown_amounts(shared: Harness, down: str) -> None:
    result = await evaluate(shared, put_off("90.00"), "PROGRAM", down=down)
    assert [insight["severity"] for insight in raised_as("BUDGET_BILLING", result)] == ["INFORMATION"]
    assert result["unknown"] == []


async def test_of_two_enrollments_the_newer_is_raised(shared: Harness) -> None:
    both = [enrolled("EBILL"), enrolled("EBILL", since="2026-05-06") | {"id": "2"}]
    result = await evaluate(shared, {"ProgramEnrollment": both}, "PROGRAM")
    assert [insight["message"] for insight in raised_as("EBILL", result)] == [
        "Bills have come by e-mail since May 6, 2026."
    ]


async def test_days_are_those_of_the_account_around_midnight(shared: Harness) -> None:
    far = {**account("ACTIVE", next_bill_on="2026-11-15")}
    far["BillingAccount"] = [far["BillingAccount"][0] | {"time_zone": "Pacific/Auckland"}]  # there: the 16th
    assert "NEXT_BILL" not in codes(await evaluate(shared, far))
    assert "NEXT_BILL" in codes(await evaluate(shared, account("ACTIVE", next_bill_on="2026-11-15")))


HELD = {**balance(next_bill_on="2026-11-01"), "Bill": []}
ABSENT = [
    ("ON_TIME_PCT_12M", "Payment", due("2026-08-20", late=1)),
    ("AUTOPAY_OFF", "AutopayInstruction", {}),
    ("EBILL", "ProgramEnrollment", {}),
    ("BILL_PENDING_OR_HELD", "Bill", HELD),
]


@pytest.mark.parametrize(("code", "record", "rows"), ABSENT)
async def test_absence_raises_nothing_without_a_configured_system(
    shared: Harness, code: str, record: str, rows: Any
) -> None:
    assert code in codes(await evaluate(shared, rows, AREA[code]))
    tables = catalog_text().split("\n[records.")
    text = "\n[records.".join(table for table in tables if not table.startswith(f"{record}]"))
    async with harness({}, text=text) as at:
        result = await evaluate(at, rows, AREA[code])
    assert code not in codes(result) | codes(result, "unknown")
