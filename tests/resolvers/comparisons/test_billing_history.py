"""The billing history: a point for each month, with what counts, what is unknown, and what was corrected."""

from typing import Any

import pytest
from support.harness import Harness
from support.resolvers.answers import account, keys
from support.resolvers.bill_rows import bill, segment
from support.utility import ACCOUNT

from gateway.errors import SourceDown

MONEY = "amount currency"
QUERY = f"""query($account: ID!, $months: Int! = 13) {{ billingAccount(id: $account) {{
  billingHistory(months: $months) {{
    since until bills {{ id }}
    charges {{ {MONEY} }} chargesState amountDue {{ amount }} amountDueState
    endingBalance {{ amount }} endingBalanceState
    corrections {{ canceledBill {{ id }} replacedBy {{ id }} replacedByState text }}
    services {{ serviceType charges {{ amount }} isEstimated quantities {{ unit timeOfUse quantity }} }}
  }} }} }}"""
PLAIN = (
    "query($account: ID!, $months: Int!) { billingAccount(id: $account) { billingHistory(months: $months) { since } } }"
)
OCTOBER = ("2026-10-01", "2026-10-30")


def fill(at: Harness, *bills: dict[str, Any]) -> None:
    at.held["Bill"], at.held["BillSegment"] = list(bills), [segment(each) for each in bills]
    at.gate.clear()


async def history(at: Harness, months: int = 3) -> list[Any]:
    """The points of the last months; today is 15 November 2026."""
    points: list[Any] = (await account(at, QUERY, months=months))["billingHistory"]
    return points


async def test_each_month_has_a_point_oldest_first(at: Harness) -> None:
    fill(at)
    points = (await account(at, QUERY))["billingHistory"]
    assert len(points) == 13
    assert (points[0]["since"], points[0]["until"]) == ("2025-11-01", "2025-11-30")
    assert (points[3]["since"], points[3]["until"]) == ("2026-02-01", "2026-02-28")
    assert (points[12]["since"], points[12]["until"]) == ("2026-11-01", "2026-11-30")


async def test_a_month_adds_up_its_bills(at: Harness) -> None:
    newest = {"amount_due": "90.00", "ending_balance": "91.00"}
    fill(at, bill(1, "2026-10-31", "20.10", **newest), bill(2, "2026-10-01", "30.20"), bill(3, "2026-11-01", "5.00"))
    [_, october, november] = await history(at)
    assert keys(october["bills"]) == ["Bill1", "Bill2"]
    assert (october["charges"], october["chargesState"]) == ({"amount": "50.30", "currency": "USD"}, "KNOWN")
    assert (october["amountDue"], october["endingBalance"]) == ({"amount": "90.00"}, {"amount": "91.00"})
    assert keys(november["bills"]) == ["Bill3"]


async def test_a_month_without_a_bill_has_none(at: Harness) -> None:
    fill(at, bill(1, "2026-11-02", "20.00"))
    [september, *_] = await history(at)
    assert (september["bills"], september["services"], september["corrections"]) == ([], [], [])
    for name in ("charges", "amountDue", "endingBalance"):
        assert (september[name], september[f"{name}State"]) == (None, "NONE")


@pytest.mark.parametrize("status", ["PENDING", "CANCELED"])
async def test_a_bill_that_is_not_owed_does_not_count(at: Harness, status: str) -> None:
    fill(at, bill(1, "2026-11-02", "20.00", status=status), bill(2, "2026-11-01", "7.00", status="WRITTEN_OFF"))
    [*_, november] = await history(at)
    assert (keys(november["bills"]), november["charges"]["amount"]) == (["Bill2"], "7.00")


async def test_a_corrected_bill_is_explained(at: Harness) -> None:
    canceled = bill(1, "2026-10-02", "20.00", *OCTOBER, status="CANCELED", bill_number="0001")
    fill(at, canceled, bill(2, "2026-11-02", "18.00", *OCTOBER, bill_number="0002"))
    [_, october, _] = await history(at)
    [correction] = october["corrections"]
    assert (keys([correction["canceledBill"]]), keys([correction["replacedBy"]])) == (["Bill1"], ["Bill2"])
    expected = "Bill 0001 over $20.00 was canceled; bill 0002 of Nov 2, 2026 charges the same days."
    assert (correction["replacedByState"], correction["text"]) == ("KNOWN", expected)
    assert (october["bills"], october["chargesState"]) == ([], "NONE")


@pytest.mark.parametrize(
    ("days", "state", "text"),
    [
        (OCTOBER, "NONE", "Bill 0001 over $20.00 was canceled; no other bill charges the same days."),
        ((), "UNKNOWN", "Bill 0001 over $20.00 was canceled."),
    ],
)
async def test_a_canceled_bill_without_another_says_so(at: Harness, days: Any, state: str, text: str) -> None:
    canceled = bill(1, "2026-10-02", "20.00", *days, status="CANCELED", bill_number="0001")
    fill(at, canceled, bill(2, "2026-11-02", "18.00", "2026-11-01", "2026-11-30"))
    [correction] = (await history(at))[1]["corrections"]
    assert (correction["replacedBy"], correction["replacedByState"], correction["text"]) == (None, state, text)


async def test_an_unreadable_bill_makes_its_month_unknown(at: Harness) -> None:
    fill(at, bill(1, "2026-11-02", "20.00"), {**bill(2, "2026-10-02", "9.00"), "amount_due": "much"})
    result = await at.answer(QUERY, account=ACCOUNT, months=3)
    [september, october, november] = (result.data or {})["billingAccount"]["billingHistory"]
    assert [point["chargesState"] for point in (september, october, november)] == ["NONE", "UNKNOWN", "KNOWN"]
    assert (october["bills"], october["services"], october["charges"]) == (None, None, None)
    [error] = result.errors
    assert error["path"] == ["billingAccount", "billingHistory", 1, "bills"]
    assert error["extensions"]["code"] == "SOURCE_MISREAD"


async def test_a_bill_without_status_makes_its_month_unknown(at: Harness) -> None:
    fill(at, bill(1, "2026-11-02", "20.00", status=None), bill(2, "2026-10-02", "9.00"))
    [_, october, november] = await history(at)
    assert (november["bills"], november["chargesState"], october["chargesState"]) == (None, "UNKNOWN", "KNOWN")


async def test_charges_that_a_bill_lacks_are_unknown(at: Harness) -> None:
    fill(at, bill(1, "2026-11-02", "20.00", current_charges=None))
    at.held["BillSegment"] = []
    [*_, november] = await history(at)
    assert (november["charges"], november["chargesState"]) == (None, "UNKNOWN")
    assert november["amountDueState"] == "KNOWN"


async def test_services_of_a_month_are_added_up(at: Harness) -> None:
    first, second = bill(1, "2026-11-02", "20.00"), bill(2, "2026-11-01", "30.00")
    fill(at, first, second)
    energy = [{"unit": "kWh", "quantity": "310.5"}, {"unit": "kW", "quantity": "4"}]
    at.held["BillSegment"] = [
        segment(first, quantities=energy),
        segment(second, quantities=energy),
        segment(second, id="gas", service_type="GAS", amount="3.00", is_estimated=True, quantities=None),
        segment(second, id="off", status="CANCELED", amount="99.00"),
    ]
    [*_, november] = await history(at)
    electric, gas = sorted(november["services"], key=lambda each: each["serviceType"])
    assert (electric["charges"], electric["isEstimated"]) == ({"amount": "50.00"}, False)
    assert electric["quantities"] == [{"unit": "kWh", "timeOfUse": None, "quantity": "621.0"}]
    assert (gas["charges"], gas["isEstimated"], gas["quantities"]) == ({"amount": "3.00"}, True, None)


async def test_a_history_takes_one_batch_for_bills_and_segments(at: Harness) -> None:
    fill(at, *(bill(n, f"2026-{n:02}-02", "20.00") for n in range(1, 11)))
    await history(at, 12)
    expected = ["Bill by account_id x 1", "BillSegment by bill_id x 10", "BillingAccount by id x 1"]
    assert at.gate.batch_names() == expected
    [batch] = [each for each in at.gate.batches if each.lookup.record == "Bill"]
    assert batch.window.since is not None
    assert batch.window.since.isoformat() == "2025-12-01T00:00:00-05:00"
    await account(at, PLAIN, months=12)
    assert at.gate.batch_names() == ["Bill by account_id x 1", "BillingAccount by id x 1"]


async def test_a_billing_system_that_is_away_costs_the_history_alone(at: Harness) -> None:
    at.gate.down = {"BILLING": SourceDown}
    result = await at.answer(PLAIN, account=ACCOUNT, months=2)
    assert result.data == {"billingAccount": {"billingHistory": None}}
    assert [each["extensions"]["code"] for each in result.errors] == ["SOURCE_DOWN"]


@pytest.mark.parametrize(("months", "reason", "limit"), [(0, "RANGE_TOO_SHORT", 1), (37, "RANGE_TOO_LONG", 36)])
async def test_months_out_of_range_are_refused(at: Harness, months: int, reason: str, limit: int) -> None:
    result = await at.answer(PLAIN, account=ACCOUNT, months=months)
    [error] = result.errors
    extensions = error["extensions"]
    assert (extensions["reason"], extensions["argument"], extensions["limit"]) == (reason, "months", limit)
    assert len((await account(at, PLAIN, months=36))["billingHistory"]) == 36
