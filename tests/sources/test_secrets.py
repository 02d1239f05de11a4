"""A key may be a person's name or number: no error of any source repeats it."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest
from aiohttp import web
from support.sources.rest_service import serve_bytes
from support.sources.rest_sources import place, rest_source
from support.sources.sql_sources import ask, lookup, table

from gateway.contract.batch import ALL_ROWS, Answers, Batch, Lookup, Window
from gateway.contract.paths import join_key
from gateway.errors import SourceError
from gateway.sources.rest.source import RestSettings, open_rest

KEY = "Zzyzx9731"
WAYS: dict[str, tuple[Lookup, str]] = {
    "query": (place(), KEY),
    "path": (place(get="/owners/{key}/notes"), KEY),
    "body": (place(post="/notes", keys="ids"), KEY),
    "parts": (
        replace(place(get="/find", key_params={"name": "q", "end": "e"}), key=None),
        join_key({"name": "Zzyzx", "end": "9731"}),
    ),
    "pages": (
        place(get="/notes", keys="q", paging={"style": "cursor", "cursor": "c", "next": "next"}, items="items"),
        KEY,
    ),
    "links": (place(get="/notes", keys="q", paging={"style": "next", "next": "next"}, items="items"), KEY),
}
ways = pytest.mark.parametrize("way", WAYS)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def repeated(answers: Answers) -> list[str]:
    """The errors that repeat a part of the key, to the caller or to the log."""
    assert answers
    texts = []
    for answer in answers.values():
        assert isinstance(answer, SourceError)
        texts.append(f"{answer} {answer.reason} {answer.args} {answer!r}")
    return [each for each in texts if any(part in each.lower() for part in ("zzyzx", "9731"))]


def serve_same(status: int, body: Any, **headers: str) -> Handler:
    """A service that always responds the same, and repeats the request."""

    async def handler(request: web.Request) -> web.Response:
        text = f"{body}".replace("KEY", KEY) or f"{request.url} {await request.text()}"
        return web.Response(status=status, text=text, content_type="application/json", headers=headers)

    return handler


@ways
@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, ""),
        (503, ""),
        (401, ""),
        (403, ""),
        (404, "KEY is not here"),
        (400, "KEY is not understood"),
        (429, ""),
        (302, ""),
        (200, "KEY no json"),
        (200, '"KEY"'),
        (200, '["KEY"]'),
        (200, '[{"id": "1", "owner": "KEY else", "at": "KEY"}]'),
        (200, '{"items": "KEY", "next": "KEY"}'),
        (200, '{"items": [], "next": {"KEY": 1}}'),
        (200, '{"items": [], "next": "https://elsewhere.example/?q=KEY"}'),
    ],
)
async def test_no_response_makes_an_error_repeat_a_key(way: str, status: int, body: str):
    at, key = WAYS[way]
    handler = serve_same(status, body, Location=f"/other?{KEY}")
    async with rest_source(handler) as source:
        answers = await source.fetch(Batch(at, (key,)))
    errors = {key: answer for key, answer in answers.items() if isinstance(answer, SourceError)}
    assert not errors or repeated(errors) == []
    assert errors or status in (200, 404)


@ways
async def test_connection_errors_do_not_repeat_a_key(way: str):
    at, key = WAYS[way]

    async def late(_request: web.Request) -> web.Response:
        await asyncio.get_running_loop().create_future()
        raise AssertionError

    async with rest_source(late, timeout=0.05) as source:
        assert repeated(await source.fetch(Batch(at, (key,)))) == []
    async with open_rest("notes", RestSettings(url="http://127.0.0.1:1")) as source:
        assert repeated(await source.fetch(Batch(at, (key,)))) == []
    async with (
        serve_bytes(f"HTTP/1.1 {KEY}\r\n\r\n".encode(), b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n[") as url,
        open_rest("notes", RestSettings(url=url)) as source,
    ):
        for _ in range(2):
            assert repeated(await source.fetch(Batch(at, (key,)))) == []


@pytest.mark.parametrize("database", ["sqlite", "postgres"])
@pytest.mark.parametrize("match", ["exact", "prefix"])
@pytest.mark.parametrize("window", [ALL_ROWS, Window(first=3)], ids=["all", "first"])
async def test_no_database_error_repeats_a_key(database: str, match: str, window: Window):
    wrong = [
        lookup(match=match, at="nowhere"),
        lookup(match=match, columns=("id", "owner", "missing")),
        lookup(match=match, key=("note", "owner")),
    ]
    async with table(database, "id text, owner text, note text", [("1", KEY, "x")]) as (notes, source):
        for at in wrong:
            assert repeated(await ask(source, at, KEY, window=window)) == []
        right = lookup(match=match)
        await ask(source, right, KEY, window=window)
        await notes.run("ALTER TABLE notes RENAME COLUMN note TO gone")
        assert repeated(await ask(source, right, KEY, window=window)) == []
