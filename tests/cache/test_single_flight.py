"""Callers share a question in flight, unless its deadline is earlier than theirs."""

import time

from support.cache.cached_sources import (
    SOURCE_TIMEOUT,
    asking,
    cached_source,
    closed_source,
    note,
    open_gate,
    passes,
    within,
)

from gateway.contract.batch import Answer, RequestOptions
from gateway.errors import DeadlineExceeded

ROWS = {key: [note(key.lower())] for key in "ABC"}


async def test_a_thousand_callers_of_one_key_are_one_question():
    source = closed_source()
    waiting = [asking(source, "A") for _ in range(1000)]
    answers = await open_gate(source, *waiting)
    assert source.upstream.keys == [("A",)]
    assert all(each == answers[0] for each in answers)
    assert (source.fetch.stats.cache["miss"], source.fetch.stats.cache["coalesced"]) == (1, 999)


async def test_a_thousand_callers_with_deadlines_are_two_questions():
    source = closed_source()
    waiting = [asking(source, "A", options=within(100 + n / 10)) for n in range(1000)]
    await open_gate(source, *waiting)
    assert source.upstream.keys == [("A",)] * 2


async def test_each_of_overlapping_keys_is_asked_for_once():
    source = closed_source()
    first, second = asking(source, "A", "B"), asking(source, "B", "C")
    await passes()
    source.upstream.gate.set()
    assert set(await first) == {"A", "B"}
    assert set(await second) == {"B", "C"}
    assert source.upstream.keys == [("A", "B"), ("C",)]


async def test_an_exceeded_deadline_is_an_error_of_its_caller_alone():
    source = closed_source()
    others = asking(source, "A")
    await passes()
    answer = (await source.ask("A", options=within(0.01)))["A"]
    assert isinstance(answer, DeadlineExceeded)
    source.upstream.gate.set()
    assert isinstance((await others)["A"], Answer)
    assert source.upstream.keys == [("A",)]


async def test_a_caller_past_its_deadline_gets_the_stored_answer():
    source = closed_source()
    source.upstream.gate.set()
    await source.ask("A")
    source.advance(200)
    source.upstream.gate.clear()
    answer = (await source.ask("A", options=within(0.01)))["A"]
    assert isinstance(answer, Answer)
    assert (answer.stale, answer.from_cache) == (True, True)
    assert not source.fetch.health.failing  # it had no time to answer


async def test_a_caller_without_time_asks_nothing():
    source = cached_source(ROWS)
    assert isinstance((await source.ask("A", options=RequestOptions(deadline=time.monotonic())))["A"], DeadlineExceeded)
    assert not source.upstream.questions


async def test_no_caller_joins_a_question_with_an_earlier_deadline():
    source = closed_source()
    short = asking(source, "A", options=within(0.3))
    await passes()
    long = asking(source, "A", options=within(100))
    assert isinstance((await short)["A"], DeadlineExceeded)
    source.upstream.gate.set()
    assert isinstance((await long)["A"], Answer)
    assert source.upstream.keys == [("A",)] * 2


async def test_a_caller_joins_a_question_with_a_later_deadline():
    source = closed_source()
    waiting = [asking(source, "A", options=within(seconds)) for seconds in (300, 200, 100)]
    await open_gate(source, *waiting)
    assert source.upstream.keys == [("A",)]


async def test_callers_with_the_time_of_the_source_share_one_question():
    source = closed_source()
    waiting = [asking(source, "A", options=within(SOURCE_TIMEOUT + seconds)) for seconds in (100, 200, 300)]
    await open_gate(source, *waiting)
    assert source.upstream.keys == [("A",)]


async def test_a_question_that_later_callers_may_join_has_no_deadline():
    source = closed_source()
    wishes = [RequestOptions(within(100).deadline, request="r1"), RequestOptions(within(2000).deadline, request="r2")]
    waiting = [asking(source, "A", options=each) for each in wishes]
    await open_gate(source, *waiting)
    assert [batch.options for batch in source.upstream.questions] == [wishes[0], RequestOptions(request="r2")]
