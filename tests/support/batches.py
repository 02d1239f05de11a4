"""Upstreams for middleware tests: scripted or held replies, and every batch recorded."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from hypothesis import HealthCheck, settings

from gateway.contract.batch import NO_OPTIONS, Answer, Answers, Batch, Lookup, RequestOptions
from gateway.contract.paths import Key
from gateway.errors import (
    CircuitOpen,
    DeadlineExceeded,
    InvalidResponse,
    InvalidRow,
    LookupCircuitOpen,
    Overloaded,
    QuestionTooLong,
    QueueFull,
    SourceDown,
    SourceError,
    SourceTimeout,
    UpstreamBadRequest,
    UpstreamRateLimited,
    UpstreamUnauthorized,
)

NAME = "ledger"
FAILING = (SourceDown, SourceTimeout)
ANSWERED = (InvalidResponse, UpstreamBadRequest, QuestionTooLong, UpstreamUnauthorized)
INCONCLUSIVE = (DeadlineExceeded, CircuitOpen, LookupCircuitOpen, QueueFull, Overloaded)
EVERY_ERROR = (*FAILING, *ANSWERED, *INCONCLUSIVE, UpstreamRateLimited)
INVALID_ROW = InvalidRow(NAME)
LOOKUP = Lookup(record="Note", by="owner", source=NAME, place=None, key=("owner",), id=("id",))
AS_OF = datetime(2026, 1, 1, tzinfo=UTC)
REQUEST = {"request_number": "7", "subject": "x", "state": "OPEN", "opened_at": AS_OF.isoformat()}
Reply = Callable[[Batch], Answers]
# Busy machines are slow: no test fails for that.
PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def batch(*keys: Key, remaining: float | None = None, lookup: Lookup = LOOKUP) -> Batch:
    """A batch of these keys, with so much time remaining; without a deadline by default."""
    options = NO_OPTIONS if remaining is None else RequestOptions(deadline=time.monotonic() + remaining)
    return Batch(lookup, keys or ("a",), options=options)


def answer(key: Key) -> Answer:
    """One row: a note that is a complete service request as well."""
    return Answer(({"id": f"of {key}", **REQUEST},), AS_OF)


def success(question: Batch) -> Answers:
    """Reply with a row for every key."""
    return {key: answer(key) for key in question.keys}


def failing(kind: type[SourceError] = SourceDown, retry_after: float | None = None) -> Reply:
    """Reply with an error for every key."""
    return lambda question: dict.fromkeys(question.keys, kind(NAME, retry_after=retry_after))


class Upstream:
    """A `Fetch` that gives one reply after another, and repeats the last one."""

    def __init__(self, *replies: Reply) -> None:
        self.replies, self.batches = list(replies or (success,)), list[Batch]()

    async def __call__(self, question: Batch) -> Answers:
        self.batches.append(question)
        reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        return reply(question)


@dataclass
class HeldUpstream:
    """A `Fetch` that replies when the test says so."""

    batches: list[Batch] = field(default_factory=list)
    pending: list["asyncio.Future[Reply]"] = field(default_factory=list)
    in_flight: int = 0
    max_in_flight: int = 0

    async def __call__(self, question: Batch) -> Answers:
        future: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self.batches.append(question)
        self.pending.append(future)
        self.in_flight += 1
        self.max_in_flight = max(self.max_in_flight, self.in_flight)
        try:
            return (await future)(question)
        finally:
            self.in_flight -= 1

    async def reply(self, number: int, reply: Reply = success) -> None:
        """Reply to the batch of this number, and let every task continue."""
        self.pending[number].set_result(reply)
        await settle()


async def settle() -> None:
    """Let every task run until it waits."""
    for _ in range(30):
        await asyncio.sleep(0)
