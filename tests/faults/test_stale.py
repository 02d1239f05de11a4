"""With stale-if-error, a failing system's cached answers are shown and reported as stale."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from support.faults.fault_kinds import ALL, FAST_FAULTS, FAULTS, ask_healthy_answers, requests_for
from support.faults.faulty_utility import SYSTEMS, FaultyGateway, FaultyUtility, faulty_gateway
from support.faults.oracle import silent_differences

pytestmark = pytest.mark.anyio
CASE = "severance active"
# Cached answers are stale at once, and may be shown for an hour if their system fails.
FAILING = ("error json", "reset", "error html", "busy", "html", "huge", "cut")
CACHE_WORDS = "cache = 0\nbreaker = false\nretry = false\n"


@pytest.fixture(scope="module")
async def caching_gateway(utility: FaultyUtility, gateway: FaultyGateway) -> AsyncIterator[FaultyGateway]:
    """A gateway that has cached all answers."""
    await ask_healthy_answers(gateway, CASE)
    async with faulty_gateway(utility, words=CACHE_WORDS) as caching_gateway:
        for each in requests_for(CASE):
            await caching_gateway.ask(each)
        yield caching_gateway


def _values(value: Any) -> Any:
    """A value without ages, sources and insights, which report incomplete data."""
    if isinstance(value, dict):
        beside = ("sources", "insights", "ageSeconds", "asOf")
        return {name: _values(each) for name, each in value.items() if name not in beside}
    return [_values(each) for each in value] if isinstance(value, list) else value


def _states(value: Any) -> Iterator[str]:
    """The states of all systems that pages name."""
    if isinstance(value, dict):
        yield from (each["state"] for each in value.get("sources", ()))
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _states(each)


@pytest.mark.parametrize("fault", [*FAST_FAULTS] if ALL else [*FAILING[:1], "types values", "shape bare", "others"])
@pytest.mark.parametrize("system", SYSTEMS)
async def test_a_failing_systems_cached_answers_are_shown_as_stale(
    caching_gateway: FaultyGateway, system: str, fault: str
) -> None:
    faulty, count = caching_gateway.systems_of(system), 0
    for request in requests_for(CASE):
        good = await caching_gateway.ask_healthy(request)
        if system.upper() in good["extensions"]["sources"]:
            count += 1
            caching_gateway.set_faults(system, FAULTS[fault])
            answer = await caching_gateway.ask(request)
            caching_gateway.faults.clear()
            assert silent_differences(good, answer, faulty, await caching_gateway.ask_healthy(request.long)) == []
            assert _values(answer["data"]) == _values(good["data"]), request.name
            assert {*_states(answer["data"])} <= {"OK", "STALE"}
            if fault in FAILING:
                assert answer["extensions"]["sources"][system.upper()]["state"] == "STALE"
                assert answer["extensions"]["sources"][system.upper()]["fromCache"]
    assert count


@pytest.mark.parametrize("system", SYSTEMS)
async def test_invalid_answers_are_not_cached(caching_gateway: FaultyGateway, system: str) -> None:
    names = caching_gateway.systems_of(system)
    for request in requests_for(CASE):
        good = await caching_gateway.ask_healthy(request)
        if names & good["extensions"]["sources"].keys():
            caching_gateway.set_faults(system, FAULTS["types all"])
            await caching_gateway.ask(request)
            caching_gateway.faults.clear()
            assert silent_differences(good, await caching_gateway.ask(request), frozenset()) == []
