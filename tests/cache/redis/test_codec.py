"""What comes out of Redis equals what went in, type for type; anything else is told apart from it."""

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
from gateway.cache.redis.codec import packed, unpacked
from gateway.contract.batch import ALL_ROWS, Position, Window

NAME = "c360:1:lookup:key"
NOW = datetime(2026, 11, 15, 12, tzinfo=UTC)
zones = st.one_of(
    st.sampled_from([ZoneInfo("America/New_York"), ZoneInfo("Asia/Kathmandu"), UTC]),
    st.integers(-86_399, 86_399).map(lambda seconds: timezone(timedelta(seconds=seconds))),
)
texts = st.text(st.characters(codec=None, categories=None), max_size=5)  # halves of characters, too


def zoned(at: datetime, zone: tzinfo | None, fold: int) -> datetime:
    """The hands of a clock, whether or not they ever stood so there."""
    return at.replace(tzinfo=zone, fold=fold)


aware = st.builds(zoned, st.datetimes(), zones, st.integers(0, 1))
moments = st.one_of(aware, st.builds(zoned, st.datetimes(), st.none(), st.integers(0, 1)))
decimals = st.sampled_from(
    [Decimal(text) for text in ("-0", "1.10", "NaN", "-sNaN12", "-Infinity", "1E+400")]
)
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
    """Everything that can be told of a value, so that equals are the same in every respect."""
    if isinstance(value, dict):
        return {name: exact(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return type(value), [exact(each) for each in value]
    if isinstance(value, datetime | time):
        offset = value.tzinfo.utcoffset(None) if isinstance(value.tzinfo, timezone) else None
        return (
            type(value),
            str(value.replace(tzinfo=None)),
            value.fold,
            type(value.tzinfo),
            str(value.tzinfo),
            offset,
        )
    return type(value), repr(value)


@given(rows)
def test_rows_come_out_as_they_went_in_type_for_type(some: list[dict[str, Any]]):
    (found,) = unpacked(NAME, packed(NAME, [CacheEntry(ALL_ROWS, tuple(some), NOW, 1.0)]))
    assert exact(found.rows) == exact(tuple(some))


@given(st.lists(st.tuples(windows, aware, st.floats(0, 2e9)), max_size=3))
def test_windows_come_out_as_they_went_in_and_in_order(several: list[tuple[Window, datetime, float]]):
    found = unpacked(NAME, packed(NAME, [CacheEntry(window, (), as_of, at) for window, as_of, at in several]))
    assert [told(each.window, each.as_of, each.at) for each in found] == [told(*each) for each in several]


def told(window: Window, as_of: datetime, at: float) -> Any:
    after = None if window.after is None else [window.after.time, window.after.id]
    counted = [window.limit, window.first, window.zone.key]
    return exact([window.since, window.until, after, *counted, as_of, at])


@given(st.binary(max_size=200))
def test_foreign_bytes_are_nothing(foreign: bytes):
    with pytest.raises(ValueError, match=r"."):
        unpacked(NAME, foreign)


@given(rows, st.data())
def test_a_value_that_is_cut_off_or_changed_anywhere_is_nothing(
    some: list[dict[str, Any]], data: st.DataObject
):
    whole = packed(NAME, [CacheEntry(ALL_ROWS, tuple(some), NOW, 1.0)])
    at = data.draw(st.integers(0, len(whole) - 1))
    for broken in (whole[:at], whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :], whole + b"\0"):
        with pytest.raises(ValueError, match="not whole"):
            unpacked(NAME, broken)


def test_a_value_of_another_place_is_nothing():
    with pytest.raises(ValueError, match="another place"):
        unpacked(NAME, packed("c360:1:lookup:another", [CacheEntry(ALL_ROWS, (), NOW, 1.0)]))


class Text(str):
    """A text that is more than that."""

    __slots__ = ()


@pytest.mark.parametrize(
    "value",
    [
        {1, 2},
        Text("x"),
        bytearray(b"x"),
        ip_address("127.0.0.1"),
        {1: "x"},
        {"\ud800": 1},
        range(3),
        object(),
    ],
)
def test_what_has_no_form_in_bytes_is_refused_not_bent(value: object):
    with pytest.raises(ValueError, match=r"."):
        packed(NAME, [CacheEntry(ALL_ROWS, ({"x": value},), NOW, 1.0)])


def test_rows_nested_beyond_all_bounds_are_refused():
    deep: Any = []
    for _ in range(10_000):
        deep = [deep]
    with pytest.raises(ValueError, match="deep"):
        packed(NAME, [CacheEntry(ALL_ROWS, ({"x": deep},), NOW, 1.0)])


def test_the_uuids_of_the_driver_come_back_as_uuids():
    class Own(UUID):
        """asyncpg has one of its own."""

    (found,) = unpacked(
        NAME, packed(NAME, [CacheEntry(ALL_ROWS, ({"x": Own(int=7), "on": date(1, 1, 1)},), NOW, 1.0)])
    )
    assert found.rows == ({"x": UUID(int=7), "on": date(1, 1, 1)},)
