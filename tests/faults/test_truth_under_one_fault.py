"""Zero silent wrong answers: every system, every fault, one at a time."""

import pytest
from support.faults.fault_kinds import (
    FAST_FAULTS,
    FAULTS,
    SLOW_KINDS,
    cases_for,
    requests_for,
    silently_wrong,
)
from support.faults.faulty_utility import SYSTEMS, FaultyGateway, FaultyUtility, faulty_gateway

from gateway_demo.faults.model import Fault

pytestmark = pytest.mark.anyio
HALF = {name: FAULTS[name] for name in ("error json", "cut", "types values", "shape bare", "others")}
PLACE = {each: place for place, each in enumerate((s, f) for s in SYSTEMS for f in FAULTS)}


@pytest.mark.parametrize("fault", FAST_FAULTS)
@pytest.mark.parametrize("system", SYSTEMS)
async def test_no_answer_is_wrong_without_a_word_where_a_system_is_faulty(
    day: FaultyGateway, system: str, fault: str
) -> None:
    asked = requests_for(*cases_for(PLACE[system, fault]))
    assert await silently_wrong(day, {system: FAST_FAULTS[fault]}, asked) == []


@pytest.mark.parametrize("system", SYSTEMS)
async def test_no_answer_is_wrong_without_a_word_where_a_system_is_too_slow(
    utility: FaultyUtility, system: str
) -> None:
    async with faulty_gateway(utility, impatient=(system,)) as day:
        for kind in SLOW_KINDS:
            asked = requests_for(*cases_for(PLACE[system, kind]))
            assert await silently_wrong(day, {system: FAULTS[kind]}, asked) == []


@pytest.mark.parametrize("fault", HALF)
@pytest.mark.parametrize("system", SYSTEMS)
async def test_no_answer_is_wrong_without_a_word_where_half_of_the_calls_fail(
    day: FaultyGateway, system: str, fault: str
) -> None:
    said = HALF[fault]
    half = Fault(kind=said.kind, form=said.form, share=0.5, seed=PLACE[system, fault])
    asked = requests_for(*cases_for(PLACE[system, fault]))
    assert await silently_wrong(day, {system: half}, asked) == []
