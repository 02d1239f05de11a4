"""A long list of one key does not hold the event loop: the work of a pass does not grow with the list."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from aiohttp import web
from support.passes import Passes, passes_of
from support.sources.harness_graphql import lookup as graphql_lookup
from support.sources.harness_green_button import HARNESSES as GREEN_BUTTON
from support.sources.rest_service import serve
from support.sources.rest_sources import place, rest_source
from support.sources.sql_sources import lookup as sql_lookup
from support.sources.sql_sources import table

from gateway.concurrency.slices import SLICE
from gateway.contract.batch import ALL_ROWS, Answer, Batch, Lookup, Row, Source, Window
from gateway.contract.times import TimeFormat
from gateway.sources.graphql.documents import GraphqlPlace
from gateway.sources.graphql.source import GraphqlSettings, open_graphql
from gateway.sources.memory import MemoryPlace, MemorySource

SOME, MANY = 2 * SLICE, 5 * SLICE
START = datetime(2026, 3, 7, tzinfo=UTC)
Opened = AbstractAsyncContextManager[tuple[Source, Lookup]]


def notes(count: int) -> list[Row]:
    """Notes of one owner, in no order."""
    moments = [START + timedelta(hours=n * 7 % count) for n in range(count)]
    return [
        {"id": str(n), "owner": "a", "at": moment.isoformat().replace("+00:00", "Z"), "note": "x" * 50}
        for n, moment in enumerate(moments)
    ]


@asynccontextmanager
async def memory(rows: list[Row]) -> AsyncIterator[tuple[Source, Lookup]]:
    """Rows in memory."""
    yield MemorySource("ledger", {"notes": rows}), replace(sql_lookup(TimeFormat("iso")), place=MemoryPlace("notes"))


def database(name: str) -> Callable[[list[Row]], Opened]:
    @asynccontextmanager
    async def opened(rows: list[Row]) -> AsyncIterator[tuple[Source, Lookup]]:
        columns = "id TEXT, owner TEXT, at TEXT, note TEXT"
        async with table(name, columns, [tuple(row.values()) for row in rows]) as (_, source):
            yield source, sql_lookup(TimeFormat("iso"))

    return opened


def rest(**words: Any) -> Callable[[list[Row]], Opened]:
    @asynccontextmanager
    async def opened(rows: list[Row]) -> AsyncIterator[tuple[Source, Lookup]]:
        body = json.dumps({"items": rows})

        async def respond(_: web.Request) -> web.Response:
            return web.Response(text=body, content_type="application/json")

        async with rest_source(respond) as source:
            yield source, place(items="items", **words)

    return opened


@asynccontextmanager
async def graphql(rows: list[Row]) -> AsyncIterator[tuple[Source, Lookup]]:
    """A GraphQL service that responds with all rows to every document."""
    body = json.dumps({"data": {"notes": [{**row, "writer": {"id": "a"}} for row in rows]}})

    async def respond(_: web.Request) -> web.Response:
        return web.Response(text=body, content_type="application/json")

    at = graphql_lookup(msgspec.convert({"field": "notes", "keys": "owners"}, GraphqlPlace))
    async with serve(respond) as url, open_graphql("desk", GraphqlSettings(url=url)) as source:
        yield source, at


SOURCES: dict[str, Callable[[list[Row]], Opened]] = {
    "memory": memory,
    "sqlite": database("sqlite"),
    "postgres": database("postgres"),
    "rest": rest(get="/notes", keys="owners"),
    "rest, with a condition": rest(get="/notes", keys="owners", where={"note": "x" * 50}),
    "rest, with a limit": rest(get="/notes", keys="owners", limit="newest"),
    "graphql": graphql,
    "files": GREEN_BUTTON["espi: a document each"],
    "files, of all keys": GREEN_BUTTON["espi: a document for all"],
}
WINDOWS = {"all rows": ALL_ROWS, "newest": Window(since=START, limit=SLICE + 500)}

CASES = [(kind, window) for kind in SOURCES for window in WINDOWS if (kind, window) != ("files", "newest")]


async def passes(kind: str, window: Window, count: int) -> Passes:
    async with SOURCES[kind](notes(count)) as (source, lookup):

        async def read() -> None:
            answer = (await source.fetch(Batch(lookup, ("a",), window)))["a"]
            assert isinstance(answer, Answer), answer
            assert len(answer.rows) == min(count, window.limit or count)

        prepared = "a" if kind.startswith("files") else "b"  # a document is parsed once, in a thread
        await source.fetch(Batch(lookup, (prepared,), window))
        return await passes_of(read)


@pytest.mark.parametrize(("kind", "window"), CASES)
async def test_a_longer_list_makes_no_busier_pass(kind: str, window: str) -> None:
    some, many = await passes(kind, WINDOWS[window], SOME), await passes(kind, WINDOWS[window], MANY)
    assert many.busiest <= 1.5 * some.busiest
    assert many.number >= MANY / SLICE
