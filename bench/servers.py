"""Starts what is measured and what is asked by it, each a process of its own, and ends all of it."""

import asyncio
import os
import socket
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path

from bench import client
from bench.kept import keeping
from bench.load import OK, Target
from bench.processes import cores, pin
from gateway_demo.launch.launcher import DemoOptions, child_processes

START_SECONDS = 30.0
END_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Servers:
    """Everything that runs, and the cores it runs on."""

    gateway: Target
    bare: Target
    byhand: Target
    kept: Target
    systems: int
    environment: Mapping[str, str]
    cores: tuple[set[int], set[int]] | None

    async def calls(self) -> int:
        """How many calls the REST systems had until now."""
        async with client.connect(self.systems) as connection:
            _, body = await connection.ask(client.get("/calls"))
        return int(body)


@asynccontextmanager
async def running(folder: Path, ready: Path) -> AsyncIterator[Servers]:
    """The demo's systems and four servers, for as long as the context lasts."""
    apart = cores()
    environment = environment_of(folder)
    systems = int(environment["DEMO_SYSTEMS_URL"].rpartition(":")[2])
    own, rest = apart or (None, None)
    if rest is not None:
        pin(os.getpid(), rest)
    async with AsyncExitStack() as stack:

        async def start(name: str, port: int, cores: set[int] | None, *command: str, **beside: str) -> Target:
            there = {**environment, "PORT": str(port), **beside}
            started = _process(name, command, there, cores)
            return Target(name, await stack.enter_async_context(started), port)

        await start("systems", systems, rest, "bench.systems", str(folder))
        catalog = keeping(Path(environment["GATEWAY_CATALOG"]), ready)
        yield Servers(
            await start("gateway", free_port(), own, "gateway", "serve"),
            await start("bare", free_port(), own, "bench.bare", str(ready)),
            await start("by hand", free_port(), own, "bench.byhand"),
            await start("kept", free_port(), own, "gateway", "serve", GATEWAY_CATALOG=str(catalog)),
            systems,
            environment,
            apart,
        )


def environment_of(folder: Path) -> dict[str, str]:
    """What `gateway-demo` tells its children, for a demo in this folder and systems on a free port."""
    wish = DemoOptions(folder, customers=0, seed=0, database=None, port=0, generate_only=False)
    return dict(child_processes(wish, (), os.environ)[0].environment)


def free_port() -> int:
    """A port nobody listens on."""
    with closing(socket.create_server((client.HOST, 0))) as listening:
        return int(listening.getsockname()[1])


@asynccontextmanager
async def _process(
    name: str, command: Sequence[str], environment: Mapping[str, str], cores: set[int] | None
) -> AsyncIterator[int]:
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", *command, env=environment)
    try:
        if cores is not None:
            pin(process.pid, cores)
        await _answering(name, process, int(environment["PORT"]))
        yield process.pid
    finally:
        await _end(process)


async def _answering(name: str, process: Process, port: int) -> None:
    async with asyncio.timeout(START_SECONDS):
        while not await _answers(port):
            if process.returncode is not None:
                raise ChildProcessError(f"{name} ended by itself, with exit code {process.returncode}")
            await asyncio.sleep(0.05)


async def _answers(port: int) -> bool:
    try:
        async with client.connect(port) as connection:
            status, _ = await connection.ask(client.get("/health"))
    except OSError:
        return False
    return status == OK


async def _end(process: Process) -> None:
    if process.returncode is None:
        process.terminate()
    try:
        async with asyncio.timeout(END_SECONDS):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
