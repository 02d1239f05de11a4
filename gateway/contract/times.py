"""What upstream systems call a moment, and back: every form read and written in one place."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from functools import lru_cache
from typing import Any, Literal, TypeVar
from zoneinfo import ZoneInfo

D = TypeVar("D", bound=date)
TimeFormatName = Literal["iso", "local", "date", "epoch", "epoch_ms"]
TIME_FORMATS: tuple[TimeFormatName, ...] = ("iso", "local", "date", "epoch", "epoch_ms")

# How far two different moments are apart at least, in each form. Whoever cannot tell whether an
# upstream's bound is inclusive asks one step wider and drops what came too much.
RESOLUTION: dict[TimeFormatName, timedelta] = {
    "iso": timedelta(seconds=1),
    "local": timedelta(hours=1, seconds=1),  # the hour that daylight saving repeats
    "date": timedelta(days=1),
    "epoch": timedelta(seconds=1),
    "epoch_ms": timedelta(milliseconds=1),
}

DAY = len("2026-11-01")
LONGEST = 10**15  # milliseconds: more than any calendar of ours has


@dataclass(frozen=True, slots=True)
class TimeFormat:
    """How one system writes its moments.

    iso       an instant with an offset ("2026-11-01T05:30:00Z"); without one it is misread
    local     the wall clock of `zone`; in the hour that is repeated, the first of the two
    date      a day; its moment is midnight of the zone given when reading (an account's own)
    epoch     seconds since 1970 UTC, whole or not;  epoch_ms: milliseconds

    `shift` is how many days later than told a day is.
    """

    form: TimeFormatName = "iso"
    zone: ZoneInfo | None = None
    shift: int = 0

    def read(self, value: Any, day_zone: ZoneInfo | None = None) -> datetime:
        """The instant, with an offset. ValueError when `value` is no moment of this form."""
        if self.form in ("epoch", "epoch_ms"):
            return _from_epoch(value, 1000 if self.form == "epoch_ms" else 1)
        if self.form == "date":
            if day_zone is None:
                raise ValueError("a day has no moment without a zone")
            return midnight(as_date(value) + timedelta(days=self.shift), day_zone)
        moment = value if isinstance(value, datetime) else _written(_text(value), datetime)
        if self.form == "iso":
            if moment.tzinfo is None:
                raise ValueError("a moment without an offset")
            return moment
        return with_fixed_offset(moment if moment.tzinfo else moment.replace(tzinfo=self.zone, fold=0))

    def write(self, moment: datetime, day_zone: ZoneInfo | None = None) -> str | int:
        """The moment as text or number in this form, rounded down to what the form can say."""
        if self.form == "date":
            return _date(moment, day_zone, self.shift)
        return _WRITE[self.form](moment, self.zone if self.form == "local" else day_zone)


@lru_cache(maxsize=10_000)  # few days and fewer zones are asked for, again and again
def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The first moment of `day` in `zone`."""
    return with_fixed_offset(datetime.combine(day, time(), tzinfo=zone))


def with_fixed_offset(moment: datetime) -> datetime:
    """The same moment with a plain offset.

    With a zone that has summer time, a moment in the hour that is repeated equals no other, not even itself
    in UTC; and adding to it moves the hands of a clock, not time.
    """
    return moment.replace(tzinfo=timezone(moment.utcoffset() or timedelta(0)), fold=0)


def as_date(value: Any) -> date:
    """A plain day from a date, or from what says midnight beside it. ValueError where an hour is lost."""
    if type(value) is str and len(value) == DAY:  # a plain day, nearly always
        return _written(value, date)
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    said = value if isinstance(value, datetime) else _written(_text(value), datetime)
    if said.time() != time():
        raise ValueError("a day expected, a moment with an hour came")
    return said.date()


def _written(text: str, kind: type[D]) -> D:
    try:
        return kind.fromisoformat(text)
    except ValueError as error:
        # Its own sentence shows the text, which may be anybody's.
        raise ValueError("a moment expected, other text came") from error


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{type(value).__name__} is no moment")
    return value


def _from_epoch(value: Any, per_second: int) -> datetime:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise ValueError(f"{type(value).__name__} is no moment")
    if not -LONGEST < value < LONGEST:  # a number of many digits would take its time to multiply
        raise ValueError("no moment of this calendar")
    try:
        return datetime.fromtimestamp(0, UTC) + timedelta(microseconds=round(value * 1_000_000 / per_second))
    except (OverflowError, ValueError) as error:
        raise ValueError("no moment of this calendar") from error


def _iso(moment: datetime, _zone: ZoneInfo | None) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _local(moment: datetime, zone: ZoneInfo | None) -> str:
    return moment.astimezone(zone or UTC).replace(tzinfo=None).isoformat()


def _date(moment: datetime, zone: ZoneInfo | None, shift: int) -> str:
    return (moment.astimezone(zone or UTC).date() - timedelta(days=shift)).isoformat()


def _epoch(moment: datetime, _zone: ZoneInfo | None) -> int:
    return int(moment.timestamp() // 1)


def _epoch_ms(moment: datetime, _zone: ZoneInfo | None) -> int:
    return int(moment.timestamp() * 1000 // 1)


_WRITE: dict[TimeFormatName, Callable[[datetime, ZoneInfo | None], str | int]] = {
    "iso": _iso,
    "local": _local,
    "epoch": _epoch,
    "epoch_ms": _epoch_ms,
}


def time_zone(name: str) -> ZoneInfo:
    """The time zone of this name. ValueError when there is none."""
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError) as error:
        raise ValueError(f"{name} is no time zone") from error
