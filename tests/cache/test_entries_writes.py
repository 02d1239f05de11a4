"""What is stored of a key once its source has answered."""

from support.cache.cached_sources import NOTES, START, note

from gateway.cache.entries import CacheEntry, CacheKey, CacheWrite
from gateway.cache.policy import CachePolicy
from gateway.contract.batch import ALL_ROWS, Row, Window

POLICY = CachePolicy(60, stale_if_error=600, negative_ttl=10)
NEWEST = Window(limit=1)
NOW = 1000.0


def entry(*rows: Row, window: Window = ALL_ROWS, stored_at: float = NOW) -> CacheEntry:
    return CacheEntry(window, rows, START, stored_at)


NEW = entry(note("1"), window=NEWEST)


def write(new: CacheEntry = NEW) -> CacheWrite:
    return CacheWrite(CacheKey(NOTES, "A"), new, POLICY, NOW)


def test_expired_entries_are_not_stored_again():
    expired, old = (entry(note("1"), note("2"), stored_at=NOW - age) for age in (720.0, 719.0))
    assert write().merged([expired]) == [NEW]
    assert write().merged([old]) == [NEW, old]


def test_a_key_is_stored_until_its_last_entry_expires():
    older = entry(note("1"), note("2"), stored_at=NOW - 10)
    empty = entry(window=Window(since=START))
    assert write().expires_at([NEW]) == NOW + 720
    assert write(empty).expires_at([empty]) == NOW + 620
    assert write(empty).expires_at([empty, older]) == NOW + 710
