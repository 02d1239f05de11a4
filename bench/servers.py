"""Starts the measured servers and the demo's systems as processes, and stops them."""

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
from bench.cached import cached_catalog
from bench.load import OK, Target
from bench.processes import cores, pin
from gateway_demo.launch.launcher import DemoOptions, child_processes

START_SECONDS = 30.0
END_SECONDS = 10.0
PATIENT = {"GATEWAY_MAX_WAIT_MS": "60000"}  # so that nothing is shed


@dataclass(frozen=True, slots=True)
class Servers:
    """The running servers, and the cores of servers and of the rest. `limited` is a gateway that sheds requests."""

    gateway: Target
    bare: Target
    byhand: Target
    cached: Target
    limited: Target
    systems: int
    environment: Mapping[str, str]
    cores: tuple[set[int], set[int]] | None

    async def calls(self) -> int:
        """The number of calls to the REST systems."""
        async with client.connect(self.systems) as connection:
            _, body = await connection.ask(client.get("/calls"))
        return int(body)


@asynccontextmanager
async def running(folder: Path, ready: Path) -> AsyncIterator[Servers]:
    """Run the demo's systems and five servers."""
    split = cores()
    environment = environment_of(folder)
    systems = int(environment["DEMO_SYSTEMS_URL"].rpartition(":")[2])
    server_cores, rest = split or (None, None)
    if rest is not None:
        pin(os.getpid(), rest)
    async with AsyncExitStack() as stack:

        async def start(name: str, port: int, cores: set[int] | None, *command: str, **variables: str) -> Target:
            env = {**environment, "PORT": str(port), **variables}
            process = _process(name, command, env, cores)
            return Target(name, await stack.enter_async_context(process), port)

        await start("systems", systems, rest, "bench.systems", str(folder))
        catalog = cached_catalog(Path(environment["GATEWAY_CATALOG"]), ready)
        yield Servers(
            await start("gateway", free_port(), server_cores, "gateway", "serve", **PATIENT),
            await start("bare", free_port(), server_cores, "bench.bare", str(ready)),
            await start("by hand", free_port(), server_cores, "bench.byhand"),
            await start(
                "cached", free_port(), server_cores, "gateway", "serve", GATEWAY_CATALOG=str(catalog), **PATIENT
            ),
            await start("limited", free_port(), server_cores, "gateway", "serve"),
            systems,
            environment,
            split,
        )


def environment_of(folder: Path) -> dict[str, str]:
    """The environment that `gateway-demo` gives its processes, with systems on a free port."""
    options = DemoOptions(folder, customers=0, seed=0, database=None, port=0, generate_only=False)
    return dict(child_processes(options, (), os.environ)[0].environment)


def free_port() -> int:
    with closing(socket.create_server((client.HOST, 0))) as server:
        return int(server.getsockname()[1])


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
