"""What tests of the domain share: one utility for each file, filled anew by each test."""

from collections.abc import AsyncIterator

import pytest
from support.utility import utility
from support.world import World, world


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    """One event loop for each file: its utility outlives a test."""
    return "asyncio"


@pytest.fixture(scope="module")
async def shared(anyio_backend: str) -> AsyncIterator[World]:  # noqa: ARG001  # its loop lives as long
    """A gateway, whatever its systems hold."""
    async with world({}) as made:
        yield made


@pytest.fixture
def at(shared: World) -> World:
    """The small utility: customer C with accounts A1 and A2."""
    shared.fill(utility(2))
    return shared


@pytest.fixture
def alone(shared: World) -> World:
    """The small utility, where account A1 is all that customer C has."""
    shared.fill(utility(1))
    return shared
