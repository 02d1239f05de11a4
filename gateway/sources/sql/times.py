"""Times in columns: the expression that sorts as they do, and the stored value of a bound."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy import ColumnElement, func
from sqlalchemy.engine.interfaces import ReflectedColumn
from sqlalchemy.sql.type_api import TypeEngine

from gateway.contract.times import TICK, TimeFormat, midnight
from gateway.sources.sql import time_texts
from gateway.sources.sql.keys import by_code_point, compared

_DAY = timedelta(days=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

ToStored = Callable[[datetime, ZoneInfo], Any]


@dataclass(frozen=True, slots=True)
class TimeColumn:
    """How one column holds times.

    bare: the column itself.
    order: the expression that sorts as the times do.
    type: the type of that expression.
    lower: its least value that is not before a moment, so that >= and < tell any two bounds apart.
    index_bound: a bound of the bare column, no later than that, for an index; None if `order` is the column.
    wall_clock: the zone of local times, which daylight saving moves.
    is_sortable: whether a stored value is written as `order` needs it; None if the type ensures that.
    sortable: the same as a condition; false for all other values, and for NULL.
    nullable: whether rows may lack a time.
    """

    bare: ColumnElement[Any]
    order: ColumnElement[Any]
    type: TypeEngine[Any]
    lower: ToStored
    index_bound: ToStored | None = None
    wall_clock: ZoneInfo | None = None
    is_sortable: Callable[[Any], bool] | None = None
    sortable: ColumnElement[bool] | None = None
    nullable: bool = True

    @property
    def unplaced(self) -> ColumnElement[bool] | None:
        """The condition that a row has no place in the order: it lacks a time, or has one in another form.

        None if the type of the column excludes that.
        """
        if self.sortable is not None:
            return ~self.sortable
        return self.bare.is_(None) if self.nullable else None

    def are_sortable(self, values: Iterable[Any]) -> bool:
        return self.is_sortable is None or all(map(self.is_sortable, values))


def time_column(column: ReflectedColumn, clock: TimeFormat, dialect: str) -> TimeColumn | None:
    """How a column holds times of this format; None where its type cannot."""
    kind = "any" if dialect == "sqlite" else _kind(column["type"])
    bare: ColumnElement[Any] = sa.column(column["name"])
    if clock.name == "day" and kind in ("any", "text"):
        return None
    if clock.name in ("epoch", "epoch_ms"):
        time = _epoch_column(bare, kind, 1000 if clock.name == "epoch_ms" else 1)
    elif kind in ("any", "text") and clock.name == "date":
        time = _date_text_column(bare, clock.day_offset, dialect)
    elif kind in ("any", "text"):
        time = _text_column(bare, clock, dialect)
    else:
        time = _typed_column(bare, kind, clock)
    if time and kind in ("any", "text") and clock.name in time_texts.PATTERNS:
        sortable = time_texts.is_in_form(compared(bare, column["type"]), clock.name, dialect)
        time = replace(time, is_sortable=time_texts.in_form(clock.name), sortable=sortable)
    return time and replace(time, nullable=column["nullable"])


def _typed_column(bare: ColumnElement[Any], kind: str, clock: TimeFormat) -> TimeColumn | None:
    stored_date = _stored_date(clock.day_offset)
    match kind, clock.name:
        case "date", "date":
            return TimeColumn(bare, bare, sa.Date(), stored_date)
        case "timestamptz", "day" if clock.zone is not None:
            order = sa.cast(func.timezone(clock.zone.key, bare), sa.Date())
            return TimeColumn(bare, order, sa.Date(), stored_date)
        case "timestamp", "date" | "day":
            return TimeColumn(bare, sa.cast(bare, sa.Date()), sa.Date(), stored_date, stored_date)
        case "timestamptz", "iso" | "local":
            return TimeColumn(bare, bare, sa.DateTime(timezone=True), lambda moment, _zone: moment)
        case "timestamp", "local" if clock.zone is not None:
            return TimeColumn(bare, bare, sa.DateTime(), _local_time(clock.zone), wall_clock=clock.zone)
    return None


def near_clock_change(moment: datetime, zone: ZoneInfo) -> bool:
    """Whether clocks skip or repeat the hour of this moment: local times do not sort as moments there."""
    offset = moment.astimezone(zone).utcoffset()
    before = (moment - _DAY).astimezone(zone).utcoffset()
    if offset is None or before is None or offset == before:
        return False
    return (moment - abs(offset - before)).astimezone(zone).utcoffset() != offset


def _kind(column: TypeEngine[Any]) -> str:
    if isinstance(column, sa.DateTime):
        return "timestamptz" if column.timezone else "timestamp"
    if isinstance(column, sa.Numeric):
        return "integer" if column.scale == 0 else "other"
    kinds = (("text", sa.String), ("date", sa.Date), ("integer", sa.Integer), ("float", sa.Float))
    return next((kind for kind, types in kinds if isinstance(column, types)), "other")


def _epoch_column(bare: ColumnElement[Any], kind: str, per_second: int) -> TimeColumn | None:
    def least_integer(moment: datetime, _zone: ZoneInfo) -> int:
        return -((_EPOCH - moment) // TICK * per_second // 1_000_000)

    def least_float(moment: datetime, _zone: ZoneInfo) -> float:
        return ((moment - _EPOCH) // TICK - 0.5) * per_second / 1_000_000

    def is_number(value: Any) -> bool:
        return isinstance(value, int | float)

    if kind == "integer":
        return TimeColumn(bare, bare, sa.BigInteger(), least_integer)
    if kind == "any":
        is_stored_number = time_texts.is_number(bare)
        return TimeColumn(bare, bare, sa.Double(), least_float, is_sortable=is_number, sortable=is_stored_number)
    return TimeColumn(bare, bare, sa.Double(), least_float) if kind == "float" else None


def _stored_date(day_offset: int) -> Callable[[datetime, ZoneInfo], date]:
    def least(moment: datetime, zone: ZoneInfo) -> date:
        day = moment.astimezone(zone).date()
        return (day if midnight(day, zone) >= moment else day + _DAY) - day_offset * _DAY

    return least


def _local_time(zone: ZoneInfo) -> Callable[[datetime, ZoneInfo], datetime]:
    return lambda moment, _zone: moment.astimezone(zone).replace(tzinfo=None, fold=0)


def _text_column(bare: ColumnElement[Any], clock: TimeFormat, dialect: str) -> TimeColumn | None:
    zone = ZoneInfo("UTC") if clock.name == "iso" else clock.zone
    if zone is None:
        return None
    local_time = _local_time(zone)

    def least(moment: datetime, day_zone: ZoneInfo) -> str:
        text = local_time(moment, day_zone).isoformat(" ", "microseconds")
        return text.rstrip("0").rstrip(".")  # zeros of the fraction only

    return TimeColumn(
        bare,
        by_code_point(_canonical(bare), dialect),
        sa.Text(),
        least,
        index_bound=lambda moment, day_zone: local_time(moment, day_zone).date().isoformat(),
        wall_clock=clock.zone if clock.name == "local" else None,
    )


def _date_text_column(bare: ColumnElement[Any], day_offset: int, dialect: str) -> TimeColumn:
    stored_date = _stored_date(day_offset)

    def least(moment: datetime, zone: ZoneInfo) -> str:
        return stored_date(moment, zone).isoformat()

    order = by_code_point(func.substr(bare, _raw("1"), _raw("10")), dialect)
    return TimeColumn(bare, order, sa.Text(), least, index_bound=least)


def _canonical(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """`2026-01-01 00:00:00.5`: with seconds, without zeros at the end of the fraction, without a zone."""
    spaced = func.replace(column, _raw("'T'"), _raw("' '"))
    filled = spaced.concat(func.substr(_raw("'0000-00-00 00:00:00'"), func.length(column) + _raw("1")))
    fraction = func.rtrim(func.substr(column, _raw("20"), _raw("7")), _raw("'Z0.:+'"))
    return func.substr(filled, _raw("1"), _raw("19"), type_=sa.Text()).concat(fraction)


def _raw(text: Literal["1", "7", "10", "19", "20", "'T'", "' '", "'Z0.:+'", "'0000-00-00 00:00:00'"]) -> Any:
    return sa.literal_column(text)
