"""The latency of `/health/live` while one short document of nested lists keeps the gateway busy."""

import asyncio
import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import msgspec

from bench import client
from bench.figures import Sample
from bench.load import OK, BrokenAnswer, Target
from gateway.ids import global_id

LEVELS = 4
PAUSE = 0.01  # seconds between two looks
IDLE_LOOKS = 200
LIVE = client.get("/health/live")


@dataclass(frozen=True, slots=True)
class Nested:
    """Latencies of `/health/live` without and with the document, and the seconds that the document took."""

    idle: Sample
    busy: Sample
    seconds: float


async def nested(target: Target, folder: Path) -> Nested:
    """Look without the document, then until its answer has come."""
    done = asyncio.Event()
    idle = await _looks(target, done, IDLE_LOOKS)
    looking = asyncio.create_task(_looks(target, done))
    began = time.perf_counter()
    async with client.connect(target.port) as connection:
        await connection.ask(client.post("/graphql", _body(folder)))  # too large, or too late: either is an answer
    done.set()
    return Nested(idle, await looking, time.perf_counter() - began)


async def _looks(target: Target, done: asyncio.Event, most: int | None = None) -> Sample:
    latencies: list[float] = []
    began = time.perf_counter()
    async with client.connect(target.port) as connection:
        while not done.is_set() and len(latencies) != most:
            sent_at = time.perf_counter()
            status, _ = await connection.ask(LIVE)
            if status != OK:
                raise BrokenAnswer(f"{target.name}: /health/live is {status}")
            latencies.append(time.perf_counter() - sent_at)
            await asyncio.sleep(PAUSE)
    return Sample(time.perf_counter() - began, 0.0, tuple(latencies))


def _body(folder: Path) -> bytes:
    """Accounts of the customer with the most accounts, nested."""
    query = 'SELECT "CUST_ID" FROM "CI_ACCT" GROUP BY 1 ORDER BY count(*) DESC LIMIT 1'
    with closing(sqlite3.connect(f"{(folder / 'cis.db').resolve().as_uri()}?mode=ro", uri=True)) as cis:
        (customer,) = cis.execute(query).fetchone()
    inner = "accounts { accountNumber }"
    for _ in range(LEVELS):
        inner = f"accounts {{ customer {{ {inner} }} }}"
    text = f"query ($id: ID!) {{ customer(id: $id) {{ {inner} }} }}"
    return msgspec.json.encode({"query": text, "variables": {"id": global_id("Customer", customer)}})
