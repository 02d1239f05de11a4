"""Converters of days and instants, and the time format of a field."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from gateway.contract.times import TIME_FORMATS, TimeFormat, as_date, check_bounded, time_zone
from gateway.mapping.values import Converter

Table = Mapping[str, Any]


def to_instant(table: Table, zone: ZoneInfo | None) -> Converter:
    time_format = field_clock(table, zone)
    if time_format.name in ("date", "day"):
        raise ValueError(f"the field needs an instant, and `{time_format.name}` is a day")
    return time_format.parse


def to_day(clock: TimeFormat) -> Converter:
    read, offset = as_date if clock.name == "date" else clock.day, timedelta(days=clock.day_offset)

    def convert(raw: Any) -> date:
        day = check_bounded(read(raw))
        return day + offset if offset else day

    return convert


def day_clock(table: Table, zone: ZoneInfo | None) -> TimeFormat:
    """The format of a field that holds a day: `date`, or `day`."""
    return field_clock(table if table.get("format") == "day" else {**table, "format": "date"}, zone)


def field_clock(table: Table, zone: ZoneInfo | None) -> TimeFormat:
    """The time format that a field's table describes."""
    name = table.get("format", "iso")
    if name not in TIME_FORMATS:
        raise ValueError(f"format must be one of {', '.join(TIME_FORMATS)}, not {name}")
    zone = time_zone(table["zone"]) if "zone" in table else zone
    if name in ("local", "day") and zone is None:
        raise ValueError(f'`format = "{name}"` needs a `zone`, here or at the source')
    return TimeFormat(name, zone, int(table.get("day_offset", 0)))
