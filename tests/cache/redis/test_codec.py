"""What is read from Redis equals what was written, type for type; other bytes are recognized."""

from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from ipaddress import ip_address
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.cache.entries import CacheEntry
from gateway.cache.redis.codec import VersionedEntries, pack, unpack
from gateway.contract.batch import ALL_ROWS, Position, Window

NAME = "c360:1:lookup:key"
NOW = datetime(2026, 11, 15, 12, tzinfo=UTC)
zones = st.one_of(
    st.sampled_from([ZoneInfo("America/New_York"), ZoneInfo("Asia/Kathmandu"), UTC]),
    st.integers(-86_399, 86_399).map(lambda seconds: timezone(timedelta(seconds=seconds))),
)
texts = st.text(st.characters(codec=None, categories=None), max_size=5)  # halves of characters, too


def zoned(at: datetime, zone: tzinfo | None, fold: int) -> datetime:
    """A clock reading, whether or not it occurs in that zone."""
    return at.replace(tzinfo=zone, fold=fold)


aware = st.builds(zoned, st.datetimes(), zones, st.integers(0, 1))
moments = st.one_of(aware, st.builds(zoned, st.datetimes(), st.none(), st.integers(0, 1)))
decimals = st.sampled_from([Decimal(text) for text in ("-0", "1.10", "NaN", "-sNaN12", "-Infinity", "1E+400")])
leaves = st.one_of(
    st.none() | st.booleans() | st.floats() | texts | st.binary(max_size=5) | st.uuids(),
    st.integers(-(2**70), 2**70) | st.decimals() | decimals,
    st.dates() | st.timedeltas() | moments | moments.map(datetime.timetz),
)
names = st.sampled_from(["id", "Straße", "at"])
values = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(names, inner), st.lists(inner, max_size=3).map(tuple)
    ),
    max_leaves=6,
)
rows = st.lists(st.dictionaries(names, values), max_size=2)
windows = st.builds(
    Window,
    since=st.none() | aware,
    until=st.none() | aware,
    limit=st.none() | st.integers(0, 10**6),
    after=st.none() | st.builds(Position, aware, texts),
    zone=st.sampled_from([ZoneInfo("UTC"), ZoneInfo("America/New_York")]),
    first=st.none() | st.integers(0, 10**6),
)


def exact(value: Any) -> Any:
    """All that can be said of a value: equal results are equal in every respect."""
    if isinstance(value, dict):
        return {name: exact(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return type(value), [exact(each) for each in value]
    if isinstance(value, datetime | time):
        offset = value.tzinfo.utcoffset(None) if isinstance(value.tzinfo, timezone) else None
        return (type(value), str(value.replace(tzinfo=None)), value.fold, type(value.tzinfo), str(value.tzinfo), offset)
    return type(value), repr(value)


def entry(*rows: dict[str, Any], window: Window = ALL_ROWS) -> CacheEntry:
    return CacheEntry(window, rows, NOW, 1.0)


def packed(*entries: CacheEntry, name: str = NAME) -> bytes:
    return pack(name, VersionedEntries(entries, b"epoch", {"tag": b"version", "other tag": None}))


@given(rows)
def test_rows_are_read_as_they_were_written(rows: list[dict[str, Any]]):
    stored = unpack(NAME, packed(entry(*rows)))
    assert exact(stored.entries[0].rows) == exact(tuple(rows))
    assert (stored.epoch, stored.versions) == (b"epoch", {"tag": b"version", "other tag": None})


@given(st.lists(st.tuples(windows, aware, st.floats(0, 2e9)), max_size=3))
def test_windows_are_read_as_they_were_written_and_in_order(several: list[tuple[Window, datetime, float]]):
    entries = [CacheEntry(window, (), as_of, stored_at) for window, as_of, stored_at in several]
    assert list(map(parts, unpack(NAME, packed(*entries)).entries)) == list(map(parts, entries))


def parts(each: CacheEntry) -> Any:
    window = each.window
    after = None if window.after is None else [window.after.time, window.after.id]
    bounds = [window.since, window.until, after, window.limit, window.first, window.zone.key]
    return exact([*bounds, each.as_of, each.stored_at])


@given(st.binary(max_size=200))
def test_foreign_bytes_are_refused(foreign: bytes):
    with pytest.raises(ValueError, match=r"."):
        unpack(NAME, foreign)


@given(rows, st.data())
def test_a_value_cut_off_or_changed_anywhere_is_refused(rows: list[dict[str, Any]], data: st.DataObject):
    whole = packed(entry(*rows))
    at = data.draw(st.integers(0, len(whole) - 1))
    for broken in (whole[:at], whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :], whole + b"\0"):
        with pytest.raises(ValueError, match="not complete"):
            unpack(NAME, broken)


def test_a_value_stored_under_another_name_is_refused():
    with pytest.raises(ValueError, match="another name"):
        unpack(NAME, packed(name="c360:1:lookup:another"))


class Text(str):
    """A type derived from text."""

    __slots__ = ()


@pytest.mark.parametrize(
    "value", [{1, 2}, Text("x"), bytearray(b"x"), ip_address("127.0.0.1"), {1: "x"}, {"\ud800": 1}, range(3), object()]
)
def test_a_value_without_a_form_in_bytes_is_refused(value: object):
    with pytest.raises(ValueError, match=r"."):
        packed(entry({"x": value}))


def test_rows_nested_too_deeply_are_refused():
    deep: Any = []
    for _ in range(10_000):
        deep = [deep]
    with pytest.raises(ValueError, match="deep"):
        packed(entry({"x": deep}))


def test_the_uuids_of_the_driver_are_read_as_uuids():
    class DriverUUID(UUID):
        """asyncpg has a separate class."""

    stored = unpack(NAME, packed(entry({"x": DriverUUID(int=7), "on": date(1, 1, 1)})))
    assert stored.entries[0].rows == ({"x": UUID(int=7), "on": date(1, 1, 1)},)
