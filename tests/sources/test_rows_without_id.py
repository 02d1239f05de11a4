"""Records without an id: equal rows are all kept, and no id is requested."""

from dataclasses import replace
from typing import Any

import msgspec
import pytest
from aiohttp import web
from support.sources.rest_sources import MANY, place, rest_source
from support.sources.sql_sources import lookup as sql_lookup
from support.sources.sql_sources import rows, table

from gateway.contract.batch import Answer, Batch, Lookup, TimeField
from gateway.contract.times import TimeFormat
from gateway.errors import InvalidResponse
from gateway.sources.graphql.documents import GraphqlPlace, document

BOTH = pytest.mark.parametrize("database", ["sqlite", "postgres"])
OFFSET = {"style": "offset", "offset": "start", "size_param": "n", "size": 25}


async def noted(at: Lookup, notes: list[dict[str, Any]]) -> list[Any]:
    """The notes of `a`, in pages of 25."""

    async def handler(request: web.Request) -> web.Response:
        start = int(request.query["start"])
        return web.json_response(notes[start : start + 25])

    async with rest_source(handler) as source:
        result = (await source.fetch(Batch(at, ("a",))))["a"]
    assert isinstance(result, Answer)
    return [row["note"] for row in result.rows]


async def test_rows_without_an_id_are_all_kept_over_pages():
    at = replace(place(**MANY, paging=OFFSET), id=None, time=None)
    notes = [{"owner": "a", "note": n} for n in range(60)]
    assert await noted(at, notes) == list(range(60))


async def test_rows_with_a_missing_id_are_all_kept():
    at = replace(place(**MANY, paging=OFFSET), time=None)
    notes = [{"owner": "a", "note": n} for n in range(60)]
    assert await noted(at, notes) == list(range(60))


async def test_a_row_of_an_earlier_page_appears_once():
    at = replace(place(**MANY, paging=OFFSET), time=None)
    notes = [{"id": str(n), "owner": "a", "note": n} for n in range(60)]
    notes[55] = notes[3]
    assert await noted(at, notes) == [n for n in range(60) if n != 55]  # the repeated one


@BOTH
async def test_a_table_without_an_id_is_readable(database: str):
    plain = sql_lookup(id=None, columns=("owner", "note"))
    async with table(database, "owner TEXT, note TEXT", [("7", "x"), ("7", "x")]) as (_, source):
        assert await rows(source, plain, "7") == ({"owner": "7", "note": "x"},) * 2
        assert len(await source.probe(plain)) == 2  # both rows


@BOTH
async def test_an_optional_id_is_read_where_it_exists(database: str):
    perhaps = sql_lookup(columns=("owner", "note"), optional_columns=("id",))
    async with table(database, "owner TEXT, note TEXT", [("7", "x")]) as (_, source):
        assert await rows(source, perhaps, "7") == ({"owner": "7", "note": "x"},)
    async with table(database, "id TEXT, owner TEXT, note TEXT", [("1", "7", "x")]) as (_, source):
        assert await rows(source, perhaps, "7") == ({"owner": "7", "note": "x", "id": "1"},)


async def test_a_lookup_with_a_time_needs_an_id_column():
    timed = sql_lookup(id=None, time=TimeField(("at",), TimeFormat("iso")), columns=("owner", "at", "note"))
    async with table("sqlite", "owner TEXT, at TEXT, note TEXT") as (_, source):
        with pytest.raises(InvalidResponse) as caught:
            await rows(source, timed, "7")
    assert "its id must be one column" in caught.value.reason


def test_a_graphql_document_selects_no_unmapped_id():
    words = {"field": "notes", "keys": "owners", "types": {"owners": "[ID!]!"}}
    at = sql_lookup(id=None, columns=("owner", "note"))
    query = document(replace(at, place=msgspec.convert(words, GraphqlPlace)), 0)
    assert query.endswith("{ owner note } }")
