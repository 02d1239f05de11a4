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
    """How a system fared.

    OK: asked and answered. STALE: not answering, an older answer is shown. NOT_CONFIGURED: this utility has
    no such system (no CTI, say): neither empty nor a failure.
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
    """How one system fared in this answer.

    system: which one.
    state: how it went.
    as_of: when what it said was true.
    age_seconds: how long ago that is.
    from_cache: whether the gateway remembered it rather than asking now.
    retryable: whether asking again soon may help.
    message: a sentence for people where something is missing.
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
