"""What is remembered of a key once its source has answered."""

from random import Random

from support.cache.callers import NOTES, START, Still, note

from gateway.cache.entries import CacheEntry
from gateway.cache.policy import CachePolicy
from gateway.cache.store import CacheKey
from gateway.cache.write import Putting
from gateway.contract.batch import ALL_ROWS, Answer, Window

KEEP = CachePolicy(60, stale_if_error=600, negative_ttl=10)
NEW = Answer((note("1"),), START)
NEWEST = Window(limit=1)
PLACE = CacheKey(NOTES, "A")


def putting(window: Window = NEWEST, random: Random | None = None) -> Putting:
    """An answer that came at 1000."""
    return Putting(KEEP, window, 1000.0, random or Still())


def test_what_is_of_no_use_any_more_is_let_go():
    gone, old = (CacheEntry(ALL_ROWS, (note("1"), note("2")), START, 1000 - age) for age in (720.0, 719.0))
    new = CacheEntry(NEWEST, NEW.rows, START, 1000.0)
    assert putting().put(PLACE, NEW, [gone]).kept == [new]
    assert putting().put(PLACE, NEW, [old]).kept == [new, old]


def test_it_is_remembered_as_long_as_any_of_it_is_of_use():
    wide = CacheEntry(ALL_ROWS, (note("1"), note("2")), START, 990.0)
    assert putting().put(PLACE, NEW, []).seconds == 720.0
    assert putting().put(PLACE, Answer((), START), []).seconds == 620.0
    assert putting(Window(since=START)).put(PLACE, Answer((), START), [wide]).seconds == 710.0


def test_it_is_about_all_the_records_that_are_remembered():
    wide = CacheEntry(ALL_ROWS, (note("1"), note("2")), START, 990.0)
    assert set(putting().put(PLACE, NEW, [wide]).tags) == {
        "Note.account_id",
        "Note.account_id=A",
        "Note#1",
        "Note#2",
    }
