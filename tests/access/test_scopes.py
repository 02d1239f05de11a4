"""A caller sees the records whose scope it has; systems are not asked for the others."""

import re
from collections.abc import AsyncIterator

import pytest
from support.cache.harnesses import caching_harness
from support.documents import NAMES, document, operations
from support.harness import KINDS, Harness, harness
from support.utility import ACCOUNT, VARIABLES, utility

from gateway.access.caller import ALL_SCOPES, Caller, Scope
from gateway.execution.schema import GatewaySchema
from gateway.ids import global_id

CONVERSATIONS = {"Call", "Chat", "EmailMessage", "CustomerContact"}
BILLS = "query($id: ID!) { billingAccount(id: $id) { accountNumber bills(first: 3) { nodes { billNumber } } } }"


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
async def at() -> AsyncIterator[Harness]:
    async with harness(utility()) as gateway:
        yield gateway


def lacking(*scopes: Scope) -> Caller:
    return Caller("agent", ALL_SCOPES - set(scopes))


async def test_a_caller_with_all_scopes_sees_everything(at: Harness) -> None:
    assert await at.asked_by(lacking()).ask(BILLS, id=ACCOUNT) == await at.ask(BILLS, id=ACCOUNT)


async def test_a_field_without_its_scope_is_null_and_forbidden(at: Harness) -> None:
    result = await at.asked_by(lacking(Scope.BILLING_READ)).answer(BILLS, id=ACCOUNT)
    assert result.data == {"billingAccount": {"accountNumber": "1001", "bills": {"nodes": None}}}
    [error] = result.errors
    assert error["path"] == ["billingAccount", "bills", "nodes"]
    assert error["extensions"] == {
        "code": "FORBIDDEN",
        "source": "BILLING",
        "scope": "billing:read",
        "retryable": False,
        "cause": "FORBIDDEN/BILLING",
    }
    assert at.gate.batch_names() == ["BillingAccount by id x 1"]


async def test_the_source_report_says_what_was_not_asked(at: Harness) -> None:
    result = await at.asked_by(lacking(Scope.BILLING_READ)).answer(BILLS, id=ACCOUNT)
    assert {name: each["state"] for name, each in result.sources.items()} == {"CIS": "OK", "BILLING": "NOT_PERMITTED"}


async def test_a_forbidden_account_still_leads_to_its_bills(at: Harness) -> None:
    result = await at.asked_by(Caller("billing", frozenset({Scope.BILLING_READ}))).answer(BILLS, id=ACCOUNT)
    account = result.data["billingAccount"]
    assert account["accountNumber"] is None
    assert account["bills"]["nodes"]
    assert at.gate.batch_names() == ["Bill by account_id x 1"]


@pytest.mark.parametrize("scope", [each for each in Scope if each not in (Scope.DIAGNOSTICS, Scope.PII_REVEAL)])
async def test_no_document_asks_for_records_beyond_the_scopes(at: Harness, scope: Scope) -> None:
    answered = 0
    caller = at.asked_by(lacking(scope))
    for name in NAMES:
        for operation in operations(name):
            result = await caller.answer(document(name), operation, **VARIABLES)
            records = {batch.lookup.record for batch in at.gate.batches}
            assert {record for record in records if KINDS[record].SCOPE is scope} == set(), name
            refused = [each for each in result.errors if each["extensions"]["code"] == "FORBIDDEN"]
            assert {each["extensions"]["scope"] for each in refused} <= {scope.value}
            answered += bool(refused)
    assert answered


async def test_a_caller_without_scopes_asks_nothing(at: Harness) -> None:
    result = await at.asked_by(Caller("new", frozenset())).answer(document("customer-360"), **VARIABLES)
    assert at.gate.batches == []
    assert {each["state"] for each in result.sources.values()} <= {"NOT_PERMITTED", "NOT_CONFIGURED"}


def test_each_record_type_says_its_scope_in_the_schema() -> None:
    scopes = dict(
        re.findall(r"^type (\w+) .*@requiresScopes\(scopes: \[\[\"(.+)\"\]\]\)", GatewaySchema().as_str(), re.MULTILINE)
    )
    hidden = {"AccountReference", "BilledUsage", "DailyUsage", "IntervalUsage"}  # no types of the graph
    assert scopes == {name: cls.SCOPE.value for name, cls in KINDS.items() if name not in hidden}


FEED = """query($id: ID!, $after: String) { billingAccount(id: $id) {
  activities(first: 5, after: $after, acrossWindows: true) {
    complete nodes { __typename } sources { system state } pageInfo { hasNextPage endCursor owed { types } } } } }"""


async def test_a_feed_leaves_out_what_is_forbidden_and_says_so(at: Harness) -> None:
    caller, after, types = at.asked_by(lacking(Scope.INTERACTIONS_READ)), None, list[str]()
    for _ in range(9):
        data = await caller.ask(FEED, id=ACCOUNT, after=after)
        feed = data["billingAccount"]["activities"]
        left_out = {each["system"] for each in feed["sources"] if each["state"] == "NOT_PERMITTED"}
        assert (feed["complete"], left_out) == (False, {"CONTACT_CENTER", "EMAIL", "CIS"})
        assert {name for each in feed["pageInfo"]["owed"] for name in each["types"]} == CONVERSATIONS
        types += [each["__typename"] for each in feed["nodes"]]
        after = feed["pageInfo"]["endCursor"]
        if not feed["pageInfo"]["hasNextPage"]:
            break
    assert not feed["pageInfo"]["hasNextPage"]
    assert types
    assert CONVERSATIONS.isdisjoint(types)


async def test_the_cache_gives_no_caller_what_another_may_see() -> None:
    async with caching_harness(utility()) as gateway:
        clerk, whole = gateway.asked_by(lacking(Scope.BILLING_READ)), await gateway.ask(BILLS, id=ACCOUNT)
        refused = await clerk.answer(BILLS, id=ACCOUNT)
        assert (refused.data or {})["billingAccount"]["bills"]["nodes"] is None
        assert await gateway.ask(BILLS, id=ACCOUNT) == whole
        assert gateway.gate.batch_names() == []


async def test_a_forbidden_id_does_not_tell_whether_it_exists(at: Harness) -> None:
    answers = []
    for key in ("Call1", "none"):
        query = "query($id: ID!) { node(id: $id) { id } }"
        answers.append(await at.asked_by(lacking(Scope.INTERACTIONS_READ)).answer(query, id=global_id("Call", key)))
        assert at.gate.batches == []
    assert answers[0] == answers[1]
    assert [each["extensions"]["code"] for each in answers[0].errors] == ["FORBIDDEN"]
