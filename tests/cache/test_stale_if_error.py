"""The last that is known is shown where the source cannot answer, and never what was dropped."""

import asyncio
import logging

import pytest
from support.cache.callers import DOWN, NOTES, OTHERS, World, note, passes, world

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

ANEW = RequestOptions(bypass_cache=frozenset({"here"}))
CANNOT = [
    SourceDown,
    SourceTimeout,
    InvalidResponse,
    CircuitOpen,
    QueueFull,
    UpstreamRateLimited,
    DeadlineExceeded,
]
WILL_NOT = [UpstreamUnauthorized, UpstreamBadRequest, NotConfigured]
SICK = [SourceDown, SourceTimeout, InvalidResponse, CircuitOpen, QueueFull]
WELL = [UpstreamRateLimited, UpstreamUnauthorized, UpstreamBadRequest, DeadlineExceeded]


async def known(*, go: float) -> World:
    """A world that knows the notes of A for so many seconds."""
    one = world({"A": [note("1")], "B": [note("2")]})
    await one.ask("A")
    one.go(go)
    return one


@pytest.mark.parametrize("kind", CANNOT)
async def test_where_the_source_cannot_answer_the_last_that_is_known_is_shown(kind: type[SourceError]):
    one = await known(go=200)
    one.up.failing = {"A": kind("here")}
    found = (await one.ask("A"))["A"]
    assert isinstance(found, Answer)
    assert found.stale


@pytest.mark.parametrize("kind", WILL_NOT)
async def test_where_it_answers_that_it_will_not_that_is_told(kind: type[SourceError]):
    one = await known(go=200)
    one.up.failing = {"A": kind("here")}
    for options in (RequestOptions(), ANEW):
        assert isinstance((await one.ask("A", options=options))["A"], kind)
    assert one.keeper.stats.cache_stale_if_error == 0


@pytest.mark.parametrize("tag", ["Note.account_id=A", "Note.account_id", "Note#1"])
async def test_what_was_dropped_while_the_source_was_asked_is_not_shown_when_it_fails(tag: str):
    one = await known(go=200)
    one.up.down = True
    one.up.gate.clear()
    asking = asyncio.create_task(one.ask("A"))
    await passes()
    one.keeper.drops.note([tag])
    await one.store.drop([tag])
    one.up.gate.set()
    assert await asking == {"A": DOWN}
    assert one.keeper.stats.cache_stale_if_error == 0


async def test_what_was_dropped_for_another_is_no_reason_to_show_nothing():
    one = await known(go=200)
    one.up.down = True
    one.up.gate.clear()
    asking = asyncio.create_task(one.ask("A"))
    await passes()
    one.keeper.drops.note(["Note.account_id=B", "Note#2"])
    one.up.gate.set()
    assert (await asking)["A"].stale


@pytest.mark.parametrize(("kind", "failing"), [*((k, True) for k in SICK), *((k, False) for k in WELL)])
async def test_what_is_old_is_told_as_stale_only_where_its_renewal_shows_that_the_source_fails(
    kind: type[SourceError], *, failing: bool
):
    one = await known(go=60)
    one.up.failing = {"A": kind("here")}
    assert not (await one.ask("A"))["A"].stale
    await one.settled()
    assert (await one.ask("A"))["A"].stale is failing
    await one.settled()


async def test_of_two_lookups_of_one_source_the_one_that_stays_broken_is_logged_once(
    caplog: pytest.LogCaptureFixture,
):
    caplog.set_level(logging.INFO, "gateway")
    one = world({"B": [note("2")]})
    one.up.failing = {"A": SourceDown("here", "reset")}
    for _ in range(3):
        await one.ask("A")
        one.go(200)
        await one.ask("B", lookup=OTHERS)
    assert [each.getMessage().split(":")[0] for each in caplog.records] == [f"here fails at {NOTES.name}"]


async def test_an_outage_is_logged_once_with_its_reason_and_its_end_once(caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.INFO, "gateway")
    one = await known(go=60)
    one.up.failing = {"A": SourceDown("here", "connection refused"), "B": SourceTimeout("here", "5 s")}
    for _ in range(3):
        await one.ask("A")  # what is remembered is shown, and renewed in the background
        await one.settled()
        await one.ask("B")
    one.go(200)
    await one.ask("A")
    one.up.failing = {"A": UpstreamBadRequest("here", "400")}
    await one.ask("A")
    one.up.failing = {}
    await one.ask("A", "B")
    said = [(each.levelname, each.getMessage()) for each in caplog.records]
    shown = "what is remembered is shown as far as it may"
    assert said == [
        ("WARNING", f"here fails at {NOTES.name}: SOURCE_DOWN connection refused; {shown}"),
        ("INFO", f"here answers {NOTES.name} again"),
    ]
