"""Fixtures of the resolver tests: one gateway per file, refilled for each test."""

from collections.abc import AsyncIterator

import pytest
from support.harness import Harness, harness
from support.utility import utility


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    """One event loop per file, because its gateway outlives a test."""
    return "asyncio"


@pytest.fixture(scope="module")
async def shared(anyio_backend: str) -> AsyncIterator[Harness]:  # noqa: ARG001  # its loop lives as long
    """A gateway that each test fills."""
    async with harness({}) as gateway:
        yield gateway


@pytest.fixture
def at(shared: Harness) -> Harness:
    """The small utility: customer C with accounts A1 and A2."""
    shared.fill(utility(2))
    return shared


@pytest.fixture
def alone(shared: Harness) -> Harness:
    """The small utility with account A1 alone."""
    shared.fill(utility(1))
    return shared
