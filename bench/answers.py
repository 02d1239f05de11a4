"""Sample answers: saved for the bare server, and compared between the gateway and the handwritten server."""

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
# Cursors differ between servers, and ages with time.
_INCOMPARABLE = ("endCursor", "ageSeconds")


@dataclass(frozen=True, slots=True)
class Answered:
    """Averages of one document's samples: leaf values, bytes, and upstream HTTP calls."""

    leaves: float
    size: float
    gateway_calls: float
    byhand_calls: float


async def sampled(servers: Servers, document: Document, ready: Path) -> Answered:
    """Compare both servers' answers to sample bodies, and save the gateway's in a folder."""
    bodies = document.bodies[:: len(document.bodies) // SAMPLES]
    # Warm up: tables, tokens and the document are loaded once.
    await answers_of(servers.gateway, "/graphql", bodies[:1])
    await answers_of(servers.byhand, f"/{document.name}", bodies[:1])
    before = await servers.calls()
    answers = await answers_of(servers.gateway, "/graphql", bodies)
    between = await servers.calls()
    others = await answers_of(servers.byhand, f"/{document.name}", bodies)
    after = await servers.calls()
    for n, (answer, other) in enumerate(zip(answers, others, strict=True)):
        same(document.name, answer, other)
        (ready / f"{document.name}-{n}").write_bytes(answer)
    return Answered(
        sum(leaves(msgspec.json.decode(answer)["data"]) for answer in answers) / len(answers),
        sum(map(len, answers)) / len(answers),
        (between - before) / len(answers),
        (after - between) / len(answers),
    )


async def answers_of(target: Target, path: str, bodies: Sequence[bytes]) -> list[bytes]:
    """A server's answers to some bodies, one after another."""
    answers: list[bytes] = []
    async with client.connect(target.port) as connection:
        for each in bodies:
            status, body = await connection.ask(client.post(path, each))
            check(target, status, body)
            answers.append(body)
    return answers


def same(name: str, answer: bytes, other: bytes) -> None:
    """Raise BrokenAnswer with the first difference of two answers."""
    place = difference(msgspec.json.decode(answer)["data"], msgspec.json.decode(other)["data"])
    if place is not None:
        raise BrokenAnswer(f"{name}: the handwritten answer differs at {place}")


def difference(one: Any, other: Any, at: str = "data") -> str | None:
    """The first difference of two answers; None if they are equal."""
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        inside = ((one[name], other[name], f"{at}.{name}") for name in one if name not in _INCOMPARABLE)
        return next((place for pair in inside if (place := difference(*pair))), None)
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        items = ((item, other[n], f"{at}[{n}]") for n, item in enumerate(one))
        return next((place for pair in items if (place := difference(*pair))), None)
    return None if one == other else f"{at}: {str(one)[:200]} is not {str(other)[:200]}"


def leaves(value: Any) -> int:
    """The number of leaf values; null counts as one, an empty list as none."""
    if isinstance(value, dict):
        return sum(leaves(each) for each in value.values())
    if isinstance(value, list):
        return sum(leaves(each) for each in value)
    return 1
