"""No silent errors with two faulty systems: a sample of pairs, or all with `make faults`."""

from collections.abc import Sequence
from itertools import combinations, product
from random import Random

import pytest
from support.faults.fault_kinds import ALL, CASES, FAST_FAULTS, requests_for, silently_wrong
from support.faults.faulty_utility import SYSTEMS, FaultyGateway

pytestmark = pytest.mark.anyio
SAMPLE = 40
DOCUMENTS = ("customer-360", "insights", "overview-tab", "usage-tab", "search by name")
Pair = tuple[tuple[str, str], tuple[str, str]]


def _pairs() -> Sequence[Pair]:
    """Every pair of systems, with each fault at one and a random fault at the other."""
    draws = Random(360)  # noqa: S311  # nothing to guard
    names = list(FAST_FAULTS)
    every = [
        ((one, fault), (other, draws.choice(names))) for (one, other), fault in product(combinations(SYSTEMS, 2), names)
    ]
    return every if ALL else draws.sample(every, SAMPLE)


@pytest.mark.parametrize("pair", _pairs(), ids=lambda pair: " and ".join(" ".join(each) for each in pair))
async def test_no_silent_errors_with_two_faulty_systems(gateway: FaultyGateway, pair: Pair) -> None:
    requests = [each for each in requests_for(CASES[0]) if each.name in DOCUMENTS]
    assert await silently_wrong(gateway, {system: FAST_FAULTS[fault] for system, fault in pair}, requests) == []
