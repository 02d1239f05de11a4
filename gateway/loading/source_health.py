"""The health of each source: its last status, or the result of a probe."""

import asyncio
import math
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial

from gateway.concurrency.loop_lag import LOOP_LAG
from gateway.concurrency.single_flight import SingleFlight
from gateway.contract.batch import NO_OPTIONS, Answer, Answers, Lookup, RequestOptions, Row
from gateway.contract.paths import Key
from gateway.errors import SourceError

Probe = Callable[[Lookup], Awaitable[tuple[Row, ...]]]
HEALTHY_TTL, UNHEALTHY_TTL = timedelta(seconds=30), timedelta(seconds=5)  # how long a status holds


@dataclass(frozen=True, slots=True)
class HealthStatus:
    """Whether a source answered at a time; `error` says why it did not."""

    at: datetime
    error: SourceError | None = None


@dataclass(slots=True)
class SourceHealth:
    """The statuses of all sources, for the lifetime of the application.

    probes: one small query for each source.
    probing: probes in flight.
    suspects: the key of each source that failed last, until the source gives a good answer.
    """

    probes: Mapping[str, Probe] = field(default_factory=dict)
    last_status: dict[str, HealthStatus] = field(default_factory=dict)
    probing: SingleFlight[str, HealthStatus] = field(default_factory=SingleFlight)
    suspects: dict[str, Key] = field(default_factory=dict)

    def record(self, source: str, answers: Answers, now: datetime) -> None:
        """Update a source's status from its answers.

        Cached answers and inconclusive errors leave the status as it is. One key-specific error alone
        clears the status: only a probe can tell whether the key or the source is at fault. Several failed keys
        without a good answer between them count against the source.
        """
        if not answers or any(isinstance(answer, Answer) and not answer.from_cache for answer in answers.values()):
            self.last_status[source] = HealthStatus(now)
            self.suspects.pop(source, None)
            return
        errors = {key: error for key, answer in answers.items() if (error := _conclusive(answer))}
        source_error = next((error for error in errors.values() if not error.key_specific), None)
        for key, error in errors.items():
            if source_error or self.suspects.setdefault(source, key) != key:
                self.last_status[source] = HealthStatus(now, source_error or error)
                return
        if errors:
            self.last_status.pop(source, None)

    async def statuses_of(self, lookups: Iterable[Lookup], options: RequestOptions = NO_OPTIONS) -> list[HealthStatus]:
        """The status of each source of these lookups. A source with an expired status is probed."""
        by_source = {lookup.source: lookup for lookup in lookups}
        return list(await asyncio.gather(*(self._status(each, options) for each in by_source.values())))

    async def _status(self, lookup: Lookup, options: RequestOptions) -> HealthStatus:
        now, last = datetime.now(UTC), self.last_status.get(lookup.source)
        if last is not None and now - last.at < (UNHEALTHY_TTL if last.error else HEALTHY_TTL):
            return last
        try:
            async with asyncio.timeout(options.remaining() if options.deadline < math.inf else None):
                return await self.probing.run(lookup.source, partial(self._probe, lookup))
        except TimeoutError:
            return HealthStatus(now, LOOP_LAG.timeout(lookup.source, "the request's deadline has passed"))

    async def _probe(self, lookup: Lookup) -> HealthStatus:
        error: SourceError | None = None
        try:
            await self.probes[lookup.source](lookup)
        except SourceError as failure:
            error = failure
        status = self.last_status[lookup.source] = HealthStatus(datetime.now(UTC), error)
        return status


def _conclusive(answer: Answer | SourceError) -> SourceError | None:
    """The error of an answer, or the one that a stale answer hides; None where it says nothing of the source."""
    error = answer if isinstance(answer, SourceError) else answer.stale_error
    return None if error is None or error.inconclusive else error
