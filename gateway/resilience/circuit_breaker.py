"""A circuit breaker for each source: a failing source is left alone for a while, then tried with one call."""

import asyncio
from dataclasses import dataclass
from functools import partial

from gateway.contract.batch import Answers, Batch, Fetch, batch_failure
from gateway.errors import CircuitOpen
from gateway.resilience.circuit import Attempt, Circuit


@dataclass(slots=True)
class CircuitBreaker:
    """Wraps a source's fetch. Lives as long as the application.

    A trial runs in its own task and outlives its caller. The circuit rejects the caller's other calls
    during the trial, and these errors may end the caller. The trial must not end with it.
    """

    fetch: Fetch
    circuit: Circuit
    trial: asyncio.Task[Answers] | None = None

    async def __call__(self, batch: Batch) -> Answers:
        attempt = self.circuit.admit()
        if attempt is None:
            wait = self.circuit.retry_after
            rejected = CircuitOpen(batch.lookup.source, "its circuit breaker is open", retry_after=wait)
            return dict.fromkeys(batch.keys, rejected)
        if attempt.is_trial:
            return await self._try(attempt, batch)
        answers = await self.fetch(batch)
        _report(attempt, batch, answers)
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
            _report(attempt, batch, trial.result())


def _report(attempt: Attempt, batch: Batch, answers: Answers) -> None:
    error = batch_failure(batch, answers)
    if error is not None and (error.inconclusive or (attempt.is_trial and not error.closes_circuit)):
        attempt.abandon()
    elif error is not None and error.counts_against_source:
        attempt.fail()
    else:
        attempt.succeed()
