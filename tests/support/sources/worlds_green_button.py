"""The same rows as Green Button's documents: over HTTP and in folders, one for each point or one for all."""

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
from gateway.sources.files.place import FilePlace
from gateway.sources.files.source import FileSettings, open_file
from gateway.sources.rest.place import RestPlace
from gateway.sources.rest.source import RestSettings, open_rest
from support.green_button_documents import Read, block, feed, meter, point, reading_type
from support.sources.rest_habits import SIZE
from support.sources.rest_service import MOST_KEYS, Shelf, comma, moment, number, segment, serving

Opened = AbstractAsyncContextManager[tuple[Source, Lookup]]
ESPI: dict[str, Any] = {"espi": {}, "items": "readings"}


@dataclass
class Noted:
    """The source, each reading told as the note it was made of: its register's name is the note's id."""

    inner: Source

    @property
    def name(self) -> str:
        """The source's own."""
        return self.inner.name

    async def fetch(self, batch: Batch) -> Answers:
        """What the source answers."""
        answers = await self.inner.fetch(batch)
        return {key: _noted(each) if isinstance(each, Answer) else each for key, each in answers.items()}

    async def probe(self, lookup: Lookup) -> tuple[Row, ...]:
        """What the source gives."""
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
    """The rows as a document; each is a register of its own, so that many are of one moment."""
    owners = dict.fromkeys(row["owner"] for row in rows)
    return feed(*map(point, owners), reading_type(), *_entries(rows), head=head)


def _entries(rows: Sequence[Row]) -> Iterator[str]:
    for row in rows:
        yield meter(row["owner"], row["id"])
        yield block(row["owner"], [Read(int(moment(row).timestamp()), 1)], row["id"])


def alone(shelf: Shelf, request: web.Request) -> bytes:
    """One point's document, of the seconds from and to which it was asked."""
    owner = segment(request, 2)
    lower, upper = number(request.query, "from", 0), number(request.query, "to", 10**12)
    if not any(row["owner"] == owner for row in shelf.rows):
        raise web.HTTPNotFound(text="<none/>", content_type="application/xml")
    return document(shelf.of([owner], lambda at: lower <= at.timestamp() <= upper))


def together(shelf: Shelf, request: web.Request) -> bytes:
    """The points that were asked for, in one document."""
    return document(shelf.of(comma(request, "points")))


def paged(shelf: Shelf, request: web.Request) -> bytes:
    """The same in pages."""
    rows, start = shelf.of(comma(request, "points")), number(request.query, "start", 0)
    link = request.rel_url.update_query(start=str(start + SIZE)).raw_query_string
    head = f'<link rel="next" href="?{link.replace("&", "&amp;")}"/>' if start + SIZE < len(rows) else ""
    return document(rows[start : start + SIZE], head)


@asynccontextmanager
async def served(
    answer: Callable[[Shelf, web.Request], bytes], words: dict[str, Any], rows: Sequence[Row]
) -> AsyncIterator[tuple[Source, Lookup]]:
    """A service of such documents, and a source that asks it."""
    shelf = Shelf(rows)

    async def handler(request: web.Request) -> web.Response:
        assert request.headers["Accept"] == "application/atom+xml"
        return web.Response(body=answer(shelf, request), content_type="application/atom+xml")

    place = msgspec.convert(ESPI | words, RestPlace)
    assert place.diagnostics() == []
    async with serving(handler) as url:
        settings = RestSettings(url=url, keys_per_call=MOST_KEYS)
        async with open_rest("espi", settings) as source:
            yield Noted(source), lookup(place)


@asynccontextmanager
async def kept(at: str, rows: Sequence[Row]) -> AsyncIterator[tuple[Source, Lookup]]:
    """A folder of such documents, and a source that reads it."""
    place = msgspec.convert(ESPI | {"at": at}, FilePlace)
    assert place.diagnostics() == []
    with TemporaryDirectory() as folder:
        _write(Path(folder), at, rows)
        async with open_file("espi", FileSettings(folder=folder)) as source:
            yield Noted(source), lookup(place)


def _write(folder: Path, at: str, rows: Sequence[Row]) -> None:
    if "{key}" not in at:
        (folder / at).write_bytes(document(rows))
        return
    for owner in {row["owner"] for row in rows} - {""}:
        mine = [row for row in rows if row["owner"] == owner]
        (folder / at.replace("{key}", quote(owner, safe=""))).write_bytes(document(mine))


LINKED = {"get": "/usage", "keys": "points", "paging": {"style": "next", "next": "next"}}
WORLDS: Mapping[str, Callable[[Sequence[Row]], Opened]] = {
    "espi: one by one": partial(
        served, alone, {"get": "/points/{key}", "since": "from", "until": "to", "time_format": "epoch"}
    ),
    "espi: many at once": partial(served, together, {"get": "/usage", "keys": "points"}),
    "espi: pages": partial(served, paged, LINKED | {"newest_first": True}),
    "espi: a document each": partial(kept, "{key}.xml"),
    "espi: a document for all": partial(kept, "all.xml"),
}
