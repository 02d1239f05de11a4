"""The gateway with a warm cache for every source, over the same systems."""

import re
from pathlib import Path

from bench import client
from bench.load import Target, check

CACHE = "cache = 3600"
_SOURCE = re.compile(r"^\[sources\.\w+\]$", re.MULTILINE)
_ATTEMPTS = re.compile(r"^gateway_upstream_attempts_total\{[^}]*\} (\S+)$", re.MULTILINE)


def cached_catalog(catalog: Path, folder: Path) -> Path:
    """A copy of the catalog in which every source caches answers for an hour."""
    copy = folder / "cached.toml"
    copy.write_text(_SOURCE.sub(lambda header: f"{header.group()}\n{CACHE}", catalog.read_text()))
    return copy


async def attempts(target: Target) -> float:
    """The batches that a gateway has sent upstream, from its metrics."""
    async with client.connect(target.port) as connection:
        status, body = await connection.ask(client.get("/metrics"))
    check(target, status, body)
    return sum(float(value) for value in _ATTEMPTS.findall(body.decode()))


async def warm(target: Target, requests: list[bytes]) -> None:
    """Send every request once, to fill the cache."""
    async with client.connect(target.port) as connection:
        for request in requests:
            status, body = await connection.ask(request)
            check(target, status, body)
