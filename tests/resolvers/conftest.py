"""Fixtures of the resolver tests: one gateway per file, refilled for each test."""

from collections.abc import AsyncIterator

import pytest
from support.utility import utility
from support.world import World, world


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    """One event loop per file, because its gateway outlives a test."""
    return "asyncio"


@pytest.fixture(scope="module")
async def shared(anyio_backend: str) -> AsyncIterator[World]:  # noqa: ARG001  # its loop lives as long
    """A gateway that each test fills."""
    async with world({}) as gateway:
        yield gateway


@pytest.fixture
def at(shared: World) -> World:
    """The small utility: customer C with accounts A1 and A2."""
    shared.fill(utility(2))
    return shared


@pytest.fixture
def alone(shared: World) -> World:
    """The small utility with account A1 alone."""
    shared.fill(utility(1))
    return shared
