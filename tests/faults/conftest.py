"""A utility that can have bad days, generated once."""

from collections.abc import AsyncIterator, Iterator

import pytest
from support.faults.faulty_utility import FaultyGateway, FaultyUtility, faulty_gateway, faulty_utility


@pytest.fixture(scope="session")
def utility(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FaultyUtility]:
    with faulty_utility(tmp_path_factory.mktemp("a utility on bad days")) as made:
        yield made


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    """For a whole module: a gateway that takes a while to open serves all its tests."""
    return "asyncio"


@pytest.fixture(scope="module")
async def day(utility: FaultyUtility) -> AsyncIterator[FaultyGateway]:
    async with faulty_gateway(utility) as made:
        yield made
