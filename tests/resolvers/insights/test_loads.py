"""What the insights of an account load: which lookups, when, and how often."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from support.harness import Harness
from support.resolvers.insight_cases import QUERY, fill, insights, raised_as
from support.resolvers.single_rules import context
from support.utility import ACCOUNT, CUSTOMER, utility

from gateway.errors import SourceDown, SourceTimeout
from gateway.loading.finder import LoadResult
from gateway.resolvers.insights.model.fact import FactLoader, combined, derived_from
from gateway.resolvers.insights.model.insight import InsightArea
from gateway.resolvers.insights.rules.table import RULES

AREAS = [area.value for area in InsightArea]
OF_CUSTOMER = """query($customer: ID!) { customer(id: $customer) { accounts { insights {
  total all { code } unknown { code } sources { system } } } } }"""
AREA = {rule.code: rule.area.value for rule in RULES}
WAIT = 100
# The cross-reference comes with the account: most areas start from it.
START = {"BillingAccount by id", "AccountReference by account_id"}
LOOKUPS: Mapping[str, set[str]] = {
    "BILLING": {
        *START,
        *(f"{record} by account_id" for record in ("AccountBalance", "Bill", "AutopayInstruction")),
        "BillSegment by bill_id",
        "ScheduledPayment by account_id",
    },
    "PAYMENT": {
        *START,
        *(f"{record} by account_id" for record in ("AutopayInstruction", "Bill", "CreditProfile", "Payment")),
        "ScheduledPayment by account_id",
    },
    "PROGRAM": {
        *START,
        *(f"{record} by account_id" for record in ("AccountBalance", "Bill", "PaymentArrangement")),
        "ProgramEnrollment by account_id",
    },
    "COLLECTIONS": {
        *START,
        *(f"{record} by account_id" for record in ("CollectionProcess", "CutProcess", "SeveranceProcess")),
        *(f"{record} by account_id" for record in ("PayPlan", "PayPlanOverdueProcess", "PaymentArrangement")),
        *(f"{record} by account_id" for record in ("CreditProfile", "CreditRatingHistory", "WriteOffProcess")),
        *(f"{record} by account_id" for record in ("AccountBalance", "Person", "ServiceAgreement")),
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
        *(f"{record} by account_id" for record in ("Call", "Chat", "CustomerContact", "Interaction")),
        "Interaction by customer_id",
    },
}
# Whose keys are known only when the customer's accounts are: where there are others, one question more.
OF_OTHERS = {"AccountBalance by account_id", "CollectionProcess by account_id"}


def lookups_asked(at: Harness) -> list[str]:
    """The lookups asked, once for each batch."""
    return [batch.lookup.name for batch in at.gate.batches]


@pytest.mark.parametrize("area", AREAS)
async def test_an_area_loads_only_what_its_rules_need(shared: Harness, area: str) -> None:
    tables = utility(2)
    shared.fill(tables)
    result = await insights(shared, [area])
    # No plan goes on, no bill is complete, nothing came back here: what would follow from that is not asked.
    idle = {"ScheduledPayment by pay_plan_id", "BillSegment by bill_id"}
    assert LOOKUPS[area] - idle <= set(lookups_asked(shared)) <= LOOKUPS[area]
    assert {insight["area"] for insight in result["all"]} <= {area}
    assert {AREA[insight["code"]] for insight in result["unknown"]} <= {area}


async def test_several_areas_load_what_each_of_them_loads(shared: Harness) -> None:
    apart: set[str] = set()
    for area in ("FIELD", "OUTAGE"):
        shared.fill(utility(2))
        await insights(shared, [area])
        apart.update(lookups_asked(shared))
    shared.fill(utility(2))
    await insights(shared, ["OUTAGE", "FIELD", "OUTAGE"])
    assert set(lookups_asked(shared)) == apart


async def test_no_areas_are_all_areas(shared: Harness) -> None:
    shared.fill(utility(2))
    every = await insights(shared)
    questions = sorted(lookups_asked(shared))
    shared.fill(utility(2))
    none = await insights(shared, [])
    assert [insight["code"] for insight in none["all"]] == [insight["code"] for insight in every["all"]]
    assert sorted(lookups_asked(shared)) == questions


async def test_a_minimum_severity_loads_only_what_its_rules_need(shared: Harness) -> None:
    fill(shared, {})
    await insights(shared, ["CUSTOMER"], "CRITICAL")
    assert set(lookups_asked(shared)) == {*START, "Person by account_id", "Premise by id"}


async def test_each_lookup_is_one_batch(shared: Harness) -> None:
    shared.fill(utility(1))
    await insights(shared)
    assert max(Counter(lookups_asked(shared)).values()) == 1


async def test_other_accounts_cost_one_more_batch_for_each_record(shared: Harness) -> None:
    shared.fill(utility(5))
    await insights(shared)
    twice = {name: count for name, count in Counter(lookups_asked(shared)).items() if count > 1}
    assert twice == dict.fromkeys(OF_OTHERS, 2)


async def test_fifty_accounts_cost_the_batches_of_one(shared: Harness) -> None:
    batches = []
    for accounts in (1, 50):
        shared.fill(utility(accounts))
        result = await shared.ask(OF_CUSTOMER, customer=CUSTOMER)
        assert len(result["customer"]["accounts"]) == accounts
        # Only where there is one account, conversations are asked by customer, too.
        alone = {f"{record} by customer_id" for record in ("Call", "Chat", "Interaction")}
        assert max(Counter(lookups_asked(shared)).values()) == 1
        batches.append(sorted({*lookups_asked(shared)} - alone))
    assert batches[0] == batches[1]


async def test_facts_load_in_as_few_rounds_as_possible(shared: Harness) -> None:
    shared.fill(utility(3))
    await insights(shared)
    rounds = [{batch.lookup.name for batch in some} for some in shared.gate.rounds]
    assert len(rounds) <= 3
    assert rounds[0] == START
    after = {"ProcessEvent by process_id", "ContactRestriction by party_id", "Person by id"}
    assert rounds[2] & set.union(*LOOKUPS.values()) <= {*OF_OTHERS, *after, "BillSegment by bill_id"}


async def test_sources_list_each_asked_system_once(shared: Harness) -> None:
    shared.fill(utility(1))
    result = await insights(shared, ["CUSTOMER", "FIELD"])
    assert Counter(source["system"] for source in result["sources"]) == Counter(["CIS", "CRM", "EMAIL", "FIELD_WORK"])
    assert {source["state"] for source in result["sources"]} == {"OK"}


async def test_sources_list_failed_systems_but_not_unasked_ones(shared: Harness) -> None:
    fill(shared, {})
    shared.gate.down = {"AccountReference by account_id": SourceTimeout, "EMAIL": SourceDown}
    result = await insights(shared, ["CUSTOMER", "FIELD"])
    states = {source["system"]: source["state"] for source in result["sources"]}
    assert states == {"CIS": "TIMEOUT", "CRM": "OK", "EMAIL": "DOWN"}
    assert raised_as("DATA_INCOMPLETE", result)[0]["message"].startswith("Data of CIS and E-mail is missing")


async def test_a_request_that_is_cancelled_leaves_nothing_running(shared: Harness) -> None:
    fill(shared, {})
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


async def test_cancelling_one_caller_keeps_a_shared_value_for_others() -> None:
    info: Any = SimpleNamespace(context=SimpleNamespace(shared={}))  # as far as it is used
    free, values = asyncio.Event(), []

    async def find() -> str:
        await free.wait()
        values.append("told")
        return "told"

    circumstances = context()
    one, other = (asyncio.ensure_future(FactLoader(info, circumstances).shared("key", find)) for _ in range(2))
    await asyncio.sleep(0)  # it is being found
    one.cancel()
    free.set()
    assert await other == "told"
    assert values == ["told"]


def test_a_derived_result_has_the_age_of_its_last_load() -> None:
    first: LoadResult[int] = LoadResult([], datetime(2026, 11, 1, tzinfo=UTC), from_cache=True)
    then: LoadResult[int] = LoadResult([1], datetime(2026, 11, 2, tzinfo=UTC))
    assert derived_from(first, combined([])) == first
    assert derived_from(first, then) == then
