"""New connections are accepted in few turns of the loop, on any loop."""

import asyncio
import socket
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import pytest
import uvloop

from gateway.server.accepting import Acceptor, bind

CLIENTS = 50
TURNS = 10


class Greeting(asyncio.Protocol):
    def connection_made(self, transport: Any) -> None:
        transport.write(b"hello")
        transport.close()


@pytest.mark.parametrize("loop", [asyncio.SelectorEventLoop, uvloop.new_event_loop], ids=["asyncio", "uvloop"])
def test_many_connections_are_accepted_in_a_turn(loop: Callable[[], asyncio.AbstractEventLoop]) -> None:
    with asyncio.Runner(loop_factory=loop) as runner, ExitStack() as stack:
        runner.run(connect(stack))


async def connect(stack: ExitStack) -> None:
    (listening,) = bind("127.0.0.1", 0)
    address = listening.getsockname()
    clients = [stack.enter_context(socket.create_connection(address, 5)) for _ in range(CLIENTS)]
    connections = 0

    def protocol() -> asyncio.Protocol:
        nonlocal connections
        connections += 1
        return Greeting()

    acceptor = Acceptor(listening, protocol)
    for _ in range(TURNS):
        await asyncio.sleep(0)
    assert connections == CLIENTS
    await asyncio.sleep(0)
    acceptor.close()
    assert {await asyncio.to_thread(client.recv, 5) for client in clients} == {b"hello"}


def test_an_address_that_is_taken_is_an_error() -> None:
    (listening,) = bind("127.0.0.1", 0)
    with listening, pytest.raises(OSError, match="in use"):
        bind("127.0.0.1", listening.getsockname()[1])
