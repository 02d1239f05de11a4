"""The current bill compared with the previous and last year's, and drivers that add up."""

from collections.abc import Sequence
from typing import Any

import pytest
from support.harness import Harness, catalog_text, harness
from support.resolvers.bill_queries import QUERY, beside, which
from support.resolvers.bill_rows import BEFORE, LAST_YEAR, bills, newest, other, segment
from support.utility import ACCOUNT, utility

from gateway.errors import SourceDown
from gateway.ids import global_id

VERDICTS = """query($account: ID!) { billingAccount(id: $account) { billComparison {
  comparisons { verdict change { amount } } } } }"""
NOTHING = {"verdict": "NOT_COMPARABLE", "change": None, "changePercent": None}


def as_tuples(drivers: Sequence[Any]) -> list[tuple[str, str | None, str]]:
    """Kind, service and amount of each driver."""
    return [(driver["kind"], driver["serviceType"], driver["amount"]["amount"]) for driver in drivers]


async def test_the_newest_complete_bill_is_compared_with_the_one_before(at: Harness) -> None:
    previous, last_year = await beside(at, bills(newest("90.00"), other(BEFORE, "75.00")))
    drivers = previous.pop("drivers")
    assert previous == {
        "base": "PREVIOUS_BILL",
        "bill": {"id": global_id("Bill", "Bill2")},
        "verdict": "MORE",
        "change": {"amount": "15.00", "currency": "USD"},
        "changePercent": 20.0,
        "changePerDayPercent": 20.0,
    }
    assert as_tuples(drivers) == [("OTHER", "ELECTRIC", "15.00")]
    assert (last_year["bill"], last_year["verdict"], last_year["drivers"]) == (None, "NOT_COMPARABLE", [])


@pytest.mark.parametrize(
    ("charges", "verdict", "percent"),
    [
        ("104.94", "ABOUT_THE_SAME", 4.9),
        ("105.00", "MORE", 5.0),
        ("95.06", "ABOUT_THE_SAME", -4.9),
        ("95.00", "LESS", -5.0),
        ("100.00", "ABOUT_THE_SAME", 0.0),
        ("100.05", "ABOUT_THE_SAME", 0.1),
        ("99.95", "ABOUT_THE_SAME", -0.1),
    ],
)
async def test_changes_below_five_percent_are_about_the_same(
    at: Harness, charges: str, verdict: str, percent: float
) -> None:
    previous, _ = await beside(at, bills(newest(charges), other(BEFORE, "100.00")))
    assert (previous["verdict"], previous["changePercent"]) == (verdict, percent)


@pytest.mark.parametrize("wrong", [{"status": "CANCELED"}, {"status": None}, {"is_final": True}])
async def test_a_bill_that_does_not_count_is_not_compared(at: Harness, wrong: Any) -> None:
    for place, number in ((BEFORE, 0), (LAST_YEAR, 1)):
        comparison = (await beside(at, bills(newest("90.00"), other(place, "75.00", **wrong))))[number]
        assert which(comparison) == "Bill2"
        assert {name: comparison[name] for name in NOTHING} == NOTHING
        assert (comparison["changePerDayPercent"], comparison["drivers"]) == (None, [])


async def test_a_final_bill_is_not_compared(at: Harness) -> None:
    previous, last_year = await beside(
        at, bills(newest(is_final=True), other(BEFORE, "75.00"), other(LAST_YEAR, "75.00") | {"id": "Bill3"})
    )
    assert (previous["verdict"], last_year["verdict"]) == ("NOT_COMPARABLE", "NOT_COMPARABLE")


async def test_bills_of_other_services_are_not_compared(at: Harness) -> None:
    now, before = newest("90.00"), other(BEFORE, "75.00")
    rows = [segment(now), segment(before, service_type="WATER")]
    previous, _ = await beside(at, {"Bill": [now, before], "BillSegment": rows})
    assert (previous["verdict"], previous["drivers"]) == ("NOT_COMPARABLE", [])
    rows[1] = segment(before, service_type=None)
    previous, _ = await beside(at, {"Bill": [now, before], "BillSegment": rows})
    assert previous["verdict"] == "MORE"


async def test_only_counted_segments_give_the_bill_s_services(at: Harness) -> None:
    now, before = newest("90.00"), other(BEFORE, "75.00")
    gone = segment(before, id="S3", status="CANCELED", amount="999.00")
    rows = [segment(now), segment(before, service_type="WATER"), gone]
    previous, _ = await beside(at, {"Bill": [now, before], "BillSegment": rows})
    assert previous["verdict"] == "NOT_COMPARABLE"


async def test_bills_in_two_currencies_are_not_compared(anyio_backend: str) -> None:  # noqa: ARG001  # its loop
    text = catalog_text().replace(
        'fields.current_charges = "current_charges"',
        'fields.current_charges = { amount = "current_charges", currency = "bill_number" }',
    )
    rows = bills(newest("90.00", bill_number="USD"), other(BEFORE, "75.00", bill_number="EUR"))
    async with harness({**utility(1), **rows}, text=text) as at:
        comparison = await at.ask(VERDICTS, account=ACCOUNT)
    previous, _ = comparison["billingAccount"]["billComparison"]["comparisons"]
    assert previous == {"verdict": "NOT_COMPARABLE", "change": None}


async def test_a_base_of_zero_has_a_change_and_no_percent(at: Harness) -> None:
    previous, _ = await beside(at, bills(newest("90.00"), other(BEFORE, "0.00")))
    assert (previous["change"]["amount"], previous["changePercent"]) == ("90.00", None)
    assert (previous["changePerDayPercent"], previous["verdict"]) == (None, "MORE")


@pytest.mark.parametrize(("charges", "verdict"), [("0.00", "ABOUT_THE_SAME"), ("-5.00", "LESS")])
async def test_compared_with_zero_any_amount_is_more_or_less(at: Harness, charges: str, verdict: str) -> None:
    previous, _ = await beside(at, bills(newest(charges), other(BEFORE, "0.00")))
    assert previous["verdict"] == verdict


async def test_bills_without_counted_segments_are_not_compared(at: Harness) -> None:
    tables = bills(newest("90.00"), other(BEFORE, "75.00"))
    tables["BillSegment"] = [{**row, "status": "CANCELED"} for row in tables["BillSegment"]]
    previous, _ = await beside(at, tables)
    assert (previous["verdict"], previous["change"], previous["drivers"]) == ("NOT_COMPARABLE", None, [])


async def test_a_credit_is_a_base_by_its_absolute_value(at: Harness) -> None:
    previous, _ = await beside(at, bills(newest("40.00"), other(BEFORE, "-80.00")))
    assert (previous["change"]["amount"], previous["changePercent"]) == ("120.00", 150.0)


async def test_missing_charges_are_not_compared(at: Harness) -> None:
    now, before = newest("90.00"), other(BEFORE, "75.00")
    rows = [segment(now), segment(before)]
    previous, _ = await beside(at, {"Bill": [now, before | {"current_charges": None}], "BillSegment": rows})
    assert {name: previous[name] for name in NOTHING} == NOTHING


async def test_without_days_there_is_no_change_per_day(at: Harness) -> None:
    reversed_ = other(BEFORE, "75.00", period={"start": "2026-09-30", "end": "2026-09-01"})
    previous, _ = await beside(at, bills(newest("90.00"), reversed_))
    assert (previous["changePercent"], previous["changePerDayPercent"]) == (20.0, None)


async def test_failed_segments_make_the_comparison_null(at: Harness) -> None:
    now, before = newest("90.00"), other(BEFORE, "75.00")
    at.fill({**utility(1), "Bill": [now, before], "BillSegment": [segment(now, service_type="GAS")]})
    at.gate.down = {"BillSegment by bill_id": SourceDown}
    result = await at.answer(QUERY, account=ACCOUNT)
    data: Any = result.data
    [previous, last_year] = data["billingAccount"]["billComparison"]["comparisons"]
    assert [previous[field] for field in (*NOTHING, "changePerDayPercent", "drivers")] == [None] * 5
    assert (last_year["verdict"], last_year["drivers"]) == ("NOT_COMPARABLE", [])
    assert {error["extensions"]["code"] for error in result.errors} == {"SOURCE_DOWN"}


async def test_failed_segments_do_not_matter_where_bills_cannot_compare(at: Harness) -> None:
    at.fill({**utility(1), **bills(newest("90.00", is_final=True), other(BEFORE, "75.00"))})
    at.gate.down = {"BillSegment by bill_id": SourceDown}
    result = (await at.ask(QUERY, account=ACCOUNT))["billingAccount"]["billComparison"]
    assert {comparison["verdict"] for comparison in result["comparisons"]} == {"NOT_COMPARABLE"}


async def test_bills_are_compared_without_configured_segments() -> None:
    tables_of = catalog_text().split("\n[records.")
    text = "\n[records.".join(tables for tables in tables_of if not tables.startswith("BillSegment]"))
    tables = {**utility(1), **bills(newest("90.00"), other(BEFORE, "75.00"))}
    async with harness(tables, text=text) as at:
        comparison = await at.ask(QUERY, account=ACCOUNT)
    [previous, _] = comparison["billingAccount"]["billComparison"]["comparisons"]
    assert (previous["verdict"], previous["drivers"]) == ("MORE", None)


async def test_failed_bills_are_an_error_and_missing_billing_is_null(at: Harness) -> None:
    at.fill(utility(1))
    at.gate.down = {"BILLING": SourceDown}
    result = await at.answer(QUERY, account=ACCOUNT)
    assert result.data == {"billingAccount": {"billComparison": None}}
    assert [error["extensions"]["code"] for error in result.errors] == ["SOURCE_DOWN"]
    async with harness(utility(1), text=catalog_text(["BILLING"])) as without_billing:
        assert await without_billing.ask(QUERY, account=ACCOUNT) == {"billingAccount": {"billComparison": None}}


REASONS = """query($account: ID!) { billingAccount(id: $account) { billComparison { comparisons {
  billState verdictState changeState changePercentState changePerDayPercentState
  notComparableReason notComparableReasonLabel notComparableText } } } }"""


async def reasons(at: Harness, *rows: Any, **down: Any) -> Any:
    """Why the newest bill cannot be compared with these, and the states of what is null."""
    at.fill({**utility(1), **bills(*rows)})
    at.gate.down = {"BillSegment by bill_id": SourceDown} if down else {}
    return (await at.ask(REASONS, account=ACCOUNT))["billingAccount"]["billComparison"]["comparisons"]


@pytest.mark.parametrize(
    ("rows", "reason", "state"),
    [
        ([newest("90.00")], "NO_BASE", "NONE"),
        ([newest("90.00"), other(BEFORE, "75.00", status="CANCELED")], "NOT_COMPLETE", "NONE"),
        ([newest("90.00"), other(BEFORE, "75.00", is_final=True)], "FINAL_BILL", "NONE"),
        ([newest("90.00", status=None), other(BEFORE, "75.00")], "CURRENT_NOT_KNOWN", "UNKNOWN"),
        ([newest("90.00"), other(BEFORE, "0.00")], "BASE_IS_ZERO", "NONE"),
        ([newest("90.00"), other(BEFORE, "75.00")], None, "KNOWN"),
    ],
)
async def test_a_missing_percentage_has_a_reason(at: Harness, rows: Any, reason: str | None, state: str) -> None:
    previous, _ = await reasons(at, *rows)
    assert (previous["notComparableReason"], previous["changePercentState"]) == (reason, state)
    assert (previous["notComparableText"] is None) == (previous["notComparableReasonLabel"] is None) == (not reason)
    assert previous["changeState"] == ("KNOWN" if reason == "BASE_IS_ZERO" else state)


async def test_bills_without_periods_leave_last_year_open(at: Harness) -> None:
    _, last_year = await reasons(at, newest("90.00"), other(BEFORE, "75.00", period=None))
    assert (last_year["billState"], last_year["notComparableReason"]) == ("UNKNOWN", "BASE_NOT_KNOWN")
    _, last_year = await reasons(at, newest("90.00"), other(BEFORE, "75.00"))
    assert (last_year["billState"], last_year["notComparableReason"]) == ("NONE", "NO_BASE")


async def test_failed_segments_are_a_reason_and_no_error(at: Harness) -> None:
    previous, last_year = await reasons(at, newest("90.00"), other(BEFORE, "75.00"), down=True)
    assert previous["notComparableReason"] == "SERVICES_NOT_KNOWN"
    assert (previous["verdictState"], previous["changeState"]) == ("UNKNOWN", "UNKNOWN")
    assert (last_year["verdictState"], last_year["notComparableReason"]) == ("KNOWN", "NO_BASE")


BESIDE = """query($ids: [ID!]!) { nodes(ids: $ids) { ... on BillingAccount {
  billComparison { current { id } comparisons { verdict drivers { kind } } }
  financialSummary { lastBill { id } previousBill { id } billedLast12Months { amount } }
  insights(areas: [BILLING, PAYMENT, PROGRAM]) { all { code } }
  bills(first: 2) { nodes { id segments { id } } } activities(first: 5) { nodes { id } } } } }"""


@pytest.mark.parametrize("accounts", [1, 50])
async def test_bills_and_segments_are_each_one_batch(at: Harness, accounts: int) -> None:
    tables: Any = {**utility(accounts), "Bill": [], "BillSegment": []}
    for number in range(1, accounts + 1):
        account_fields = {"account_id": f"A{number}"}
        now, before = (
            newest("90.00", id=f"N{number}", **account_fields),
            other(BEFORE, "75.00", id=f"B{number}", **account_fields),
        )
        last_year = other(LAST_YEAR, "70.00", id=f"Y{number}", **account_fields)
        for name, rows in bills(now, before, last_year).items():
            tables[name] += rows
    at.fill(tables)
    ids = [global_id("BillingAccount", f"A{number}") for number in range(1, accounts + 1)]
    comparison = await at.ask(BESIDE, ids=ids)
    assert {len(account["billComparison"]["comparisons"][1]["drivers"]) for account in comparison["nodes"]} == {1}
    batches = [batch for batch in at.gate.batches if batch.lookup.record in ("Bill", "BillSegment")]
    assert [(batche.lookup.name, len(batche.keys)) for batche in batches] == [
        ("Bill by account_id", accounts),
        ("BillSegment by bill_id", 3 * accounts),
    ]
