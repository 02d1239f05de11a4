"""What a page owes: entries of systems that did not answer, and when to ask for them again."""

import math
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from gateway.access.audiences import PARTNER
from gateway.contract.times import TICK
from gateway.errors import SourceError
from gateway.loading.merge import MergedPage, StreamPage
from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.descriptions import described
from gateway.resolvers.graph.record import SourceSystem
from gateway.resolvers.graph.source_status import responsible_system, system_label, weightiest
from gateway.resolvers.graph.tags import known_to


@described
@known_to(PARTNER)
class OwedEntries:
    """Entries of one system that are missing from a list up to `endCursor`, because the system did not answer.

    system: The system that did not answer.
    label: Name of the system for people, in the words of the utility, or in the language of the request.
    types: GraphQL types of the missing entries.
    since: Earliest instant at which a missing entry may have happened.
    until: Latest instant at which a missing entry may have happened.
    code: Kind of failure, as in the `code` of errors.
    message: Sentence about the failure, in English.
    retryable: True if asking again soon may bring the entries.
    retry_after_seconds: Seconds to wait before asking again, by the circuit breaker or by the system itself.
        Null if neither says a time.
    """

    system: SourceSystem
    label: str
    types: list[str]
    since: datetime
    until: datetime
    code: str
    message: str
    retryable: bool
    retry_after_seconds: int | None


def owed_entries(info: Info, page: MergedPage, zone: ZoneInfo) -> list[OwedEntries]:
    """One entry for each system whose records are missing from a bounded list up to the end of a page."""
    end, failures = page.end().all, [each for each in page.stream_pages if each.failed]
    if not failures or end is None or page.until is None:
        return []
    groups: dict[SourceSystem, list[tuple[StreamPage, SourceError]]] = {}
    for stream_page in failures:
        for system, failure in _failures(stream_page):
            groups.setdefault(system, []).append((stream_page, failure))
    return [_owed(info, system, group, page, (end.time, page.until, zone)) for system, group in groups.items()]


def longest_wait(owed: Iterable[OwedEntries]) -> int | None:
    """The time after which every system that says one may be asked again."""
    return max((each.retry_after_seconds for each in owed if each.retry_after_seconds is not None), default=None)


def _failures(stream_page: StreamPage) -> Iterator[tuple[SourceSystem, SourceError]]:
    owner = SourceSystem[stream_page.stream.record.SYSTEM.name]
    for result in stream_page.results:
        if result.failure is not None:
            yield responsible_system(owner, result), result.failure


def _owed(
    info: Info,
    system: SourceSystem,
    group: Sequence[tuple[StreamPage, SourceError]],
    page: MergedPage,
    span: tuple[datetime, datetime, ZoneInfo],
) -> OwedEntries:
    since, end, zone = span
    positions = [page.start.of(stream_page.stream.name) for stream_page, _ in group]
    until = max(end - TICK if position is None else position.time for position in positions)
    error = weightiest(failure for _, failure in group).renamed(system.name)
    return OwedEntries(
        system=system,
        label=system_label(info.context, system),
        types=list(dict.fromkeys(stream_page.stream.record.__name__ for stream_page, _ in group)),
        since=since.astimezone(zone),
        until=until.astimezone(zone),
        code=error.code,
        message=str(error),
        retryable=error.retryable,
        retry_after_seconds=_wait(info, system, (failure for _, failure in group)),
    )


def _wait(info: Info, system: SourceSystem, failures: Iterable[SourceError]) -> int | None:
    """Whole seconds until the system may be asked again, at least one; None if that is not known."""
    stats = info.context.loader.finder.source_stats
    sources = {lookup.source for lookup in info.context.systems.get(system.name, ())}
    breakers = [stats[source].breaker_wait() for source in sources if source in stats]
    waits = [wait for wait in (*breakers, *(failure.retry_after for failure in failures)) if wait is not None]
    return max(1, math.ceil(max(waits))) if waits else None
