"""Admission of requests, before the gateway spends work on them: by estimated cost points, class and caller."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from gateway.concurrency.admission import Gate, State, Work
from gateway.contract.batch import RequestOptions
from gateway.execution.document_cache import MAX_DOCUMENT_CHARACTERS
from gateway.execution.engine import Engine
from gateway.server.graphql_request import GraphQLRequest
from gateway.server.instrumentation import AtConcurrencyLimit

REQUEST_POINTS: Final = 100  # of any request: what HTTP, JSON and execution cost at least
POINTS_PER_CHARACTER: Final = 1.5  # of a new document, which is parsed, validated and costed


class Admission:
    """max_wait: seconds that a request may wait."""

    def __init__(self, engine: Engine, gate: Gate, max_wait: float) -> None:
        self.engine, self.gate, self.max_wait = engine, gate, max_wait

    @asynccontextmanager
    async def admitted(self, request: GraphQLRequest, options: RequestOptions) -> AsyncIterator[None]:
        """Execute the operation within the block. AtConcurrencyLimit if the process cannot do it now."""
        expires_at = self.gate.now() + min(self.max_wait, options.remaining())
        caller, audience = options.caller.id, options.caller.audience
        points = int(len(request.query) * POINTS_PER_CHARACTER)
        if not self.engine.is_prepared(request.query, audience) and len(request.query) <= MAX_DOCUMENT_CHARACTERS:
            async with place(self.gate, points, caller, expires_at):
                self.engine.prepare(request.query, audience)
        if self.engine.is_prepared(request.query, audience):  # a longer document is prepared as it is executed
            name, variables = request.operation_name, request.variables
            points = self.engine.estimated_cost(request.query, variables, name, options) or 0
        async with place(self.gate, points, caller, expires_at):
            yield


@asynccontextmanager
async def place(gate: Gate, points: int, caller: str, expires_at: float) -> AsyncIterator[None]:
    """Work within the block, after a wait if need be. AtConcurrencyLimit if the work is shed."""
    work = Work(REQUEST_POINTS + points, caller, expires_at)
    gate.ask(work)
    try:
        if work.state is State.WAITING:
            decision = asyncio.Event()
            work.decided = decision.set
            await decision.wait()
        if work.state is State.SHED:
            raise AtConcurrencyLimit("The gateway is overloaded: try again in a second.")
        yield
    finally:
        gate.end(work)
