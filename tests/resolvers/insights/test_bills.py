"""Rules about bills where systems speak of several currencies, or do not say which bill is the newest."""

from typing import Any

import pytest
from support.resolvers.bill_rows import BEFORE, bill, coming, newest, order, other, segment
from support.resolvers.cases_debt import balance
from support.resolvers.cases_payment import put_off
from support.resolvers.insight_cases import filled, insights, of, raised, unknown
from support.resolvers.single_rules import on, record
from support.world import World

from gateway.resolvers.insights.facts.account_facts import (
    ARRANGEMENTS,
    AUTOPAY,
    BALANCE,
    BILLS,
    PROGRAMS,
    SCHEDULED_PAYMENTS,
)
from gateway.resolvers.insights.model.rule import Facts, Undetermined
from gateway.resolvers.insights.rules.billing_newest_bill import bill_due_soon
from gateway.resolvers.insights.rules.program import budget_billing

SOON = record("Bill", newest(due_on="2026-11-18", unpaid_amount="40.00"))


def draw(most: str | None, currency: str = "USD") -> Any:
    """An autopay instruction that draws so much at most."""
    made = record("AutopayInstruction", order(max_withdrawal=most))
    if most:
        made.max_withdrawal.currency = currency
    return made


def paying(amount: str, currency: str = "USD") -> Any:
    """A scheduled payment of so much."""
    made = record("ScheduledPayment", coming("2026-11-16", amount))
    made.amount.currency = currency
    return made


def due_soon(orders: Any, to_come: Any) -> Any:
    facts = {BILLS: [SOON], AUTOPAY: orders, SCHEDULED_PAYMENTS: to_come}
    return list(bill_due_soon.decide(on(), Facts(facts)))


async def test_the_reason_why_a_bill_is_higher_is_the_largest_that_raised_it(shared: World) -> None:
    now, before = newest("90.00"), other(BEFORE, "60.00")
    used = [[{"unit": "kWh", "quantity": each}] for each in ("50", "200")]
    new = [segment(now, id=f"S-{each}", service_type=each, amount="30.00") for each in ("GAS", "WATER")]
    rows = [segment(now, quantities=used[0], amount="30.00"), segment(before, quantities=used[1]), *new]
    filled(shared, {"Bill": [now, before], "BillSegment": rows})
    [driver] = of("BILL_DRIVER", await insights(shared, ["BILLING"]))
    assert driver["amount"]["amount"] == "30.00"  # less electricity used a day: -45.00
    assert "is USD 30.00. Gas: more" in driver["message"]


async def test_what_is_usual_is_unknown_where_a_newer_bill_does_not_say_its_status(shared: World) -> None:
    some = [bill(n, f"2026-{n:02d}-01", "10.00") for n in (9, 8)]
    filled(shared, {**balance(current="45.00"), "Bill": [bill(1, "2026-10-01", "1.00", status=None), *some]})
    told = await insights(shared, ["BILLING"])
    assert "HIGH_BALANCE" in unknown(told)
    assert "HIGH_BALANCE" not in raised(told)


@pytest.mark.parametrize(
    ("orders", "to_come"), [([draw("40.00", "EUR")], []), ([], [paying("40.00", "EUR")])]
)
def test_what_is_paid_in_another_currency_may_cover_a_bill_or_not(orders: Any, to_come: Any) -> None:
    with pytest.raises(Undetermined):
        due_soon(orders, to_come)


@pytest.mark.parametrize(
    ("orders", "to_come"),
    [([draw("1.00", "EUR"), draw(None)], []), ([draw("1.00", "EUR")], [paying("40.00")])],
)
def test_a_bill_that_is_covered_surely_is_so_whatever_other_currencies_say(orders: Any, to_come: Any) -> None:
    assert due_soon(orders, to_come) == []


def test_what_budget_billing_puts_off_is_no_share_of_another_currency() -> None:
    held = put_off("90.00")
    names = {PROGRAMS: "ProgramEnrollment", BALANCE: "AccountBalance", BILLS: "Bill"}
    records = {fact: [record(name, each) for each in held[name]] for fact, name in names.items()}
    facts = Facts({**records, ARRANGEMENTS: []})
    [warning] = budget_billing.decide(on(), facts)
    assert warning.severity is not None
    for each in facts[BILLS]:
        each.current_charges.currency = "EUR"
    [finding] = budget_billing.decide(on(), facts)
    assert (finding.severity, finding.values["deferred"]) == (None, "")
