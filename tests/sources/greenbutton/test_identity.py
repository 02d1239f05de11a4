"""A usage point is its whole address: no customer's energy under another's name."""

from pathlib import Path
from typing import Any

import msgspec
import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st
from support.green_button_documents import HOST, Read, block, feed, meter, point, reading_type
from support.sources.harness_green_button import lookup
from support.sources.rest_sources import rest_source

from gateway.contract.batch import Answer, Batch, Lookup
from gateway.errors import InvalidRow, SourceError
from gateway.sources.files.source import FilePlace, FileSettings, FileSource
from gateway.sources.greenbutton.format import decoded
from gateway.sources.greenbutton.values import Espi
from gateway.sources.rest.place import RestPlace

ESPI: dict[str, Any] = {"espi": {}, "items": "readings"}
PATH = "/DataCustodian/espi/1_1/resource/RetailCustomer/{}/UsagePoint/{}"


def customer(number: int, *entries: str) -> list[str]:
    """Entries of another customer, whose addresses differ in its number alone."""
    return [each.replace("RetailCustomer/1/", f"RetailCustomer/{number}/") for each in entries]


def owned(number: int, start: int, value: int, name: str = "1") -> list[str]:
    return customer(number, point(name), meter(name), block(name, [Read(start, value)]))


BULK = feed(*owned(1, 0, 1), *owned(2, 900, 9), *owned(2, 900, 5, "3"), reading_type())


def by(column: str, place: Any) -> Lookup:
    answer_by_key = lookup(place)
    return Lookup("Note", "owner", "espi", place, (column,), ("id",), answer_by_key.time, answer_by_key.columns)


async def answers(folder: Path, body: bytes, column: str, keys: tuple[str, ...], at: str = "all.xml") -> dict[str, Any]:
    for key in keys if "{key}" in at else [at]:
        (folder / at.replace("{key}", key)).write_bytes(body)
    source = FileSource("downloads", FileSettings(folder=str(folder)))
    place = msgspec.convert(ESPI | {"at": at}, FilePlace)
    answer_by_key = await source.fetch(Batch(by(column, place), keys))
    return {key: [int(r["value"]) for r in a.rows] if isinstance(a, Answer) else a for key, a in answer_by_key.items()}


async def test_a_name_of_two_points_fails_its_key(tmp_path: Path) -> None:
    answer_by_key = await answers(tmp_path, BULK, "usage_point", ("1", "3", "4"))
    assert isinstance(answer_by_key["1"], InvalidRow)
    assert "several usage points" in answer_by_key["1"].reason
    assert (answer_by_key["3"], answer_by_key.get("4")) == ([5], None)


async def test_the_whole_address_tells_two_customers_apart(tmp_path: Path) -> None:
    keys = (PATH.format(1, 1), PATH.format(2, 1))
    assert await answers(tmp_path, BULK, "usage_point_path", keys) == {keys[0]: [1], keys[1]: [9]}


async def test_rows_of_one_point_alone_do_not_hide_its_namesake(tmp_path: Path) -> None:
    body = feed(*owned(1, 0, 1), *customer(2, point("1")), reading_type())
    assert isinstance((await answers(tmp_path, body, "usage_point", ("1",)))["1"], InvalidRow)


async def test_a_requested_document_of_two_customers_is_an_error(tmp_path: Path) -> None:
    answer_by_key = await answers(tmp_path, BULK, "asked", ("9",), "{key}.xml")
    assert isinstance(answer_by_key["9"], InvalidRow)


async def test_a_requested_document_may_hold_two_services(tmp_path: Path) -> None:
    gas = [point("2", 1), meter("2", kind="gas"), reading_type("gas", uom=169), block("2", [Read(0, 7)])]
    body = feed(*owned(1, 0, 1), *gas, reading_type())
    assert sorted((await answers(tmp_path, body, "asked", ("9",), "{key}.xml"))["9"]) == [1, 7]


async def test_namesakes_on_two_pages_are_an_error() -> None:
    async def handler(request: web.Request) -> web.Response:
        first = "start" not in request.query
        head = '<link rel="next" href="?start=1"/>' if first else ""
        return web.Response(body=feed(*owned(1 if first else 2, 0, 1), reading_type(), head=head))

    words = ESPI | {"get": "/all", "keys": "points", "paging": {"style": "next", "next": "next"}}
    async with rest_source(handler) as source:
        answer_by_key = await source.fetch(Batch(by("usage_point", msgspec.convert(words, RestPlace)), ("1",)))
    assert isinstance(answer_by_key["1"], SourceError)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (f"{HOST}/ReadingType/07", "/espi/ReadingType/07"),
        (f"{HOST}/RetailCustomer/1/UsagePoint", f"{HOST}/Subscription/5/UsagePoint"),
        (f"{HOST}/RetailCustomer/1/UsagePoint", "/x/UsagePoint"),
    ],
)
def test_entries_at_another_address_belong_together(old: str, new: str) -> None:
    entries = point("1"), meter("1"), reading_type().replace(old, new), block("1", [Read(0, 1)]).replace(old, new)
    [row] = decoded(feed(*entries), Espi())["readings"]
    assert (row["value"], row["usage_point_path"]) == (1, PATH.format(1, 1))


def test_another_address_that_two_customers_match_ties_nothing() -> None:
    stray = block("1", [Read(1800, 7)]).replace("RetailCustomer/1", "Subscription/5")
    rows = decoded(feed(*owned(1, 0, 1), *owned(2, 900, 9), reading_type(), stray), Espi())["readings"]
    assert sorted(row["value"] for row in rows if "fault" not in row) == [1, 9]
    assert len(rows) == 3


def test_the_only_reading_type_needs_no_link() -> None:
    kind = reading_type().replace("ReadingType/07", "ReadingType/other")
    [row] = decoded(feed(point("1"), meter("1"), kind, block("1", [Read(0, 1)])), Espi())["readings"]
    assert (row["value"], row["unit"]) == (1, "Wh")
    rows = decoded(feed(point("1"), meter("1"), kind, reading_type("third"), block("1", [Read(0, 1)])), Espi())
    assert [each["fault"] for each in rows["readings"]] == ["a meter reading without its reading type"]


@given(st.lists(st.tuples(st.integers(1, 3), st.sampled_from("12"), st.integers(1, 99)), unique_by=lambda o: o[:2]))
def test_each_value_stays_with_its_address(points: list[tuple[int, str, int]]) -> None:
    entries = [each for number, name, value in points for each in owned(number, 0, value, name)]
    rows = decoded(feed(*entries, reading_type()), Espi())["readings"]
    assert {row["usage_point_path"]: row["value"] for row in rows} == {
        PATH.format(number, name): value for number, name, value in points
    }
