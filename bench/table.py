"""The report for people. Ratios come first, as machines differ."""

from collections.abc import Iterator, Sequence

from bench.bad_days import Days
from bench.figures import Sample, percentile
from bench.measuring import Bench, Measured
from bench.nested import Nested
from bench.overload import Overload

BUSY = 16


def lines(bench: Bench) -> Iterator[str]:
    yield f"CPU of the gateway's process for one request, at {BUSY} connections; {bench.pinned}"
    yield ""
    yield from _ratios(bench)
    yield ""
    yield from _days(bench.days)
    yield _nested(bench.nested)
    yield ""
    yield from _overload(bench.overload)
    yield ""
    yield "Requests per second, latency and CPU for one request"
    yield ""
    yield _row("document", "at", "server", "req/s", "p50 ms", "p95 ms", "p99 ms", "CPU ms")
    for measured in bench.documents:
        yield from _absolute(measured)
    yield ""
    yield "Peak memory: " + ", ".join(f"{name} {peak:.0f} MiB" for name, peak in bench.peak_mib.items())


def _nested(nested: Nested) -> str:
    idle, busy = nested.idle.percentile_ms(99), nested.busy.percentile_ms(99)
    return (
        f"p99 of /health/live: {idle:.1f} ms, during a document of nested lists ({nested.seconds:.1f} s) "
        f"{busy:.1f} ms: {busy / idle:.1f}x"
    )


def _overload(measured: Overload) -> Iterator[str]:
    yield "Overload: widgets and 360s, 9 : 1, sent at a pace; good answers are whole and come within a second"
    base = measured.mixed[1].good()
    for times, load in measured.mixed.items():
        yield (
            f"at {times} x {measured.capacity:.0f}/s: {load.good():.0f}/s good ({load.good('W'):.0f} widgets, "
            f"{load.good('360'):.1f} 360s): {load.good() / base:.2f}x; calm again after {load.recovery:.2f} s"
        )
    alone = measured.whole.good()
    yield f"360s alone at twice their capacity: {alone / measured.whole_capacity:.2f}x of it good"
    quiet, beside = measured.quiet, measured.beside
    yield (
        f"p99 of the widget: {quiet.p99_ms('W'):.1f} ms, beside 360s at five times their capacity "
        f"{beside.p99_ms('W'):.1f} ms: {beside.p99_ms('W') / quiet.p99_ms('W'):.1f}x"
    )


def _ratios(bench: Bench) -> Iterator[str]:
    yield _row(
        "document", "leaves", "bytes", "/ by hand", "/ bare", "batches", "SQL", "HTTP", "by hand", "cached /", "batches"
    )
    for each in bench.documents:
        samples, answered = each.samples[BUSY], each.answered
        yield _row(
            each.name,
            f"{answered.leaves:.0f}",
            f"{answered.size:.0f}",
            f"{_ratio(samples, 'by hand'):.2f}x",
            f"{_ratio(samples, 'bare'):.0f}x",
            f"{sum(each.batches.values()):.1f}",
            f"{each.batches.get('sql', 0):.1f}",
            f"{answered.gateway_calls:.1f}",
            f"{answered.byhand_calls:.1f}",
            f"{samples['cached'].cpu_ms / samples['gateway'].cpu_ms:.2f}x",
            f"{each.cached_batches:.3f}",
        )
    yield "batches: counted around the gateway's fetches, one statement each; HTTP calls: at the systems"
    yield "cached: the same gateway with a warm cache for every source: CPU against the gateway's, batches"


def _days(days: Days) -> Iterator[str]:
    good, bad = days.good.percentile_ms(95), days.bad.percentile_ms(95)
    whole = sorted(days.whole)
    yield "One system answers in 5 s, one fails; 360s at a steady pace beside widgets that need neither"
    yield f"p95 of the widget: {good:.1f} ms, on a bad day {bad:.1f} ms: {bad / good:.2f}x"
    half = percentile(whole, 50)
    yield f"360 on a bad day: {len(whole)} answers, half within {half:.2f} s, all within {whole[-1]:.2f} s"


def _ratio(samples: dict[str, Sample], other: str) -> float:
    return samples["gateway"].cpu_ms / max(samples[other].cpu_ms, 0.001)


def _absolute(measured: Measured) -> Iterator[str]:
    for many, samples in measured.samples.items():
        for name, sample in samples.items():
            latencies = [f"{sample.percentile_ms(percent):.1f}" for percent in (50, 95, 99)]
            rate, cpu = f"{sample.per_second:.0f}", f"{sample.cpu_ms:.2f}"
            yield _row(measured.name, str(many), name, rate, *latencies, cpu)


def _row(*cells: str) -> str:
    return _joined(cells).rstrip()


def _joined(cells: Sequence[str]) -> str:
    return "".join(f"{cell:<10}" if n == 0 else f"{cell:>10}" for n, cell in enumerate(cells))
