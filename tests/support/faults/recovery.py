"""Asks until an answer is whole again."""

import pytest

from support.faults.faulty_utility import FaultyGateway
from support.faults.requests import GraphQLRequest

MOST = 60  # questions, each of some milliseconds: far more than a rest and a trial take


async def whole_again(day: FaultyGateway, question: GraphQLRequest) -> int:
    """How many answers were not whole before one was."""
    good = (await day.ask_healthy(question))["data"]
    for asked in range(MOST):
        answer = await day.ask(question)
        if _told(answer["data"]) == _told(good):
            return asked
    pytest.fail("never whole again")


def _told(value: object) -> object:
    """Without ages, which no two answers share."""
    if isinstance(value, dict):
        return {
            name: _told(each)
            for name, each in value.items()
            if name not in ("ageSeconds", "asOf", "fromCache")
        }
    return [_told(each) for each in value] if isinstance(value, list) else value
