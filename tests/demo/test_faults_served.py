"""The demo with --faults: how it is started, what is said, and how it ends on a bad day."""

import argparse
import asyncio
import os
import shlex
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from support.demo.faulty_systems import FaultyClient
from support.demo.running_demo import free_port
from support.demo.tiny_utility import TinyStores, fill

from gateway_demo.launch.launcher import DemoOptions, child_processes
from gateway_demo.launch.welcome import fault_instructions

Started = tuple[asyncio.subprocess.Process, str]


async def _until_it_answers(address: str, process: asyncio.subprocess.Process) -> None:
    async with aiohttp.ClientSession() as http:
        while process.returncode is None:
            try:
                async with http.get(f"{address}/health") as answer:
                    assert answer.ok
                    return
            except aiohttp.ClientConnectionError:
                await asyncio.sleep(0.05)  # until a process listens; nothing tells
    pytest.fail("the systems ended by themselves")


@pytest.fixture
async def started(tmp_path: Path) -> AsyncIterator[Started]:
    stores = TinyStores(tmp_path)
    fill(stores)
    stores.close()
    port = free_port()
    module = (
        "-m",
        "gateway_demo.launch.serve_systems",
        "--folder",
        str(tmp_path),
        "--port",
        str(port),
        "--faults",
    )
    process = await asyncio.create_subprocess_exec(sys.executable, *module, stderr=asyncio.subprocess.PIPE)
    address = f"http://127.0.0.1:{port}"
    await _until_it_answers(address, process)
    yield process, address
    if process.returncode is None:
        process.kill()
        await process.communicate()


async def test_systems_that_keep_silent_end_when_they_are_told_to_and_without_a_traceback(
    started: Started,
) -> None:
    process, address = started
    async with aiohttp.ClientSession() as http:
        victim = FaultyClient(http, address)
        await victim.put("crm", {"kind": "silence"})
        reader, writer = await victim.sent()
        while not (await victim.told())["crm"][0]["struck"]:
            pass
    process.send_signal(signal.SIGTERM)
    with pytest.raises(ConnectionResetError):
        await reader.read()
    writer.close()
    _, said = await process.communicate()
    assert process.returncode in (0, -signal.SIGTERM)
    assert b"Traceback" not in said


def _command(folder: Path, *, faults: bool) -> list[str]:
    wish = DemoOptions(folder, 100, 360, None, 8000, generate_only=False, faults=faults)
    systems, _ = child_processes(wish, ["gateway"], os.environ)
    return list(systems.command)


def test_the_systems_have_bad_days_only_where_somebody_wishes_for_them(tmp_path: Path) -> None:
    assert "--faults" not in _command(tmp_path, faults=False)
    assert _command(tmp_path, faults=True)[-1] == "--faults"


async def _typed(command: str) -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("curl")
    parser.add_argument("address")
    parser.add_argument("-X", dest="method", default="GET")
    parser.add_argument("-d", dest="data")
    given = parser.parse_args(shlex.split(command, comments=True))
    async with aiohttp.request(given.method, given.address, data=given.data) as answer:
        return answer.status


async def test_what_is_said_of_steering_can_be_typed(started: Started) -> None:
    _, address = started
    commands = [
        line.strip() for line in fault_instructions(address).splitlines() if line.startswith("  curl")
    ]
    assert len(commands) == 4
    for command in commands:
        assert await _typed(command) == 200, command
