"""A caller sees the records whose scope it has; systems are not asked for the others."""

import re
from collections.abc import AsyncIterator

import pytest
from support.documents import NAMES, document, operations
from support.harness import KINDS, Harness, harness
from support.utility import ACCOUNT, VARIABLES, utility

from gateway.access.caller import ALL_SCOPES, Caller, Scope
from gateway.execution.schema import GatewaySchema

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


@pytest.mark.parametrize("scope", list(Scope))
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
