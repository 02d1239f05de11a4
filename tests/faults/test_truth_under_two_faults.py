"""Zero silent wrong answers, two faulty systems at a time: a sample in CI, all pairs by `make faults`."""

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
    """Every pair of systems, each fault at the one with one at the other that takes turns."""
    turns = Random(360)  # noqa: S311  # nothing to guard
    names = list(FAST_FAULTS)
    every = [
        ((one, fault), (other, turns.choice(names)))
        for (one, other), fault in product(combinations(SYSTEMS, 2), names)
    ]
    return every if ALL else turns.sample(every, SAMPLE)


@pytest.mark.parametrize("pair", _pairs(), ids=lambda pair: " and ".join(" ".join(each) for each in pair))
async def test_no_answer_is_wrong_without_a_word_where_two_systems_are_faulty(
    day: FaultyGateway, pair: Pair
) -> None:
    asked = [each for each in requests_for(CASES[0]) if each.name in DOCUMENTS]
    assert await silently_wrong(day, {system: FAST_FAULTS[fault] for system, fault in pair}, asked) == []
