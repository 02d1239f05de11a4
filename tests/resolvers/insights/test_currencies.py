"""Rules about bills with several currencies, or with a newest bill without status."""

from dataclasses import replace
from typing import Any

import pytest
from support.harness import Harness
from support.resolvers.bill_rows import BEFORE, bill, coming, newest, order, other, segment
from support.resolvers.cases_debt import balance
from support.resolvers.cases_payment import put_off
from support.resolvers.insight_cases import fill, insights, raised_as, raised_codes, unknown_codes
from support.resolvers.single_rules import context, record

from gateway.resolvers.insights.facts.by_account import (
    ARRANGEMENTS,
    AUTOPAY,
    BALANCE,
    BILLS,
    PROGRAMS,
    SCHEDULED_PAYMENTS,
)
from gateway.resolvers.insights.model.rule import Undetermined
from gateway.resolvers.insights.rules.billing import bill_due_soon
from gateway.resolvers.insights.rules.program import budget_billing

SOON = record("Bill", newest(due_on="2026-11-18", unpaid_amount="40.00"))


def draw(most: str | None, currency: str = "USD") -> Any:
    """An autopay instruction with this limit."""
    instruction = record("AutopayInstruction", order(max_withdrawal=most))
    if most:
        instruction.max_withdrawal.currency = currency
    return instruction


def paying(amount: str, currency: str = "USD") -> Any:
    """A scheduled payment of this amount."""
    instruction = record("ScheduledPayment", coming("2026-11-16", amount))
    instruction.amount.currency = currency
    return instruction


def due_soon(orders: Any, to_come: Any) -> Any:
    records = {BILLS: [SOON], AUTOPAY: orders, SCHEDULED_PAYMENTS: to_come}
    return list(bill_due_soon.decide(replace(context(), records=records)))


async def test_the_driver_is_the_largest_that_raised_the_bill(shared: Harness) -> None:
    now, before = newest("90.00"), other(BEFORE, "60.00")
    used = [[{"unit": "kWh", "quantity": quantity}] for quantity in ("50", "200")]
    new = [segment(now, id=f"S-{service}", service_type=service, amount="30.00") for service in ("GAS", "WATER")]
    rows = [segment(now, quantities=used[0], amount="30.00"), segment(before, quantities=used[1]), *new]
    fill(shared, {"Bill": [now, before], "BillSegment": rows})
    [driver] = raised_as("BILL_DRIVER", await insights(shared, ["BILLING"]))
    assert driver["amount"]["amount"] == "30.00"  # less electricity used a day: -45.00
    assert "is $30.00. Gas: more" in driver["message"]


async def test_a_newer_bill_without_status_makes_high_balance_unknown(shared: Harness) -> None:
    earlier = [bill(n, f"2026-{n:02d}-01", "10.00") for n in (9, 8)]
    fill(shared, {**balance(current="45.00"), "Bill": [bill(1, "2026-10-01", "1.00", status=None), *earlier]})
    result = await insights(shared, ["BILLING"])
    assert "HIGH_BALANCE" in unknown_codes(result)
    assert "HIGH_BALANCE" not in raised_codes(result)


@pytest.mark.parametrize(("orders", "to_come"), [([draw("40.00", "EUR")], []), ([], [paying("40.00", "EUR")])])
def test_payments_in_another_currency_leave_the_due_bill_undetermined(orders: Any, to_come: Any) -> None:
    with pytest.raises(Undetermined):
        due_soon(orders, to_come)


@pytest.mark.parametrize(
    ("orders", "to_come"), [([draw("1.00", "EUR"), draw(None)], []), ([draw("1.00", "EUR")], [paying("40.00")])]
)
def test_a_covered_bill_is_not_due_whatever_other_currencies_say(orders: Any, to_come: Any) -> None:
    assert due_soon(orders, to_come) == []


def test_deferred_amounts_are_not_compared_across_currencies() -> None:
    tables = put_off("90.00")
    names = {PROGRAMS: "ProgramEnrollment", BALANCE: "AccountBalance", BILLS: "Bill"}
    records = {fact: [record(name, table) for table in tables[name]] for fact, name in names.items()}
    evaluation = replace(context(), records={**records, ARRANGEMENTS: []})
    [warning] = budget_billing.decide(evaluation)
    assert warning.severity is not None
    for issued in evaluation[BILLS]:
        issued.current_charges.currency = "EUR"
    [finding] = budget_billing.decide(evaluation)
    assert (finding.severity, finding.values["percent"]) == (None, None)
