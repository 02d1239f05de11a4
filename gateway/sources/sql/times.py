"""Moments in columns: what sorts as they do, and which stored value a bound is."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    DateTime,
    Double,
    Float,
    Integer,
    Numeric,
    String,
    Text,
    cast,
    func,
    literal_column,
)
from sqlalchemy.sql.type_api import TypeEngine

from gateway.contract.times import TimeFormat, midnight

_TICK = timedelta(microseconds=1)
_DAY = timedelta(days=1)
_START = datetime(1970, 1, 1, tzinfo=UTC)
_TEXT = {
    "iso": re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)", re.ASCII),
    "local": re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?)?", re.ASCII),
    "date": re.compile(r"\d{4}-\d\d-\d\d([T ].*)?", re.ASCII),
}

Low = Callable[[datetime, ZoneInfo], Any]


@dataclass(frozen=True, slots=True)
class TimeColumn:
    """How one column holds moments.

    `order` is what sorts as they do. `low` is the least value of `order` whose moment is the given one or a
    later one, so that any two bounds can be told apart by >= and < alone. `near` is a bound of the bare
    column no later than that, for an index to use, where the column is not its own order. `walls` is the
    zone of a wall clock, which daylight saving sets back and forth. `fits` tells of a stored value whether
    it is written in the way that `order` relies on, where the column's type does not say so.
    """

    order: Callable[[ColumnElement[Any]], ColumnElement[Any]]
    type: TypeEngine[Any]
    low: Low
    near: Low | None = None
    walls: ZoneInfo | None = None
    fits: Callable[[Any], bool] | None = None


def time_column(column: TypeEngine[Any], clock: TimeFormat, dialect: str) -> TimeColumn | None:
    """How a column of this type holds moments of this clock; None where it cannot."""
    kind = "any" if dialect == "sqlite" else _kind(column)
    if clock.form in ("epoch", "epoch_ms"):
        return _epoch(kind, 1000 if clock.form == "epoch_ms" else 1)
    if kind in ("any", "text"):
        return _as_text(clock)
    if clock.form == "date":
        return _days(kind, clock.shift)
    return _instants(kind, clock)


def near_clock_change(moment: datetime, zone: ZoneInfo) -> bool:
    """Whether it lies in an hour that a wall clock skips or repeats: walls do not sort as moments there."""
    now = moment.astimezone(zone).utcoffset()
    before = (moment - _DAY).astimezone(zone).utcoffset()
    if now is None or before is None or now == before:
        return False
    return (moment - abs(now - before)).astimezone(zone).utcoffset() != now


def _kind(column: TypeEngine[Any]) -> str:
    if isinstance(column, DateTime):
        return "instant" if column.timezone else "wall"
    if isinstance(column, Numeric):
        return "whole" if column.scale == 0 else "other"
    for kind, types in (("text", String), ("day", Date), ("integer", Integer), ("real", Float)):
        if isinstance(column, types):
            return kind
    return "other"


def _itself(column: ColumnElement[Any]) -> ColumnElement[Any]:
    return column


def _epoch(kind: str, per_second: int) -> TimeColumn | None:
    def least(moment: datetime, _zone: ZoneInfo) -> int:
        return -(-_ticks(moment) * per_second // 1_000_000)

    def least_real(moment: datetime, _zone: ZoneInfo) -> float:
        return (_ticks(moment) - 0.5) * per_second / 1_000_000

    if kind in ("integer", "whole"):
        return TimeColumn(_itself, BigInteger(), least)
    if kind == "any":
        return TimeColumn(_itself, Double(), least_real, fits=lambda value: isinstance(value, int | float))
    return TimeColumn(_itself, Double(), least_real) if kind == "real" else None


def _ticks(moment: datetime) -> int:
    return (moment - _START) // _TICK


def _days(kind: str, shift: int) -> TimeColumn | None:
    low = _told(shift)
    if kind == "day":
        return TimeColumn(_itself, Date(), low)
    if kind == "wall":
        return TimeColumn(lambda column: cast(column, Date()), Date(), low, near=low)
    return None


def _told(shift: int) -> Low:
    def least(moment: datetime, zone: ZoneInfo) -> date:
        day = moment.astimezone(zone).date()
        return (day if midnight(day, zone) >= moment else day + _DAY) - shift * _DAY

    return least


def _instants(kind: str, clock: TimeFormat) -> TimeColumn | None:
    if kind == "instant":
        return TimeColumn(_itself, DateTime(timezone=True), lambda moment, _zone: moment)
    if kind == "wall" and clock.form == "local" and clock.zone is not None:
        return TimeColumn(_itself, DateTime(), _wall(clock.zone), walls=clock.zone)
    return None


def _wall(zone: ZoneInfo) -> Low:
    return lambda moment, _zone: moment.astimezone(zone).replace(tzinfo=None, fold=0)


def _as_text(clock: TimeFormat) -> TimeColumn | None:
    if clock.form == "date":
        told = _told(clock.shift)
        return TimeColumn(
            lambda column: func.substr(column, _raw("1"), _raw("10")),
            Text(),
            lambda moment, zone: told(moment, zone).isoformat(),
            near=lambda moment, zone: told(moment, zone).isoformat(),
            fits=_written("date"),
        )
    zone = ZoneInfo("UTC") if clock.form == "iso" else clock.zone
    if zone is None:
        return None
    wall = _wall(zone)
    return TimeColumn(
        _canonical,
        Text(),
        lambda moment, day_zone: _canonical_text(wall(moment, day_zone)),
        near=lambda moment, day_zone: wall(moment, day_zone).date().isoformat(),
        walls=clock.zone if clock.form == "local" else None,
        fits=_written(clock.form),
    )


def _written(form: str) -> Callable[[Any], bool]:
    match = _TEXT[form].fullmatch
    return lambda value: isinstance(value, str) and match(value) is not None


def _canonical(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """`2026-01-01 00:00:00.5`: whole seconds filled up, the fraction without zeros at its end, no zone."""
    spaced = func.replace(column, _raw("'T'"), _raw("' '"))
    filled = spaced.concat(func.substr(_raw("'0000-00-00 00:00:00'"), func.length(column) + _raw("1")))
    fraction = func.rtrim(func.substr(column, _raw("20"), _raw("7")), _raw("'Z0.:+'"))
    return func.substr(filled, _raw("1"), _raw("19"), type_=Text()).concat(fraction)


def _canonical_text(wall: datetime) -> str:
    return (
        wall.isoformat(" ", "microseconds").rstrip("0").rstrip(".")
        if wall.microsecond
        else wall.isoformat(" ")
    )


def _raw(text: Literal["1", "7", "10", "19", "20", "'T'", "' '", "'Z0.:+'", "'0000-00-00 00:00:00'"]) -> Any:
    return literal_column(text)
