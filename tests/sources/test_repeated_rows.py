"""What is said twice is known once; what is not known to be asked for is believed of nobody."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp import web
from support.sources.rest_sources import MANY, asking, error_of, note, place
from support.sources.sql_sources import lookup, rows, table

from gateway.contract.batch import Answer, Batch, Row, Window
from gateway.contract.times import TimeFormat
from gateway.contract.windows import distinct_rows, windowed_answers
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
    async with asking(handler) as source:
        found = (await source.fetch(Batch(place(**words), ("a",), Window(limit=limit))))["a"]
    assert isinstance(found, Answer), getattr(found, "reason", "")
    return [row["id"] for row in found.rows]


def test_a_row_that_equals_another_of_its_id_is_that_row() -> None:
    found = windowed_answers(Batch(DATED, ("a",)), {"a": [_noted(1), _noted(2), _noted(1)]}, "ledger", NOW)[
        "a"
    ]
    assert isinstance(found, Answer)
    assert [row["id"] for row in found.rows] == ["2", "1"]


def test_rows_of_one_id_that_say_different_things_are_all_kept() -> None:
    told = [_noted(1), _noted(1, day=2), {**_noted(1), "note": "y"}]
    assert distinct_rows(DATED, told) == told


def test_equal_rows_that_do_not_say_which_they_are_are_all_kept() -> None:
    told = [{"note": "x"}, {"note": "x"}]
    assert distinct_rows(replace(DATED, id=None), told) == told


@BOTH
async def test_rows_that_a_table_has_twice_make_no_room_that_others_lack(database: str) -> None:
    told = [(str(n), "7", f"2026-01-{n:02}", "x") for n in range(1, 9) for _ in range(2)]
    columns = "id TEXT, owner TEXT, at TEXT, note TEXT"
    async with table(database, columns, told) as (_, source):
        found = await rows(source, DATED, "7", Window(limit=3))
        first = await rows(source, lookup(), "7", Window(first=3))
    assert [row["id"] for row in found] == ["8", "7", "6"]
    assert len({row["id"] for row in first}) == 3


async def test_pages_of_rows_that_come_twice_are_read_to_their_end() -> None:
    told = [row for n in range(9) for row in (_rest(n), _rest(n))]

    async def handler(request: web.Request) -> web.Response:
        start = int(request.query["start"])
        return web.json_response(told[start : start + 4])

    every = [str(n) for n in range(9)]
    assert await _ids(handler, MANY | {"paging": OFFSET}) == every
    assert await _ids(handler, MANY | {"paging": OFFSET, "newest_first": True}, limit=3) == every[:3]


async def test_what_a_service_doubles_behind_its_pages_is_read_to_the_end_of_its_pages() -> None:
    async def handler(request: web.Request) -> web.Response:
        start = int(request.query["start"])
        return web.json_response([_rest(n) for n in range(9)[start : start + 4] for _ in range(2)])

    assert await _ids(handler, MANY | {"paging": OFFSET}) == [str(n) for n in range(9)]


async def test_a_limit_for_each_key_that_repeats_fill_is_no_end() -> None:
    told = [row for n in range(20) for row in (_rest(n), _rest(n))]

    async def handler(request: web.Request) -> web.Response:
        return web.json_response(told[: int(request.query["n"])])

    words = MANY | {"limit": "n", "until": "to", "max_limit": 500}
    assert await _ids(handler, words, limit=6) == [str(n) for n in range(6)]


@pytest.mark.parametrize("row", [{"owner": "b"}, {"owner": None}, {"owner": "B"}])
def test_a_row_that_begins_with_nothing_that_was_asked_condemns_the_answer(row: Row) -> None:
    with pytest.raises(InvalidResponse):
        grouped_by_prefix(Batch(lookup(match="prefix"), ("a",)), [{"owner": "ab"}, row], "ledger")


@pytest.mark.parametrize("which", [None, 2, -1, "0"])
def test_a_row_of_a_beginning_that_was_not_asked_condemns_the_answer(which: object) -> None:
    with pytest.raises(InvalidResponse):
        grouped_by_prefix(
            Batch(lookup(match="prefix"), ("a", "ab")), [{"owner": "abc", PREFIX_INDEX: which}], "ledger"
        )


async def _kinds(*told: dict[str, Any]) -> Any:
    async def handler(_request: web.Request) -> web.Response:
        return web.json_response([{**note("a"), **each} for each in told])

    async with asking(handler) as source:
        at = place(**MANY, where={"kind": "PERSON"})
        return (await source.fetch(Batch(at, ("a",)))).get("a")


@pytest.mark.parametrize("kind", [["PERSON"], {"code": "PERSON"}, 7, True])
async def test_a_row_whose_kind_cannot_be_compared_is_not_taken_for_another_kind(kind: object) -> None:
    assert isinstance(await _kinds({"kind": "PERSON"}, {"kind": kind}), InvalidResponse)


@pytest.mark.parametrize("others", [{"kind": "ORGANIZATION"}, {"kind": None}, {}])
async def test_rows_of_another_kind_or_of_none_are_left_out(others: dict[str, Any]) -> None:
    found = await _kinds({"kind": "PERSON", "id": "1"}, {**others, "id": "2"})
    assert [row["id"] for row in found.rows] == ["1"]


async def test_a_row_that_says_neither_its_kind_nor_its_key_is_misread() -> None:
    async def handler(_request: web.Request) -> web.Response:
        return web.json_response([{}])

    async with asking(handler) as source:
        assert isinstance(await error_of(source, place(**MANY, where={"kind": "PERSON"})), InvalidResponse)
