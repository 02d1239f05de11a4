from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from support.world import catalog_text, world

from gateway.contract.batch import ALL_ROWS
from gateway.errors import InvalidResponse, NotConfigured, SourceDown, SourceTimeout, UpstreamUnauthorized
from gateway.ids import global_id
from gateway.loading.finder import LoadResult
from gateway.resolvers.customer360.account import BillingAccount
from gateway.resolvers.customer360.customer import Customer
from gateway.resolvers.graph.source_status import source_report, statuses
from gateway.resolvers.graph.systems import SourceSystem

NOW = datetime.now(UTC)
ID = global_id("Customer", "1")
QUERY = "query($id: ID!) { customer(id: $id) { customerNumber accounts { accountNumber } } }"
ACCOUNTS = {"BillingAccount": [{"id": "A1", "account_number": "A1", "status": "ACTIVE"}]}
TABLES = {"Customer": [{"id": "1", "customer_number": "C1", "status": "OPEN"}]}


def ago(seconds: float, **how: bool) -> LoadResult[object]:
    return LoadResult([], NOW - timedelta(seconds=seconds), None, **how)


def test_a_system_is_as_old_as_its_oldest_answer_and_as_well_as_its_worst() -> None:
    told = source_report([(Customer, [ago(5), ago(65, from_cache=True)]), (Customer, [ago(1)])])["CRM"]
    assert (told["state"], told["fromCache"], told["retryable"]) == ("OK", True, False)
    assert told["ageSeconds"] >= 65
    assert datetime.fromisoformat(told["asOf"]) == NOW - timedelta(seconds=65)


def test_systems_are_told_apart() -> None:
    told = source_report([(Customer, [ago(5)]), (BillingAccount, [LoadResult([], error=SourceDown("CIS"))])])
    assert {name: each["state"] for name, each in told.items()} == {"CRM": "OK", "CIS": "DOWN"}


@pytest.mark.parametrize(
    ("error", "state", "retryable"),
    [
        (SourceDown, "DOWN", True),
        (SourceTimeout, "TIMEOUT", True),
        (InvalidResponse, "DOWN", False),
        (UpstreamUnauthorized, "FORBIDDEN", False),
    ],
)
async def test_a_system_that_fails_is_told_with_whether_asking_again_may_help(
    error: type[SourceDown], state: str, *, retryable: bool
) -> None:
    async with world(TABLES) as at:
        at.gate.down["CIS"] = error
        result = await at.answer(QUERY, id=ID)
    assert result.sources["CRM"]["state"] == "OK"
    told = result.sources["CIS"]
    assert (told["state"], told["retryable"], told["asOf"], told["ageSeconds"]) == (
        state,
        retryable,
        None,
        None,
    )


async def test_a_system_that_nobody_connected_is_told_so() -> None:
    async with world(TABLES, text=catalog_text(leave_out=["CIS"])) as at:
        result = await at.answer(QUERY, id=ID)
    assert result.sources["CIS"]["state"] == "NOT_CONFIGURED"


async def test_only_systems_that_were_asked_are_told() -> None:
    async with world(TABLES) as at:
        assert (await at.answer("{ __typename }")).body() == {"data": {"__typename": "Query"}}
        body = (await at.answer("query($id: ID!) { customer(id: $id) { customerNumber } }", id=ID)).body()
    assert list(body["extensions"]["sources"]) == ["CRM"]


def test_of_two_failures_the_worse_is_told_and_of_an_old_answer_and_a_failure_the_failure() -> None:
    down, late = LoadResult([], error=SourceDown("x")), LoadResult([], error=SourceTimeout("x"))
    for founds in ([down, late], [late, down], [ago(1, stale=True), late, down]):
        assert source_report([(Customer, founds)])["CRM"]["state"] == "DOWN"
    assert source_report([(Customer, [ago(1), ago(1, stale=True)])])["CRM"]["state"] == "STALE"
    assert (
        source_report([(Customer, [LoadResult([], error=NotConfigured("x"))])])["CRM"]["state"]
        == "NOT_CONFIGURED"
    )


@pytest.mark.parametrize("kinds", list(permutations([InvalidResponse, SourceDown, UpstreamUnauthorized])))
def test_that_asking_again_may_help_is_told_whichever_of_several_failures_came_first(
    kinds: Sequence[type[SourceDown]],
) -> None:
    founds: list[LoadResult[object]] = [LoadResult([], error=each("CRM")) for each in kinds]
    here = source_report([(Customer, founds)])["CRM"]
    (there,) = statuses((SourceSystem.CRM, each) for each in founds)
    assert (here["state"], here["retryable"]) == ("DOWN", True)
    assert (there.state.name, there.retryable, there.message) == ("DOWN", True, "CRM did not answer.")


@pytest.mark.parametrize("stale", [False, True])
def test_that_a_system_lacks_some_records_does_not_hide_how_it_fared_with_others(*, stale: bool) -> None:
    lacks: LoadResult[object] = LoadResult([], error=NotConfigured("CRM"))
    for founds in ([lacks, ago(1, stale=stale)], [ago(1, stale=stale), lacks]):
        told = source_report([(Customer, founds)])["CRM"]
        assert (told["state"], told["retryable"]) == ("STALE" if stale else "OK", stale)


async def test_a_system_that_answers_is_well_though_a_record_of_it_is_not_connected() -> None:
    async with world(TABLES, text=catalog_text(leave_out=["BillingAccount"])) as at:
        query = "query($id: ID!) { customer(id: $id) { accounts { id } party { name } } }"
        assert (await at.answer(query, id=ID)).sources["CIS"]["state"] == "NOT_CONFIGURED"
    async with world(ACCOUNTS, text=catalog_text(leave_out=["ProgramEnrollment"])) as at:
        query = '{ billingAccount(accountNumber: "A1") { accountNumber programs { __typename } } }'
        assert (await at.answer(query)).sources["CIS"]["state"] == "OK"


async def test_a_record_knows_how_old_the_answer_is_that_it_came_with() -> None:
    async with world(TABLES) as at:
        found = (await at.engine.finder.find(Customer, "id", ["1"], ALL_ROWS))["1"]
    provenance = found.records[0].provenance
    assert provenance is not None
    assert (provenance.as_of, provenance.from_cache, provenance.stale) == (found.as_of, False, False)
