"""Repeats a request until its response is complete again."""

import pytest

from support.faults.faulty_utility import FaultyGateway
from support.faults.requests import GraphQLRequest

MAX_REQUESTS = 60  # of some milliseconds each: far longer than a breaker stays open


async def recovered(gateway: FaultyGateway, request: GraphQLRequest) -> int:
    """The number of incomplete responses before the first complete one."""
    healthy = (await gateway.ask_healthy(request))["data"]
    for count in range(MAX_REQUESTS):
        response = await gateway.ask(request)
        if _without_ages(response["data"]) == _without_ages(healthy):
            return count
    pytest.fail("the response never became complete again")


def _without_ages(value: object) -> object:
    if isinstance(value, dict):
        return {
            name: _without_ages(item) for name, item in value.items() if name not in ("ageSeconds", "asOf", "fromCache")
        }
    return [_without_ages(item) for item in value] if isinstance(value, list) else value
