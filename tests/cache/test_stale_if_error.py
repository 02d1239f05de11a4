"""A stored answer is shown where the source cannot answer, unless it was invalidated."""

import asyncio
import logging

import pytest
from support.cache.cached_sources import DOWN, NOTES, OTHERS, CachedSource, cached_source, note, passes

from gateway.contract.batch import Answer, RequestOptions
from gateway.errors import (
    CircuitOpen,
    DeadlineExceeded,
    InvalidResponse,
    NotConfigured,
    QueueFull,
    SourceDown,
    SourceError,
    SourceTimeout,
    UpstreamBadRequest,
    UpstreamRateLimited,
    UpstreamUnauthorized,
)

BYPASS = RequestOptions(bypass_cache=frozenset({"here"}))
STALE_OK = [SourceDown, SourceTimeout, InvalidResponse, CircuitOpen, QueueFull, UpstreamRateLimited, DeadlineExceeded]
REFUSALS = [UpstreamUnauthorized, UpstreamBadRequest, NotConfigured]
FAILURES = [SourceDown, SourceTimeout, InvalidResponse, CircuitOpen, QueueFull]
WORKING = [UpstreamRateLimited, UpstreamUnauthorized, UpstreamBadRequest, DeadlineExceeded]


async def stored(*, age: float) -> CachedSource:
    """A source whose notes of A were stored this long ago."""
    source = cached_source({"A": [note("1")], "B": [note("2")]})
    await source.ask("A")
    source.advance(age)
    return source


@pytest.mark.parametrize("kind", STALE_OK)
async def test_the_stored_answer_is_shown_after_a_source_failure(kind: type[SourceError]):
    source = await stored(age=200)
    source.upstream.failing = {"A": kind("here")}
    answer = (await source.ask("A"))["A"]
    assert isinstance(answer, Answer)
    assert answer.stale


@pytest.mark.parametrize("kind", REFUSALS)
async def test_a_refusal_of_the_source_is_shown_as_an_error(kind: type[SourceError]):
    source = await stored(age=200)
    source.upstream.failing = {"A": kind("here")}
    for options in (RequestOptions(), BYPASS):
        assert isinstance((await source.ask("A", options=options))["A"], kind)
    assert source.fetch.stats.cache["stale_if_error"] == 0


@pytest.mark.parametrize("tag", ["Note.account_id=A", "Note.account_id", "Note#1"])
async def test_an_answer_invalidated_meanwhile_is_not_shown_on_error(tag: str):
    source = await stored(age=200)
    source.upstream.down = True
    source.upstream.gate.clear()
    asking = asyncio.create_task(source.ask("A"))
    await passes()
    await source.store.invalidate([tag])
    source.upstream.gate.set()
    assert await asking == {"A": DOWN}
    assert source.fetch.stats.cache["stale_if_error"] == 0


async def test_an_invalidation_of_another_key_leaves_the_stored_answer():
    source = await stored(age=200)
    source.upstream.down = True
    source.upstream.gate.clear()
    asking = asyncio.create_task(source.ask("A"))
    await passes()
    await source.store.invalidate(["Note.account_id=B", "Note#2"])
    source.upstream.gate.set()
    assert (await asking)["A"].stale


@pytest.mark.parametrize(("kind", "failing"), [*((k, True) for k in FAILURES), *((k, False) for k in WORKING)])
async def test_an_answer_is_stale_after_a_failed_revalidation(kind: type[SourceError], *, failing: bool):
    source = await stored(age=60)
    source.upstream.failing = {"A": kind("here")}
    assert not (await source.ask("A"))["A"].stale
    await source.revalidated()
    assert (await source.ask("A"))["A"].stale is failing
    await source.revalidated()


async def test_a_lookup_that_keeps_failing_is_logged_once(caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.INFO, "gateway")
    source = cached_source({"B": [note("2")]})
    source.upstream.failing = {"A": SourceDown("here", "reset")}
    for _ in range(3):
        await source.ask("A")
        source.advance(200)
        await source.ask("B", lookup=OTHERS)
    assert [each.getMessage().split(":")[0] for each in caplog.records] == [f"here fails at {NOTES.name}"]


async def test_an_outage_and_its_end_are_logged_once_each(caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.INFO, "gateway")
    source = await stored(age=60)
    source.upstream.failing = {"A": SourceDown("here", "connection refused"), "B": SourceTimeout("here", "5 s")}
    for _ in range(3):
        await source.ask("A")  # shown from the store, and revalidated
        await source.revalidated()
        await source.ask("B")
    source.advance(200)
    await source.ask("A")
    source.upstream.failing = {"A": UpstreamBadRequest("here", "400")}
    await source.ask("A")
    source.upstream.failing = {}
    await source.ask("A", "B")
    lines = [(each.levelname, each.getMessage()) for each in caplog.records]
    reason = "cached answers are shown where the catalog allows it"
    assert lines == [
        ("WARNING", f"here fails at {NOTES.name}: SOURCE_DOWN connection refused; {reason}"),
        ("INFO", f"here answers {NOTES.name} again"),
    ]
