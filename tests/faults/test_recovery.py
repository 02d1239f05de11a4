"""After a fault, responses are complete again after the breaker's open duration and one trial."""

from collections.abc import AsyncIterator

import pytest
from support.faults.fault_kinds import FAULTS, ask_healthy_answers, requests_for, silently_wrong
from support.faults.faulty_utility import SYSTEMS, FaultyGateway, FaultyUtility, faulty_gateway
from support.faults.recovery import MAX_REQUESTS, recovered
from support.faults.requests import GraphQLRequest

from gateway_demo.faults.model import Fault

pytestmark = pytest.mark.anyio
CASE = "severance active"
# An open duration shorter than a request: a repeated request comes after it.
BREAKING = "breaker = { min_calls = 2, failure_ratio = 0.01, window = 60, open_for = 0.02 }\nretry = false\n"
KINDS = ("error json", "reset", "error html", "cut")


@pytest.fixture(scope="module")
async def breaking(utility: FaultyUtility, gateway: FaultyGateway) -> AsyncIterator[FaultyGateway]:
    """A gateway whose breakers open soon and for a short time."""
    await ask_healthy_answers(gateway, CASE)
    async with faulty_gateway(utility, words=BREAKING) as breaking:
        yield breaking


async def _request_for(gateway: FaultyGateway, system: str) -> GraphQLRequest:
    """A request that involves the system."""
    names = gateway.systems_of(system)
    for request in requests_for(CASE):
        if names & (await gateway.ask_healthy(request))["extensions"]["sources"].keys():
            return request
    raise AssertionError(f"no request involves {system}")


async def _open_breaker(gateway: FaultyGateway, system: str, request: GraphQLRequest, fault: Fault) -> None:
    """Make the system fail until its breaker opens."""
    opened = gateway.pipelines[system].stats.breaker_opened
    gateway.set_faults(system, fault)
    for _ in range(MAX_REQUESTS):
        await gateway.ask(request)
        if gateway.pipelines[system].stats.breaker_opened > opened:
            return
    pytest.fail(f"the breaker of {system} never opened")


@pytest.mark.parametrize("system", SYSTEMS)
async def test_responses_are_complete_again_after_one_trial(breaking: FaultyGateway, system: str) -> None:
    request = await _request_for(breaking, system)
    fault = FAULTS[KINDS[SYSTEMS.index(system) % len(KINDS)]]
    await _open_breaker(breaking, system, request, fault)
    breaking.faults.clear()
    await recovered(breaking, request)
    assert breaking.pipelines[system].stats.breaker_state == "CLOSED"


@pytest.mark.parametrize("system", SYSTEMS)
async def test_no_silent_errors_while_a_breaker_opens_and_closes(breaking: FaultyGateway, system: str) -> None:
    request = await _request_for(breaking, system)
    assert await silently_wrong(breaking, {system: FAULTS["error html"]}, requests_for(CASE)) == []
    await recovered(breaking, request)


async def test_without_a_breaker_the_first_response_is_complete(gateway: FaultyGateway) -> None:
    for system in SYSTEMS:
        request = await _request_for(gateway, system)
        gateway.set_faults(system, FAULTS["error json"])
        await gateway.ask(request)
        gateway.faults.clear()
        assert await recovered(gateway, request) == 0
