"""Runs processes that live and end together: all start, all answer, and when one ends, all do."""

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
    """A process: how it is called, and an address that answers once it is ready."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    address: str


class ChildFailed(Exception):
    """A process ended by itself, or never answered: the sentence says which."""


async def run_together(children: Sequence[ChildProcess], when_ready: Callable[[], None]) -> None:
    """Run them until somebody wants it to end (Ctrl-C); ChildError when one of them fails."""
    stopped = asyncio.Event()
    for ending in STOP_SIGNALS:
        asyncio.get_running_loop().add_signal_handler(ending, stopped.set)
    running: dict[Process, ChildProcess] = {}
    try:
        for child in children:
            running[await _start(child)] = child
        await _until_stopped(running, stopped, when_ready)
    finally:
        await asyncio.gather(*(_end(process) for process in running))


async def _start(child: ChildProcess) -> Process:
    # A session of its own: a Ctrl-C in the terminal reaches us alone, and we end the others in order.
    return await asyncio.create_subprocess_exec(
        *child.command, env=child.environment, stdin=DEVNULL, start_new_session=True
    )


async def _until_stopped(
    running: Mapping[Process, ChildProcess], stopped: asyncio.Event, when_ready: Callable[[], None]
) -> None:
    tasks = {
        asyncio.create_task(stopped.wait()),
        asyncio.create_task(_announce(list(running.values()), when_ready)),
        *(asyncio.create_task(_fail_at_end(process, child)) for process, child in running.items()),
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


async def _announce(children: Sequence[ChildProcess], when_ready: Callable[[], None]) -> None:
    async with aiohttp.ClientSession() as http:
        await asyncio.gather(*(_answering(http, child) for child in children))
    when_ready()


async def _answering(http: aiohttp.ClientSession, child: ChildProcess) -> None:
    try:
        async with asyncio.timeout(START_SECONDS):
            while not await _answers(http, child.address):  # noqa: ASYNC110 - another process
                await asyncio.sleep(POLL_SECONDS)
    except TimeoutError as error:
        sentence = f"{child.name} did not answer at {child.address} in {START_SECONDS:.0f} seconds"
        raise ChildFailed(sentence) from error


async def _answers(http: aiohttp.ClientSession, address: str) -> bool:
    try:
        async with http.get(address) as answer:
            return answer.ok
    except aiohttp.ClientError:
        return False


async def _fail_at_end(process: Process, child: ChildProcess) -> None:
    code = await process.wait()
    raise ChildFailed(f"{child.name} ended by itself, with exit code {code}")


async def _end(process: Process) -> None:
    if process.returncode is None:
        process.terminate()
    try:
        async with asyncio.timeout(END_SECONDS):
            await process.wait()
    except TimeoutError:
        pass
    finally:
        _kill_the_rest(process)
        await process.wait()


def _kill_the_rest(process: Process) -> None:
    # Whatever it started and left behind is in its session; usually there is nothing.
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
