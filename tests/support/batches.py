"""Upstreams that answer as they are told, or when they are told, and remember every question."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from hypothesis import HealthCheck, settings

from gateway.contract.batch import NO_OPTIONS, Answer, Answers, Batch, Key, Lookup, RequestOptions
from gateway.errors import (
    CircuitOpen,
    DeadlineExceeded,
    InvalidResponse,
    InvalidRow,
    QueueFull,
    SourceDown,
    SourceError,
    SourceTimeout,
    UpstreamBadRequest,
    UpstreamRateLimited,
    UpstreamUnauthorized,
)

NAME = "ledger"
FAILING = (SourceDown, SourceTimeout, InvalidResponse)
ANSWERED = (UpstreamBadRequest, UpstreamUnauthorized)
SILENT = (DeadlineExceeded, CircuitOpen, QueueFull)
EVERY = (*FAILING, *ANSWERED, *SILENT, UpstreamRateLimited)
ODD = InvalidRow(NAME)  # of a key: an answer of the system all the same
LOOKUP = Lookup(record="Note", by="owner", source=NAME, place=None, key=("owner",), id=("id",))
THEN = datetime(2026, 1, 1, tzinfo=UTC)
REQUEST = {"request_number": "7", "subject": "x", "state": "OPEN", "opened_at": THEN.isoformat()}
Say = Callable[[Batch], Answers]
# A busy machine is slow, and no test fails of that.
ANY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def batch(*keys: Key, left: float | None = None, lookup: Lookup = LOOKUP) -> Batch:
    """A question of these keys, with so many seconds left; for ever where nothing is said."""
    options = NO_OPTIONS if left is None else RequestOptions(deadline=time.monotonic() + left)
    return Batch(lookup, keys or ("a",), options=options)


def rows(key: Key) -> Answer:
    """What is known of a key: a note, or a service request as whoever wants one reads it."""
    return Answer(({"id": f"of {key}", **REQUEST},), THEN)


def good(asked: Batch) -> Answers:
    """Rows for every key."""
    return {key: rows(key) for key in asked.keys}


def failing(kind: type[SourceError] = SourceDown, retry_after: float | None = None) -> Say:
    """An error at every key."""
    return lambda asked: dict.fromkeys(asked.keys, kind(NAME, retry_after=retry_after))


class Upstream:
    """Answers one question after another as it was told, and the last way from then on."""

    def __init__(self, *says: Say) -> None:
        self.says, self.asked = list(says or (good,)), list[Batch]()

    async def __call__(self, asked: Batch) -> Answers:
        """A `Fetch`."""
        self.asked.append(asked)
        say = self.says.pop(0) if len(self.says) > 1 else self.says[0]
        return say(asked)


@dataclass
class Held:
    """Answers when it is told to."""

    asked: list[Batch] = field(default_factory=list)
    open: list["asyncio.Future[Say]"] = field(default_factory=list)
    inside: int = 0
    most: int = 0

    async def __call__(self, asked: Batch) -> Answers:
        """A `Fetch`."""
        future: asyncio.Future[Say] = asyncio.get_running_loop().create_future()
        self.asked.append(asked)
        self.open.append(future)
        self.inside += 1
        self.most = max(self.most, self.inside)
        try:
            return (await future)(asked)
        finally:
            self.inside -= 1

    async def tell(self, number: int, say: Say = good) -> None:
        """Answer the question of this number, and let everybody hear it."""
        self.open[number].set_result(say)
        await settled()


async def settled() -> None:
    """Until the event loop has nothing to do but wait."""
    for _ in range(30):
        await asyncio.sleep(0)
