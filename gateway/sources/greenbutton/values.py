"""Single values of ESPI, read exactly: numbers, moments, days, quantities in their unit."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from decimal import Context, Decimal, Inexact
from typing import Any
from zoneinfo import ZoneInfo

from gateway.contract.times import midnight
from gateway.sources.greenbutton.codes import UNITS
from gateway.sources.http.body_format import InvalidDocument

DAY = 86_400  # seconds
SHORTEST_DAY, LONGEST_DAY = DAY - 3_600, DAY + 3_600  # those on which clocks change
COST = -5  # the standard tells money in hundred-thousandths
THOUSAND = 3
_MOST_POWER = 24
_EPOCH = datetime.fromtimestamp(0, UTC)
_EXACT = Context(prec=100, traps=[Inexact])
_WHOLE = re.compile(r"[+-]?[0-9]{1,18}")
_NUMBER = re.compile(r"[+-]?[0-9]{1,18}(\.[0-9]{1,18})?")


@dataclass(frozen=True, slots=True)
class EspiOptions:
    """How an operator wants a document told: days in a zone, and which units in thousands."""

    zone: ZoneInfo | None = None
    kilo: frozenset[str] = frozenset()


def whole(text: str | None, what: str) -> int | None:
    """A whole number, None where there is none. Unreadable when other text came."""
    if text is None or not (text := text.strip()):
        return None
    if not _WHOLE.fullmatch(text):
        raise InvalidDocument(f"{what} that is no whole number")
    return int(text)


def number(text: str | None, what: str) -> Decimal | None:
    """A number, None where there is none. Unreadable when other text came."""
    if text is None or not (text := text.strip()):
        return None
    if not _NUMBER.fullmatch(text):
        raise InvalidDocument(f"{what} that is no number")
    return Decimal(text)


def scaled(value: Decimal | None, power: int) -> Decimal | None:
    """The value times a power of ten, exactly, and without an exponent where it is a whole number."""
    if value is None or not power:
        return value
    return _EXACT.multiply(value, Decimal(10**power)) if power > 0 else value.scaleb(power, _EXACT)


@dataclass(frozen=True, slots=True)
class Measure:
    """A unit, and the power of ten that makes of a number a quantity in it.

    `uom` is the unit's own number; `unit` is None where the gateway has no word for it.
    """

    uom: int | None
    unit: str | None
    power: int

    @classmethod
    def of(cls, uom: str | None, multiplier: str | None, told: EspiOptions) -> "Measure":
        """As the document says it; without a multiplier there is nothing to multiply."""
        code, power = whole(uom, "a uom"), whole(multiplier, "a powerOfTenMultiplier") or 0
        if abs(power) > _MOST_POWER:
            raise InvalidDocument("a powerOfTenMultiplier beyond all units")
        unit = UNITS.get(code) if code is not None else None
        if unit in told.kilo:
            return cls(code, f"k{unit}", power - THOUSAND)
        return cls(code, unit, power)


def span(start: int, duration: int | None, zone: ZoneInfo | None) -> dict[str, Any]:
    """A time: `starts_at` and `ends_at` in seconds since 1970 UTC, `duration` in seconds.

    Where it lasts a day or longer and a zone is known, also `starts_on` and `ends_on`, the wall clock there:
    a plain day where it is midnight. What begins at midnight and lasts so many times 24 hours is a number of
    days, one of which may have had 23 or 25: it ends at midnight, too.
    """
    ends = None if duration is None else start + duration
    told: dict[str, Any] = {"starts_at": start, "ends_at": ends, "duration": duration}
    told |= {"starts_on": None, "ends_on": None}
    if zone is None or ends is None or duration is None or duration < SHORTEST_DAY:
        return told
    first, last = _wall(start, zone), _wall(ends, zone)
    if first.time() == time() and duration % DAY == 0:
        last = first + timedelta(days=duration // DAY)
    return told | {"starts_on": _written(first), "ends_on": _written(last)}


def _wall(seconds: int, zone: ZoneInfo) -> datetime:
    """The wall clock at a moment; the first moment of a day is its midnight, even where clocks skip that."""
    try:
        moment = (_EPOCH + timedelta(seconds=seconds)).astimezone(zone)
        first = midnight(moment.date(), zone)
    except (OverflowError, ValueError):
        raise InvalidDocument("a moment of no calendar") from None
    return datetime.combine(moment.date(), time()) if moment == first else moment.replace(tzinfo=None)


def _written(wall: datetime) -> str:
    return wall.date().isoformat() if wall.time() == time() else wall.isoformat()
