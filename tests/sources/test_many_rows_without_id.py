"""Thousands of rows without an id in one list are not compared pairwise: comparisons and calls are counted."""

import sys
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import replace
from types import FrameType
from typing import Any

import pytest
from aiohttp import web
from support.sources.rest_sources import MANY, place, rest_source
from support.sources.sql_sources import ask, lookup, table

from gateway.contract.batch import Answer, Batch, Row
from gateway.contract.times import TimeFormat
from gateway.contract.windows import distinct_rows

MANY_ROWS = 5_000


class CountedText(str):
    """A text that counts how often it is compared."""

    __slots__ = ()
    comparisons = 0

    def __eq__(self, other: object) -> bool:
        CountedText.comparisons += 1
        return str.__eq__(self, other)

    __hash__ = str.__hash__


ROWS: dict[str, Callable[[int], Row]] = {
    "different": lambda n: {"owner": "a", "note": CountedText(n)},
    "equal": lambda n: {"owner": "a", "note": CountedText("x")},  # noqa: ARG005
    "nested": lambda n: {"owner": "a", "note": [{"text": CountedText("x")}, {"text": CountedText(n)}]},
    "of one id": lambda n: {"owner": "a", "id": "1", "note": CountedText(n)},
    "of two ids": lambda n: {"owner": "a", "id": str(n % 2), "note": CountedText(n // 4)},
    "with a null": lambda n: {"owner": "a", "id": None, "note": CountedText(n)},
    "of one time": lambda n: {"owner": "a", "at": "2026-01-01", "note": CountedText(n)},
}


@pytest.mark.parametrize("kind", ROWS)
@pytest.mark.parametrize("is_timed", [False, True])
@pytest.mark.parametrize("has_id", [False, True])
def test_a_row_is_compared_a_few_times_at_most(kind: str, *, is_timed: bool, has_id: bool) -> None:
    by_owner = lookup(TimeFormat("date") if is_timed else None)
    by_owner = by_owner if has_id else replace(by_owner, id=None)
    stored = [ROWS[kind](n) for n in range(MANY_ROWS)]
    CountedText.comparisons = 0
    distinct_rows(by_owner, stored)
    assert CountedText.comparisons <= 3 * MANY_ROWS


async def calls(work: Awaitable[Any]) -> int:
    """The calls of Python functions of the gateway during this work."""
    counts: Counter[str] = Counter()

    def count(frame: FrameType, event: str, _: Any) -> None:
        if event == "call" and "/gateway/" in frame.f_code.co_filename:
            counts["calls"] += 1

    sys.setprofile(count)
    try:
        await work
    finally:
        sys.setprofile(None)
    return counts["calls"]


async def rest_calls(size: int) -> int:
    async def handler(request: web.Request) -> web.Response:
        start = int(request.query["start"])
        page = range(start, min(start + 500, size))
        return web.json_response([{"owner": "a", "note": str(n)} for n in page])

    paging = {"style": "offset", "offset": "start", "size_param": "n", "size": 500}
    by_owner = replace(place(**MANY, paging=paging), time=None)
    async with rest_source(handler) as source:

        async def read() -> None:
            answer = (await source.fetch(Batch(by_owner, ("a",))))["a"]
            assert isinstance(answer, Answer)
            assert len(answer.rows) == size

        return await calls(read())


async def sql_calls(size: int) -> int:
    stored = [(None, "a", str(n)) for n in range(size)]
    async with table("sqlite", "id TEXT, owner TEXT, note TEXT", stored) as (_, source):
        await ask(source, lookup(), "b")

        async def read() -> None:
            answer = (await ask(source, lookup(), "a"))["a"]
            assert isinstance(answer, Answer)
            assert len(answer.rows) == size

        return await calls(read())


@pytest.mark.parametrize("count", [rest_calls, sql_calls], ids=["rest", "sql"])
async def test_work_grows_as_the_list_does(count: Callable[[int], Awaitable[int]]) -> None:
    some, many = await count(1_000), await count(MANY_ROWS)
    assert 2 * some < many < 6 * some
