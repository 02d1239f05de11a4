"""Time formats of upstream systems: every format is read and written here."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from functools import lru_cache
from typing import Any, Literal, TypeVar
from zoneinfo import ZoneInfo

D = TypeVar("D", bound=date)
TICK = timedelta(microseconds=1)  # the smallest distance of two times here
TimeFormatName = Literal["iso", "local", "date", "epoch", "epoch_ms"]
FieldFormatName = TimeFormatName | Literal["day"]

# Smallest distance of two times that differ in each format. If it is unknown whether an upstream bound is
# inclusive, the gateway asks one step wider and drops the surplus rows.
RESOLUTION: dict[TimeFormatName, timedelta] = {
    "iso": timedelta(seconds=1),
    "local": timedelta(hours=1, seconds=1),  # the hour that daylight saving repeats
    "date": timedelta(days=1),
    "epoch": timedelta(seconds=1),
    "epoch_ms": timedelta(milliseconds=1),
}
TIME_FORMATS: tuple[FieldFormatName, ...] = (*RESOLUTION, "day")
_DATE_LENGTH = len("2026-11-01")
_MAX_EPOCH_MS = 10**15
_OUTSIDE = "a time outside the calendar; check `format`: epoch is in seconds, epoch_ms in milliseconds"
# What systems write for "no end": any day of these years, or PostgreSQL's words.
_OPEN_YEARS = frozenset({date.min.year, date.max.year})
_INFINITY = {"infinity": date.max, "+infinity": date.max, "-infinity": date.min}
# Midnights of these days exist in every zone, and so do those of the days beside them.
_FIRST, _LAST = date(2, 1, 1), date(9998, 12, 31)


class OpenEnd(ValueError):
    """A time at an end of the calendar, which stands for no end; `day` is that day."""

    def __init__(self, day: date) -> None:
        super().__init__("an end of the calendar is no time")
        self.day = day


def check_bounded(when: D) -> D:
    """The day or time itself. Raises OpenEnd at an end of the calendar."""
    if when.year in _OPEN_YEARS:
        raise OpenEnd(date(when.year, when.month, when.day))
    return when


@dataclass(frozen=True, slots=True)
class Clock:
    """The current time; demos and tests move it to another day by `offset`."""

    offset: timedelta = timedelta(0)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.offset

    def shown(self, instant: datetime) -> datetime:
        """What the clock showed at an instant of the real time."""
        return instant + self.offset


@dataclass(frozen=True, slots=True)
class TimeFormat:
    """How one system writes times.

    iso: an instant with an offset ("2026-11-01T05:30:00Z"); without one it is invalid.
    local: the wall clock of `zone`; in the repeated hour, the first of the two.
    date: a day; its instant is midnight in the zone passed to `parse`.
    day: a day that is written as a time; it is the day of that time in `zone`.
    epoch: seconds since 1970 UTC, whole or not.
    epoch_ms: milliseconds since 1970 UTC.

    `day_offset` is added to each date.
    """

    name: FieldFormatName = "iso"
    zone: ZoneInfo | None = None
    day_offset: int = 0

    def parse(self, value: Any, day_zone: ZoneInfo | None = None) -> datetime:
        """Return the instant, with an offset. ValueError if `value` is not in this format."""
        if self.name in ("epoch", "epoch_ms"):
            return check_bounded(_from_epoch(value, 1000 if self.name == "epoch_ms" else 1))
        if self.name in ("date", "day"):
            if day_zone is None:
                raise ValueError("a date needs a time zone to become an instant")
            return midnight(moved(self.day(value), timedelta(days=self.day_offset)), day_zone)
        moment = check_bounded(value if isinstance(value, datetime) else _from_iso(_text(value), datetime))
        if self.name == "iso":
            if moment.tzinfo is None:
                raise ValueError("a time without an offset")
            return moment
        return with_fixed_offset(moment if moment.tzinfo else moment.replace(tzinfo=self.zone, fold=0))

    def day(self, value: Any) -> date:
        """Return the day as it is written, without `day_offset`. ValueError if an hour would be lost."""
        return _day_in(value, self.zone) if self.name == "day" else as_date(value)

    def write(self, moment: datetime, day_zone: ZoneInfo | None = None) -> str | int:
        """Return the instant in this format, rounded down to its resolution."""
        match self.name:
            case "iso":
                return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
            case "local":
                return moment.astimezone(self.zone or UTC).replace(tzinfo=None).isoformat()
            case "date" | "day":
                day = moment.astimezone(day_zone or UTC).date()
                return (day - timedelta(days=self.day_offset)).isoformat()
            case "epoch":
                return int(moment.timestamp() // 1)
            case "epoch_ms":
                return int(moment.timestamp() * 1000 // 1)


@lru_cache(maxsize=10_000)
def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of a day; at the ends of the calendar, the nearest one that every zone has."""
    day = min(max(day, _FIRST), _LAST)
    return with_fixed_offset(datetime.combine(day, time(), tzinfo=zone))


def moved(when: D, by: timedelta) -> D:
    """`when + by`; not beyond the ends of the calendar."""
    try:
        return when + by
    except OverflowError:
        first, last = (_FIRST, _LAST) if isinstance(when, datetime) else (date.min, date.max)
        end = last if by > timedelta() else first
        return when.replace(end.year, end.month, end.day)


def with_fixed_offset(moment: datetime) -> datetime:
    """Return the same instant with a fixed offset instead of a zone.

    With a zone of daylight saving, a time in the repeated hour equals no other, not even itself in UTC.
    Adding to such a time moves the wall clock, not the instant.
    """
    return moment.replace(tzinfo=timezone(moment.utcoffset() or timedelta(0)), fold=0)


def as_date(value: Any) -> date:
    """Return the date of a date or a midnight. ValueError if an hour would be lost."""
    if type(value) is str and len(value) == _DATE_LENGTH:  # the usual case
        return _from_iso(value, date)
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if isinstance(value, str) and value.lower() in _INFINITY:
        return _INFINITY[value.lower()]
    moment = value if isinstance(value, datetime) else _from_iso(_text(value), datetime)
    if moment.time() != time() and moment.year not in _OPEN_YEARS:
        raise ValueError("expected a date, got a time with an hour")
    return moment.date()


def _day_in(value: Any, zone: ZoneInfo | None) -> date:
    """The day of a time in a zone; of a time without an offset, its own."""
    if isinstance(value, str) and len(value) > _DATE_LENGTH:
        value = _from_iso(value, datetime)
    if not isinstance(value, datetime):
        return as_date(value)
    is_local = value.tzinfo is None or value.year in _OPEN_YEARS
    return value.date() if is_local else value.astimezone(zone).date()


def _from_iso(text: str, kind: type[D]) -> D:
    try:
        return kind.fromisoformat(text)
    except ValueError as error:
        if text.lower() in _INFINITY:
            raise OpenEnd(_INFINITY[text.lower()]) from error
        # The original message shows the text, which may be personal data.
        raise ValueError("expected an ISO 8601 date or time") from error


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"expected a date or time, got {type(value).__name__}")
    return value


def _from_epoch(value: Any, per_second: int) -> datetime:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise ValueError(f"expected a number, got {type(value).__name__}")
    if not -_MAX_EPOCH_MS < value < _MAX_EPOCH_MS:  # multiplying a huge number would take long
        raise ValueError(_OUTSIDE)
    try:
        return datetime.fromtimestamp(0, UTC) + timedelta(microseconds=round(value * 1_000_000 / per_second))
    except (OverflowError, ValueError) as error:
        raise ValueError(_OUTSIDE) from error


def time_zone(name: str) -> ZoneInfo:
    """Return the time zone of this name. ValueError if there is none."""
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError) as error:
        raise ValueError(f"{name} is not a time zone; use an IANA name, as in America/New_York") from error
