"""Where answers are remembered for the bad days, a system that fails shows the old ones and says so."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from support.faults.fault_kinds import ALL, FAST_FAULTS, FAULTS, ask_healthy_answers, requests_for
from support.faults.faulty_utility import SYSTEMS, FaultyGateway, FaultyUtility, faulty_gateway
from support.faults.oracle import silent_differences

pytestmark = pytest.mark.anyio
CASE = "severance active"
# Nothing is fresh for a moment; all of it may be shown for an hour where its system fails.
FAILING = ("error json", "reset", "error html", "busy", "html", "huge", "cut")
KEEPING = "cache = 0\nbreaker = false\nretry = false\n"


@pytest.fixture(scope="module")
async def keeping(utility: FaultyUtility, day: FaultyGateway) -> AsyncIterator[FaultyGateway]:
    """A gateway that has been asked everything, and remembers it."""
    await ask_healthy_answers(day, CASE)
    async with faulty_gateway(utility, words=KEEPING) as made:
        for each in requests_for(CASE):
            await made.ask(each)
        yield made


def _values(value: Any) -> Any:
    """What is said, but not how old it is and who told it. Insights say that not everything is known."""
    if isinstance(value, dict):
        beside = ("sources", "insights", "ageSeconds", "asOf")
        return {name: _values(each) for name, each in value.items() if name not in beside}
    return [_values(each) for each in value] if isinstance(value, list) else value


def _states(value: Any) -> Iterator[str]:
    """How every system fared that a page names."""
    if isinstance(value, dict):
        yield from (each["state"] for each in value.get("sources", ()))
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _states(each)


@pytest.mark.parametrize(
    "fault", [*FAST_FAULTS] if ALL else [*FAILING[:1], "types values", "shape bare", "others"]
)
@pytest.mark.parametrize("system", SYSTEMS)
async def test_a_system_that_fails_shows_what_it_said_and_is_called_stale(
    keeping: FaultyGateway, system: str, fault: str
) -> None:
    faulty, asked = keeping.systems_of(system), 0
    for question in requests_for(CASE):
        good = await keeping.ask_healthy(question)
        if system.upper() in good["extensions"]["sources"]:
            asked += 1
            keeping.befall(system, FAULTS[fault])
            answer = await keeping.ask(question)
            keeping.faults.clear()
            assert silent_differences(good, answer, faulty, await keeping.ask_healthy(question.long)) == []
            assert _values(answer["data"]) == _values(good["data"]), question.name
            assert {*_states(answer["data"])} <= {"OK", "STALE"}
            if fault in FAILING:
                assert answer["extensions"]["sources"][system.upper()]["state"] == "STALE"
                assert answer["extensions"]["sources"][system.upper()]["fromCache"]
    assert asked


@pytest.mark.parametrize("system", SYSTEMS)
async def test_nonsense_is_not_remembered_so_that_the_next_answer_after_it_is_whole(
    keeping: FaultyGateway, system: str
) -> None:
    names = keeping.systems_of(system)
    for question in requests_for(CASE):
        good = await keeping.ask_healthy(question)
        if names & good["extensions"]["sources"].keys():
            keeping.befall(system, FAULTS["types all"])
            await keeping.ask(question)
            keeping.faults.clear()
            assert silent_differences(good, await keeping.ask(question), frozenset()) == []
