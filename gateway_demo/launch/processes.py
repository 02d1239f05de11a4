"""Runs a group of processes that start together and end together."""

import asyncio
import os
import signal
from asyncio.subprocess import DEVNULL, Process
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import aiohttp

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
START_SECONDS = 60.0
END_SECONDS = 10.0
POLL_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class ChildProcess:
    """A process to run; `address` answers once the process is ready."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    address: str


class ChildFailed(Exception):
    """A process exited by itself or did not become ready."""


async def run_together(children: Sequence[ChildProcess], when_ready: Callable[[], None]) -> None:
    """Run the processes until a stop signal; raises ChildFailed if one of them fails."""
    stopped = asyncio.Event()
    for stop_signal in STOP_SIGNALS:
        asyncio.get_running_loop().add_signal_handler(stop_signal, stopped.set)
    running: dict[Process, ChildProcess] = {}
    try:
        for child in children:
            running[await _start(child)] = child
        await _until_stopped(running, stopped, when_ready)
    finally:
        await asyncio.gather(*(_stop(process) for process in running))


async def _start(child: ChildProcess) -> Process:
    # In a separate session: Ctrl-C in the terminal reaches this process only, which stops the children.
    return await asyncio.create_subprocess_exec(
        *child.command, env=child.environment, stdin=DEVNULL, start_new_session=True
    )


async def _until_stopped(
    running: Mapping[Process, ChildProcess], stopped: asyncio.Event, when_ready: Callable[[], None]
) -> None:
    tasks = {
        asyncio.create_task(stopped.wait()),
        asyncio.create_task(_when_all_ready(list(running.values()), when_ready)),
        *(asyncio.create_task(_fail_on_exit(process, child)) for process, child in running.items()),
    }
    try:
        while not stopped.is_set():
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            if not stopped.is_set():
                await asyncio.gather(*done)
            tasks -= done
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _when_all_ready(children: Sequence[ChildProcess], when_ready: Callable[[], None]) -> None:
    async with aiohttp.ClientSession() as http:
        await asyncio.gather(*(_until_ready(http, child) for child in children))
    when_ready()


async def _until_ready(http: aiohttp.ClientSession, child: ChildProcess) -> None:
    try:
        async with asyncio.timeout(START_SECONDS):
            while not await _is_ready(http, child.address):  # noqa: ASYNC110 - readiness of another process
                await asyncio.sleep(POLL_SECONDS)
    except TimeoutError as error:
        message = f"{child.name} did not answer at {child.address} within {START_SECONDS:.0f} seconds"
        raise ChildFailed(message) from error


async def _is_ready(http: aiohttp.ClientSession, address: str) -> bool:
    try:
        async with http.get(address) as response:
            return response.ok
    except aiohttp.ClientError:
        return False


async def _fail_on_exit(process: Process, child: ChildProcess) -> None:
    code = await process.wait()
    raise ChildFailed(f"{child.name} exited with code {code}")


async def _stop(process: Process) -> None:
    if process.returncode is None:
        process.terminate()
    try:
        async with asyncio.timeout(END_SECONDS):
            await process.wait()
    except TimeoutError:
        pass
    finally:
        _kill_session(process)
        await process.wait()


def _kill_session(process: Process) -> None:
    # Child processes it left behind are in its session.
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
