"""Requests of REST places: keys and bounds."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from aiohttp import web
from support.sources.rest_service import comma_list, repeated_values, segment
from support.sources.rest_sources import MANY, ONE, POST, REPEAT, error_of, note, place, rest_source

from gateway.contract.batch import Batch, Position, Window
from gateway.errors import InvalidResponse
from gateway.sources.base.windows import RowSelection
from gateway.sources.rest.place import RestPlace
from gateway.sources.rest.requests import MAX_KEYS_LENGTH, PageParams, page_request

NASTY = (
    "../admin",
    "..%2Fadmin",
    "%2e",
    "%2e%2e",
    "a/b",
    "a\\b",
    "?x=",
    "#x",
    "a&owner=b",
    "a=b;c",
    "a b",
    "a+b",
    "a,b",
    ",",
    "{key}",
    "'; DROP TABLE notes --",
    '"',
    "<b>",
    "line\r\nHost: elsewhere",
    "\x00",
    "é€😀",
    "...",
    "a" * 5000,
)
NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)


async def owners(request: web.Request) -> list[str]:
    """The keys of a request."""
    if request.method == "POST":
        return list((await request.json())["ownerIds"])
    if request.raw_path.startswith("/owners/"):
        return [segment(request, 2)]
    return comma_list(request, "owners") if "owners=" in request.raw_path else repeated_values(request, "owner")


@pytest.mark.parametrize("words", [MANY, REPEAT, POST, ONE], ids=["comma", "repeat", "post", "path"])
async def test_a_hostile_key_gets_its_own_rows(words: dict[str, Any]):
    async def echo(request: web.Request) -> web.Response:
        return web.json_response([note(owner) for owner in await owners(request)])

    async with rest_source(echo) as source:
        answers = await source.fetch(Batch(place(**words), NASTY))
    assert {key: len(answers[key].rows) for key in NASTY} == dict.fromkeys(NASTY, 1)  # type: ignore[union-attr]  # an error fails the test


@pytest.mark.parametrize("words", [MANY, REPEAT, POST, ONE], ids=["comma", "repeat", "post", "path"])
async def test_an_unsendable_key_has_no_rows_and_no_request(words: dict[str, Any]):
    requests: list[list[str]] = []

    async def noting(request: web.Request) -> web.Response:
        requests.append(await owners(request))
        return web.json_response([])

    dots = (".", "..") if words is ONE else ()
    async with rest_source(noting) as source:
        assert await source.fetch(Batch(place(**words), ("", "\ud800", *dots, "a"))) == {}
    assert requests == [["a"]]


async def test_a_key_with_a_comma_gets_its_own_rows():
    async def decoding_first(request: web.Request) -> web.Response:
        owners = request.query["owners"].split(",")
        return web.json_response([note(owner) for owner in owners])

    async with rest_source(decoding_first) as source:
        answers = await source.fetch(Batch(place(), ("a", "a,b", "b")))
    assert isinstance(answers["a,b"], InvalidResponse)
    assert [len(answers[key].rows) for key in "ab"] == [1, 1]  # type: ignore[union-attr]  # an error fails the test


async def test_long_keys_are_sent_in_bounded_request_lines():
    lines: list[str] = []

    async def echo(request: web.Request) -> web.Response:
        lines.append(request.raw_path)
        return web.json_response([note(owner) for owner in await owners(request)])

    keys = tuple(f"{number:0200}" for number in range(100))
    async with rest_source(echo) as source:
        assert set(await source.fetch(Batch(place(), keys))) == set(keys)
    assert len(lines) == 4
    assert max(map(len, lines)) < MAX_KEYS_LENGTH + 100


async def request_for(words: dict[str, Any], window: Window = Window()) -> tuple[str, Any]:  # noqa: B008  # frozen
    """The request line and the body for the keys a and b."""
    seen: list[tuple[str, Any]] = []

    async def noting(request: web.Request) -> web.Response:
        seen.append((f"{request.method} {request.raw_path}", await request.text()))
        return web.json_response([])

    async with rest_source(noting) as source:
        await source.fetch(Batch(place(**words), ("a", "b"), window))
    line, body = seen[0]
    return line, json.loads(body) if body else None


async def test_constants_are_sent_in_the_query():
    params = {"active": True, "kinds": ["x", "y"], "size": 3, "of": "a b"}
    line, _ = await request_for(MANY | {"params": params})
    assert line == "GET /notes?owners=a,b&active=true&kinds=x&kinds=y&size=3&of=a%20b"


async def test_a_post_has_keys_constants_and_bounds_in_its_body():
    words = POST | {"since": "oldest-time", "params": {"meta.source": "gateway", "size": 3}}
    line, body = await request_for(words, Window(since=NOON))
    assert line == "POST /notes/search"
    assert body == {
        "meta": {"source": "gateway"},
        "size": 3,
        "oldest-time": "2026-07-01T11:59:59Z",
        "ownerIds": ["a", "b"],
    }


async def test_a_post_may_have_parameters_in_the_query():
    words = {
        "post": "/energy/accounts/billing",
        "keys": "data.accountIds",
        "params_in": "query",
        "items": "data.transactions",
        "since": "oldest-time",
        "until": "newest-time",
        "paging": {
            "style": "page",
            "page": "page",
            "size_param": "page-size",
            "size": 1000,
            "pages": "meta.totalPages",
        },
    }
    line, body = await request_for(words | {"paging": None}, Window(since=NOON))
    assert line == "POST /energy/accounts/billing?oldest-time=2026-07-01T11%3A59%3A59Z"
    assert body == {"data": {"accountIds": ["a", "b"]}}
    assert msgspec.convert(words, RestPlace).diagnostics() == []


@pytest.mark.parametrize(
    ("words", "since", "until"),
    [
        ({"time_format": "iso"}, "2026-07-01T11%3A59%3A59Z", "2026-07-01T12%3A00%3A11Z"),
        ({"time_format": "epoch"}, "1782907199", "1782907211"),
        ({"time_format": "epoch_ms"}, "1782907199999", "1782907210001"),
        ({"time_format": "date"}, "2026-06-30", "2026-07-02"),
        ({"time_format": "local", "zone": "America/New_York"}, "2026-07-01T06%3A59%3A59", "2026-07-01T09%3A00%3A11"),
    ],
)
async def test_bounds_are_sent_one_step_wider_in_the_services_format(words: dict[str, Any], since: str, until: str):
    window = Window(since=NOON, until=NOON + timedelta(seconds=10))
    line, _ = await request_for(MANY | {"since": "from", "until": "to"} | words, window)
    assert line == f"GET /notes?owners=a,b&from={since}&to={until}"


async def test_dates_are_in_the_zone_of_place_or_window():
    window = Window(until=datetime(2026, 7, 1, 2, tzinfo=UTC), zone=ZoneInfo("America/New_York"))
    words = MANY | {"until": "to", "time_format": "date"}
    assert (await request_for(words, window))[0].endswith("&to=2026-07-01")
    assert (await request_for(words | {"zone": "UTC"}, window))[0].endswith("&to=2026-07-02")


async def test_rows_after_a_position_are_requested_with_its_ties():
    window = Window(until=NOON + timedelta(days=9), after=Position(NOON, "7"))
    line, _ = await request_for(MANY | {"until": "to", "time_format": "epoch_ms"}, window)
    assert line == "GET /notes?owners=a,b&to=1782907200001"


def test_rounding_to_milliseconds_keeps_the_moment_of_a_position():
    notes = place(**MANY, until="to", time_format="epoch_ms")
    for count in range(1000):
        moment = NOON + timedelta(milliseconds=count)
        selection = RowSelection(("a",), Window(after=Position(moment, "7")))
        sent = page_request("http://host", notes, selection, PageParams()).url.query["to"]
        assert int(sent) > (moment - datetime.fromtimestamp(0, UTC)) // timedelta(milliseconds=1)


async def test_bounds_beyond_the_calendar_are_left_out():
    window = Window(since=datetime.min.replace(tzinfo=UTC), until=datetime.max.replace(tzinfo=UTC))
    words = MANY | {"since": "from", "until": "to", "time_format": "local", "zone": "Asia/Tokyo"}
    assert (await request_for(words, window))[0] == "GET /notes?owners=a,b"


async def test_rows_without_a_key_need_one_call_per_key():
    async def anonymous(request: web.Request) -> web.Response:
        (owner,) = comma_list(request, "owners")
        row = note(owner)
        del row["owner"]
        return web.json_response([row])

    lookup = place()
    nameless = type(lookup)("Note", "owner", "notes", lookup.place, None, ("id",), lookup.time)
    async with rest_source(anonymous) as source:
        answers = await source.fetch(Batch(nameless, ("a", "b")))
    assert [answers[key].rows[0]["id"] for key in "ab"] == ["of a", "of b"]  # type: ignore[union-attr]  # an error fails the test


async def test_paths_are_appended_to_the_path_of_the_url():
    async def deep(request: web.Request) -> web.Response:
        return web.json_response([note("a")] if request.path == "/api/v1/notes" else 7)

    async with rest_source(deep, below="/api/v1/") as source:
        assert list(await source.fetch(Batch(place(), ("a",)))) == ["a"]
    async with rest_source(deep) as source:
        assert isinstance(await error_of(source, place()), InvalidResponse)
