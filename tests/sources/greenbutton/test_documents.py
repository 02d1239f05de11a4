"""A document is parsed once for all that ask, off the event loop, and a broken one costs its own key."""

import asyncio
from pathlib import Path
from typing import Any

import msgspec
from aiohttp import web
from support.green_button_documents import Read, usage
from support.sources.harness_green_button import lookup
from support.sources.rest_sources import rest_source

from gateway.contract.batch import Answer, Batch, batch_failure
from gateway.errors import InvalidRow, SourceError
from gateway.sources.files.source import FilePlace, FileSettings, FileSource
from gateway.sources.greenbutton.documents import Documents
from gateway.sources.rest.place import RestPlace

ESPI: dict[str, Any] = {"espi": {}, "items": "readings", "at": "{key}.xml"}
INTERVALS = lookup(msgspec.convert(ESPI | {"where": {"grain": "interval"}}, FilePlace))
DAYS = lookup(msgspec.convert(ESPI | {"where": {"grain": "day"}, "espi": {"zone": "UTC"}}, FilePlace))
BILLS = lookup(msgspec.convert(ESPI | {"items": "summaries"}, FilePlace))
BIG = usage("1", [Read(900 * n, n, 900, [17], 3) for n in range(5_000)])


async def test_three_lookups_parse_a_document_once(tmp_path: Path) -> None:
    (tmp_path / "1.xml").write_bytes(BIG)
    source = FileSource("downloads", FileSettings(folder=str(tmp_path), timeout=60))
    answers = await asyncio.gather(*(source.fetch(Batch(each, ("1",))) for each in (INTERVALS, DAYS, BILLS) * 3))
    assert isinstance(answer := answers[0]["1"], Answer)
    assert (source.documents.parsed, len(answer.rows)) == (1, 5_000)


async def test_a_service_that_sends_one_document_twice_costs_one_parse() -> None:
    async def handler(_request: web.Request) -> web.Response:
        return web.Response(body=BIG, content_type="application/atom+xml")

    place = msgspec.convert({"get": "/UsagePoint/{key}", "espi": {}, "items": "readings"}, RestPlace)
    async with rest_source(handler) as source:
        await asyncio.gather(*(source.fetch(Batch(lookup(place), ("1",))) for _ in range(4)))
        assert source.documents.parsed == 1


async def test_the_event_loop_turns_while_a_document_is_parsed() -> None:
    documents, turns = Documents(1 << 24), 0
    rows = asyncio.ensure_future(documents.rows("v", lambda: BIG * 1, INTERVALS, INTERVALS.place, "1"))  # type: ignore[arg-type]  # a file's
    while not rows.done():
        await asyncio.sleep(0)
        turns += 1
    assert len(await rows) == 5_000
    assert turns > 100


async def test_the_least_used_documents_are_forgotten() -> None:
    documents = Documents(3 * len(BIG))
    for version, each in ((1, BILLS), (2, BILLS), (3, BILLS), (4, BILLS), (4, DAYS), (1, DAYS)):
        await documents.rows(version, lambda: BIG, each, each.place, "1")  # type: ignore[arg-type]  # a file's
    assert documents.parsed == 5
    small = Documents(10)
    for each in (BILLS, DAYS):
        assert await small.rows(1, lambda: BIG, each, each.place, "1") == []  # type: ignore[arg-type]  # a file's
    assert small.parsed == 2


async def test_a_broken_document_is_no_failure_of_its_source(tmp_path: Path) -> None:
    (tmp_path / "1.xml").write_bytes(usage("1", [Read(0, 5)]))
    (tmp_path / "2.xml").write_bytes(BIG[:500])
    source = FileSource("downloads", FileSettings(folder=str(tmp_path)))
    batch = Batch(INTERVALS, ("1", "2", "3"))
    answers = await source.fetch(batch)
    assert isinstance(answers["1"], Answer)
    assert isinstance(answers["2"], InvalidRow)
    alone = Batch(INTERVALS, ("2",))
    failure = batch_failure(alone, await source.fetch(alone))
    assert failure is None or not failure.counts_against_source


async def test_a_broken_response_is_no_failure_of_its_service() -> None:
    async def handler(_request: web.Request) -> web.Response:
        return web.Response(body=BIG[:500], content_type="application/atom+xml")

    place = msgspec.convert({"get": "/UsagePoint/{key}", "espi": {}, "items": "readings"}, RestPlace)
    async with rest_source(handler) as source:
        answer = (await source.fetch(Batch(lookup(place), ("1",))))["1"]
    assert isinstance(answer, SourceError)
    assert not answer.counts_against_source
