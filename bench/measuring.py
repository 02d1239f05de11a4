"""The whole measurement: every document at every concurrency, the three servers taking turns."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import client
from bench.answers import SAMPLES, Answered, sampled
from bench.batches import batches
from bench.documents import Document, documents
from bench.figures import Sample, together
from bench.load import Target, press
from bench.processes import peak_mib
from bench.servers import Servers, running


@dataclass(frozen=True, slots=True)
class Pace:
    """How long each server is pressed at each concurrency, and in how many rounds."""

    seconds: float
    rounds: int
    concurrencies: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Measured:
    """What one document gave. Samples stand by concurrency and server."""

    name: str
    answered: Answered
    batches: dict[str, float]
    samples: dict[int, dict[str, Sample]]


@dataclass(frozen=True, slots=True)
class Bench:
    """Everything that was measured."""

    documents: list[Measured]
    peak_mib: dict[str, float]
    pinned: str


async def measure(folder: Path, ready: Path, pace: Pace, say: Callable[[str], None]) -> Bench:
    """Start everything, check the answers, press, and end everything."""
    chosen = documents(folder)
    async with running(folder, ready) as servers:
        answered = {each.name: await sampled(servers, each, ready) for each in chosen}
        say(f"{SAMPLES} answers of each document are equal to the hand-written ones; {_pinned(servers)}")
        asked = await batches(chosen, servers.environment)
        found = [
            Measured(
                each.name,
                answered[each.name],
                {kind: count / SAMPLES for kind, count in asked[each.name].items()},
                {many: await _rounds(servers, each, many, pace, say) for many in pace.concurrencies},
            )
            for each in chosen
        ]
        targets = (servers.gateway, servers.bare, servers.byhand)
        peaks = {each.name: peak_mib(each.pid) for each in targets}
    return Bench(found, peaks, _pinned(servers))


async def _rounds(
    servers: Servers, document: Document, many: int, pace: Pace, say: Callable[[str], None]
) -> dict[str, Sample]:
    names = [f"/{document.name}-{n}" for n in range(SAMPLES)]
    sent: list[tuple[Target, list[bytes]]] = [
        (servers.gateway, [client.post("/graphql", body) for body in document.bodies]),
        (servers.bare, [client.post(names[n % SAMPLES], body) for n, body in enumerate(document.bodies)]),
        (servers.byhand, [client.post(f"/{document.name}", body) for body in document.bodies]),
    ]
    taken: dict[str, list[Sample]] = {target.name: [] for target, _ in sent}
    for _ in range(pace.rounds):
        for target, requests in sent:
            taken[target.name].append(await press(target, requests, many, pace.seconds / pace.rounds))
    say(f"{document.name} at {many}: done")
    return {name: together(samples) for name, samples in taken.items()}


def _pinned(servers: Servers) -> str:
    if servers.cores is None:
        return "nothing is pinned: one core, or a system that does not pin"
    own, rest = ([*map(str, sorted(each))] for each in servers.cores)
    return f"servers measured on core {', '.join(own)}, load and systems on {', '.join(rest)}"


def plain(bench: Bench) -> dict[str, Any]:
    """Everything measured, as JSON has it."""
    return {
        "pinned": bench.pinned,
        "peak_mib": bench.peak_mib,
        "documents": {each.name: _plain(each) for each in bench.documents},
    }


def _plain(measured: Measured) -> dict[str, Any]:
    return {
        "leaves": measured.answered.leaves,
        "bytes": measured.answered.size,
        "batches": measured.batches,
        "http_calls": {"gateway": measured.answered.gateway_calls, "by hand": measured.answered.byhand_calls},
        "concurrency": {
            str(many): {name: figures(sample) for name, sample in samples.items()}
            for many, samples in measured.samples.items()
        },
    }


def figures(sample: Sample) -> dict[str, float]:
    """The figures of one server at one concurrency."""
    return {
        "requests": len(sample.latencies),
        "requests_per_second": sample.per_second,
        "cpu_ms": sample.cpu_ms,
        "p50_ms": sample.percentile_ms(50),
        "p95_ms": sample.percentile_ms(95),
        "p99_ms": sample.percentile_ms(99),
    }
