"""The services of a tiny utility, over real sockets."""

import socket
import threading
from collections.abc import AsyncIterator, Iterator

import aiohttp
import pytest
import uvicorn
from tiny_utility import NOON, SECRETS, Caller, Stores, fill

from gateway.demo.systems import systems


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
    app = systems(folder, SECRETS, now=lambda: clock[0])
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
