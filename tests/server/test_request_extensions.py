"""A request chooses how much of `extensions.sources` its response has, and the form of errors."""

from itertools import permutations
from typing import Any

import aiohttp
import msgspec
import pytest
from support.harness import Tables
from support.telemetry.served import failing, served

from gateway.contract.batch import Answers, Batch, Fetch
from gateway.errors import (
    InvalidResponse,
    InvalidRow,
    NotConfigured,
    Overloaded,
    SourceDown,
    SourceError,
    SourceTimeout,
    UpstreamUnauthorized,
)
from gateway.server.request_extensions import CODE_PRECEDENCE

TABLES: Tables = {
    "BillingAccount": [{"id": "A1", "account_number": "C1", "customer_id": "1", "status": "ACTIVE"}],
    "Bill": [],
}
QUERY = "query($n: String!) { billingAccount(accountNumber: $n) { accountNumber bills(first: 1) { nodes { id } } } }"


async def sources(http: aiohttp.ClientSession, method: str, extensions: object) -> Any:
    """The systems of `extensions.sources` with their states; None without that report."""
    request = {"query": QUERY, "variables": {"n": "C1"}, "extensions": extensions}
    if method == "POST":
        response = await http.post("/graphql", json=request)
    else:
        texts = {key: msgspec.json.encode(value).decode() for key, value in request.items() if value and key != "query"}
        response = await http.get("/graphql", params={"query": QUERY, **texts})
    report = (await response.json()).get("extensions", {}).get("sources")
    return report and {system: status["state"] for system, status in report.items()}


@pytest.mark.parametrize("method", ["POST", "GET"])
async def test_a_request_chooses_how_much_it_reads_of_sources(method: str) -> None:
    whole = {"CIS": "OK", "BILLING": "DOWN"}
    expected = [({}, whole), ({"sources": "full"}, whole), ({"sources": "compact"}, {"BILLING": "DOWN"})]
    async with served(TABLES, wrap=failing(SourceDown, "BILLING")) as http:
        for extensions, systems in [*expected, (None, whole), ({"sources": "none"}, None)]:
            assert await sources(http, method, extensions) == systems


async def test_a_compact_report_is_absent_where_all_is_well() -> None:
    async with served(TABLES) as http:
        assert await sources(http, "POST", {"sources": "compact"}) is None


@pytest.mark.parametrize("name", ["sources", "errors"])
@pytest.mark.parametrize("wrong", ["some", None, 1, ["full"], {"full": True}])
async def test_an_unknown_value_is_refused_before_anything_runs(name: str, wrong: object) -> None:
    async with served(TABLES) as http:
        request = {"query": QUERY, "variables": {"n": "C1"}, "extensions": {name: wrong, "persistedQuery": {}}}
        async with http.post("/graphql", json=request) as response:
            body = await response.json()
    assert (response.status, "data" in body) == (400, False)
    ((message, extensions),) = [(error["message"], error["extensions"]) for error in body["errors"]]
    assert (extensions["code"], extensions["reason"]) == ("BAD_INPUT", "INVALID_REQUEST")
    assert extensions["argument"] == f"extensions.{name}"
    assert ('"full", "compact", "none"' if name == "sources" else '"each", "grouped"') in message


async def test_errors_of_one_cause_are_one_on_request() -> None:
    query = QUERY.replace("bills(first: 1)", "autopay { __typename } balance { asOf } bills(first: 1)")
    request: dict[str, Any] = {"query": query, "variables": {"n": "C1"}}
    async with served(TABLES, wrap=failing(SourceDown, "BILLING")) as http:
        async with http.post("/graphql", json=request) as response:
            each = await response.json()
        async with http.post("/graphql", json={**request, "extensions": {"errors": "grouped"}}) as response:
            grouped = await response.json()
    assert grouped["data"] == each["data"]
    by_cause: dict[str, list[Any]] = {}
    for error in each["errors"]:
        by_cause.setdefault(error["extensions"]["cause"], []).append(error["path"])
    assert {error["extensions"]["cause"]: error["extensions"]["paths"] for error in grouped["errors"]} == by_cause
    assert max(map(len, by_cause.values())) > 1


FAILURES = [SourceDown, SourceTimeout, Overloaded, UpstreamUnauthorized, InvalidResponse, InvalidRow]


def failing_by_lookup(kinds: dict[str, type[SourceError]]) -> Any:
    """Fail each of these lookups in its own way, as a system does whose circuit breaker opens between two calls."""

    def wrap(name: str, fetch: Fetch) -> Fetch:
        async def fail(batch: Batch) -> Answers:
            kind = kinds.get(batch.lookup.name)
            return await fetch(batch) if kind is None else dict.fromkeys(batch.keys, kind(name))

        return fail

    return wrap


async def test_one_broken_system_is_one_error() -> None:
    query = QUERY.replace("bills(first: 1)", "balance { asOf } bills(first: 1)")
    request = {"query": query, "variables": {"n": "C1"}, "extensions": {"errors": "grouped"}}
    lookups: dict[str, type[SourceError]] = {}
    async with served(TABLES, wrap=failing_by_lookup(lookups)) as http:
        for kinds in permutations(FAILURES, 2):
            lookups |= dict(zip(("AccountBalance by account_id", "Bill by account_id"), kinds, strict=True))
            async with http.post("/graphql", json=request) as response:
                body = await response.json()
            (error,) = body["errors"]
            paths = [["billingAccount", "balance"], ["billingAccount", "bills", "nodes"]]
            assert sorted(error["extensions"]["paths"]) == paths
            assert error["extensions"]["cause"] == "SOURCE_FAILURE/BILLING"
            assert error["extensions"]["code"] == min({kind.code for kind in kinds}, key=CODE_PRECEDENCE.index)


def test_a_system_that_is_not_there_has_not_failed() -> None:
    causes = {kind("BILLING").extensions["cause"] for kind in (*FAILURES, NotConfigured)}
    assert causes == {"SOURCE_FAILURE/BILLING", "SOURCE_NOT_CONFIGURED/BILLING"}
