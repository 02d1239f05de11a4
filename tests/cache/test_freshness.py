"""By age: what is shown, what is asked anew, and what an answer says of itself."""

import time
from datetime import timedelta

from support.cache.callers import DOWN, NOTES, OTHERS, START, World, note, passes, world

from gateway.cache.policy import CachePolicy
from gateway.contract.batch import NO_OPTIONS, Answer, Answers, RequestOptions, Window
from gateway.errors import DeadlineExceeded

ROWS = {"A": [note("1", 1), note("2", 2)], "B": [note("3", 1)]}


def texts(found: Answers, key: str = "A") -> list[str]:
    """What the notes of a key say."""
    answer = found[key]
    assert isinstance(answer, Answer)
    return [row["text"] for row in answer.rows]


def changed(one: World, text: str) -> None:
    """The only note of A says this from now on."""
    one.up.rows["A"] = [note("1", text=text)]


async def test_that_there_are_no_rows_is_remembered_for_its_own_time():
    one = world(ROWS)
    assert await one.ask("nobody") == {}
    one.go(9.9)
    found = (await one.ask("nobody"))["nobody"]
    assert isinstance(found, Answer)
    assert (found.rows, found.from_cache) == ((), True)
    assert one.up.keys == [("nobody",)]
    one.go(70.1)  # stale for as long as the word says
    assert await one.known("nobody") == 1


async def test_absence_is_remembered_longer_than_rows_where_the_catalog_says_so():
    one = world({"A": [note("1", 5)]}, CachePolicy(5, stale_if_error=0, negative_ttl=1000))
    await one.ask("A", window=Window(until=START + timedelta(days=9)))
    empty = Window(since=START + timedelta(days=9))
    await one.ask("A", window=empty)
    one.go(900)
    assert await one.known("A", window=empty) == 0


async def test_a_fresh_answer_is_not_asked_again_and_says_how_old_it_is():
    one = world(ROWS)
    asked_at = one.watch.moment
    first = (await one.ask("A"))["A"]
    one.go(59.9)
    again = (await one.ask("A"))["A"]
    rows = (note("2", 2), note("1", 1))
    assert first == Answer(rows, asked_at)
    assert again == Answer(rows, asked_at, from_cache=True)
    assert one.up.keys == [("A",)]


async def test_a_stale_answer_is_shown_at_once_and_asked_anew_once_in_the_background():
    one = world(ROWS)
    changed(one, "old")
    await one.ask("A")
    changed(one, "new")
    one.go(60)
    one.up.gate.clear()
    assert [texts(await one.ask("A")) for _ in range(5)] == [["old"]] * 5
    assert one.keeper.stats.cache_stale == 5
    await passes()
    assert one.up.keys == [("A",), ("A",)]
    one.up.gate.set()
    await one.settled()
    assert texts(await one.ask("A")) == ["new"]
    assert one.up.keys == [("A",), ("A",)]
    assert (one.keeper.stats.cache_coalesced, one.keeper.stats.cache_stale_if_error) == (0, 0)


async def test_the_background_is_no_part_of_the_request_that_began_it():
    one = world(ROWS)
    await one.ask("A")
    one.go(60)
    await one.ask("A", options=RequestOptions(until=time.monotonic() + 100, request="r1"))
    await one.settled()
    assert one.up.asked[1].options == NO_OPTIONS


async def test_beyond_that_it_is_asked_before_anything_is_shown():
    one = world(ROWS)
    changed(one, "old")
    await one.ask("A")
    changed(one, "new")
    one.go(120)
    assert texts(await one.ask("A")) == ["new"]


async def test_the_last_that_is_known_is_shown_only_where_the_source_fails_and_says_so():
    one = world(ROWS)
    asked_at = one.watch.moment
    await one.ask("A")
    one.go(719.9)
    one.up.down = True
    found = (await one.ask("A"))["A"]
    assert found == Answer((note("2", 2), note("1", 1)), asked_at, from_cache=True, stale=True)
    assert one.keeper.stats.cache_stale_if_error == 1
    one.go(0.2)
    assert await one.ask("A") == {"A": DOWN}


async def test_what_is_over_is_gone_though_other_windows_of_its_key_are_not():
    one = world(ROWS)
    newest, all_ = Window(limit=1), Window(since=START)
    await one.ask("A", window=all_)
    one.go(700)
    await one.ask("A", window=newest)
    one.go(21)
    one.up.down = True
    assert await one.ask("A", window=all_) == {"A": DOWN}
    assert isinstance((await one.ask("A", window=newest))["A"], Answer)


async def test_a_stale_answer_says_so_once_its_renewal_has_failed_and_no_more_once_the_source_is_well():
    one = world(ROWS)
    await one.ask("A", "B")
    one.go(60)
    one.up.down = True
    assert not (await one.ask("A"))["A"].stale
    await one.settled()
    assert (await one.ask("A"))["A"].stale
    await one.settled()
    assert one.keeper.stats.cache_stale_if_error == 0  # that of the background is shown to nobody
    one.up.down = False
    await one.ask("C")
    assert not (await one.ask("A"))["A"].stale
    await one.settled()


async def test_what_fails_of_a_source_is_told_as_stale_though_the_rest_of_it_is_answered_well():
    one = world({"A": [note("1")], "B": [note("2")]})

    async def stale() -> list[bool]:
        told = []
        for lookup, key in ((NOTES, "A"), (OTHERS, "B")):  # the one that is well is always heard last
            told.append((await one.ask(key, lookup=lookup))[key])
            await one.settled()
        return [isinstance(each, Answer) and each.stale for each in told]

    await stale()
    one.go(90)
    one.up.failing = {"A": DOWN}
    assert await stale() == [False, True]  # the source has just failed, and may fail whoever asks next
    assert await stale() == [True, False]
    one.up.failing = {}
    assert await stale() == [True, False]  # it is asked anew meanwhile
    assert await stale() == [False, False]


async def test_that_a_requests_time_was_over_is_no_sign_that_the_source_fails():
    one = world(ROWS)
    await one.ask("A")
    one.go(60)
    one.up.failing = {"A": DeadlineExceeded("here")}
    await one.ask("A")
    await one.settled()
    assert not (await one.ask("A"))["A"].stale
    await one.settled()


async def test_without_a_time_to_keep_every_question_goes_out_and_the_last_answer_is_a_last_resort():
    one = world(ROWS, CachePolicy(0))
    for _ in range(3):
        assert not (await one.ask("A"))["A"].from_cache
    assert one.up.keys == [("A",)] * 3
    one.up.down = True
    assert (await one.ask("A"))["A"].stale
