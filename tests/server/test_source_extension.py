"""A request chooses how much of `extensions.sources` its response has."""

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


@pytest.mark.parametrize("wrong", ["some", None, 1, ["full"], {"full": True}])
async def test_an_unknown_level_is_refused_before_anything_runs(wrong: object) -> None:
    async with served(TABLES) as http:
        request = {"query": QUERY, "variables": {"n": "C1"}, "extensions": {"sources": wrong}}
        async with http.post("/graphql", json=request) as response:
            body = await response.json()
    assert (response.status, "data" in body) == (400, False)
    assert body["errors"][0]["extensions"] == {
        "code": "BAD_INPUT",
        "reason": "INVALID_REQUEST",
        "argument": "extensions.sources",
        "cause": "BAD_INPUT/INVALID_REQUEST/extensions.sources",
    }
    assert '"full", "compact", "none"' in body["errors"][0]["message"]
