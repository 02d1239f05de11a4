"""A folder of documents: what is there is read, within bounds; what is not is nothing, or is a failure."""

import os
from pathlib import Path
from typing import Any

import msgspec
import pytest
from support.green_button_documents import Read, feed, meter, point, usage
from support.sources.worlds_green_button import lookup

from gateway.contract.batch import Answer, Batch, Row
from gateway.errors import InvalidResponse, SourceDown, SourceError, SourceTimeout, UpstreamUnauthorized
from gateway.sources.files.document import file_error
from gateway.sources.files.place import FilePlace
from gateway.sources.files.source import FileSettings, FileSource

EACH, ALL = "{key}.xml", "all.xml"


def place(at: str = EACH, **words: Any) -> FilePlace:
    return msgspec.convert({"at": at, "espi": {}, "items": "readings", **words}, FilePlace)


async def answer(folder: Path, key: str, at: FilePlace, **settings: Any) -> Answer | SourceError | None:
    source = FileSource("downloads", FileSettings(folder=str(folder), **settings))
    return (await source.fetch(Batch(lookup(at), (key,)))).get(key)


async def values(folder: Path, key: str, at: FilePlace) -> list[int]:
    found = await answer(folder, key, at)
    assert isinstance(found, Answer | None)
    return [int(row["value"]) for row in found.rows] if found else []


async def error(folder: Path, at: FilePlace, key: str = "1", **settings: Any) -> SourceError:
    found = await answer(folder, key, at, **settings)
    assert isinstance(found, SourceError)
    return found


async def test_who_has_no_document_has_no_rows(tmp_path: Path) -> None:
    assert await answer(tmp_path, "1", place()) is None


async def test_a_folder_that_is_not_there_is_down(tmp_path: Path) -> None:
    assert isinstance(await error(tmp_path / "gone", place()), SourceDown)
    assert isinstance(await error(tmp_path, place("gone/{key}.xml")), SourceDown)
    assert isinstance(await error(tmp_path, place(ALL)), SourceDown)


async def test_a_document_of_another_is_no_answer(tmp_path: Path) -> None:
    (tmp_path / "1.xml").write_bytes(usage("2", [Read(0, 5)]))
    assert isinstance(await error(tmp_path, place()), InvalidResponse)


async def test_a_document_for_all_gives_each_its_own_and_is_read_again_when_written_again(
    tmp_path: Path,
) -> None:
    source = FileSource("downloads", FileSettings(folder=str(tmp_path)))
    found = lookup(place(ALL))

    async def asked(value: int) -> list[int]:
        (tmp_path / ALL).write_bytes(usage("1", [Read(0, value)]))
        told = (await source.fetch(Batch(found, ("1", "2"))))["1"]
        assert isinstance(told, Answer)
        return [int(row["value"]) for row in told.rows]

    assert [await asked(5), await asked(60), await asked(7)] == [[5], [60], [7]]


async def test_rows_in_a_document_for_all_that_are_nobodys_are_refused(tmp_path: Path) -> None:
    body = usage("1", [Read(0, 5)]).replace(point("1").encode(), b"").replace(b"/UsagePoint/1", b"")
    (tmp_path / ALL).write_bytes(body)
    assert "a row has no key" in (await error(tmp_path, place(ALL))).reason


async def test_a_document_that_is_too_large_or_of_too_many_rows_is_refused(tmp_path: Path) -> None:
    body = usage("1", [Read(0, 5), Read(900, 6)])
    (tmp_path / "1.xml").write_bytes(body)
    assert "more than max_bytes = 100" in (await error(tmp_path, place(), max_bytes=100)).reason
    assert "more than max_rows = 1 rows" in (await error(tmp_path, place(max_rows=1))).reason
    assert isinstance(await answer(tmp_path, "1", place(max_rows=2), max_bytes=len(body)), Answer)


async def test_a_document_that_is_none_is_misread_and_not_shown(tmp_path: Path) -> None:
    (tmp_path / "1.xml").write_bytes(b"<html>Ada Alder</html>")
    told = await error(tmp_path, place())
    assert isinstance(told, InvalidResponse)
    assert told.reason == "{key}.xml: the XML is not an Atom feed"


async def test_what_goes_on_elsewhere_is_refused(tmp_path: Path) -> None:
    (tmp_path / "1.xml").write_bytes(feed(meter("1"), head='<link rel="next" href="2.xml"/>'))
    assert "has a next page" in (await error(tmp_path, place())).reason


async def test_a_folder_or_a_pipe_is_no_document_and_nobody_waits_for_it(tmp_path: Path) -> None:
    (tmp_path / "1.xml").mkdir()
    os.mkfifo(tmp_path / "2.xml")
    assert isinstance(await error(tmp_path, place()), SourceError)
    assert isinstance(await error(tmp_path, place(), "2"), InvalidResponse)


@pytest.mark.parametrize(("error", "kind"), [(PermissionError, UpstreamUnauthorized), (OSError, SourceDown)])
def test_what_may_not_be_read_is_refused_and_what_cannot_be_is_down(
    error: type[OSError], kind: type[SourceError]
) -> None:
    told = file_error("downloads", "{key}.xml", error(5, "no", "/folder/SP-77.xml"))
    assert type(told) is kind
    assert "SP-77" not in told.reason


async def test_the_log_says_no_key(tmp_path: Path) -> None:
    (tmp_path / "SP-77.xml").write_bytes(b"SP-77")
    assert "SP-77" not in (await error(tmp_path, place(), "SP-77")).reason
    (tmp_path / "SP-78.xml").mkdir()
    assert "SP-78" not in (await error(tmp_path, place(), "SP-78")).reason


async def test_what_takes_too_long_is_said(tmp_path: Path) -> None:
    (tmp_path / "1.xml").write_bytes(usage("1", [Read(n, 5) for n in range(20_000)]))
    assert isinstance(await error(tmp_path, place(), timeout=0.001), SourceTimeout)


@pytest.mark.parametrize("key", ["../1", "..", ".", "/etc/hostname", "a/b", "x\0y", "9" * 300, "\ud800"])
async def test_a_key_never_leads_out_of_the_folder(tmp_path: Path, key: str) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    (tmp_path / "1.xml").write_bytes(usage("1", [Read(0, 5)]))
    assert await answer(inner, key, place()) is None


async def test_what_where_says_picks_rows(tmp_path: Path) -> None:
    (tmp_path / "1.xml").write_bytes(usage("1", [Read(0, 5), Read(900, 6, qualities=[8])]))
    assert await values(tmp_path, "1", place(where={"quality": 8})) == [6]


@pytest.mark.parametrize(
    ("lasts", "said"), [(None, {"intervalLength": None}), (900, {"accumulationBehaviour": None})]
)
async def test_a_reading_that_leaves_open_what_where_asks_is_refused_and_not_left_out(
    tmp_path: Path, lasts: int | None, said: dict[str, Any]
) -> None:
    asked = place(where={"grain": "interval", "accumulation": 4})
    (tmp_path / "1.xml").write_bytes(usage("1", [Read(0, 5, lasts)], **said))
    assert "a row without a comparable value at grain, accumulation" in (await error(tmp_path, asked)).reason
    (tmp_path / "1.xml").write_bytes(
        usage("1", [Read(0, 5, lasts)], accumulationBehaviour=3, intervalLength=None)
    )
    assert await values(tmp_path, "1", asked) == []


async def probed(folder: Path, at: FilePlace, **settings: Any) -> tuple[Row, ...]:
    return await FileSource("downloads", FileSettings(folder=str(folder), **settings)).probe(lookup(at))


async def test_a_probe_reads_the_document_of_a_known_key_or_that_for_all(tmp_path: Path) -> None:
    for name in ("1.xml", ALL):
        (tmp_path / name).write_bytes(usage("1", [Read(0, 5), Read(900, 6)]))
    assert len(await probed(tmp_path, place(), probe="1")) == 1
    assert len(await probed(tmp_path, place(ALL))) == 1
    assert await probed(tmp_path, place()) == ()
    with pytest.raises(SourceDown):
        await probed(tmp_path / "gone", place())


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({"at": "../x.xml"}, "at must be a path inside the folder"),
        ({"at": "/x.xml"}, "at must be a path inside the folder"),
        ({"at": ""}, "at must be a path inside the folder"),
        ({"at": "{key}/x.xml"}, "at may hold {key} once, in the name of the document"),
        ({"at": "{id}.xml"}, "at may hold {key} once, in the name of the document"),
        ({"items": "records"}, "items must be readings or summaries"),
        ({"espi": {"zone": "Mars/Base"}}, "Mars/Base is not a time zone"),
        ({"espi": {"kilo": ["kWh"]}}, "kilo has unknown units: kWh; the units are BTU, J, L"),
    ],
)
def test_what_makes_no_sense_is_said_in_one_sentence(words: dict[str, Any], sentence: str) -> None:
    (said,) = place(**words).diagnostics()
    assert said.startswith(sentence)
