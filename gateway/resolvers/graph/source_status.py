"""Status of each system behind an answer: its state, and the age of its data."""

import asyncio
import itertools
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

import strawberry

from gateway.access.audiences import PARTNER
from gateway.contract.times import Clock
from gateway.errors import InvalidResponse, InvalidRow, NotConfigured, SourceError, UpstreamBadRequest
from gateway.languages.texts import translated
from gateway.loading.finder import LoadResult
from gateway.resolvers.graph.context import Context, Info
from gateway.resolvers.graph.descriptions import described
from gateway.resolvers.graph.enums import DescribedEnum
from gateway.resolvers.graph.record import SourceSystem
from gateway.resolvers.graph.tags import known_to
from gateway.resolvers.graph.wording import message, sentence


class SourceState(DescribedEnum, labeled=False):
    """Outcome of asking one system."""

    OK = "OK", "The system answered."
    STALE = "STALE", "The system did not answer; an older cached answer is shown."
    TIMEOUT = "TIMEOUT", "The system did not answer in time."
    DOWN = "DOWN", "The system failed, cannot be reached, or gave an answer that cannot be used."
    OVERLOADED = "OVERLOADED", "The gateway was too busy to ask the system in time; the system may be well."
    PARTIAL = "PARTIAL", "The system answered, but refused a question, or some of its records cannot be used."
    FORBIDDEN = "FORBIDDEN", "The system refused the gateway's credentials."
    NOT_PERMITTED = "NOT_PERMITTED", "The caller may not see some of the records; the system was not asked for them."
    NOT_CONFIGURED = "NOT_CONFIGURED", "This utility has no such system; that is neither an empty result nor a failure."


# Of several errors of one system, the first in this order is reported.
ERROR_PRECEDENCE = ("DOWN", "TIMEOUT", "OVERLOADED", "FORBIDDEN", "PARTIAL", "NOT_PERMITTED", "NOT_CONFIGURED")


NOTICES = {
    SourceState.STALE: message("{system} did not answer; older data is shown."),
    SourceState.TIMEOUT: message("{system} did not answer; its data is missing."),
    SourceState.DOWN: message("{system} did not answer; its data is missing."),
    SourceState.FORBIDDEN: message("{system} did not answer; its data is missing."),
    SourceState.OVERLOADED: message("{system} could not be asked in time; its data is missing."),
    SourceState.NOT_PERMITTED: message("You may not see all data of {system}."),
    SourceState.PARTIAL: message("{system} answered, but some of its data is missing."),
}


def system_label(context: Context, system: SourceSystem) -> str:
    """What people call a system: as the catalog says, else in the language of the request."""
    return context.labels.get(system.name, system.label)


def _label(self: Any, info: Info) -> str:
    return system_label(info.context, self.system)


@described
@known_to(PARTNER)
class SourceStatus:
    """Status of one system in this answer.

    system: The system that this status is about.
    label: Name of the system for people, in the words of the utility, or in the language of the request.
    state: Outcome of asking the system; the worst one if it was asked several times.
    age_seconds: Age of that data in seconds; null if it gave no data.
    from_cache: True if any of its data came from the gateway's cache.
    retryable: True if the same query may succeed, or bring fresh data, when it is sent again soon.
    message: Sentence about the failure, in English; null if nothing failed.
    needs_notice: True if people need to see that data is missing or old; false for OK and NOT_CONFIGURED.
    notice: Sentence for people, in the language of the request; null unless `needsNotice`.
    missing_fields: Mapped fields that its recent rows do not have, as `Bill by account_id: dueDate`. Told by the
        query `sources`; empty elsewhere.
    """

    system: SourceSystem
    label: str = strawberry.field(resolver=_label)
    state: SourceState
    read_at: strawberry.Private[datetime | None]
    age_seconds: int | None
    from_cache: bool
    retryable: bool
    message: str | None
    missing_fields: list[str] = strawberry.field(default_factory=list)

    @strawberry.field
    def needs_notice(self) -> bool:
        return self.state in NOTICES

    @strawberry.field
    def notice(self, info: Info) -> str | None:
        text = NOTICES.get(self.state)
        return text and sentence(translated(text).format(system=system_label(info.context, self.system)))

    @strawberry.field
    def as_of(self, info: Info) -> datetime | None:
        """Instant at which its data was read, the oldest if there are several; null if it gave no data."""
        return self.read_at and info.context.now.shown(self.read_at)


def _status(system: SourceSystem, results: Sequence[LoadResult[Any]], now: datetime) -> SourceStatus:
    """Several results of one system as one: the worst error, and the oldest data."""
    answers = [result for result in results if result.error is None or result.readable]
    # A system that lacks some records may still have answered for others.
    errors = [result.failure if answers else result.error for result in results]
    present = [error for error in errors if error is not None]
    error = weightiest(present, answered=bool(answers)) if present else None
    as_of = min((result.as_of for result in answers if result.as_of is not None), default=None)
    stale = any(result.stale for result in answers)
    return SourceStatus(
        system=system,
        state=SourceState[_state(error, answered=bool(answers)) if error else "STALE" if stale else "OK"],
        read_at=as_of,
        age_seconds=None if as_of is None else max(0, int((now - as_of).total_seconds())),
        from_cache=any(result.from_cache for result in results),
        retryable=error.retryable if error else stale,
        message=str(_named(system, error)) if error else None,
    )


def _named(system: SourceSystem, error: SourceError) -> SourceError:
    """The error under the name of the system; one that has it already may say what people call the system."""
    return error if error.source == system.name else error.renamed(system.name, system.english)


def _state(error: SourceError, *, answered: bool) -> str:
    """The state of an error. A system that gives one answer that cannot be used, and others that can, is not down.

    A system of which nothing can be read is down, also if each answer was for one key. One that refuses the keys of
    a question has answered it: nothing says that it fails for other keys.
    """
    if isinstance(error, UpstreamBadRequest) and error.of_keys:
        return InvalidRow.state
    if not isinstance(error, InvalidResponse):
        return error.state
    return InvalidRow.state if answered else InvalidResponse.state


def weightiest(errors: Iterable[SourceError], *, answered: bool = False) -> SourceError:
    """The error of several of one system that is reported."""
    return min(errors, key=partial(_precedence, answered=answered))


def _precedence(error: SourceError, *, answered: bool) -> tuple[int, bool]:
    """The smallest is reported; of two alike, an error that a retry may cure."""
    return ERROR_PRECEDENCE.index(_state(error, answered=answered)), not error.retryable


def responsible_system(owner: SourceSystem, result: LoadResult[Any]) -> SourceSystem:
    """The system that failed, which may not be the owner of the records; otherwise the owner."""
    return SourceSystem.__members__.get(result.failure.source, owner) if result.failure else owner


def statuses(results: Iterable[tuple[SourceSystem, LoadResult[Any]]]) -> list[SourceStatus]:
    """One status for each system, in the order of their first results."""
    by_system: dict[SourceSystem, list[LoadResult[Any]]] = {}
    for system, result in results:
        by_system.setdefault(system, []).append(result)
    now = datetime.now(UTC)  # not the context's clock, which tests and demos set to another day
    return [_status(system, group, now) for system, group in by_system.items()]


def source_report(loads: Iterable[tuple[type, Iterable[LoadResult[Any]]]], clock: Clock) -> dict[str, dict[str, Any]]:
    """What `extensions.sources` says, by the name of each system that was asked."""
    results = ((record.SYSTEM, result) for record, results in loads for result in results)  # type: ignore[attr-defined]  # a record
    return {
        status.system.name: {
            "state": status.state.name,
            "asOf": status.read_at and clock.shown(status.read_at).isoformat(),
            "ageSeconds": status.age_seconds,
            "fromCache": status.from_cache,
            "retryable": status.retryable,
        }
        for status in statuses(results)
    }


async def system_statuses(info: Info) -> list[SourceStatus]:
    """One status for each system; a system without any lookup is NOT_CONFIGURED."""
    results = await asyncio.gather(*(_results(info, system) for system in SourceSystem))
    every = statuses(itertools.chain.from_iterable(results))
    return [replace(status, missing_fields=_missing_fields(info, status.system)) for status in every]


def _missing_fields(info: Info, system: SourceSystem) -> list[str]:
    """The mapped fields that rows of the system's records do not have any more."""
    all_stats = info.context.loader.finder.source_stats
    lookups = {lookup.name: lookup.source for lookup in info.context.systems.get(system.name, ())}
    drifted = [
        name for source in sorted({*lookups.values()} & {*all_stats}) for name in all_stats[source].fields.drifted()
    ]
    return [name for name in drifted if name.partition(":")[0] in lookups]


async def _results(info: Info, system: SourceSystem) -> list[tuple[SourceSystem, LoadResult[None]]]:
    loader, lookups = info.context.loader, info.context.systems.get(system.name, ())
    health = await loader.finder.source_health.statuses_of(lookups, loader.options)
    results: list[LoadResult[None]] = [
        LoadResult([], status.at if status.error is None else None, _of_system(status.error)) for status in health
    ]
    return [(system, result) for result in results or [LoadResult([], error=NotConfigured("system"))]]


def _of_system(error: SourceError | None) -> SourceError | None:
    """The error of a probe, or of several keys in turn: a refusal is then not that of one key."""
    return InvalidResponse(error.source, error.reason) if isinstance(error, UpstreamBadRequest) else error
