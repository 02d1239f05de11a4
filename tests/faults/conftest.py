"""A demo utility with injectable faults, and a gateway over it."""

from collections.abc import AsyncIterator, Iterator

import pytest
from support.demo.demo_folders import SMALL, shared_demo
from support.faults.faulty_utility import FaultyGateway, FaultyUtility, faulty_gateway, faulty_utility


@pytest.fixture(scope="session")
def utility(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FaultyUtility]:
    demo = shared_demo(tmp_path_factory, SMALL)
    with faulty_utility(demo, tmp_path_factory.mktemp("catalogs")) as utility:
        yield utility


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    """One event loop for each module, so that a gateway is opened once for its tests."""
    return "asyncio"


@pytest.fixture(scope="module")
async def gateway(utility: FaultyUtility) -> AsyncIterator[FaultyGateway]:
    async with faulty_gateway(utility) as gateway:
        yield gateway
