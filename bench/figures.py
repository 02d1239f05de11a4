"""Figures of measurements: percentiles, requests per second, CPU per request."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Sample:
    """Some seconds of load on one server: its CPU time, and the latency of each request."""

    seconds: float
    cpu_seconds: float
    latencies: tuple[float, ...]

    @property
    def per_second(self) -> float:
        return len(self.latencies) / self.seconds

    @property
    def cpu_ms(self) -> float:
        """CPU time per request, in milliseconds."""
        return 1000 * self.cpu_seconds / len(self.latencies)

    def percentile_ms(self, percent: float) -> float:
        return 1000 * percentile(self.latencies, percent)


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value with at least `percent` of all values at or below it (nearest rank)."""
    ordered = sorted(values)
    rank = -(-len(ordered) * percent // 100)
    return ordered[max(0, int(rank) - 1)]


def merged(samples: Iterable[Sample]) -> Sample:
    """Merge several rounds into one sample."""
    first, *others = samples
    for sample in others:
        first = replace(
            first,
            seconds=first.seconds + sample.seconds,
            cpu_seconds=first.cpu_seconds + sample.cpu_seconds,
            latencies=first.latencies + sample.latencies,
        )
    return first
