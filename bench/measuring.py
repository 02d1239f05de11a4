"""The measurement: every document at every concurrency, with four servers in turn."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import client
from bench.answers import SAMPLES, Answered, sampled
from bench.bad_days import Days, days
from bench.batches import batches
from bench.cached import attempts, warm
from bench.documents import Document, documents
from bench.figures import Sample, merged
from bench.load import Target, press
from bench.nested import Nested, nested
from bench.overload import Overload, overload
from bench.processes import peak_mib
from bench.servers import Servers, running


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds and rounds of load for each server and concurrency."""

    seconds: float
    rounds: int
    concurrencies: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Measured:
    """The measurements of one document. Samples are by concurrency and server."""

    name: str
    answered: Answered
    batches: dict[str, float]
    cached_batches: float
    samples: dict[int, dict[str, Sample]]


@dataclass(frozen=True, slots=True)
class Bench:
    documents: list[Measured]
    days: Days
    nested: Nested
    overload: Overload
    peak_mib: dict[str, float]
    pinned: str


async def measure(folder: Path, ready: Path, pace: Pace, say: Callable[[str], None]) -> Bench:
    """Start all servers, compare answers, measure under load, and stop all servers."""
    chosen = documents(folder)
    async with running(folder, ready) as servers:
        answered = {each.name: await sampled(servers, each, ready) for each in chosen}
        say(f"{SAMPLES} answers of each document are equal to the handwritten ones; {_pinned(servers)}")
        counts = await batches(chosen, servers.environment)
        measured: list[Measured] = []
        for each in chosen:
            before = await _warm(servers, each)
            samples = {many: await _rounds(servers, each, many, pace, say) for many in pace.concurrencies}
            requests = sum(len(sample["cached"].latencies) for sample in samples.values())
            sent = await attempts(servers.cached) - before
            by_kind = {kind: count / SAMPLES for kind, count in counts[each.name].items()}
            measured.append(Measured(each.name, answered[each.name], by_kind, sent / requests, samples))
        good_and_bad = await days(servers, chosen, 4 * pace.seconds)
        say("good and bad days: done")
        busy = await nested(servers.gateway, folder)
        beyond = await overload(servers.limited, chosen, max(pace.seconds, 2.0), say)
        targets = (servers.gateway, servers.bare, servers.byhand, servers.cached)
        peaks = {each.name: peak_mib(each.pid) for each in targets}
    return Bench(measured, good_and_bad, busy, beyond, peaks, _pinned(servers))


async def _warm(servers: Servers, document: Document) -> float:
    """Fill the cache of the cached gateway. Returns the batches it has sent."""
    await warm(servers.cached, [client.post("/graphql", body) for body in document.bodies])
    return await attempts(servers.cached)


async def _rounds(
    servers: Servers, document: Document, many: int, pace: Pace, say: Callable[[str], None]
) -> dict[str, Sample]:
    names = [f"/{document.name}-{n}" for n in range(SAMPLES)]
    sent: list[tuple[Target, list[bytes]]] = [
        (servers.gateway, [client.post("/graphql", body) for body in document.bodies]),
        (servers.bare, [client.post(names[n % SAMPLES], body) for n, body in enumerate(document.bodies)]),
        (servers.byhand, [client.post(f"/{document.name}", body) for body in document.bodies]),
        (servers.cached, [client.post("/graphql", body) for body in document.bodies]),
    ]
    taken: dict[str, list[Sample]] = {target.name: [] for target, _ in sent}
    for _ in range(pace.rounds):
        for target, requests in sent:
            taken[target.name].append(await press(target, requests, many, pace.seconds / pace.rounds))
    say(f"{document.name} at {many}: done")
    return {name: merged(samples) for name, samples in taken.items()}


def _pinned(servers: Servers) -> str:
    if servers.cores is None:
        return "nothing is pinned: one core, or no support for it"
    servers_cores, rest = ([*map(str, sorted(each))] for each in servers.cores)
    return f"servers measured on core {', '.join(servers_cores)}, load and systems on {', '.join(rest)}"


def plain(bench: Bench) -> dict[str, Any]:
    """All measurements as JSON values."""
    return {
        "pinned": bench.pinned,
        "peak_mib": bench.peak_mib,
        "bad_days": {
            "good": figures(bench.days.good),
            "bad": figures(bench.days.bad),
            "whole_seconds": list(bench.days.whole),
        },
        "live_p99_ms": {"idle": bench.nested.idle.percentile_ms(99), "nested": bench.nested.busy.percentile_ms(99)},
        "overload": _overload(bench.overload),
        "documents": {each.name: _plain(each) for each in bench.documents},
    }


def _overload(measured: Overload) -> dict[str, Any]:
    return {
        "capacity": measured.capacity,
        "good_per_second": {str(times): load.good() for times, load in measured.mixed.items()},
        "recovery_seconds": {str(times): load.recovery for times, load in measured.mixed.items()},
        "whole": {"capacity": measured.whole_capacity, "good_per_second": measured.whole.good()},
        "widget_p99_ms": {"quiet": measured.quiet.p99_ms("W"), "beside": measured.beside.p99_ms("W")},
    }


def _plain(measured: Measured) -> dict[str, Any]:
    return {
        "leaves": measured.answered.leaves,
        "bytes": measured.answered.size,
        "batches": measured.batches,
        "cached_batches": measured.cached_batches,
        "http_calls": {"gateway": measured.answered.gateway_calls, "by hand": measured.answered.byhand_calls},
        "concurrency": {
            str(many): {name: figures(sample) for name, sample in samples.items()}
            for many, samples in measured.samples.items()
        },
    }


def figures(sample: Sample) -> dict[str, float]:
    """Figures of one server at one concurrency."""
    return {
        "requests": len(sample.latencies),
        "requests_per_second": sample.per_second,
        "cpu_ms": sample.cpu_ms,
        "p50_ms": sample.percentile_ms(50),
        "p95_ms": sample.percentile_ms(95),
        "p99_ms": sample.percentile_ms(99),
    }
