"""How each system is doing: what it showed last, or one small question now."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial

from gateway.concurrency.single_flight import SingleFlight
from gateway.contract.batch import NO_OPTIONS, Answer, Answers, Lookup, RequestOptions, Row
from gateway.contract.outcomes import says_nothing
from gateway.errors import DeadlineExceeded, InvalidRow, SourceError, UpstreamBadRequest, UpstreamUnauthorized

OF_A_KEY = (InvalidRow, UpstreamBadRequest, UpstreamUnauthorized)  # what one key may bring about alone
Probe = Callable[[Lookup], Awaitable[tuple[Row, ...]]]


@dataclass(frozen=True, slots=True)
class HealthStatus:
    """What a source has shown, and when: that it answers, or why it does not."""

    at: datetime
    error: SourceError | None = None


@dataclass(frozen=True, slots=True)
class HealthTtl:
    """How long it is believed that a source answers, and that it does not."""

    healthy: timedelta
    unhealthy: timedelta


@dataclass(slots=True)
class SourceHealth:
    """Lives as long as the application. `probes` ask one source one small question."""

    probes: Mapping[str, Probe] = field(default_factory=dict)
    last_status: dict[str, HealthStatus] = field(default_factory=dict)
    probing: SingleFlight[str, HealthStatus] = field(default_factory=SingleFlight)

    def record(self, source: str, answered: Answers, now: datetime) -> None:
        """Remember what the system itself has shown.

        What is remembered of it says nothing of how it is now; nor does a question that never reached it, or
        that had no time. A single key whose row is odd, or whose question it refuses, may be that key's own
        trouble or the system's: then nobody can tell before it is asked again.
        """
        failed: list[SourceError] = []
        good = not answered
        for each in answered.values():
            error = each if isinstance(each, SourceError) else each.stale_error
            if error is None:
                good = good or (isinstance(each, Answer) and not each.from_cache)
            elif not says_nothing(error):
                failed.append(error)
        grave = next((each for each in failed if not isinstance(each, OF_A_KEY)), None)
        if good:
            self.last_status[source] = HealthStatus(now)
        elif grave is not None or len(failed) > 1:  # a system is in trouble when nothing it said can be used
            self.last_status[source] = HealthStatus(now, grave or failed[0])
        elif failed:
            self.last_status.pop(source, None)

    async def statuses_of(
        self, lookups: Iterable[Lookup], fresh: HealthTtl, wish: RequestOptions = NO_OPTIONS
    ) -> list[HealthStatus]:
        """How the sources of these lookups are doing, each asked now where it showed nothing lately.

        Of many who ask at once one asks; whose time is over first is told so.
        """
        by_source = {each.source: each for each in lookups}
        return list(await asyncio.gather(*(self._of(each, fresh, wish) for each in by_source.values())))

    async def _of(self, lookup: Lookup, fresh: HealthTtl, wish: RequestOptions) -> HealthStatus:
        now, last = datetime.now(UTC), self.last_status.get(lookup.source)
        if last is not None and now - last.at < (fresh.unhealthy if last.error else fresh.healthy):
            return last
        try:
            async with asyncio.timeout(None if wish.until is None else wish.remaining()):
                return await self.probing.run(lookup.source, partial(self._ask, lookup))
        except TimeoutError:
            return HealthStatus(now, DeadlineExceeded(lookup.source, "the request's time was over"))

    async def _ask(self, lookup: Lookup) -> HealthStatus:
        try:
            await self.probes[lookup.source](lookup)
            shown = HealthStatus(datetime.now(UTC))
        except SourceError as error:
            shown = HealthStatus(datetime.now(UTC), error)
        self.last_status[lookup.source] = shown
        return shown
