"""Where an answer came from, how each system fared, and how old its data is."""

from collections.abc import Iterable
from datetime import UTC, datetime
from enum import Enum

from gateway.errors import NotConfigured, SourceError, SourceTimeout, UpstreamUnauthorized
from gateway.loading.finder import LoadResult
from gateway.resolvers.graph.descriptions import described, described_enum
from gateway.resolvers.graph.systems import SourceSystem


@described_enum
class SourceState(Enum):
    """Outcome of asking one system.

    OK: The system answered.
    STALE: The system did not answer; an older cached answer is shown.
    TIMEOUT: The system did not answer in time.
    DOWN: The system failed, or cannot be reached.
    FORBIDDEN: The system refused the gateway's credentials.
    NOT_CONFIGURED: This utility has no such system; that is neither an empty result nor a failure.
    """

    OK = "OK"
    STALE = "STALE"
    TIMEOUT = "TIMEOUT"
    DOWN = "DOWN"
    FORBIDDEN = "FORBIDDEN"
    NOT_CONFIGURED = "NOT_CONFIGURED"


# Worst first: what several questions to one system together say of it.
WORST = (
    SourceState.DOWN,
    SourceState.TIMEOUT,
    SourceState.FORBIDDEN,
    SourceState.STALE,
    SourceState.OK,
    SourceState.NOT_CONFIGURED,
)


@described
class SourceStatus:
    """Status of one system in this answer.

    system: The system that this status is about.
    state: Outcome of asking the system; the worst one if it was asked several times.
    as_of: Instant at which its data was read, the oldest if there are several; null if it gave no data.
    age_seconds: Age of that data in seconds; null if it gave no data.
    from_cache: True if any of its data came from the gateway's cache.
    retryable: True if the same query may succeed, or bring fresh data, when it is sent again soon.
    message: Sentence about the failure, for people; null if nothing failed.
    """

    system: SourceSystem
    state: SourceState
    as_of: datetime | None
    age_seconds: int | None
    from_cache: bool
    retryable: bool
    message: str | None


def state_of(error: SourceError | None, *, stale: bool = False) -> SourceState:
    """The state that an error stands for."""
    if error is None:
        return SourceState.STALE if stale else SourceState.OK
    if isinstance(error, NotConfigured):
        return SourceState.NOT_CONFIGURED
    if isinstance(error, SourceTimeout):
        return SourceState.TIMEOUT
    return SourceState.FORBIDDEN if isinstance(error, UpstreamUnauthorized) else SourceState.DOWN


def precedence(state: SourceState, *, retryable: bool) -> tuple[int, bool]:
    """The least is told of a system that fares in several ways: the worst, and of these what may pass soon.

    So whoever may ask again is told so, whichever of its answers came first.
    """
    return WORST.index(state), not retryable


def statuses(found: Iterable[tuple[SourceSystem, LoadResult]]) -> list[SourceStatus]:  # type: ignore[type-arg]  # of any record
    """One status for each system, in the order first met; the worst of what its questions say."""
    now = datetime.now(UTC)  # not the clock of the context: an age is an age on any day
    by_system: dict[SourceSystem, SourceStatus] = {}
    for system, each in found:
        status = _status(system, each, now)
        known = by_system.get(system)
        by_system[system] = status if known is None else _worse(known, status)
    return list(by_system.values())


def _status(system: SourceSystem, found: LoadResult, now: datetime) -> SourceStatus:  # type: ignore[type-arg]  # of any record
    error = found.error
    return SourceStatus(
        system=system,
        state=state_of(error, stale=found.stale),
        as_of=found.as_of if error is None else None,
        age_seconds=None
        if found.as_of is None or error is not None
        else max(0, int((now - found.as_of).total_seconds())),
        from_cache=found.from_cache,
        retryable=found.stale if error is None else error.retryable,
        message=None if error is None else str(error.of(system.name)),
    )


def _worse(one: SourceStatus, other: SourceStatus) -> SourceStatus:
    worst, best = sorted((one, other), key=lambda each: precedence(each.state, retryable=each.retryable))
    ages = [(each.as_of, each.age_seconds) for each in (one, other) if each.as_of is not None]
    as_of, age_seconds = min(ages, default=(None, None), key=lambda age: age[0])
    return SourceStatus(
        system=worst.system,
        state=worst.state,
        as_of=as_of,
        age_seconds=age_seconds,
        from_cache=worst.from_cache or best.from_cache,
        retryable=worst.retryable,
        message=worst.message,
    )
