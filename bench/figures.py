"""Numbers out of measurements: percentiles, requests per second, CPU per request."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Sample:
    """What some seconds of load on one server gave: how long each request took, and what all of it cost."""

    seconds: float
    cpu_seconds: float
    latencies: tuple[float, ...]

    @property
    def per_second(self) -> float:
        """Requests answered in a second."""
        return len(self.latencies) / self.seconds

    @property
    def cpu_ms(self) -> float:
        """CPU of the server's process for one request, in milliseconds."""
        return 1000 * self.cpu_seconds / len(self.latencies)

    def percentile_ms(self, percent: float) -> float:
        """A percentile of the latencies, in milliseconds."""
        return 1000 * percentile(self.latencies, percent)


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that at least so many percent are not above (nearest rank)."""
    ordered = sorted(values)
    rank = -(-len(ordered) * percent // 100)
    return ordered[max(0, int(rank) - 1)]


def together(samples: Iterable[Sample]) -> Sample:
    """Several rounds as one."""
    first, *others = samples
    for each in others:
        first = replace(
            first,
            seconds=first.seconds + each.seconds,
            cpu_seconds=first.cpu_seconds + each.cpu_seconds,
            latencies=first.latencies + each.latencies,
        )
    return first
