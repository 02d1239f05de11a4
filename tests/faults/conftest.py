"""A utility that can have bad days, generated once."""

from collections.abc import AsyncIterator, Iterator

import pytest
from support.faults.bad_utility import BadDay, Utility, bad_day, utility_in


@pytest.fixture(scope="session")
def utility(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Utility]:
    with utility_in(tmp_path_factory.mktemp("a utility on bad days")) as made:
        yield made


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    """For a whole module: a gateway that takes a while to open serves all its tests."""
    return "asyncio"


@pytest.fixture(scope="module")
async def day(utility: Utility) -> AsyncIterator[BadDay]:
    async with bad_day(utility) as made:
        yield made
