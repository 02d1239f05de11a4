"""A process that ends acknowledges no change that other gateways do not hear of."""

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from support.cache.redis_servers import Server, server
from support.event_senders import SECRET
from support.harness import catalog_text

BILL = {"system": "BILLING", "record": "Bill", "id": "B1", "account": "A1", "customer": "C"}
CACHED = catalog_text().replace('currency = "USD"', 'currency = "USD"\ncache = { ttl = 600 }')


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    catalog = tmp_path / "catalog.toml"
    catalog.write_text(CACHED.replace("cache = false\n", ""), encoding="utf-8")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("GATEWAY_", "OTEL_"))}
    return {**clean, "GATEWAY_CATALOG": str(catalog), "GATEWAY_EVENTS_SECRET": SECRET, "PORT": "0", "HOST": "127.0.0.1"}


@asynccontextmanager
async def gateway(env: dict[str, str], redis: Server) -> AsyncIterator[tuple[str, asyncio.subprocess.Process]]:
    """The address of a gateway process, and the process."""
    command = (sys.executable, "-m", "gateway", "serve")
    variables = {**env, "GATEWAY_REDIS_URL": redis.url}
    process = await asyncio.create_subprocess_exec(*command, env=variables, stderr=PIPE, stdout=PIPE)
    assert process.stderr
    try:
        line = ""
        while "running on http" not in line:
            line = (await process.stderr.readline()).decode()
            assert line
        yield line.split("running on ")[1].split(" ")[0], process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def versions(redis: Server) -> set[bytes]:
    """Every key of Redis."""
    return set(await redis.command("KEYS", "*"))


async def status_of(http: aiohttp.ClientSession) -> int | None:
    """The status of an answer to a change; None where the process ended without one."""
    headers = {"Authorization": f"Bearer {SECRET}"}
    try:
        async with http.post("/events", data=json.dumps(BILL), headers=headers) as response:
            return response.status
    except aiohttp.ClientError:
        return None


async def test_a_stored_change_is_acknowledged_by_a_process(env: dict[str, str]) -> None:
    async with server() as redis, gateway(env, redis) as (url, _), aiohttp.ClientSession(url) as http:
        before = await versions(redis)
        assert await status_of(http) == 202
        assert await versions(redis) > before


@pytest.mark.parametrize("comes_back", [False, True])
async def test_no_change_is_acknowledged_and_lost_by_sigterm(env: dict[str, str], *, comes_back: bool) -> None:
    async with server() as redis, gateway(env, redis) as (url, process), aiohttp.ClientSession(url) as http:
        before = await versions(redis)
        assert redis.running
        redis.running.send_signal(signal.SIGSTOP)  # it takes connections, and answers nothing
        answer = asyncio.create_task(status_of(http))
        done, _ = await asyncio.wait({answer}, timeout=0.02)
        assert not done  # the change is in flight
        process.send_signal(signal.SIGTERM)
        if comes_back:
            redis.running.send_signal(signal.SIGCONT)
        async with asyncio.timeout(30):
            status = await answer
            await process.wait()
        redis.running.send_signal(signal.SIGCONT)
        assert status in ((202, 503, None) if comes_back else (503, None))
        assert status != 202 or await versions(redis) > before
