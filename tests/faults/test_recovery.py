"""After a fault has ended, answers are whole again as soon as the breaker has had its rest and one trial."""

from collections.abc import AsyncIterator

import pytest
from support.faults.fault_kinds import FAULTS, ask_healthy_answers, requests_for, silently_wrong
from support.faults.faulty_utility import SYSTEMS, FaultyGateway, FaultyUtility, faulty_gateway
from support.faults.recovery import MOST, whole_again
from support.faults.requests import GraphQLRequest

from gateway_demo.faults.model import Fault

pytestmark = pytest.mark.anyio
CASE = "severance active"
# A rest shorter than a question takes: whoever asks again and again comes after it.
BREAKING = "breaker = { min_calls = 2, failure_ratio = 0.01, window = 60, open_for = 0.02 }\nretry = false\n"
KINDS = ("error json", "reset", "html", "cut", "shape list")


@pytest.fixture(scope="module")
async def breaking(utility: FaultyUtility, day: FaultyGateway) -> AsyncIterator[FaultyGateway]:
    """A gateway whose breakers open soon and rest for a moment."""
    await ask_healthy_answers(day, CASE)
    async with faulty_gateway(utility, words=BREAKING) as made:
        yield made


async def _asks_for(day: FaultyGateway, system: str) -> GraphQLRequest:
    """A question in which the system has a part."""
    names = day.systems_of(system)
    for each in requests_for(CASE):
        if names & (await day.ask_healthy(each))["extensions"]["sources"].keys():
            return each
    raise AssertionError(f"nobody asks {system}")


async def _broken(day: FaultyGateway, system: str, question: GraphQLRequest, fault: Fault) -> None:
    """Let it fail until its breaker has opened."""
    opened = day.pipeline.source_stats[system].breaker_opened
    day.befall(system, fault)
    for _ in range(MOST):
        await day.ask(question)
        if day.pipeline.source_stats[system].breaker_opened > opened:
            return
    pytest.fail(f"the breaker of {system} never opened")


@pytest.mark.parametrize("system", SYSTEMS)
async def test_answers_are_whole_again_after_the_rest_and_one_trial(
    breaking: FaultyGateway, system: str
) -> None:
    question = await _asks_for(breaking, system)
    fault = FAULTS[KINDS[SYSTEMS.index(system) % len(KINDS)]]
    await _broken(breaking, system, question, fault)
    breaking.faults.clear()
    await whole_again(breaking, question)
    assert breaking.pipeline.source_stats[system].breaker_state == "CLOSED"


@pytest.mark.parametrize("system", SYSTEMS)
async def test_no_answer_is_wrong_without_a_word_while_a_breaker_opens_and_closes(
    breaking: FaultyGateway, system: str
) -> None:
    question = await _asks_for(breaking, system)
    assert await silently_wrong(breaking, {system: FAULTS["error html"]}, requests_for(CASE)) == []
    await whole_again(breaking, question)


async def test_without_a_breaker_the_first_answer_after_a_fault_is_whole(day: FaultyGateway) -> None:
    for system in SYSTEMS:
        question = await _asks_for(day, system)
        day.befall(system, FAULTS["error json"])
        await day.ask(question)
        day.faults.clear()
        assert await whole_again(day, question) == 0
