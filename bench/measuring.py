"""The whole measurement: every document at every concurrency, the four servers taking turns."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import client
from bench.answers import SAMPLES, Answered, sampled
from bench.bad_days import Days, days
from bench.batches import batches
from bench.documents import Document, documents
from bench.figures import Sample, together
from bench.kept import attempts, warmed
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
    kept_batches: float
    samples: dict[int, dict[str, Sample]]


@dataclass(frozen=True, slots=True)
class Bench:
    """Everything that was measured."""

    documents: list[Measured]
    days: Days
    peak_mib: dict[str, float]
    pinned: str


async def measure(folder: Path, ready: Path, pace: Pace, say: Callable[[str], None]) -> Bench:
    """Start everything, check the answers, press, and end everything."""
    chosen = documents(folder)
    async with running(folder, ready) as servers:
        answered = {each.name: await sampled(servers, each, ready) for each in chosen}
        say(f"{SAMPLES} answers of each document are equal to the hand-written ones; {_pinned(servers)}")
        asked = await batches(chosen, servers.environment)
        found: list[Measured] = []
        for each in chosen:
            before = await _warm(servers, each)
            samples = {many: await _rounds(servers, each, many, pace, say) for many in pace.concurrencies}
            requests = sum(len(sample["kept"].latencies) for sample in samples.values())
            sent = await attempts(servers.kept) - before
            by_kind = {kind: count / SAMPLES for kind, count in asked[each.name].items()}
            found.append(Measured(each.name, answered[each.name], by_kind, sent / requests, samples))
        good_and_bad = await days(servers, chosen, 4 * pace.seconds)
        say("good and bad days: done")
        targets = (servers.gateway, servers.bare, servers.byhand, servers.kept)
        peaks = {each.name: peak_mib(each.pid) for each in targets}
    return Bench(found, good_and_bad, peaks, _pinned(servers))


async def _warm(servers: Servers, document: Document) -> float:
    """Ask everything once of the gateway that keeps; how many batches it has sent until then."""
    await warmed(servers.kept, [client.post("/graphql", body) for body in document.bodies])
    return await attempts(servers.kept)


async def _rounds(
    servers: Servers, document: Document, many: int, pace: Pace, say: Callable[[str], None]
) -> dict[str, Sample]:
    names = [f"/{document.name}-{n}" for n in range(SAMPLES)]
    sent: list[tuple[Target, list[bytes]]] = [
        (servers.gateway, [client.post("/graphql", body) for body in document.bodies]),
        (servers.bare, [client.post(names[n % SAMPLES], body) for n, body in enumerate(document.bodies)]),
        (servers.byhand, [client.post(f"/{document.name}", body) for body in document.bodies]),
        (servers.kept, [client.post("/graphql", body) for body in document.bodies]),
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
        "bad_days": {
            "good": figures(bench.days.good),
            "bad": figures(bench.days.bad),
            "whole_seconds": list(bench.days.whole),
        },
        "documents": {each.name: _plain(each) for each in bench.documents},
    }


def _plain(measured: Measured) -> dict[str, Any]:
    return {
        "leaves": measured.answered.leaves,
        "bytes": measured.answered.size,
        "batches": measured.batches,
        "kept_batches": measured.kept_batches,
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
