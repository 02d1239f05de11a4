"""What remembering buys: the same gateway over the same systems, with `keep` for every source, warm."""

import re
from pathlib import Path

from bench import client
from bench.load import Target, check

KEEP = "cache = 3600"
_SOURCE = re.compile(r"^\[sources\.\w+\]$", re.MULTILINE)
_ATTEMPTS = re.compile(r"^gateway_upstream_attempts_total\{[^}]*\} (\S+)$", re.MULTILINE)


def keeping(catalog: Path, folder: Path) -> Path:
    """A copy of the catalog in which every source keeps its answers for an hour."""
    made = folder / "keeping.toml"
    made.write_text(_SOURCE.sub(lambda found: f"{found.group()}\n{KEEP}", catalog.read_text()))
    return made


async def attempts(target: Target) -> float:
    """How many batches a gateway has sent upstream until now, as its metrics say."""
    async with client.connect(target.port) as connection:
        status, body = await connection.ask(client.get("/metrics"))
    check(target, status, body)
    return sum(float(each) for each in _ATTEMPTS.findall(body.decode()))


async def warmed(target: Target, requests: list[bytes]) -> None:
    """Ask everything once, so that it is remembered."""
    async with client.connect(target.port) as connection:
        for each in requests:
            status, body = await connection.ask(each)
            check(target, status, body)
