"""A folder of documents: rows, missing documents, and failures."""

import os
from pathlib import Path
from typing import Any

import msgspec
import pytest
from support.green_button_documents import Read, feed, meter, point, usage
from support.sources.harness_green_button import lookup

from gateway.contract.batch import UNREADABLE, Answer, Batch, Row
from gateway.errors import InvalidResponse, InvalidRow, SourceDown, SourceError, SourceTimeout, UpstreamUnauthorized
from gateway.sources.files.source import FilePlace, FileSettings, FileSource, file_error

EACH, ALL = "{key}.xml", "all.xml"


def place(at: str = EACH, **words: Any) -> FilePlace:
    return msgspec.convert({"at": at, "espi": {}, "items": "readings", **words}, FilePlace)


async def answer(folder: Path, key: str, at: FilePlace, **settings: Any) -> Answer | SourceError | None:
    source = FileSource("downloads", FileSettings(folder=str(folder), **settings))
    return (await source.fetch(Batch(lookup(at), (key,)))).get(key)


async def values(folder: Path, key: str, at: FilePlace) -> list[int]:
    result = await answer(folder, key, at)
    assert isinstance(result, Answer | None)
    return [int(row["value"]) for row in result.rows] if result else []


async def error(folder: Path, at: FilePlace, key: str = "1", **settings: Any) -> SourceError:
    result = await answer(folder, key, at, **settings)
    assert isinstance(result, SourceError)
    return result


async def test_a_key_without_a_document_has_no_rows(tmp_path: Path) -> None:
    assert await answer(tmp_path, "1", place()) is None


async def test_a_missing_folder_is_down(tmp_path: Path) -> None:
    assert isinstance(await error(tmp_path / "gone", place()), SourceDown)
    assert isinstance(await error(tmp_path, place("gone/{key}.xml")), SourceDown)
    assert isinstance(await error(tmp_path, place(ALL)), SourceDown)


async def test_a_document_of_another_key_is_refused(tmp_path: Path) -> None:
    (tmp_path / "1.xml").write_bytes(usage("2", [Read(0, 5)]))
    assert isinstance(await error(tmp_path, place()), InvalidResponse)


async def test_a_shared_document_is_read_again_when_it_changes(tmp_path: Path) -> None:
    source = FileSource("downloads", FileSettings(folder=str(tmp_path)))
    shared = lookup(place(ALL))

    async def asked(value: int) -> list[int]:
        (tmp_path / ALL).write_bytes(usage("1", [Read(0, value)]))
        result = (await source.fetch(Batch(shared, ("1", "2"))))["1"]
        assert isinstance(result, Answer)
        return [int(row["value"]) for row in result.rows]

    assert [await asked(5), await asked(60), await asked(7)] == [[5], [60], [7]]


async def test_rows_without_a_key_in_a_shared_document_are_refused(tmp_path: Path) -> None:
    body = usage("1", [Read(0, 5)]).replace(point("1").encode(), b"").replace(b"/UsagePoint/1", b"")
    (tmp_path / ALL).write_bytes(body)
    assert "a row has no key" in (await error(tmp_path, place(ALL))).reason


async def test_too_many_bytes_or_rows_are_refused(tmp_path: Path) -> None:
    body = usage("1", [Read(0, 5), Read(900, 6)])
    (tmp_path / "1.xml").write_bytes(body)
    assert "more than max_bytes = 100" in (await error(tmp_path, place(), max_bytes=100)).reason
    assert "more than max_rows = 1 rows" in (await error(tmp_path, place(max_rows=1))).reason
    assert isinstance(await answer(tmp_path, "1", place(max_rows=2), max_bytes=len(body)), Answer)


async def test_an_invalid_document_is_reported_without_its_content(tmp_path: Path) -> None:
    (tmp_path / "1.xml").write_bytes(b"<html>Ada Alder</html>")
    failure = await error(tmp_path, place())
    assert isinstance(failure, InvalidResponse)
    assert failure.reason == "{key}.xml: the XML is not an Atom feed"


async def test_a_document_with_a_next_page_is_refused(tmp_path: Path) -> None:
    (tmp_path / "1.xml").write_bytes(feed(meter("1"), head='<link rel="next" href="2.xml"/>'))
    assert "has a next page" in (await error(tmp_path, place())).reason


async def test_a_directory_or_a_pipe_is_refused_at_once(tmp_path: Path) -> None:
    (tmp_path / "1.xml").mkdir()
    os.mkfifo(tmp_path / "2.xml")
    assert isinstance(await error(tmp_path, place()), InvalidRow)
    assert isinstance(await error(tmp_path, place(), "2"), InvalidRow)


@pytest.mark.parametrize(("error", "kind"), [(PermissionError, UpstreamUnauthorized), (OSError, SourceDown)])
def test_file_errors_map_to_unauthorized_and_down(error: type[OSError], kind: type[SourceError]) -> None:
    path = Path("/folder/SP-77.xml")
    failure = file_error("downloads", "{key}.xml", path, error(5, "no", str(path)))
    assert isinstance(failure, kind)
    assert "SP-77" not in failure.reason


async def test_errors_do_not_repeat_a_key(tmp_path: Path) -> None:
    (tmp_path / "SP-77.xml").write_bytes(b"SP-77")
    assert "SP-77" not in (await error(tmp_path, place(), "SP-77")).reason
    (tmp_path / "SP-78.xml").mkdir()
    assert "SP-78" not in (await error(tmp_path, place(), "SP-78")).reason


async def test_slow_reading_times_out(tmp_path: Path) -> None:
    (tmp_path / "1.xml").write_bytes(usage("1", [Read(n, 5) for n in range(20_000)]))
    assert isinstance(await error(tmp_path, place(), timeout=0.001), SourceTimeout)


@pytest.mark.parametrize("key", ["../1", "..", ".", "/etc/hostname", "a/b", "x\0y", "9" * 300, "\ud800"])
async def test_a_key_cannot_leave_the_folder(tmp_path: Path, key: str) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    (tmp_path / "1.xml").write_bytes(usage("1", [Read(0, 5)]))
    assert await answer(inner, key, place()) is None


async def test_where_selects_rows(tmp_path: Path) -> None:
    (tmp_path / "1.xml").write_bytes(usage("1", [Read(0, 5), Read(900, 6, qualities=[8])]))
    assert await values(tmp_path, "1", place(where={"quality": 8})) == [6]


async def test_a_reading_without_the_value_of_where_is_unreadable(tmp_path: Path) -> None:
    async def reasons(at: FilePlace, reads: list[Read], **words: Any) -> list[str | None]:
        (tmp_path / "1.xml").write_bytes(usage("1", reads, **words))
        result = await answer(tmp_path, "1", at)
        return [row.get(UNREADABLE) for row in result.rows] if isinstance(result, Answer) else []

    intervals = place(where={"grain": "interval", "accumulation": 4})
    reads = [Read(0, 5, None), Read(900, 6)]
    assert await reasons(intervals, reads, intervalLength=None) == [None, "a reading without a time"]
    assert await reasons(intervals, reads, accumulationBehaviour=3, intervalLength=None) == []
    peaks = place(where={"cpp": 1})
    reads = [Read(0, 5, more={"cpp": 1}), Read(900, 6), Read(1800, 7, more={"cpp": 2})]
    assert await reasons(peaks, reads) == [None, "a row without a comparable value at cpp"]


async def probed(folder: Path, at: FilePlace, **settings: Any) -> tuple[Row, ...]:
    return await FileSource("downloads", FileSettings(folder=str(folder), **settings)).probe(lookup(at))


async def test_a_probe_reads_one_document(tmp_path: Path) -> None:
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
def test_contradicting_words_are_diagnosed_in_one_sentence(words: dict[str, Any], sentence: str) -> None:
    (diagnostic,) = place(**words).diagnostics()
    assert diagnostic.startswith(sentence)
