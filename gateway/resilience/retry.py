"""Retries of failed reads: after a pause with full jitter, within a budget.

Full jitter: each pause is random between nothing and the maximum, so that calls that failed together do not
return together (M. Brooker, "Exponential Backoff And Jitter", AWS, 2015). The budget is Finagle's.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from random import Random
from typing import Annotated

import msgspec

from gateway.contract.batch import Answer, Answers, Batch, Fetch
from gateway.contract.paths import Key
from gateway.errors import SourceError
from gateway.telemetry.source_stats import SourceStats

Seconds = Annotated[float, msgspec.Meta(ge=0, le=60)]
MAX_BALANCE = 10.0  # calls of a budget that a quiet period can save up


class RetryPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How often, and after which pause, a failed read is repeated.

    max_retries: repetitions at most.
    base_delay: longest first pause in seconds, doubled each time, never below the Retry-After of the source.
    max_delay: longest pause in seconds; a source whose Retry-After is longer is not asked again.
    budget: share of the source's own traffic that retries and hedges together may add.
    """

    max_retries: Annotated[int, msgspec.Meta(ge=0, le=10)] = 1
    base_delay: Seconds = 0.05
    max_delay: Seconds = 1.0
    budget: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.1


class RetryBudget:
    """Made for one source. Each call deposits `share`, each retry or hedge withdraws 1.

    The balance starts at enough for one retry; a very small share starts lower, and none at all at 0.
    """

    __slots__ = ("balance", "share")

    def __init__(self, share: float, balance: float | None = None) -> None:
        self.share = share
        self.balance = min(1.0, share * MAX_BALANCE) if balance is None else balance

    def earn(self) -> None:
        self.balance = min(MAX_BALANCE, self.balance + self.share)

    def spend(self) -> bool:
        if self.balance < 1:
            return False
        self.balance -= 1
        return True


@dataclass(slots=True)
class Retry:
    """Wraps a source's fetch. Lives as long as the application. Only failed keys are asked again."""

    fetch: Fetch
    policy: RetryPolicy
    budget: RetryBudget
    stats: SourceStats
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    random: Random = field(default_factory=Random)

    async def __call__(self, batch: Batch) -> Answers:
        self.budget.earn()
        answers = await self.fetch(batch)
        for attempt in range(self.policy.max_retries):
            errors = {k: a for k, a in answers.items() if isinstance(a, SourceError) and a.auto_retry}
            if not errors:
                break
            pause = self._pause(attempt, list(errors.values()))
            if pause is None or pause >= batch.options.remaining() or not self.budget.spend():
                break
            self.stats.retries += 1
            await self.sleep(pause)
            answers = {**answers, **await self._repeat(batch, tuple(errors))}
        return answers

    async def _repeat(self, batch: Batch, keys: tuple[Key, ...]) -> Answers:
        answers = await self.fetch(replace(batch, keys=keys))
        empty = {key: Answer((), datetime.now(UTC)) for key in keys if key not in answers}
        # A repetition that was not sent tells nothing: the first error stays.
        sent = {k: a for k, a in answers.items() if not isinstance(a, SourceError) or a.sent}
        return {**sent, **empty}

    def _pause(self, attempt: int, errors: Sequence[SourceError]) -> float | None:
        """Return the pause in seconds; None if the source wants a longer one than the policy allows."""
        retry_after = max(error.retry_after or 0.0 for error in errors)
        if retry_after > self.policy.max_delay:
            return None
        longest = min(self.policy.max_delay, self.policy.base_delay * 2**attempt)
        return max(retry_after, self.random.uniform(0, longest))
