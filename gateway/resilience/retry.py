"""Reads are asked again where that may help: after a pause, out of a share of the source's own traffic.

Full jitter: a pause is anything between nothing and the most, so that who failed together does not come
back together (M. Brooker, "Exponential Backoff And Jitter", AWS, 2015). The budget is that of Finagle.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from random import Random
from typing import Annotated

import msgspec

from gateway.contract.batch import Answer, Answers, Batch, Fetch, Key
from gateway.contract.outcomes import says_nothing
from gateway.errors import NotAsked, SourceDown, SourceError
from gateway.resilience.retry_budget import RetryBudget
from gateway.telemetry.source_stats import SourceStats

Sleep = Callable[[float], Awaitable[None]]
Seconds = Annotated[float, msgspec.Meta(ge=0, le=60)]


class RetryPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How often, and how soon, a question is asked again.

    times: so many times more at most
    pause: after any time up to so many seconds, doubled each time; not before the source's Retry-After
    most: but never after more seconds; a source that asks for a longer pause is not asked again
    share: what retries and hedges together may add to the source's questions
    """

    times: Annotated[int, msgspec.Meta(ge=0, le=10)] = 1
    pause: Seconds = 0.05
    most: Seconds = 1.0
    share: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.1


@dataclass(slots=True)
class Retry:
    """Surrounds a source's fetch. Lives as long as the application. Only keys that failed are asked again."""

    fetch: Fetch
    how: RetryPolicy
    budget: RetryBudget
    stats: SourceStats
    sleep: Sleep = asyncio.sleep
    random: Random = field(default_factory=Random)

    async def __call__(self, batch: Batch) -> Answers:
        """A `Fetch`."""
        self.budget.earn()
        answers = await self.fetch(batch)
        for turn in range(self.how.times):
            failed = [key for key, each in answers.items() if _may_help(each)]
            if not failed:
                break
            pause = self._pause(turn, [answers[key] for key in failed])
            if pause is None or pause >= batch.options.remaining() or not self.budget.spend():
                break
            self.stats.retries += 1
            await self.sleep(pause)
            answers = {**answers, **await self._again(batch, tuple(failed))}
        return answers

    async def _again(self, batch: Batch, keys: tuple[Key, ...]) -> Answers:
        again = await self.fetch(replace(batch, keys=keys))
        empty = {key: Answer((), datetime.now(UTC)) for key in keys if key not in again}
        # Where it was not asked this time, what it said before is all there is to tell.
        told = {key: answer for key, answer in again.items() if not isinstance(answer, NotAsked)}
        return {**told, **empty}

    def _pause(self, turn: int, failed: Sequence[Answer | SourceError]) -> float | None:
        """Never sooner than the source asked for; None where that is too late to help."""
        asked = max(each.retry_after or 0.0 for each in failed if isinstance(each, SourceError))
        if asked > self.how.most:
            return None
        return max(asked, self.random.uniform(0, min(self.how.most, self.how.pause * 2**turn)))


def _may_help(answer: Answer | SourceError) -> bool:
    # Not after a time-out: it would make the slow twice as slow. What is slow once, hedging is for.
    return isinstance(answer, SourceDown) and answer.retryable and not says_nothing(answer)
