"""The services of a tiny utility, over real sockets; and a whole demo with a gateway over it."""

import socket
import threading
from collections.abc import AsyncIterator, Iterator

import aiohttp
import pytest
import uvicorn
from support.demo.bad_days import Victim, served
from support.demo.demo_folders import Demo
from support.demo.running_demo import Asker, environment, gateway_with, systems_of
from support.demo.tiny_utility import NOON, SECRETS, Caller, Stores, fill

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
    stores = Stores(folder)
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
async def caller(address: str) -> AsyncIterator[Caller]:
    async with aiohttp.ClientSession() as http:
        yield Caller(http, address)


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Services like those at `address`, which have bad days when somebody says so."""
    folder = tmp_path_factory.mktemp("a demo on bad days")
    stores = Stores(folder)
    fill(stores)
    stores.close()
    with served(with_faults(systems_app(folder, SECRETS))) as address:
        yield address


@pytest.fixture
async def victim(faulty: str) -> AsyncIterator[Victim]:
    """Somebody who asks them and says so; all is well when the test is over."""
    async with aiohttp.ClientSession() as http:
        victim = Victim(http, faulty)
        yield victim
        await victim.clear()


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """A demo of 300 customers, generated once for all tests; nobody writes to it."""
    folder = tmp_path_factory.mktemp("finished")
    generate(folder, customers=CUSTOMERS)
    return Demo(folder)


@pytest.fixture(scope="session")
def known(finished: Demo) -> Iterator[dict[str, str]]:
    """The environment of a gateway over that demo, whose systems run."""
    with systems_of(finished.folder) as port:
        yield environment(port, finished.folder)


@pytest.fixture(scope="session")
def gateway(known: dict[str, str]) -> Iterator[Asker]:
    """That gateway, a process of its own."""
    with gateway_with(known) as asker:
        yield asker
