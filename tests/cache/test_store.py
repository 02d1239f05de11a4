"""The store in memory: answers are valid for as long as their tags keep their versions."""

import gc
import logging
import sys
import tracemalloc
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import pytest
from support.cache.cached_sources import NOTES, OTHERS, START, Clock, memory_store, note

from gateway.cache.entries import CacheEntry, CacheKey, CacheWrite
from gateway.cache.policy import CachePolicy
from gateway.cache.store import MemoryStore, size_of
from gateway.contract.batch import ALL_ROWS, Lookup, Row

POLICY = CachePolicy(600)


def write(key: str, *rows: Row, lookup: Lookup = NOTES) -> CacheWrite:
    clock = Clock()
    return CacheWrite(CacheKey(lookup, key), CacheEntry(ALL_ROWS, rows, START, clock()), POLICY, clock())


async def put(store: MemoryStore, *writes: CacheWrite) -> None:
    await store.put_many(writes, store.invalidations.latest)


async def rows(store: MemoryStore, keys: Sequence[CacheKey]) -> list[Sequence[Row] | None]:
    return [each[0].rows if each else None for each in await store.get_many(keys)]


def sizeof(value: Any) -> int:
    """The size that Python reports, without the column names: rows share them."""
    parts = value.values() if isinstance(value, Mapping) else value if isinstance(value, list | tuple) else ()
    return sys.getsizeof(value) + sum(sizeof(each) for each in parts)


@pytest.mark.parametrize(
    "row",
    [
        {"id": "1", "at": "2026-01-01T00:00:00Z", "amount": Decimal("12.50"), "text": "word " * 20},
        {f"column_{n}": n for n in range(40)},
        {f"column_{n}": f"value {n}" for n in range(30)},
        {"t": 1_767_225_600_000, "v": 0.5},
        {"id": 10**40, "text": "\ud800", "parts": [{"n": n} for n in range(20)]},
        {"big": "x" * 5000},
    ],
)
def test_the_estimated_size_is_right_within_factor_three(row: dict[str, Any]):
    many = tuple({**row} for _ in range(100))
    assert 1 / 3 < size_of([CacheEntry(ALL_ROWS, many, START, 0.0)]) / sizeof(many) < 3


@pytest.mark.parametrize("value", [10**40, -(10**40), "\ud800", START, Decimal("NaN"), b"\xff", {1: [()]}, None])
async def test_any_value_of_a_row_is_stored_as_it_is(value: object):
    store, new = memory_store(Clock()), write("A", {"id": "1", "value": value})
    await put(store, new)
    assert await store.get_many([new.key, CacheKey(NOTES, "B")]) == [[new.entry], ()]


@pytest.mark.parametrize(
    ("tags", "keys"),
    [
        (["Note.account_id=A"], "BC"),
        (["Note#2"], "AC"),
        (["Note#2", "Note.account_id=C"], "A"),
        (["Note.account_id"], ""),
        (["Note#9", "Note.author_id", "Bill#1"], "ABC"),
    ],
)
async def test_an_invalidated_tag_invalidates_its_answers_and_no_other(tags: list[str], keys: str):
    store = memory_store(Clock())
    writes = [write("A", note("1")), write("B", note("2"), note("3")), write("C")]
    await put(store, *writes)
    await store.invalidate(tags)
    assert [bool(each) for each in await store.get_many([each.key for each in writes])] == [
        key in keys for key in "ABC"
    ]


async def test_an_answer_older_than_an_invalidation_is_not_stored():
    store, early, other = memory_store(Clock()), write("A", note("1")), write("B", note("2"))
    asked_at = store.invalidations.latest
    await store.invalidate(["Note#1"])
    await store.put_many([early, other], asked_at)
    assert await rows(store, [early.key, other.key]) == [None, (note("2"),)]
    await put(store, early)
    assert await rows(store, [early.key]) == [(note("1"),)]


async def test_an_invalidated_entry_does_not_return_with_a_newer_one():
    store, old = memory_store(Clock()), write("A", note("1"), note("2"))
    await put(store, old)
    await store.invalidate(["Note#1"])
    await put(store, write("A", note("2")))
    assert await rows(store, [old.key]) == [(note("2"),)]


async def test_only_tags_of_stored_answers_take_memory():
    store = memory_store(Clock(), entries=2)
    await put(store, *(write(key, note(key)) for key in "ABCD"))
    records = [f"Note#{key}" for key in "CD"]
    assert set(store.versions) == {"Note.account_id", *records, "Note.account_id=C", "Note.account_id=D"}
    await store.invalidate(records)
    await store.cache.clear()
    assert not store.versions


async def test_in_one_process_every_fill_lock_is_granted():
    store, keys = memory_store(Clock()), [CacheKey(NOTES, key) for key in "AB"]
    assert await store.acquire(keys) == await store.acquire(keys) == [True, True]
    await store.release(keys)


async def test_no_log_shows_a_key(caplog: pytest.LogCaptureFixture):
    store, new = memory_store(Clock()), write("jane@example.com")
    with caplog.at_level(logging.DEBUG):
        await put(store, new)
        await store.get_many([new.key])
    assert "SET" in caplog.text
    assert "jane" not in caplog.text


async def test_a_key_with_half_a_character_is_distinct():
    store, new = memory_store(Clock()), write("\ud800")
    await put(store, new)
    keys = [new.key, CacheKey(NOTES, "?"), CacheKey(OTHERS, "\ud800")]
    assert await rows(store, keys) == [(), None, None]


@pytest.mark.parametrize("text", [True, False])
@pytest.mark.parametrize(("count", "distinct"), [(0, True), (1, True), (10, True), (100, True), (10, False)])
async def test_the_counted_bytes_are_about_those_that_python_takes(count: int, *, distinct: bool, text: bool):
    store, number = memory_store(Clock(), size=1_000_000_000), 2000 // max(1, count // 10)
    gc.collect()
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        for n in range(number):
            await put(store, response(n, count, distinct=distinct, text=text))
        gc.collect()
        bytes_taken = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert len(store.cache.entries) == number
    assert 0.85 < store.cache.entries.currsize / bytes_taken < 1.8  # measured: 0.93 to 1.67


def response(number: int, count: int, *, distinct: bool, text: bool) -> CacheWrite:
    """Rows of a source, each with another text. Records are the key's own, or shared by all keys."""
    many = [{"id": f"{number * distinct}-{n}"} for n in range(count)]
    if text:
        many = [{**each, "at": f"2026-01-{number}", "text": "word " * 8 + each["id"]} for each in many]
    return write(f"account {number}", *many)
