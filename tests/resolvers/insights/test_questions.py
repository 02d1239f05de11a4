"""What the insights of an account cost: which systems are asked, when, and how often."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from support.resolvers.insight_cases import QUERY, filled, insights, of
from support.resolvers.single_rules import on
from support.utility import ACCOUNT, CUSTOMER, utility
from support.world import World

from gateway.errors import SourceDown, SourceTimeout
from gateway.loading.finder import LoadResult
from gateway.resolvers.insights.model.fact import Evaluation, combined, derived_from
from gateway.resolvers.insights.model.insight import InsightArea
from gateway.resolvers.insights.rules.table import RULES

AREAS = [each.value for each in InsightArea]
OF_CUSTOMER = """query($customer: ID!) { customer(id: $customer) { accounts { insights {
  total all { code } unknown { code } sources { system } } } } }"""
AREA = {rule.code: rule.area.value for rule in RULES}
WAIT = 100
# The cross-reference comes with the account: most areas start from it.
START = {"BillingAccount by id", "AccountReference by account_id"}
ASKED: Mapping[str, set[str]] = {
    "BILLING": {
        *START,
        *(f"{each} by account_id" for each in ("AccountBalance", "Bill", "AutopayInstruction")),
        "BillSegment by bill_id",
        "ScheduledPayment by account_id",
    },
    "PAYMENT": {
        *START,
        *(f"{each} by account_id" for each in ("AutopayInstruction", "Bill", "CreditProfile", "Payment")),
        "ScheduledPayment by account_id",
    },
    "PROGRAM": {
        *START,
        *(f"{each} by account_id" for each in ("AccountBalance", "Bill", "PaymentArrangement")),
        "ProgramEnrollment by account_id",
    },
    "COLLECTIONS": {
        *START,
        *(f"{each} by account_id" for each in ("CollectionProcess", "CutProcess", "SeveranceProcess")),
        *(f"{each} by account_id" for each in ("PayPlan", "PayPlanOverdueProcess", "PaymentArrangement")),
        *(f"{each} by account_id" for each in ("CreditProfile", "CreditRatingHistory", "WriteOffProcess")),
        *(f"{each} by account_id" for each in ("AccountBalance", "Person", "ServiceAgreement")),
        *("BillingAccount by customer_id", "Premise by id", "ServicePoint by id"),
        *("ProcessEvent by process_id", "ScheduledPayment by pay_plan_id"),
    },
    "CUSTOMER": {
        *START,
        *("AccountAlert by account_id", "Person by account_id", "Person by id", "Premise by id"),
        *("Customer by id", "BillingAccount by customer_id", "ContactRestriction by party_id"),
        "EmailMessage by customer_id",
    },
    "SERVICE": {
        *START,
        *("ServiceAgreement by account_id", "ServiceOrder by service_point_id"),
        "ServiceRequest by account_id",
    },
    "FIELD": {*START, "FieldOrder by service_point_id"},
    "OUTAGE": {*START, "OutageEvent by premise_id", "Person by account_id", "Premise by id"},
    "USAGE": {
        *START,
        *("BilledUsage by service_point_id", "DailyUsage by service_point_id", "Premise by id"),
        *("ServiceAgreement by account_id", "ServicePoint by id"),
    },
    "INTERACTION": {
        *START,
        *(f"{each} by account_id" for each in ("Call", "Chat", "CustomerContact", "Interaction")),
        "Interaction by customer_id",
    },
}
# Whose keys are known only when the customer's accounts are: where there are others, one question more.
OF_OTHERS = {"AccountBalance by account_id", "CollectionProcess by account_id"}


def asked(at: World) -> list[str]:
    """The lookups asked, once for each batch."""
    return [each.lookup.name for each in at.gate.batches]


@pytest.mark.parametrize("area", AREAS)
async def test_an_area_asks_only_the_systems_that_it_needs(shared: World, area: str) -> None:
    held = utility(2)
    shared.fill(held)
    told = await insights(shared, [area])
    # No plan goes on, no bill is complete, nothing came back here: what would follow from that is not asked.
    idle = {"ScheduledPayment by pay_plan_id", "BillSegment by bill_id"}
    assert ASKED[area] - idle <= set(asked(shared)) <= ASKED[area]
    assert {each["area"] for each in told["all"]} <= {area}
    assert {AREA[each["code"]] for each in told["unknown"]} <= {area}


async def test_several_areas_ask_what_each_of_them_asks(shared: World) -> None:
    apart: set[str] = set()
    for area in ("FIELD", "OUTAGE"):
        shared.fill(utility(2))
        await insights(shared, [area])
        apart.update(asked(shared))
    shared.fill(utility(2))
    await insights(shared, ["OUTAGE", "FIELD", "OUTAGE"])
    assert set(asked(shared)) == apart


async def test_no_areas_are_all_areas(shared: World) -> None:
    shared.fill(utility(2))
    every = await insights(shared)
    questions = sorted(asked(shared))
    shared.fill(utility(2))
    none = await insights(shared, [])
    assert [each["code"] for each in none["all"]] == [each["code"] for each in every["all"]]
    assert sorted(asked(shared)) == questions


async def test_a_severity_asks_only_what_its_rules_need(shared: World) -> None:
    filled(shared, {})
    await insights(shared, ["CUSTOMER"], "CRITICAL")
    assert set(asked(shared)) == {*START, "Person by account_id", "Premise by id"}


async def test_each_lookup_is_asked_once_whatever_else_the_document_shows(shared: World) -> None:
    shared.fill(utility(1))
    await insights(shared)
    assert max(Counter(asked(shared)).values()) == 1


async def test_other_accounts_cost_one_question_more_for_each_of_their_two_records(shared: World) -> None:
    shared.fill(utility(5))
    await insights(shared)
    twice = {name: count for name, count in Counter(asked(shared)).items() if count > 1}
    assert twice == dict.fromkeys(OF_OTHERS, 2)


async def test_insights_of_fifty_accounts_ask_the_batches_of_one(shared: World) -> None:
    batches = []
    for accounts in (1, 50):
        shared.fill(utility(accounts))
        told = await shared.ask(OF_CUSTOMER, customer=CUSTOMER)
        assert len(told["customer"]["accounts"]) == accounts
        # Only where there is one account, conversations are asked by customer, too.
        alone = {f"{each} by customer_id" for each in ("Call", "Chat", "Interaction")}
        assert max(Counter(asked(shared)).values()) == 1
        batches.append(sorted({*asked(shared)} - alone))
    assert batches[0] == batches[1]


async def test_all_that_can_be_asked_at_one_moment_is(shared: World) -> None:
    shared.fill(utility(3))
    await insights(shared)
    rounds = [{each.lookup.name for each in some} for some in shared.gate.rounds]
    assert len(rounds) <= 3
    assert rounds[0] == START
    after = {"ProcessEvent by process_id", "ContactRestriction by party_id", "Person by id"}
    assert rounds[2] & set.union(*ASKED.values()) <= {*OF_OTHERS, *after, "BillSegment by bill_id"}


async def test_sources_name_each_system_asked_once_and_no_other(shared: World) -> None:
    shared.fill(utility(1))
    told = await insights(shared, ["CUSTOMER", "FIELD"])
    assert Counter(each["system"] for each in told["sources"]) == Counter(
        ["CIS", "CRM", "EMAIL", "FIELD_WORK"]
    )
    assert {each["state"] for each in told["sources"]} == {"OK"}


async def test_sources_tell_who_failed_and_not_who_was_never_asked(shared: World) -> None:
    filled(shared, {})
    shared.gate.down = {"AccountReference by account_id": SourceTimeout, "EMAIL": SourceDown}
    told = await insights(shared, ["CUSTOMER", "FIELD"])
    states = {each["system"]: each["state"] for each in told["sources"]}
    assert states == {"CIS": "TIMEOUT", "CRM": "OK", "EMAIL": "DOWN"}
    assert of("DATA_INCOMPLETE", told)[0]["message"].startswith("No answer from CIS, EMAIL:")


async def test_a_request_that_is_cancelled_leaves_nothing_running(shared: World) -> None:
    filled(shared, {})
    before = asyncio.all_tasks()
    request = asyncio.create_task(shared.answer(QUERY, account=ACCOUNT, areas=None, least=None))
    for _ in range(WAIT):
        await asyncio.sleep(0)
    assert shared.gate.rounds
    assert not request.done()
    request.cancel()
    with pytest.raises(asyncio.CancelledError):
        await request
    for _ in range(WAIT):
        await asyncio.sleep(0)
    assert asyncio.all_tasks() == before


async def test_what_several_accounts_share_is_told_to_the_others_where_one_of_them_gives_up() -> None:
    info: Any = SimpleNamespace(context=SimpleNamespace(shared={}))  # as far as it is used
    free, found = asyncio.Event(), []

    async def find() -> str:
        await free.wait()
        found.append("told")
        return "told"

    circumstances = on()
    one, other = (
        asyncio.ensure_future(Evaluation(info, circumstances).shared("key", find)) for _ in range(2)
    )
    await asyncio.sleep(0)  # it is being found
    one.cancel()
    free.set()
    assert await other == "told"
    assert found == ["told"]


def test_what_follows_is_as_old_as_what_was_asked_for_it_or_else_as_what_it_follows_from() -> None:
    first: LoadResult[int] = LoadResult([], datetime(2026, 11, 1, tzinfo=UTC), from_cache=True)
    then: LoadResult[int] = LoadResult([1], datetime(2026, 11, 2, tzinfo=UTC))
    assert derived_from(first, combined([])) == first
    assert derived_from(first, then) == then
