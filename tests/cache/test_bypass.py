"""A request may bypass the cache: it gets an answer no older than itself, or a stale one."""

import asyncio
import time

from support.cache.cached_sources import DOWN, CachedSource, cached_source, cancel, note, open_gate, passes

from gateway.contract.batch import Answer, Answers, RequestOptions, Window

BYPASS = RequestOptions(bypass_cache=frozenset({"here"}))


def notes(text: str) -> list[dict[str, str]]:
    return [note("1", text=text)]


def asking(source: CachedSource, options: RequestOptions = BYPASS) -> "asyncio.Task[Answers]":
    """A caller that waits for A."""
    return asyncio.create_task(source.ask("A", options=options))


def text(answers: Answers) -> str:
    answer = answers["A"]
    assert isinstance(answer, Answer)
    return str(answer.rows[0]["text"])


async def test_a_bypass_asks_the_source_and_stores_its_answer():
    source = cached_source({"A": notes("old")})
    await source.ask("A")
    source.upstream.rows["A"] = notes("new")
    assert text(await source.ask("A")) == "old"
    answer = (await source.ask("A", options=BYPASS))["A"]
    assert answer == Answer((note("1", text="new"),), source.clock.instant)
    assert text(await source.ask("A")) == "new"
    assert source.upstream.keys == [("A",)] * 2


async def test_a_late_older_answer_does_not_replace_a_younger_one():
    source = cached_source({"A": notes("old")})
    slow = source.upstream.gate = asyncio.Event()
    before = asking(source, RequestOptions())
    await passes()
    source.advance(1)
    source.upstream.rows["A"], source.upstream.gate = notes("new"), asyncio.Event()
    source.upstream.gate.set()
    newest = Window(limit=3)
    assert text(await source.ask("A", window=newest, options=BYPASS)) == "new"
    slow.set()
    assert text(await before) == "old"
    answers = await source.ask("A", window=newest)
    assert text(answers) == "new"
    assert source.upstream.keys == [("A",)] * 2


async def test_a_bypass_of_one_source_leaves_the_others_cached():
    source = cached_source({"A": notes("old")})
    await source.ask("A")
    assert (await source.ask("A", options=RequestOptions(bypass_cache=frozenset({"there"}))))["A"].from_cache


async def test_callers_during_a_bypass_share_one_queued_question():
    source = cached_source({"A": notes("first")})
    source.upstream.gate.clear()
    first = asking(source)
    await passes()
    source.upstream.rows["A"] = notes("second")
    later = [asking(source) for _ in range(50)]
    await passes()
    assert source.upstream.keys == [("A",)]
    source.upstream.gate.set()
    assert text(await first) == "first"
    assert {text(each) for each in await asyncio.gather(*later)} == {"second"}
    assert source.upstream.keys == [("A",)] * 2


async def test_a_caller_after_the_queued_question_has_begun_starts_another():
    source = cached_source({"A": notes("first")})
    gates = [asyncio.Event() for _ in range(3)]
    waiting = []
    for number, gate in enumerate(gates):
        source.upstream.gate = gate
        source.upstream.rows["A"] = notes(str(number))
        waiting.append(asking(source))
        await passes()
        if number == 1:
            gates[0].set()  # the second question begins
            await passes()
    for gate in gates[1:]:
        gate.set()
    assert [text(each) for each in await asyncio.gather(*waiting)] == ["0", "1", "2"]


async def test_callers_with_short_deadlines_share_the_queued_question_too():
    source = cached_source({"A": notes("first")})
    source.upstream.gate.clear()
    later = [asking(source, RequestOptions(time.monotonic() + 100 + n, BYPASS.bypass_cache)) for n in range(50)]
    await open_gate(source, *later)
    assert source.upstream.keys == [("A",)] * 2


async def test_a_caller_without_bypass_joins_the_question_in_flight():
    source = cached_source({"A": notes("first")})
    source.upstream.gate.clear()
    waiting = [asking(source), asking(source, RequestOptions())]
    await open_gate(source, *waiting)
    assert source.upstream.keys == [("A",)]


async def test_no_answer_to_a_bypass_is_older_than_its_request():
    source = cached_source({"A": notes("0")})
    source.upstream.gate.clear()
    waiting = []
    for number in range(1, 6):
        waiting.append((number - 1, asking(source)))
        await passes()
        source.upstream.rows["A"] = notes(str(number))
        if number == 3:
            source.upstream.gate.set()
            await passes()
            source.upstream.gate.clear()
    source.upstream.gate.set()
    assert all([int(text(await task)) >= number for number, task in waiting])


async def test_a_queued_question_begins_after_the_first_is_cancelled():
    source = cached_source({"A": notes("first")})
    source.upstream.gate.clear()
    first = asking(source)
    await passes()
    second = asking(source)
    await passes()
    await cancel(first)
    source.upstream.gate.set()
    assert text(await second) == "first"
    assert (source.upstream.cancelled, len(source.upstream.questions)) == (1, 2)


async def test_a_queued_question_without_waiting_callers_is_not_asked():
    source = cached_source({"A": notes("first")})
    source.upstream.gate.clear()
    first = asking(source)
    await passes()
    others = [asking(source), asking(source)]
    await passes()
    assert source.fetch.flights.queued
    await cancel(*others)
    await passes()
    source.upstream.gate.set()
    await first
    await passes()
    assert source.upstream.keys == [("A",)]
    assert not source.fetch.flights.running


async def test_a_bypass_of_a_failing_source_shows_stale_answers():
    source = cached_source({"A": notes("old")})
    await source.ask("A")
    source.upstream.down = True
    answer = (await source.ask("A", options=BYPASS))["A"]
    assert isinstance(answer, Answer)
    assert (answer.rows, answer.from_cache, answer.stale) == ((note("1", text="old"),), True, True)
    assert source.fetch.stats.cache["stale_if_error"] == 1
    assert await source.ask("B", options=BYPASS) == {"B": DOWN}
