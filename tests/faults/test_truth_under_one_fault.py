"""Zero silent wrong answers: every system, every fault, one at a time."""

import pytest
from support.faults.bad_utility import SYSTEMS, BadDay, Utility, bad_day
from support.faults.fault_kinds import FAULTS, QUICK, SLOW, asked_of, silent, taking_turns

from gateway_demo.faults.model import Fault

pytestmark = pytest.mark.anyio
HALF = {name: FAULTS[name] for name in ("error json", "cut", "types values", "shape bare", "others")}
PLACE = {each: place for place, each in enumerate((s, f) for s in SYSTEMS for f in FAULTS)}


@pytest.mark.parametrize("fault", QUICK)
@pytest.mark.parametrize("system", SYSTEMS)
async def test_no_answer_is_wrong_without_a_word_where_a_system_is_faulty(
    day: BadDay, system: str, fault: str
) -> None:
    asked = asked_of(*taking_turns(PLACE[system, fault]))
    assert await silent(day, {system: QUICK[fault]}, asked) == []


@pytest.mark.parametrize("system", SYSTEMS)
async def test_no_answer_is_wrong_without_a_word_where_a_system_is_too_slow(
    utility: Utility, system: str
) -> None:
    async with bad_day(utility, impatient=(system,)) as day:
        for kind in SLOW:
            asked = asked_of(*taking_turns(PLACE[system, kind]))
            assert await silent(day, {system: FAULTS[kind]}, asked) == []


@pytest.mark.parametrize("fault", HALF)
@pytest.mark.parametrize("system", SYSTEMS)
async def test_no_answer_is_wrong_without_a_word_where_half_of_the_calls_fail(
    day: BadDay, system: str, fault: str
) -> None:
    said = HALF[fault]
    half = Fault(kind=said.kind, form=said.form, share=0.5, seed=PLACE[system, fault])
    asked = asked_of(*taking_turns(PLACE[system, fault]))
    assert await silent(day, {system: half}, asked) == []
