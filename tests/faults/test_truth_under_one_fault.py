"""No silent errors: every fault at every system, one at a time."""

import pytest
from support.faults.fault_kinds import (
    FAST_FAULTS,
    FAULTS,
    SLOW_KINDS,
    ask_healthy_answers,
    cases_for,
    requests_for,
    silently_wrong,
)
from support.faults.faulty_utility import SYSTEMS, FaultyGateway, FaultyUtility, faulty_gateway

from gateway_demo.faults.model import Fault

pytestmark = pytest.mark.anyio
HALF = {name: FAULTS[name] for name in ("error json", "cut", "types values", "shape bare", "others")}
NUMBER = {pair: number for number, pair in enumerate((s, f) for s in SYSTEMS for f in FAULTS)}


@pytest.mark.parametrize("fault", FAST_FAULTS)
@pytest.mark.parametrize("system", SYSTEMS)
async def test_no_silent_errors_with_a_faulty_system(gateway: FaultyGateway, system: str, fault: str) -> None:
    requests = requests_for(*cases_for(NUMBER[system, fault]))
    assert await silently_wrong(gateway, {system: FAST_FAULTS[fault]}, requests) == []


@pytest.mark.parametrize("system", SYSTEMS)
async def test_no_silent_errors_with_a_slow_system(utility: FaultyUtility, gateway: FaultyGateway, system: str) -> None:
    async with faulty_gateway(utility, impatient=(system,)) as impatient:
        for kind in SLOW_KINDS:
            cases = cases_for(NUMBER[system, kind])
            await ask_healthy_answers(gateway, *cases)
            assert await silently_wrong(impatient, {system: FAULTS[kind]}, requests_for(*cases)) == []


@pytest.mark.parametrize("fault", HALF)
@pytest.mark.parametrize("system", SYSTEMS)
async def test_no_silent_errors_when_half_of_the_calls_fail(gateway: FaultyGateway, system: str, fault: str) -> None:
    whole = HALF[fault]
    half = Fault(kind=whole.kind, form=whole.form, share=0.5, seed=NUMBER[system, fault])
    requests = requests_for(*cases_for(NUMBER[system, fault]))
    assert await silently_wrong(gateway, {system: half}, requests) == []
