"""The services of a tiny utility, over real sockets; and a whole demo with a gateway over it."""

import socket
import threading
from collections.abc import AsyncIterator, Iterator

import aiohttp
import pytest
import uvicorn
from support.demo.demo_folders import DemoFolder
from support.demo.faulty_systems import FaultyClient, served_with_faults
from support.demo.running_demo import GatewayClient, environment, running_gateway, running_systems
from support.demo.tiny_utility import NOON, SECRETS, SystemsClient, TinyStores, fill

from gateway_demo.faults.proxy import with_faults
from gateway_demo.generate.generator import generate
from gateway_demo.launch.serve_systems import systems_app

CUSTOMERS = 300


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
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Services like those at `address`, which have bad days when somebody says so."""
    folder = tmp_path_factory.mktemp("a demo on bad days")
    stores = TinyStores(folder)
    fill(stores)
    stores.close()
    with served_with_faults(with_faults(systems_app(folder, SECRETS))) as address:
        yield address


@pytest.fixture
async def victim(faulty: str) -> AsyncIterator[FaultyClient]:
    """Somebody who asks them and says so; all is well when the test is over."""
    async with aiohttp.ClientSession() as http:
        victim = FaultyClient(http, faulty)
        yield victim
        await victim.clear()


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> DemoFolder:
    """A demo of 300 customers, generated once for all tests; nobody writes to it."""
    folder = tmp_path_factory.mktemp("finished")
    generate(folder, customers=CUSTOMERS)
    return DemoFolder(folder)


@pytest.fixture(scope="session")
def known(finished: DemoFolder) -> Iterator[dict[str, str]]:
    """The environment of a gateway over that demo, whose systems run."""
    with running_systems(finished.folder) as port:
        yield environment(port, finished.folder)


@pytest.fixture(scope="session")
def gateway(known: dict[str, str]) -> Iterator[GatewayClient]:
    """That gateway, a process of its own."""
    with running_gateway(known) as asker:
        yield asker
