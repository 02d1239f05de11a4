from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from support.harness import catalog_text, harness

from gateway.contract.batch import ALL_ROWS
from gateway.contract.times import Clock
from gateway.errors import (
    InvalidResponse,
    InvalidRow,
    NotConfigured,
    SourceDown,
    SourceError,
    SourceTimeout,
    UpstreamBadRequest,
    UpstreamUnauthorized,
)
from gateway.ids import global_id
from gateway.loading.finder import LoadResult
from gateway.resolvers.customer360.account import BillingAccount
from gateway.resolvers.customer360.customer import Customer
from gateway.resolvers.graph.record import SourceSystem
from gateway.resolvers.graph.source_status import source_report, statuses

NOW = datetime.now(UTC)
ID = global_id("Customer", "1")
QUERY = "query($id: ID!) { customer(id: $id) { customerNumber accounts { accountNumber } } }"
ACCOUNTS = {"BillingAccount": [{"id": "A1", "account_number": "A1", "status": "ACTIVE"}]}
TABLES = {"Customer": [{"id": "1", "customer_number": "C1", "status": "OPEN"}]}


def ago(seconds: float, **how: bool) -> LoadResult[object]:
    return LoadResult([], NOW - timedelta(seconds=seconds), None, **how)


def failure(error: SourceError) -> LoadResult[object]:
    return LoadResult([], error=error)


def crm_report(results: Sequence[LoadResult[object]]) -> dict[str, Any]:
    return source_report([(Customer, results)], Clock())["CRM"]


def test_a_system_has_its_oldest_age_and_its_worst_state() -> None:
    status = source_report([(Customer, [ago(5), ago(65, from_cache=True)]), (Customer, [ago(1)])], Clock())["CRM"]
    assert (status["state"], status["fromCache"], status["retryable"]) == ("OK", True, False)
    assert status["ageSeconds"] >= 65
    assert datetime.fromisoformat(status["asOf"]) == NOW - timedelta(seconds=65)


READ_AT = """query($id: ID!) { sources { system asOf ageSeconds } customer(id: $id) { customerNumber
  interactions { sources { system asOf ageSeconds } } } }"""


@pytest.mark.parametrize("now", [datetime(2026, 11, 15, 17, tzinfo=UTC), datetime(2031, 2, 1, tzinfo=UTC)])
async def test_instants_of_reading_follow_the_gateways_clock(now: datetime) -> None:
    async with harness(TABLES, now=now) as at:
        result = await at.answer(READ_AT, id=ID)
    assert result.data
    reports = [*result.data["sources"], *result.data["customer"]["interactions"]["sources"], *result.sources.values()]
    answers = [each for each in reports if each["asOf"] is not None]
    assert len(answers) > 10
    assert all(now <= datetime.fromisoformat(each["asOf"]) < now + timedelta(minutes=5) for each in answers)
    assert all(each["ageSeconds"] < 300 for each in answers)


def test_each_system_has_its_own_status() -> None:
    report = source_report([(Customer, [ago(5)]), (BillingAccount, [failure(SourceDown("CIS"))])], Clock())
    assert {name: each["state"] for name, each in report.items()} == {"CRM": "OK", "CIS": "DOWN"}


@pytest.mark.parametrize(
    ("error", "state", "retryable"),
    [
        (SourceDown, "DOWN", True),
        (SourceTimeout, "TIMEOUT", True),
        (InvalidResponse, "DOWN", False),
        (UpstreamUnauthorized, "FORBIDDEN", False),
    ],
)
async def test_a_failing_system_says_whether_a_retry_may_help(
    error: type[SourceDown], state: str, *, retryable: bool
) -> None:
    async with harness(TABLES) as at:
        at.gate.down["CIS"] = error
        result = await at.answer(QUERY, id=ID)
    assert result.sources["CRM"]["state"] == "OK"
    status = result.sources["CIS"]
    assert (status["state"], status["retryable"]) == (state, retryable)
    assert (status["asOf"], status["ageSeconds"]) == (None, None)


async def test_a_missing_system_is_reported_as_not_configured() -> None:
    async with harness(TABLES, text=catalog_text(leave_out=["CIS"])) as at:
        result = await at.answer(QUERY, id=ID)
    assert result.sources["CIS"]["state"] == "NOT_CONFIGURED"


async def test_only_systems_that_were_asked_are_reported() -> None:
    async with harness(TABLES) as at:
        assert (await at.answer("{ __typename }")).body() == {"data": {"__typename": "Query"}}
        body = (await at.answer("query($id: ID!) { customer(id: $id) { customerNumber } }", id=ID)).body()
    assert list(body["extensions"]["sources"]) == ["CRM"]


def test_the_worst_result_of_a_system_is_reported() -> None:
    down, late = failure(SourceDown("x")), failure(SourceTimeout("x"))
    for results in ([down, late], [late, down], [ago(1, stale=True), late, down]):
        assert crm_report(results)["state"] == "DOWN"
    assert crm_report([ago(1), ago(1, stale=True)])["state"] == "STALE"
    assert crm_report([failure(NotConfigured("x"))])["state"] == "NOT_CONFIGURED"


@pytest.mark.parametrize("kind", [InvalidRow, UpstreamBadRequest, InvalidResponse])
def test_one_misread_answer_is_not_its_system(kind: type[SourceError]) -> None:
    assert crm_report([ago(5), failure(kind("CRM"))])["state"] == "PARTIAL"
    assert crm_report([failure(kind("CRM")), failure(SourceTimeout("CRM"))])["state"] in ("TIMEOUT", "DOWN")


@pytest.mark.parametrize("kind", [InvalidRow, UpstreamBadRequest])
@pytest.mark.parametrize("unreadable", [0, 2])
def test_a_system_without_anything_readable_is_down(kind: type[SourceError], unreadable: int) -> None:
    status = crm_report([failure(kind("CRM")), LoadResult([], NOW, kind("CRM"), unreadable=unreadable)])
    assert (status["state"], status["asOf"], status["retryable"]) == ("DOWN", None, False)


def test_a_system_that_refuses_a_key_has_answered() -> None:
    refused = failure(UpstreamBadRequest("crm", of_keys=True).renamed("CRM", "Customers"))
    assert crm_report([refused])["state"] == "PARTIAL"
    assert crm_report([refused, failure(UpstreamBadRequest("CRM"))])["state"] == "DOWN"  # the request itself is wrong
    assert crm_report([refused, failure(SourceTimeout("CRM"))])["state"] == "TIMEOUT"


def test_an_unreadable_row_leaves_the_age_of_the_others() -> None:
    status = crm_report([LoadResult([], NOW, InvalidRow("CRM"), readable=["x"], unreadable=1)])
    assert (status["state"], status["asOf"]) == ("PARTIAL", NOW.isoformat())


@pytest.mark.parametrize("kinds", list(permutations([InvalidResponse, SourceDown, UpstreamUnauthorized])))
def test_a_retryable_failure_is_reported_in_any_order(kinds: Sequence[type[SourceDown]]) -> None:
    results = [failure(kind("CRM")) for kind in kinds]
    reported = crm_report(results)
    (status,) = statuses((SourceSystem.CRM, result) for result in results)
    assert (reported["state"], reported["retryable"]) == ("DOWN", True)
    assert (status.state.name, status.retryable, status.message) == ("DOWN", True, "CRM did not answer.")


@pytest.mark.parametrize("stale", [False, True])
def test_a_missing_record_type_does_not_hide_other_results(*, stale: bool) -> None:
    missing = failure(NotConfigured("CRM"))
    for results in ([missing, ago(1, stale=stale)], [ago(1, stale=stale), missing]):
        status = crm_report(results)
        assert (status["state"], status["retryable"]) == ("STALE" if stale else "OK", stale)


async def test_an_answering_system_is_ok_despite_a_missing_record_type() -> None:
    async with harness(TABLES, text=catalog_text(leave_out=["BillingAccount"])) as at:
        query = "query($id: ID!) { customer(id: $id) { accounts { id } party { name } } }"
        assert (await at.answer(query, id=ID)).sources["CIS"]["state"] == "NOT_CONFIGURED"
    async with harness(ACCOUNTS, text=catalog_text(leave_out=["ProgramEnrollment"])) as at:
        query = '{ billingAccount(accountNumber: "A1") { accountNumber programs { __typename } } }'
        assert (await at.answer(query)).sources["CIS"]["state"] == "OK"


async def test_a_record_has_the_provenance_of_its_answer() -> None:
    async with harness(TABLES) as at:
        result = (await at.engine.finder.find(Customer, "id", ["1"], ALL_ROWS))["1"]
    provenance = result.records[0].provenance
    assert provenance is not None
    assert (provenance.as_of, provenance.from_cache, provenance.stale) == (result.as_of, False, False)
