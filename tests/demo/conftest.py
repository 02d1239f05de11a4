"""The services of a tiny utility over real sockets, and a whole demo with a gateway over it."""

import socket
import threading
from collections.abc import AsyncIterator, Iterator

import aiohttp
import pytest
import uvicorn
from support.demo.demo_folders import LARGE, SMALL, DemoFolder, shared_demo
from support.demo.faulty_systems import FaultyClient, served_with_faults
from support.demo.running_demo import GatewayClient, environment, running_gateway, running_systems
from support.demo.tiny_utility import NOON, SECRETS, SystemsClient, TinyStores, fill

from gateway_demo.faults.databases import DatabaseFaults
from gateway_demo.faults.proxy import with_faults
from gateway_demo.launch.serve_systems import database_addresses, systems_app


@pytest.fixture(scope="module")
def clock() -> list[float]:
    """The clock of the services: one number, to be moved by a test."""
    return [float(NOON)]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, clock: list[float]) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("a demo")
    stores = TinyStores(folder)
    fill(stores)
    stores.close()
    app = systems_app(folder, SECRETS, now=lambda: clock[0])
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join()


@pytest.fixture
async def caller(address: str) -> AsyncIterator[SystemsClient]:
    async with aiohttp.ClientSession() as http:
        yield SystemsClient(http, address)


@pytest.fixture(scope="module")
def faulty_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of services like those at `address`, behind a fault proxy."""
    folder = tmp_path_factory.mktemp("a demo with faults")
    stores = TinyStores(folder)
    fill(stores)
    stores.close()
    databases = DatabaseFaults(database_addresses(folder, {}))
    with served_with_faults(with_faults(systems_app(folder, SECRETS, databases=databases), databases)) as address:
        yield address


@pytest.fixture
async def client(faulty_address: str) -> AsyncIterator[FaultyClient]:
    """A client of the services with faults; all faults are removed after the test."""
    async with aiohttp.ClientSession() as http:
        client = FaultyClient(http, faulty_address)
        yield client
        await client.clear()


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> DemoFolder:
    """A read-only demo of 100 customers: all planted cases, and ordinary ones."""
    return shared_demo(tmp_path_factory, SMALL)


@pytest.fixture(scope="session")
def large_demo(tmp_path_factory: pytest.TempPathFactory) -> DemoFolder:
    """A read-only demo of 300 customers, from which truth tests draw samples."""
    return shared_demo(tmp_path_factory, LARGE)


@pytest.fixture(scope="session")
def gateway_environment(large_demo: DemoFolder) -> Iterator[dict[str, str]]:
    """The environment of a gateway over the large demo, whose systems run."""
    with running_systems(large_demo.folder) as port:
        yield environment(port, large_demo.folder)


@pytest.fixture(scope="session")
def gateway(gateway_environment: dict[str, str]) -> Iterator[GatewayClient]:
    """A gateway over the large demo, in a separate process."""
    with running_gateway(gateway_environment) as client:
        yield client
