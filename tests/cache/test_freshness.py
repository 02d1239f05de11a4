"""By age: which answers are shown, which are revalidated, and what they say of themselves."""

import time
from datetime import timedelta

from support.cache.cached_sources import DOWN, NOTES, OTHERS, START, CachedSource, cached_source, note, passes

from gateway.cache.policy import CachePolicy
from gateway.contract.batch import NO_OPTIONS, Answer, Answers, RequestOptions, Window
from gateway.errors import DeadlineExceeded

ROWS = {"A": [note("1", 1), note("2", 2)], "B": [note("3", 1)]}


def texts(answers: Answers, key: str = "A") -> list[str]:
    """The texts of a key's notes."""
    answer = answers[key]
    assert isinstance(answer, Answer)
    return [row["text"] for row in answer.rows]


def change(source: CachedSource, text: str) -> None:
    """Replace the notes of A."""
    source.upstream.rows["A"] = [note("1", text=text)]


async def test_an_empty_answer_is_fresh_for_its_negative_ttl():
    source = cached_source(ROWS)
    assert await source.ask("nobody") == {}
    source.advance(9.9)
    answer = (await source.ask("nobody"))["nobody"]
    assert isinstance(answer, Answer)
    assert (answer.rows, answer.from_cache) == ((), True)
    assert source.upstream.keys == [("nobody",)]
    source.advance(70.1)  # stale_while_revalidate
    assert await source.questions_for("nobody") == 1


async def test_a_negative_ttl_may_be_longer_than_the_ttl():
    source = cached_source({"A": [note("1", 5)]}, CachePolicy(5, stale_if_error=0, negative_ttl=1000))
    await source.ask("A", window=Window(until=START + timedelta(days=9)))
    empty = Window(since=START + timedelta(days=9))
    await source.ask("A", window=empty)
    source.advance(900)
    assert await source.questions_for("A", window=empty) == 0


async def test_a_fresh_answer_is_shown_with_its_age():
    source = cached_source(ROWS)
    asked_at = source.clock.instant
    first = (await source.ask("A"))["A"]
    source.advance(59.9)
    again = (await source.ask("A"))["A"]
    rows = (note("2", 2), note("1", 1))
    assert first == Answer(rows, asked_at)
    assert again == Answer(rows, asked_at, from_cache=True)
    assert source.upstream.keys == [("A",)]


async def test_a_stale_answer_is_shown_at_once_and_revalidated_once():
    source = cached_source(ROWS)
    change(source, "old")
    await source.ask("A")
    change(source, "new")
    source.advance(60)
    source.upstream.gate.clear()
    assert [texts(await source.ask("A")) for _ in range(5)] == [["old"]] * 5
    assert source.fetch.stats.cache["stale"] == 5
    await passes()
    assert source.upstream.keys == [("A",), ("A",)]
    source.upstream.gate.set()
    await source.revalidated()
    assert texts(await source.ask("A")) == ["new"]
    assert source.upstream.keys == [("A",), ("A",)]
    assert (source.fetch.stats.cache["coalesced"], source.fetch.stats.cache["stale_if_error"]) == (0, 0)


async def test_a_revalidation_has_no_options_of_the_request():
    source = cached_source(ROWS)
    await source.ask("A")
    source.advance(60)
    await source.ask("A", options=RequestOptions(deadline=time.monotonic() + 100, request="r1"))
    await source.revalidated()
    assert source.upstream.questions[1].options == NO_OPTIONS


async def test_an_answer_past_stale_while_revalidate_is_asked_for_first():
    source = cached_source(ROWS)
    change(source, "old")
    await source.ask("A")
    change(source, "new")
    source.advance(120)
    assert texts(await source.ask("A")) == ["new"]


async def test_an_answer_within_stale_if_error_is_shown_as_stale():
    source = cached_source(ROWS)
    asked_at = source.clock.instant
    await source.ask("A")
    source.advance(719.9)
    source.upstream.down = True
    answer = (await source.ask("A"))["A"]
    assert answer == Answer((note("2", 2), note("1", 1)), asked_at, from_cache=True, stale=True)
    assert source.fetch.stats.cache["stale_if_error"] == 1
    source.advance(0.2)
    assert await source.ask("A") == {"A": DOWN}


async def test_an_expired_window_is_not_shown_though_others_are():
    source = cached_source(ROWS)
    newest, all_ = Window(limit=1), Window(since=START)
    await source.ask("A", window=all_)
    source.advance(700)
    await source.ask("A", window=newest)
    source.advance(21)
    source.upstream.down = True
    assert await source.ask("A", window=all_) == {"A": DOWN}
    assert isinstance((await source.ask("A", window=newest))["A"], Answer)


async def test_a_stale_answer_says_so_while_its_source_fails():
    source = cached_source(ROWS)
    await source.ask("A", "B")
    source.advance(60)
    source.upstream.down = True
    assert not (await source.ask("A"))["A"].stale
    await source.revalidated()
    assert (await source.ask("A"))["A"].stale
    await source.revalidated()
    assert source.fetch.stats.cache["stale_if_error"] == 0  # no caller saw that of the revalidation
    source.upstream.down = False
    await source.ask("C")
    assert not (await source.ask("A"))["A"].stale
    await source.revalidated()


async def test_a_failing_lookup_is_stale_though_another_answers():
    source = cached_source({"A": [note("1")], "B": [note("2")]})

    async def stale() -> list[bool]:
        answers = []
        for lookup, key in ((NOTES, "A"), (OTHERS, "B")):  # the lookup that works is asked last
            answers.append((await source.ask(key, lookup=lookup))[key])
            await source.revalidated()
        return [isinstance(each, Answer) and each.stale for each in answers]

    await stale()
    source.advance(90)
    source.upstream.failing = {"A": DOWN}
    assert await stale() == [False, True]  # the source has just failed
    assert await stale() == [True, False]
    source.upstream.failing = {}
    assert await stale() == [True, False]  # while it is revalidated
    assert await stale() == [False, False]


async def test_an_exceeded_deadline_does_not_count_against_the_source():
    source = cached_source(ROWS)
    await source.ask("A")
    source.advance(60)
    source.upstream.failing = {"A": DeadlineExceeded("here")}
    await source.ask("A")
    await source.revalidated()
    assert not (await source.ask("A"))["A"].stale
    await source.revalidated()


async def test_with_a_ttl_of_zero_stored_answers_serve_errors_only():
    source = cached_source(ROWS, CachePolicy(0))
    for _ in range(3):
        assert not (await source.ask("A"))["A"].from_cache
    assert source.upstream.keys == [("A",)] * 3
    source.upstream.down = True
    assert (await source.ask("A"))["A"].stale
