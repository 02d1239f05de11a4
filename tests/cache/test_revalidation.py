"""A revalidation belongs to no request: not in logs, nor in traces, nor in counters."""

from contextvars import ContextVar

from support.cache.cached_sources import cached_source, note, passes

from gateway.contract.batch import Answers, Batch
from gateway.telemetry.request_record import REQUEST_ID

SPAN: ContextVar[str] = ContextVar("span", default="none")  # as a tracer keeps it


async def test_a_revalidation_runs_in_a_context_of_its_own():
    source = cached_source({"A": [note("1")]})
    seen = []

    async def seeing(batch: Batch) -> Answers:
        seen.append((REQUEST_ID.get(), SPAN.get()))
        return await source.upstream(batch)

    source.fetch.fetch = seeing
    tokens = REQUEST_ID.set("r1"), SPAN.set("s1")
    try:
        await source.ask("A")
        source.advance(60)
        await source.ask("A")
        await source.revalidated()
    finally:
        REQUEST_ID.reset(tokens[0])
        SPAN.reset(tokens[1])
    assert seen == [("r1", "s1"), ("", "none")]


async def test_a_revalidation_counts_as_no_miss():
    source = cached_source({"A": [note("1")]})
    await source.ask("A")
    source.advance(60)
    source.upstream.gate.clear()
    await source.ask("A")
    await passes()
    source.upstream.gate.set()
    await source.revalidated()
    tally = source.fetch.stats
    assert len(source.upstream.questions) == 2
    assert (tally.cache["miss"], tally.cache["stale"], tally.cache["coalesced"]) == (1, 1, 0)
