"""Rate limits on a real socket: what callers may spend, what they hear of it, and when they may go on."""

import asyncio
from typing import Any

import pytest
from support.limited import Limited, limited
from support.telemetry.served import Gate, failing, metric_samples

from gateway.config.limits import Limit, Mode
from gateway.errors import SourceDown

FIND = '{ customer(customerNumber: "C1") { customerNumber } }'
ACCOUNTS = '{ customer(customerNumber: "C1") { accounts { id } } }'
POINTS = 6  # of FIND


async def error_of(response: Any) -> Any:
    [error] = (await response.json())["errors"]
    return error


async def spend(at: Limited, times: int, key: int = 0) -> list[int]:
    return [(await at.ask(FIND, key)).status for _ in range(times)]


async def test_a_caller_beyond_its_points_waits_and_goes_on() -> None:
    async with limited(3 * POINTS) as at:
        assert await spend(at, 4) == [200, 200, 200, 429]
        refused = await at.ask(FIND)
        error = await error_of(refused)
        assert (refused.headers["Retry-After"], error["extensions"]["retryAfterSeconds"]) == ("20", 20)
        assert error["extensions"]["code"] == "RATE_LIMITED"
        assert "data" not in await refused.json()
        at.clock[0] += 19.9
        assert await spend(at, 1) == [429]
        at.clock[0] += 0.1
        assert await spend(at, 2) == [200, 429]


async def test_answers_say_what_is_left() -> None:
    async with limited(10 * POINTS) as at:
        first = await at.ask(FIND)
        assert first.headers["RateLimit-Policy"] == f'"points";q={10 * POINTS};qu="points";w=60'
        assert first.headers["RateLimit"] == f'"points";r={9 * POINTS};t=6'
        assert (await at.ask(FIND)).headers["RateLimit"] == f'"points";r={8 * POINTS};t=12'


async def test_callers_do_not_spend_each_others_points() -> None:
    async with limited(POINTS, POINTS) as at:
        assert await spend(at, 2, key=0) == [200, 429]
        assert await spend(at, 2, key=1) == [200, 429]


async def test_only_actual_points_are_spent() -> None:
    async with limited(1_000, 10) as at:
        estimated = (await error_of(await at.ask(ACCOUNTS, 1)))["extensions"]["measured"]
        response = await at.ask(ACCOUNTS)  # its customer has no account; some are assumed
        spent = 1_000 - int(response.headers["RateLimit"].split("r=")[1].split(";")[0])
        assert POINTS < spent < estimated


async def test_what_no_bucket_holds_is_refused_for_good() -> None:
    async with limited(10) as at:
        refused = await at.ask(FIND, **{"Cache-Control": "no-cache"})
        error = await error_of(refused)
        assert (refused.status, "Retry-After" in refused.headers) == (400, False)
        assert error["extensions"]["reason"] == "COST_TOO_HIGH"
        assert error["extensions"]["limit"] == 10
        assert "it can never run" in error["message"]


@pytest.mark.parametrize(
    ("query", "headers"),
    [
        (f"query @refresh(sources: [CRM]) {FIND}", {}),
        (f"query @refresh {FIND}", {}),
        (FIND, {"Cache-Control": "no-cache"}),
    ],
)
async def test_a_refresh_costs_extra_for_each_system(query: str, headers: dict[str, str]) -> None:
    async with limited(10_000) as at:
        response = await at.ask(query, **headers)
        assert response.status == 200
        assert response.headers["RateLimit"].startswith(f'"points";r={10_000 - POINTS - 25};')


async def test_documents_that_cannot_run_cost_one_point() -> None:
    async with limited(2) as at:
        statuses = [(await at.ask("{ nothing }")).status for _ in range(3)]
        assert statuses == [400, 400, 429]


async def test_a_failed_system_costs_its_question() -> None:
    async with limited(2 * POINTS, wrap=failing(SourceDown, "cis")) as at:
        assert await spend(at, 1) == [200]


async def test_a_cancelled_request_keeps_its_estimate() -> None:
    gate = Gate()
    async with limited(POINTS, wrap=gate.wrap) as at:
        request = asyncio.create_task(at.ask(FIND))
        await gate.reached_by(1)
        request.cancel()
        await gate.cancelled.wait()
        gate.open.set()
        assert await spend(at, 1) == [429]


async def test_the_common_limit_counts_for_keys_without_points() -> None:
    async with limited(None, 2 * POINTS, points_per_minute=Limit("rate", POINTS)) as at:
        assert await spend(at, 2, key=0) == [200, 429]
        assert await spend(at, 3, key=1) == [200, 200, 429]
        assert {(await at.ask(FIND, None)).status for _ in range(5)} == {200}  # the local agent


async def test_without_a_limit_there_are_no_headers() -> None:
    async with limited(None) as at:
        response = await at.ask(FIND)
        assert response.status == 200
        assert "RateLimit" not in response.headers


async def test_a_measured_limit_counts_and_answers() -> None:
    async with limited(None, points_per_minute=Limit("rate", POINTS, Mode.MEASURE)) as at:
        assert await spend(at, 3) == [200, 200, 200]
        samples = await metric_samples(at.http, "limit", "mode")
        assert samples["gateway_limit_breaches_total", "rate", "measure"] == 2


async def test_metrics_count_refusals_without_naming_callers() -> None:
    async with limited(POINTS) as at:
        await spend(at, 3)
        samples = await metric_samples(at.http, "limit", "outcome")
        assert samples["gateway_limit_breaches_total", "rate"] == 2
        assert samples["gateway_requests_total", "RATE_LIMITED"] == 2
        caller = at.credentials[0].rpartition("_")[0]
        async with at.http.get("/metrics") as response:
            assert caller not in await response.text()
