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
    last_status: by source, and by each lookup whose answers cannot be read although its source answers.
    probing: probes in flight.
    suspects: the key of each source that failed last, until the source gives a good answer.
    """

    probes: Mapping[str, Probe] = field(default_factory=dict)
    last_status: dict[str | Lookup, HealthStatus] = field(default_factory=dict)
    probing: SingleFlight[str | Lookup, HealthStatus] = field(default_factory=SingleFlight)
    suspects: dict[str, Key] = field(default_factory=dict)

    def record(self, lookup: Lookup, answers: Answers, now: datetime) -> None:
        """Update a source's status from the answers of one of its lookups.

        Cached answers and inconclusive errors leave the status as it is. One key-specific error alone
        clears the status: only a probe can tell whether the key or the source is at fault. Several failed keys
        without a good answer between them count against the source. An answer that cannot be read is that of
        its lookup: it clears only the status of a source that failed.
        """
        source = lookup.source
        if not answers or any(isinstance(answer, Answer) and not answer.from_cache for answer in answers.values()):
            self.last_status[source] = HealthStatus(now)
            self.last_status.pop(lookup, None)
            self.suspects.pop(source, None)
            return
        errors = {key: error for key, answer in answers.items() if (error := _conclusive(answer))}
        if misread := next((error for error in errors.values() if error.lookup_fails), None):
            self.last_status[lookup] = HealthStatus(now, misread)
        of_source = (error for error in errors.values() if not (error.key_specific or error.lookup_fails))
        source_error = next(of_source, None)
        if misread and not source_error:
            if (last := self.last_status.get(source)) and last.error:
                del self.last_status[source]
            return
        for key, error in errors.items():
            if source_error or self.suspects.setdefault(source, key) != key:
                self.last_status[source] = HealthStatus(now, source_error or error)
                return
        if errors:
            self.last_status.pop(source, None)

    async def statuses_of(self, lookups: Iterable[Lookup], options: RequestOptions = NO_OPTIONS) -> list[HealthStatus]:
        """The status of each source of these lookups, and of each misread lookup. An expired one is probed."""
        slots = {lookup if lookup in self.last_status else lookup.source: lookup for lookup in lookups}
        return list(await asyncio.gather(*(self._status(slot, lookup, options) for slot, lookup in slots.items())))

    async def _status(self, slot: str | Lookup, lookup: Lookup, options: RequestOptions) -> HealthStatus:
        now, last = datetime.now(UTC), self.last_status.get(slot)
        if last is not None and now - last.at < (UNHEALTHY_TTL if last.error else HEALTHY_TTL):
            return last
        try:
            async with asyncio.timeout(options.remaining() if options.deadline < math.inf else None):
                return await self.probing.run(slot, partial(self._probe, lookup))
        except TimeoutError:
            return HealthStatus(now, LOOP_LAG.timeout(lookup.source, "the request's deadline has passed"))

    async def _probe(self, lookup: Lookup) -> HealthStatus:
        error: SourceError | None = None
        try:
            await self.probes[lookup.source](lookup)
        except SourceError as failure:
            error = failure
        status = HealthStatus(datetime.now(UTC), error)
        if error is None:
            self.last_status.pop(lookup, None)
        self.last_status[lookup if error is not None and error.lookup_fails else lookup.source] = status
        return status


def _conclusive(answer: Answer | SourceError) -> SourceError | None:
    """The error of an answer, or the one that a stale answer hides; None where it says nothing of the source."""
    error = answer if isinstance(answer, SourceError) else answer.stale_error
    return None if error is None or error.inconclusive else error
