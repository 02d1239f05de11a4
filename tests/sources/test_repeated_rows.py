"""Duplicates appear once, and rows of keys that were not requested are refused."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp import web
from support.sources.rest_sources import MANY, error_of, note, place, rest_source
from support.sources.sql_sources import lookup, rows, table

from gateway.contract.answers import windowed_answers
from gateway.contract.batch import Answer, Batch, Row, Window
from gateway.contract.times import TimeFormat
from gateway.contract.windows import distinct_rows
from gateway.errors import InvalidResponse
from gateway.sources.sql.queries import grouped_by_prefix
from gateway.sources.sql.statements import PREFIX_INDEX

BOTH = pytest.mark.parametrize("database", ["sqlite", "postgres"])
DATED = lookup(TimeFormat("date"))
NOW = datetime(2026, 7, 1, tzinfo=UTC)
OFFSET = {"style": "offset", "offset": "start", "size_param": "n", "size": 4}


def _noted(number: int, day: int = 1) -> Row:
    return {"id": str(number), "owner": "a", "at": f"2026-01-{day:02}", "note": "x"}


def _rest(number: int) -> Row:
    return {"id": str(number), "owner": "a", "at": f"2026-01-{31 - number:02}T00:00:00Z", "note": "x"}


async def _ids(handler: Any, words: dict[str, Any], limit: int | None = None) -> list[str]:
    async with rest_source(handler) as source:
        result = (await source.fetch(Batch(place(**words), ("a",), Window(limit=limit))))["a"]
    assert isinstance(result, Answer), getattr(result, "reason", "")
    return [row["id"] for row in result.rows]


def test_equal_rows_with_one_id_appear_once() -> None:
    result = windowed_answers(Batch(DATED, ("a",)), {"a": [_noted(1), _noted(2), _noted(1)]}, "ledger", NOW)["a"]
    assert isinstance(result, Answer)
    assert [row["id"] for row in result.rows] == ["2", "1"]


def test_different_rows_with_one_id_are_all_kept() -> None:
    distinct = [_noted(1), _noted(1, day=2), {**_noted(1), "note": "y"}]
    assert distinct_rows(DATED, distinct) == distinct


def test_equal_rows_without_an_id_are_all_kept() -> None:
    equal = [{"note": "x"}, {"note": "x"}]
    assert distinct_rows(replace(DATED, id=None), equal) == equal


@BOTH
async def test_duplicates_in_a_table_displace_no_other_row(database: str) -> None:
    doubled = [(str(n), "7", f"2026-01-{n:02}", "x") for n in range(1, 9) for _ in range(2)]
    columns = "id TEXT, owner TEXT, at TEXT, note TEXT"
    async with table(database, columns, doubled) as (_, source):
        records = await rows(source, DATED, "7", Window(limit=3))
        first = await rows(source, lookup(), "7", Window(first=3))
    assert [row["id"] for row in records] == ["8", "7", "6"]
    assert len({row["id"] for row in first}) == 3


async def test_pages_with_duplicates_are_read_to_the_end() -> None:
    doubled = [row for n in range(9) for row in (_rest(n), _rest(n))]

    async def handler(request: web.Request) -> web.Response:
        start = int(request.query["start"])
        return web.json_response(doubled[start : start + 4])

    every = [str(n) for n in range(9)]
    assert await _ids(handler, MANY | {"paging": OFFSET}) == every
    assert await _ids(handler, MANY | {"paging": OFFSET, "newest_first": True}, limit=3) == every[:3]


async def test_rows_doubled_after_paging_are_read_to_the_end() -> None:
    async def handler(request: web.Request) -> web.Response:
        start = int(request.query["start"])
        return web.json_response([_rest(n) for n in range(9)[start : start + 4] for _ in range(2)])

    assert await _ids(handler, MANY | {"paging": OFFSET}) == [str(n) for n in range(9)]


async def test_a_limit_filled_with_duplicates_is_not_the_end() -> None:
    doubled = [row for n in range(20) for row in (_rest(n), _rest(n))]

    async def handler(request: web.Request) -> web.Response:
        return web.json_response(doubled[: int(request.query["n"])])

    words = MANY | {"limit": "n", "until": "to", "max_limit": 500}
    assert await _ids(handler, words, limit=6) == [str(n) for n in range(6)]


@pytest.mark.parametrize("row", [{"owner": "b"}, {"owner": None}, {"owner": "B"}])
def test_a_row_without_a_requested_prefix_fails_the_answer(row: Row) -> None:
    with pytest.raises(InvalidResponse):
        grouped_by_prefix(Batch(lookup(match="prefix"), ("a",)), [{"owner": "ab"}, row], "ledger")


@pytest.mark.parametrize("which", [None, 2, -1, "0"])
def test_a_row_of_an_unknown_prefix_index_fails_the_answer(which: object) -> None:
    with pytest.raises(InvalidResponse):
        grouped_by_prefix(Batch(lookup(match="prefix"), ("a", "ab")), [{"owner": "abc", PREFIX_INDEX: which}], "ledger")


async def _kinds(*served: dict[str, Any]) -> Any:
    async def handler(_request: web.Request) -> web.Response:
        return web.json_response([{**note("a"), **each} for each in served])

    async with rest_source(handler) as source:
        at = place(**MANY, where={"kind": "PERSON"})
        return (await source.fetch(Batch(at, ("a",)))).get("a")


@pytest.mark.parametrize("kind", [["PERSON"], {"code": "PERSON"}, 7, True])
async def test_a_row_with_an_incomparable_value_is_an_error(kind: object) -> None:
    assert isinstance(await _kinds({"kind": "PERSON"}, {"kind": kind}), InvalidResponse)


@pytest.mark.parametrize("others", [{"kind": "ORGANIZATION"}, {"kind": None}, {}])
async def test_rows_with_another_value_or_none_are_skipped(others: dict[str, Any]) -> None:
    result = await _kinds({"kind": "PERSON", "id": "1"}, {**others, "id": "2"})
    assert [row["id"] for row in result.rows] == ["1"]


async def test_a_row_with_neither_value_nor_key_is_an_error() -> None:
    async def handler(_request: web.Request) -> web.Response:
        return web.json_response([{}])

    async with rest_source(handler) as source:
        assert isinstance(await error_of(source, place(**MANY, where={"kind": "PERSON"})), InvalidResponse)


class Compared(dict[str, object]):
    """A row that counts how often it is compared with another."""

    comparisons = 0

    def __eq__(self, other: object) -> bool:
        Compared.comparisons += 1
        return dict.__eq__(self, other)

    __hash__ = None  # type: ignore[assignment]


def test_rows_without_an_id_are_not_compared_pairwise() -> None:
    rows = [
        Compared(id=None, at="2026-01-01T00:00:00Z", note=str(n % 4_000), more={"of": [n % 4_000]})
        for n in range(5_000)
    ]
    assert len(distinct_rows(DATED, rows)) == 4_000
    assert Compared.comparisons <= len(rows)
