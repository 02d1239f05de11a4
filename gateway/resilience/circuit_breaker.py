"""Circuit breakers of a source and of its lookups: what fails is left alone for a while, then tried with one call."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from gateway.contract.batch import Answers, Batch, Fetch, Lookup, batch_failure
from gateway.contract.paths import Key
from gateway.errors import CircuitOpen, LookupCircuitOpen, SourceError
from gateway.resilience.circuit import Attempt, Circuit


@dataclass(slots=True)
class CircuitBreaker:
    """Wraps a source's fetch. Lives as long as the application. An answer counts as one, even if it is unreadable.

    A trial runs in its own task and outlives its caller. The circuit rejects the caller's other calls
    during the trial, and these errors may end the caller. The trial must not end with it.
    """

    fetch: Fetch
    circuit: Circuit
    trial: asyncio.Task[Answers] | None = None

    async def __call__(self, batch: Batch) -> Answers:
        attempt = self.circuit.admit()
        if attempt is None:
            return dict.fromkeys(batch.keys, self._rejection(batch))
        if attempt.is_trial:
            return await self._try(attempt, batch)
        answers = await self.fetch(batch)
        self._report(attempt, batch, answers)
        return answers

    async def close(self) -> None:
        if self.trial is not None:
            self.trial.cancel()
            await asyncio.wait([self.trial])

    async def _try(self, attempt: Attempt, batch: Batch) -> Answers:
        trial = self.trial = asyncio.ensure_future(self.fetch(batch))
        trial.add_done_callback(partial(self._settle, attempt, batch))  # before any caller resumes
        return await asyncio.shield(trial)

    def _settle(self, attempt: Attempt, batch: Batch, trial: asyncio.Task[Answers]) -> None:
        self.trial = None
        if trial.cancelled() or trial.exception() is not None:
            attempt.abandon()
        else:
            self._report(attempt, batch, trial.result())

    def _rejection(self, batch: Batch) -> SourceError:
        wait = self.circuit.retry_after
        return CircuitOpen(batch.lookup.source, "its circuit breaker is open", retry_after=wait)

    def _report(self, attempt: Attempt, batch: Batch, answers: Answers) -> None:
        error = batch_failure(batch, answers)
        if error is not None and (error.inconclusive or (attempt.is_trial and not error.closes_circuit)):
            attempt.abandon()
        elif error is not None and error.counts_against_source:
            attempt.fail()
        else:
            attempt.succeed()


@dataclass(slots=True)
class LookupBreaker(CircuitBreaker):
    """The circuit breaker of one lookup, for a source that answers, but not as the catalog says.

    suspect: the key that was asked for alone, if the last answer was unreadable. Asked for again, it says nothing
        of other keys.
    """

    suspect: Key | None = None

    def _rejection(self, batch: Batch) -> SourceError:
        reason = f"{batch.lookup.name}: its circuit breaker is open"
        return LookupCircuitOpen(batch.lookup.source, reason, retry_after=self.circuit.retry_after)

    def _report(self, attempt: Attempt, batch: Batch, answers: Answers) -> None:
        error, suspect = batch_failure(batch, answers), self.suspect
        if error is None:
            self.suspect = None
            attempt.succeed()
            return
        if error.inconclusive or not error.lookup_fails:
            attempt.abandon()
            return
        self.suspect = batch.keys[0] if len(batch.keys) == 1 else None
        if self.suspect is not None and self.suspect == suspect:
            attempt.abandon()
        else:
            attempt.fail()


@dataclass(slots=True)
class LookupBreakers:
    """Wraps a source's fetch with a circuit breaker for each lookup. Lives as long as the application."""

    fetch: Fetch
    circuit: Callable[[Lookup], Circuit]
    breakers: dict[Lookup, LookupBreaker] = field(default_factory=dict)

    async def __call__(self, batch: Batch) -> Answers:
        breaker = self.breakers.get(batch.lookup)
        if breaker is None:
            breaker = self.breakers[batch.lookup] = LookupBreaker(self.fetch, self.circuit(batch.lookup))
        return await breaker(batch)

    async def close(self) -> None:
        for breaker in self.breakers.values():
            await breaker.close()
