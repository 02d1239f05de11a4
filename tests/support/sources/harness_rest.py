"""REST services in every style, each with a source and a lookup over the same rows."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import msgspec
from aiohttp import web

from gateway.contract.batch import Lookup, Row, TimeField
from gateway.contract.times import TimeFormat
from gateway.sources.rest.place import RestPlace
from gateway.sources.rest.source import RestSettings, RestSource, open_rest
from support.sources.rest_service import MAX_KEYS, NoteStore, serve
from support.sources.rest_styles import (
    NEW_YORK,
    SIZE,
    by_comma,
    by_cursor,
    by_limit,
    by_link,
    by_milliseconds,
    by_offset,
    by_page,
    by_path,
    by_post,
    by_repetition,
    by_total,
    by_wall_clock,
    everything,
    on_the_wall,
)

Answering = Callable[[NoteStore, web.Request], Any]


class RestHarness(tuple[RestSource, Lookup]):  # noqa: SLOT001  # slots of a tuple cannot hold more
    """A source and a lookup, and the requests that the service received."""

    requests: list[str]


@dataclass(frozen=True)
class ServiceStyle:
    """How a service responds, and its place in the catalog."""

    answer: Answering
    place: dict[str, Any]
    clock: TimeFormat = TimeFormat("iso")


@asynccontextmanager
async def harness(habit: ServiceStyle, rows: Sequence[Row]) -> AsyncIterator[RestHarness]:
    """A service of one style, and its source."""
    shelf = NoteStore(rows)

    async def handler(request: web.Request) -> web.Response:
        answer = habit.answer(shelf, request)
        answer = await answer if hasattr(answer, "__await__") else answer
        return web.Response(body=msgspec.json.encode(answer), content_type="application/json")

    place = msgspec.convert(habit.place, RestPlace)
    assert place.diagnostics() == []
    async with serve(handler, shelf.requests) as url:
        settings = RestSettings(url=url, keys_per_call=MAX_KEYS, timeout=60)
        async with open_rest("rest", settings) as source:
            opened = RestHarness((source, lookup(place, habit.clock)))
            opened.requests = shelf.requests
            yield opened


def lookup(place: RestPlace, clock: TimeFormat = TimeFormat("iso")) -> Lookup:  # noqa: B008  # frozen
    """Notes by their owner."""
    return Lookup(
        record="Note",
        by="owner",
        source="rest",
        place=place,
        key=("owner",),
        id=("id",),
        time=TimeField(("at",), clock),
        columns=("id", "owner", "at", "note"),
        paths=(("id",), ("owner",), ("at",), ("note",)),
    )


COMMA = {"get": "/notes", "keys": "owners", "since": "from", "until": "to"}
REPEAT = {"get": "/notes", "keys": "owner", "style": "repeat"}
NEWEST = {"newest_first": True}
LINK = {"style": "next", "next": "links.next"}
LINKED = REPEAT | NEWEST | {"items": "data.records", "since": "from", "until": "to", "paging": LINK}
WALL = TimeFormat("local", NEW_YORK)

HABITS = {
    "comma list": ServiceStyle(by_comma, COMMA),
    "repeated, days": ServiceStyle(
        by_repetition,
        REPEAT
        | {"items": "notes", "absent": ["null"], "since": "from_day", "until": "to_day", "time_format": "date"}
        | {"zone": "America/New_York"},
    ),
    "one by one, seconds": ServiceStyle(
        by_path, {"get": "/owners/{key}/notes", "since": "after", "until": "before", "time_format": "epoch"}
    ),
    "posted list, pages": ServiceStyle(
        by_post,
        {
            "post": "/notes/search",
            "keys": "ownerIds",
            "items": "data.records",
            "since": "oldest-time",
            "until": "newest-time",
            "paging": {"style": "page", "page": "page", "size_param": "page-size", "size": SIZE}
            | {"pages": "meta.totalPages"},
        }
        | NEWEST,
    ),
    "offset, cut": ServiceStyle(
        by_offset,
        COMMA
        | NEWEST
        | {"items": "items"}
        | {"paging": {"style": "offset", "offset": "offset", "size_param": "limit", "size": 1000}},
    ),
    "offset, total": ServiceStyle(
        by_total,
        {"get": "/notes", "keys": "owners", "items": "items"}
        | {
            "paging": {"style": "offset", "offset": "offset", "size_param": "limit", "size": SIZE, "total": "count.all"}
        },
    ),
    "page from zero": ServiceStyle(
        by_page,
        {"get": "/notes", "keys": "owners"}
        | NEWEST
        | {"paging": {"style": "page", "page": "page", "size_param": "size", "size": SIZE, "first_page": 0}},
    ),
    "relative link": ServiceStyle(partial(by_link, absolute=False), LINKED),
    "absolute link": ServiceStyle(partial(by_link, absolute=True), LINKED),
    "cursor": ServiceStyle(
        by_cursor,
        COMMA | NEWEST | {"items": "items", "paging": {"style": "cursor", "cursor": "cursor", "next": "nextCursor"}},
    ),
    "limit for each key": ServiceStyle(partial(by_limit, largest=10**9), COMMA | {"limit": "limit"}),
    "limit, cut": ServiceStyle(partial(by_limit, largest=20), COMMA | {"limit": "limit", "max_limit": 20}),
    "milliseconds": ServiceStyle(
        by_milliseconds,
        {"get": "/notes", "keys": "owners", "since": "after", "until": "before", "time_format": "epoch_ms"},
    ),
    "wall clock": ServiceStyle(by_wall_clock, COMMA | {"time_format": "local", "zone": "America/New_York"}),
    "wall clock in rows, pages": ServiceStyle(
        partial(on_the_wall, answer=by_page),
        {"get": "/notes", "keys": "owners"}
        | NEWEST
        | {"paging": {"style": "page", "page": "page", "size_param": "size", "size": 2, "first_page": 0}},
        WALL,
    ),
    "wall clock in rows, limit, cut": ServiceStyle(
        partial(on_the_wall, answer=partial(by_limit, largest=20)), COMMA | {"limit": "limit", "max_limit": 20}, WALL
    ),
    "no window": ServiceStyle(everything, {"get": "/notes", "keys": "ids", "items": "Items"}),
}

HARNESSES: dict[str, Callable[[Sequence[Row]], AbstractAsyncContextManager[RestHarness]]] = {
    name: partial(harness, habit) for name, habit in HABITS.items()
}
