"""The demo with --faults: its command, its printed instructions and its shutdown."""

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

RunningSystems = tuple[asyncio.subprocess.Process, str]


async def _until_ready(address: str, process: asyncio.subprocess.Process) -> None:
    async with aiohttp.ClientSession() as http:
        while process.returncode is None:
            try:
                async with http.get(f"{address}/health") as answer:
                    assert answer.ok
                    return
            except aiohttp.ClientConnectionError:
                await asyncio.sleep(0.05)  # polls until the process listens
    pytest.fail("the systems exited")


@pytest.fixture
async def running_systems(tmp_path: Path) -> AsyncIterator[RunningSystems]:
    stores = TinyStores(tmp_path)
    fill(stores)
    stores.close()
    port = free_port()
    module = ("-m", "gateway_demo.launch.serve_systems", "--folder", str(tmp_path), "--port", str(port), "--faults")
    process = await asyncio.create_subprocess_exec(sys.executable, *module, stderr=asyncio.subprocess.PIPE)
    address = f"http://127.0.0.1:{port}"
    await _until_ready(address, process)
    yield process, address
    if process.returncode is None:
        process.kill()
        await process.communicate()


async def test_systems_with_hanging_calls_stop_without_a_traceback(running_systems: RunningSystems) -> None:
    process, address = running_systems
    async with aiohttp.ClientSession() as http:
        client = FaultyClient(http, address)
        await client.put("crm", {"kind": "silence"})
        reader, writer = await client.open_request()
        while not (await client.active_faults())["crm"][0]["hits"]:
            pass
    process.send_signal(signal.SIGTERM)
    with pytest.raises(ConnectionResetError):
        await reader.read()
    writer.close()
    _, stderr = await process.communicate()
    assert process.returncode in (0, -signal.SIGTERM)
    assert b"Traceback" not in stderr


def _command(folder: Path, *, faults: bool) -> list[str]:
    options = DemoOptions(folder, 100, 360, None, 8000, generate_only=False, faults=faults)
    systems, _ = child_processes(options, ["gateway"], os.environ)
    return list(systems.command)


def test_faults_are_served_only_on_request(tmp_path: Path) -> None:
    assert "--faults" not in _command(tmp_path, faults=False)
    assert _command(tmp_path, faults=True)[-1] == "--faults"


async def _run_curl(command: str) -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("curl")
    parser.add_argument("address")
    parser.add_argument("-X", dest="method", default="GET")
    parser.add_argument("-d", dest="data")
    options = parser.parse_args(shlex.split(command, comments=True))
    async with aiohttp.request(options.method, options.address, data=options.data) as answer:
        return answer.status


async def test_printed_instructions_can_be_typed(running_systems: RunningSystems) -> None:
    _, address = running_systems
    commands = [line.strip() for line in fault_instructions(address).splitlines() if line.startswith("  curl")]
    assert len(commands) == 5
    for command in commands:
        assert await _run_curl(command) == 200, command
