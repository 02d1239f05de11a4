"""What callers, logs and metrics are extras of costs and limits."""

import logging

import aiohttp
import pytest
from support.harness import Harness, harness
from support.telemetry.served import FIND, TABLES, ask, metric_samples, served

from gateway.access.caller import ALL_SCOPES, Caller, Scope
from gateway.config.limits import Limit, Limits, Mode
from gateway.errors import ScopeNeeded
from gateway.server.request_extensions import response_options

POINTS = 5 + 1  # one question, one object


async def report(http: aiohttp.ClientSession, query: str = FIND, **extensions: str) -> object:
    body = {"query": query, "variables": {"n": "C1"}, "extensions": extensions}
    async with http.post("/graphql", json=body) as response:
        answer = await response.json()
    return answer.get("extensions", {}).get("cost")


async def test_costs_are_reported_on_request() -> None:
    async with served(TABLES) as http:
        assert await report(http, cost="full") == {"estimated": POINTS, "actual": POINTS}
        assert await report(http) is None
        assert await report(http, cost="none") is None
        assert await report(http, "{ nonsense }", cost="full") == {"estimated": None, "actual": None}


def test_costs_are_reported_to_callers_with_the_scope_diagnostics() -> None:
    options = response_options({"cost": "full"})
    options.check(Caller("operator", frozenset({Scope.DIAGNOSTICS})))
    other = Caller("partner", ALL_SCOPES - {Scope.DIAGNOSTICS})
    with pytest.raises(ScopeNeeded) as caught:
        options.check(other)
    assert caught.value.extensions == {"code": "FORBIDDEN", "cause": "FORBIDDEN", "scope": "diagnostics"}
    response_options({"sources": "none"}).check(other)


async def test_costs_are_always_in_the_metrics() -> None:
    async with served(TABLES) as http:
        await ask(http, n="C1")
        await ask(http, "{ nonsense }")
        samples = await metric_samples(http, "kind")
    for kind in ("estimated", "actual"):
        assert samples[("gateway_operation_cost_points_count", kind)] == 1
        assert samples[("gateway_operation_cost_points_sum", kind)] == POINTS


async def test_a_breach_is_logged_without_values(caplog: pytest.LogCaptureFixture) -> None:
    async with served(TABLES, limits=Limits(cost=Limit("cost", 5, Mode.MEASURE))) as http:
        await ask(http, n="C1")
    [line] = [each for each in caplog.records if each.name == "gateway.limits"]
    assert line.getMessage() == "limit exceeded"
    extras = {name: getattr(line, name) for name in ("operation", "limit", "mode", "measured", "maximum")}
    assert extras == {"operation": "Find", "limit": "cost", "mode": "measure", "measured": POINTS, "maximum": 5}


async def test_the_log_shows_the_formula_of_a_refused_operation(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "gateway.limits")
    query = "query Q($n: Int) { billingAccount(id: 1) { bills(first: $n) { nodes { id } } } }"
    async with harness({}, limits=Limits(cost=Limit("cost", 100))) as at:
        assert await refused(at, query, 89)
        assert not await refused(at, query, 88)
    [line] = [each.getMessage() for each in caplog.records if each.name == "gateway.limits"]
    assert line == "cost of Q:\n(12 + $n*1)"


async def refused(at: Harness, query: str, n: int) -> bool:
    result = await at.answer(query, n=n)
    return {error["extensions"].get("reason") for error in result.errors} == {"COST_TOO_HIGH"}


async def test_a_list_of_operations_is_refused() -> None:
    async with served(TABLES) as http, http.post("/graphql", json=[{"query": FIND}, {"query": FIND}]) as response:
        assert response.status == 400
        [error] = (await response.json())["errors"]
    assert error["extensions"]["reason"] == "INVALID_REQUEST"
    assert error["message"].startswith("The body is a list of operations: send each as a request")
