"""In memory: any row is remembered as it is, and what it takes is counted."""

import gc
import logging
import sys
import tracemalloc
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from support.cache.callers import NOTES, OTHERS, START, Watch, memory_store, note

from gateway.cache.entries import CacheEntry
from gateway.cache.memory_backend import BoundedMemory
from gateway.cache.store import CacheKey, CacheWrite, MemoryStore, size
from gateway.cache.tags import tags_of
from gateway.contract.batch import ALL_ROWS


def deep(value: Any) -> int:
    """What Python itself says that it takes, names of columns aside: rows share them."""
    inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, list | tuple) else ()
    return sys.getsizeof(value) + sum(deep(each) for each in inner)


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
def test_what_it_takes_is_told_within_a_factor_of_three(row: dict[str, Any]):
    rows = tuple({**row} for _ in range(100))
    assert 1 / 3 < size([CacheEntry(ALL_ROWS, rows, START, 0.0)]) / deep(rows) < 3


@pytest.mark.parametrize(
    "value", [10**40, -(10**40), "\ud800", START, Decimal("NaN"), b"\xff", {1: [()]}, None]
)
async def test_any_value_of_a_row_is_remembered_as_it_is(value: object):
    store = memory_store(Watch())
    place, kept = CacheKey(NOTES, "A"), [CacheEntry(ALL_ROWS, ({"id": "1", "value": value},), START, 0.0)]
    await store.put_many([CacheWrite(place, kept, ["x"], 10.0)])
    assert await store.get_many([place, CacheKey(NOTES, "B")]) == [kept, ()]


async def test_a_store_forgets_by_what_an_answer_is_about():
    store = MemoryStore(BoundedMemory(10, 10_000, Watch()))
    places = [CacheKey(NOTES, key) for key in "ABC"]
    tags = [["x"], ["x", "y"], ["z"]]
    await store.put_many(
        [
            CacheWrite(p, [CacheEntry(ALL_ROWS, (note("1"),), START, 0.0)], t, 9)
            for p, t in zip(places, tags, strict=True)
        ]
    )
    assert await store.drop(["x", "y"]) == 2
    assert [bool(each) for each in await store.get_many(places)] == [False, False, True]


async def test_in_one_process_every_question_is_ones_own_to_ask():
    store = memory_store(Watch())
    places = [CacheKey(NOTES, key) for key in "AB"]
    assert await store.claim(places) == await store.claim(places) == [True, True]
    await store.release(places)


async def test_no_log_tells_whose_answers_are_remembered(caplog: pytest.LogCaptureFixture):
    store = memory_store(Watch())
    place = CacheKey(NOTES, "jane@example.com")
    with caplog.at_level(logging.DEBUG):
        await store.put_many([CacheWrite(place, [], ["x"], 10.0)])
        await store.get_many([place])
    assert "SET" in caplog.text
    assert "jane" not in caplog.text


async def test_a_key_of_half_a_letter_is_a_key_too():
    store = memory_store(Watch())
    places = [CacheKey(NOTES, "\ud800"), CacheKey(NOTES, "?"), CacheKey(OTHERS, "\ud800")]
    await store.put_many([CacheWrite(places[0], [CacheEntry(ALL_ROWS, (), START, 0.0)], ["x"], 10.0)])
    assert [bool(each) for each in await store.get_many(places)] == [True, False, False]


@pytest.mark.parametrize("text", [True, False])
@pytest.mark.parametrize(("rows", "own"), [(0, True), (1, True), (10, True), (100, True), (10, False)])
async def test_with_tags_names_and_index_it_takes_hardly_more_than_is_counted_and_not_much_less(
    rows: int, *, own: bool, text: bool
):
    store, number = memory_store(Watch(), size=1_000_000_000), 2000 // max(1, rows // 10)
    gc.collect()
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        for n in range(number):
            await store.put_many([about(n, rows, own=own, text=text)])
        gc.collect()
        taken = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert store.cache.counted.entries == number
    assert 0.85 < store.cache.counted.bytes / taken < 1.8  # measured: 0.90 to 1.64


def about(number: int, rows: int, *, own: bool, text: bool) -> CacheWrite:
    """As a source says it: no two rows share a text. Records are the key's own, or everybody's."""
    found = [{"id": f"{number * own}-{n}"} for n in range(rows)]
    if text:
        found = [{**each, "at": f"2026-01-{number}", "text": "word " * 8 + each["id"]} for each in found]
    place = CacheKey(NOTES, f"account {number}")
    return CacheWrite(
        place, [CacheEntry(ALL_ROWS, tuple(found), START, 0.0)], tags_of(NOTES, place.key, found), 600.0
    )
