"""A request chooses how much of `extensions.sources` its response has, and the form of errors."""

from typing import Any

import aiohttp
import msgspec
import pytest
from support.harness import Tables
from support.telemetry.served import failing, served

from gateway.errors import SourceDown

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
