"""The same rows as Green Button documents, over HTTP and in folders, for one point or for all."""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import quote

import msgspec
from aiohttp import web

from gateway.contract.batch import Answer, Answers, Batch, Lookup, Row, Source, TimeField
from gateway.contract.times import TimeFormat
from gateway.sources.files.source import FilePlace, FileSettings, open_file
from gateway.sources.rest.place import RestPlace
from gateway.sources.rest.source import RestSettings, open_rest
from support.green_button_documents import Read, block, feed, meter, point, reading_type
from support.sources.rest_service import MAX_KEYS, NoteStore, comma_list, moment, number, segment, serve
from support.sources.rest_styles import SIZE

Opened = AbstractAsyncContextManager[tuple[Source, Lookup]]
ESPI: dict[str, Any] = {"espi": {}, "items": "readings"}


@dataclass
class NoteSource:
    """Turns each reading back into its note; the name of a register is the note's id."""

    inner: Source

    @property
    def name(self) -> str:
        return self.inner.name

    async def fetch(self, batch: Batch) -> Answers:
        answers = await self.inner.fetch(batch)
        return {key: _noted(each) if isinstance(each, Answer) else each for key, each in answers.items()}

    async def probe(self, lookup: Lookup) -> tuple[Row, ...]:
        return await self.inner.probe(lookup)


def _noted(answer: Answer) -> Answer:
    return Answer(tuple(_note(row) for row in answer.rows), answer.as_of)


def _note(row: Row) -> Row:
    owner = row["usage_point"]
    return {**row, "id": row["meter_reading"], "owner": owner, "note": f"a note of {owner}"}


def lookup(place: Any) -> Lookup:
    """Notes by their owner."""
    return Lookup(
        record="Note",
        by="owner",
        source="espi",
        place=place,
        key=("usage_point",),
        id=("meter_reading",),
        time=TimeField(("starts_at",), TimeFormat("epoch")),
        columns=("id", "usage_point", "starts_at"),
    )


def document(rows: Sequence[Row], head: str = "") -> bytes:
    """The rows as a document; each is another register, so that many have one moment."""
    owners = dict.fromkeys(row["owner"] for row in rows)
    return feed(*map(point, owners), reading_type(), *_entries(rows), head=head)


def _entries(rows: Sequence[Row]) -> Iterator[str]:
    for row in rows:
        yield meter(row["owner"], row["id"])
        yield block(row["owner"], [Read(int(moment(row).timestamp()), 1)], row["id"])


def one_point(shelf: NoteStore, request: web.Request) -> bytes:
    """One point's document, for the seconds of a request."""
    owner = segment(request, 2)
    lower, upper = number(request.query, "from", 0), number(request.query, "to", 10**12)
    if not any(row["owner"] == owner for row in shelf.rows):
        raise web.HTTPNotFound(text="<none/>", content_type="application/xml")
    return document(shelf.of([owner], lambda at: lower <= at.timestamp() <= upper))


def all_points(shelf: NoteStore, request: web.Request) -> bytes:
    """The requested points, in one document."""
    return document(shelf.of(comma_list(request, "points")))


def in_pages(shelf: NoteStore, request: web.Request) -> bytes:
    """The same in pages."""
    rows, start = shelf.of(comma_list(request, "points")), number(request.query, "start", 0)
    link = request.rel_url.update_query(start=str(start + SIZE)).raw_query_string
    head = f'<link rel="next" href="?{link.replace("&", "&amp;")}"/>' if start + SIZE < len(rows) else ""
    return document(rows[start : start + SIZE], head)


@asynccontextmanager
async def service(
    answer: Callable[[NoteStore, web.Request], bytes], words: dict[str, Any], rows: Sequence[Row]
) -> AsyncIterator[tuple[Source, Lookup]]:
    """A service of such documents, and its source."""
    shelf = NoteStore(rows)

    async def handler(request: web.Request) -> web.Response:
        assert request.headers["Accept"] == "application/atom+xml"
        return web.Response(body=answer(shelf, request), content_type="application/atom+xml")

    place = msgspec.convert(ESPI | words, RestPlace)
    assert place.diagnostics() == []
    async with serve(handler) as url:
        settings = RestSettings(url=url, keys_per_call=MAX_KEYS, timeout=60)
        async with open_rest("espi", settings) as source:
            yield NoteSource(source), lookup(place)


@asynccontextmanager
async def folder(at: str, rows: Sequence[Row]) -> AsyncIterator[tuple[Source, Lookup]]:
    """A folder of such documents, and its source."""
    place = msgspec.convert(ESPI | {"at": at}, FilePlace)
    assert place.diagnostics() == []
    with TemporaryDirectory() as folder:
        _write(Path(folder), at, rows)
        async with open_file("espi", FileSettings(folder=folder, timeout=60)) as source:
            yield NoteSource(source), lookup(place)


def _write(folder: Path, at: str, rows: Sequence[Row]) -> None:
    if "{key}" not in at:
        (folder / at).write_bytes(document(rows))
        return
    for owner in {row["owner"] for row in rows} - {""}:
        mine = [row for row in rows if row["owner"] == owner]
        (folder / at.replace("{key}", quote(owner, safe=""))).write_bytes(document(mine))


LINKED = {"get": "/usage", "keys": "points", "paging": {"style": "next", "next": "next"}}
HARNESSES: Mapping[str, Callable[[Sequence[Row]], Opened]] = {
    "espi: one by one": partial(
        service, one_point, {"get": "/points/{key}", "since": "from", "until": "to", "time_format": "epoch"}
    ),
    "espi: many at once": partial(service, all_points, {"get": "/usage", "keys": "points"}),
    "espi: pages": partial(service, in_pages, LINKED | {"newest_first": True}),
    "espi: a document each": partial(folder, "{key}.xml"),
    "espi: a document for all": partial(folder, "all.xml"),
}
