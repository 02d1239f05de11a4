"""Counts at REST services: the total on a page of one row, exact or None."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.sources.rest_service import Handler, serve
from support.sources.rest_sources import place

from gateway.contract.batch import COUNT, Answer, Batch, Lookup, Window
from gateway.errors import InvalidResponse, InvalidRow, SourceDown, SourceError
from gateway.sources.rest.source import RestSettings, RestSource, open_rest

JULY = datetime(2026, 7, 1, tzinfo=UTC)
OFFSET = {"style": "offset", "offset": "start", "size_param": "n", "size": 50, "total": "meta.total"}
ONE_KEY: dict[str, Any] = {"get": "/owners/{key}/notes", "items": "rows", "paging": OFFSET}
WINDOWED = ONE_KEY | {"since": "from", "until": "to"}
LINKED = {"style": "next", "next": "meta.next", "size_param": "n", "size": 50, "total": "meta.total"}
ALL = Window(count=True)


def notes(count: int, owner: str = "a") -> list[dict[str, str]]:
    """A note an hour, the newest first."""
    hours = range(count - 1, -1, -1)
    return [{"id": f"{n}", "owner": owner, "at": (JULY + timedelta(hours=n)).isoformat(), "note": ""} for n in hours]


def service(stored: list[dict[str, str]], *, inclusive: bool = True, **headers: str) -> Handler:
    """A service of pages with a total, whose bounds are inclusive or not."""

    def is_inside(at: str, query: Any) -> bool:
        since, until = query.get("from"), query.get("to")
        starts = not since or (at >= since if inclusive else at > since)
        return starts and (not until or (at <= until if inclusive else at < until))

    async def handler(request: web.Request) -> web.Response:
        rows = [row for row in stored if is_inside(row["at"], request.query)]
        page = rows[: int(request.query["n"])]
        return web.json_response({"rows": page, "meta": {"total": len(rows), "next": None}}, headers=headers)

    return handler


@asynccontextmanager
async def counted(handler: Handler) -> AsyncIterator[tuple[RestSource, list[str]]]:
    """A source, and the requests that its service received."""
    requests: list[str] = []
    async with serve(handler, requests) as url, open_rest("notes", RestSettings(url=url)) as source:
        yield source, requests


async def counts(source: RestSource, at: Lookup, *keys: str, window: Window = ALL) -> dict[str, Any]:
    """The number for each key that was answered, or its error."""
    answers = await source.fetch(Batch(at, keys or ("a",), window))
    return {key: answer.rows[0][COUNT] if isinstance(answer, Answer) else answer for key, answer in answers.items()}


async def test_each_key_is_counted_by_one_small_request() -> None:
    async with counted(service(notes(30))) as (source, requests):
        assert await counts(source, place(**ONE_KEY), "a") == {"a": 30}
    assert requests == ["GET /owners/a/notes?start=0&n=1"]


async def test_keys_of_one_parameter_are_counted_one_by_one() -> None:
    async def handler(request: web.Request) -> web.Response:
        owner = request.query["owners"]
        rows = notes({"a": 3, "b": 0}[owner], owner)
        return web.json_response({"rows": rows[: int(request.query["n"])], "meta": {"total": len(rows)}})

    words = {"get": "/notes", "keys": "owners", "items": "rows", "paging": OFFSET}
    async with counted(handler) as (source, requests):
        assert await counts(source, place(**words), "a", "b") == {"a": 3, "b": 0}
    assert sorted(requests) == ["GET /notes?owners=a&start=0&n=1", "GET /notes?owners=b&start=0&n=1"]


@pytest.mark.parametrize(
    "paging",
    [
        {"style": "page", "page": "p", "size_param": "n", "size": 50, "pages": "meta.pages", "total": "meta.total"},
        LINKED,
        {"style": "link", "size_param": "n", "size": 50, "total": "meta.total"},
        {"style": "cursor", "cursor": "c", "next": "meta.next", "size_param": "n", "size": 50, "total": "meta.total"},
    ],
    ids=lambda paging: str(paging["style"]),
)
async def test_every_style_of_paging_may_name_a_total(paging: dict[str, Any]) -> None:
    async with counted(service(notes(7))) as (source, requests):
        assert await counts(source, place(**ONE_KEY | {"paging": paging})) == {"a": 7}
    assert [request.endswith("n=1") for request in requests] == [True]


@pytest.mark.parametrize(("name", "value"), [("X-Total-Count", "12"), ("Content-Range", "rows 0-0/12")])
async def test_a_header_may_hold_the_total(name: str, value: str) -> None:
    paging = {"style": "link", "size_param": "n", "size": 50, "total_header": name}
    async with counted(service(notes(1), **{name: value})) as (source, _):
        words = ONE_KEY | {"paging": paging}
        assert await counts(source, place(**words)) == {"a": 12}


@pytest.mark.parametrize("inclusive", [True, False])
async def test_bounds_are_asked_a_step_wider_and_narrower(inclusive: bool) -> None:  # noqa: FBT001  # a case
    half = timedelta(minutes=30)
    window = Window(JULY + half, JULY + timedelta(hours=4), count=True)
    async with counted(service(notes(30), inclusive=inclusive)) as (source, requests):
        assert await counts(source, place(**WINDOWED), window=replace_until(window, half)) == {"a": 4}
        assert await counts(source, place(**WINDOWED), window=window) == {"a": None}  # a note at the bound
    bounds = ["from=2026-07-01T00%3A29%3A59", "from=2026-07-01T00%3A30%3A01"]
    assert [sum(bound in request for request in requests) for bound in bounds] == [2, 2]


def replace_until(window: Window, later: timedelta) -> Window:
    assert window.until
    return Window(window.since, window.until + later, count=True)


@pytest.mark.parametrize("missing", ["since", "until"])
async def test_a_bound_that_cannot_be_sent_is_not_counted(missing: str) -> None:
    words = {name: word for name, word in WINDOWED.items() if name != missing}
    async with counted(service(notes(3))) as (source, requests):
        window = Window(JULY - timedelta(days=9), JULY + timedelta(days=9), count=True)
        assert await counts(source, place(**words), window=window) == {"a": None}
    assert requests == []


async def test_a_service_that_ignores_bounds_counts_nothing() -> None:
    async def handler(_: web.Request) -> web.Response:
        return web.json_response({"rows": notes(3)[:1], "meta": {"total": 3}})

    async with counted(handler) as (source, _):
        window = Window(JULY - timedelta(days=9), JULY - timedelta(days=3), count=True)
        assert await counts(source, place(**WINDOWED), window=window) == {"a": None}


@pytest.mark.parametrize(
    ("meta", "rows", "error"),
    [
        ({}, 1, InvalidRow),  # no total
        ({"total": "many"}, 1, InvalidRow),
        ({"total": 0}, 1, InvalidRow),  # fewer than the page has
        ({"total": 4}, 0, InvalidRow),  # more, on an empty page
        ({"total": 1, "partial": True}, 1, InvalidRow),
    ],
)
async def test_a_total_that_contradicts_its_page_is_misread(meta: Any, rows: int, error: type[SourceError]) -> None:
    async def handler(_: web.Request) -> web.Response:
        return web.json_response({"rows": notes(rows), "meta": meta})

    async with counted(handler) as (source, _):
        [result] = (await counts(source, place(**ONE_KEY))).values()
    assert type(result) is error


async def test_an_inexact_total_is_unknown() -> None:
    async def handler(_: web.Request) -> web.Response:
        return web.json_response({"rows": notes(1), "meta": {"total": {"value": 10_000, "relation": "gte"}}})

    async with counted(handler) as (source, _):
        assert await counts(source, place(**ONE_KEY)) == {"a": None}


async def test_no_rows_count_as_zero() -> None:
    async def handler(request: web.Request) -> web.Response:
        if request.path.startswith("/owners/b"):
            return web.Response(status=404)
        return web.json_response({"rows": [], "meta": {}})

    async with counted(handler) as (source, _):
        assert await counts(source, place(**ONE_KEY), "a", "b") == {"a": 0, "b": 0}


async def test_an_error_is_that_of_its_key() -> None:
    async def handler(request: web.Request) -> web.Response:
        if request.path.startswith("/owners/b"):
            return web.Response(status=500)
        return await service(notes(2))(request)  # type: ignore[return-value]

    async with counted(handler) as (source, _):
        numbers = await counts(source, place(**ONE_KEY), "a", "b")
    assert (numbers["a"], type(numbers["b"])) == (2, SourceDown)


async def test_a_row_of_another_key_has_no_total_here() -> None:
    words = {"get": "/notes", "keys": "owners", "items": "rows", "paging": OFFSET}
    async with counted(service(notes(3, "other"))) as (source, _):
        [result] = (await counts(source, place(**words))).values()
    assert isinstance(result, InvalidResponse)


@pytest.mark.parametrize(
    "words",
    [
        {"paging": {name: word for name, word in OFFSET.items() if name != "total"}},
        {"paging": None},
        {"where": {"note": ""}},
        {"espi": {}, "items": "readings"},
    ],
    ids=lambda words: next(iter(words)),
)
def test_only_a_total_of_this_record_counts(words: dict[str, Any]) -> None:
    assert place(**ONE_KEY).can_count
    assert not place(**ONE_KEY | words).can_count


def test_a_total_stands_in_one_place() -> None:
    both = place(**ONE_KEY | {"paging": OFFSET | {"total_header": "X-Total-Count"}}).place
    assert both.diagnostics() == ["a paging has its total either in the body or in a header; remove one"]


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module", params=[True, False])
async def many(request: pytest.FixtureRequest, anyio_backend: str) -> Any:  # noqa: ARG001  # anyio's
    async with counted(service(notes(40), inclusive=request.param)) as (source, _):
        yield source


@given(since=st.none() | st.integers(-90, 2600), until=st.none() | st.integers(-90, 2600))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_a_count_is_that_of_the_rows_read(many: RestSource, since: int | None, until: int | None) -> None:
    ends = [None if minutes is None else JULY + timedelta(minutes=minutes) for minutes in (since, until)]
    read = (await many.fetch(Batch(place(**WINDOWED), ("a",), Window(*ends)))).get("a")
    number = (await counts(many, place(**WINDOWED), window=Window(*ends, count=True)))["a"]
    rows = read.rows if isinstance(read, Answer) else ()
    at_bound = any(minutes is not None and minutes % 60 == 0 for minutes in (since, until))
    assert number == len(rows) or (number is None and (at_bound or not rows))
