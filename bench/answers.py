"""Answers before any load: kept for the bare server, compared between gateway and hand-written handler."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from bench import client
from bench.documents import Document
from bench.load import BrokenAnswer, Target, check
from bench.servers import Servers

SAMPLES = 25
# A cursor is each server's own affair; an age says when it was asked.
_OWN = ("endCursor", "ageSeconds")


@dataclass(frozen=True, slots=True)
class Answered:
    """What the samples of one document gave: leaf values, bytes and HTTP calls upstream, on average."""

    leaves: float
    size: float
    gateway_calls: float
    byhand_calls: float


async def sampled(servers: Servers, document: Document, ready: Path) -> Answered:
    """Both servers' answers to some bodies, which must be equal; the gateway's are left in a folder."""
    bodies = document.bodies[:: len(document.bodies) // SAMPLES]
    # Once for what is only learned once: tables, tokens, the document itself.
    await asked(servers.gateway, "/graphql", bodies[:1])
    await asked(servers.byhand, f"/{document.name}", bodies[:1])
    before = await servers.calls()
    own = await asked(servers.gateway, "/graphql", bodies)
    between = await servers.calls()
    others = await asked(servers.byhand, f"/{document.name}", bodies)
    after = await servers.calls()
    for n, (answer, other) in enumerate(zip(own, others, strict=True)):
        same(document.name, answer, other)
        (ready / f"{document.name}-{n}").write_bytes(answer)
    return Answered(
        sum(leaves(msgspec.json.decode(each)["data"]) for each in own) / len(own),
        sum(map(len, own)) / len(own),
        (between - before) / len(own),
        (after - between) / len(own),
    )


async def asked(target: Target, path: str, bodies: Sequence[bytes]) -> list[bytes]:
    """What a server answers, one after another."""
    answers: list[bytes] = []
    async with client.connect(target.port) as connection:
        for each in bodies:
            status, body = await connection.ask(client.post(path, each))
            check(target, status, body)
            answers.append(body)
    return answers


def same(name: str, answer: bytes, other: bytes) -> None:
    """BrokenAnswer names the first place where two answers differ."""
    place = difference(msgspec.json.decode(answer)["data"], msgspec.json.decode(other)["data"])
    if place is not None:
        raise BrokenAnswer(f"{name}: the hand-written answer differs at {place}")


def difference(one: Any, other: Any, at: str = "data") -> str | None:
    """Where two answers differ first; None where they do not."""
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        inside = ((one[name], other[name], f"{at}.{name}") for name in one if name not in _OWN)
        return next((found for each in inside if (found := difference(*each))), None)
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        items = ((each, other[n], f"{at}[{n}]") for n, each in enumerate(one))
        return next((found for each in items if (found := difference(*each))), None)
    return None if one == other else f"{at}: {str(one)[:200]} is not {str(other)[:200]}"


def leaves(value: Any) -> int:
    """How many leaf values an answer has; a null is one, an empty list is none."""
    if isinstance(value, dict):
        return sum(leaves(each) for each in value.values())
    if isinstance(value, list):
        return sum(leaves(each) for each in value)
    return 1
