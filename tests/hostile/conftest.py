"""One gateway for all cases of a file: each has to leave it whole for the next."""

from collections.abc import AsyncIterator

import pytest
from support.hostile import Gateway, hostile_gateway


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
async def gateway(anyio_backend: str) -> AsyncIterator[Gateway]:  # noqa: ARG001  # its loop lives as long
    async with hostile_gateway() as each:
        yield each
