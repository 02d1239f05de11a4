"""Single values of ESPI (NAESB REQ.21, espi.xsd 4.0), read exactly: codes, numbers, moments, quantities."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Context, Decimal, Inexact
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from gateway.contract.times import midnight
from gateway.sources.http.body_format import InvalidDocument

# UnitSymbolKind: the units of bills. Other units appear as their number alone.
UNITS = {
    31: "J", 38: "W", 42: "m3", 61: "VA", 63: "VAr", 71: "VAh", 72: "Wh", 73: "VArh", 119: "ft3",
    120: "ft3(compensated)", 128: "US gal", 130: "imperial gal", 132: "BTU", 134: "L",
    156: "L(uncompensated)", 157: "L(compensated)", 166: "m3(uncompensated)", 167: "m3(compensated)",
    169: "therm",
}  # fmt: skip

# QualityOfReading, from the best to the worst: revenue quality, actual, validated, valid, raw; manually edited;
# replaced, interpolated, calculated, weather adjusted, forecasted; mixed, other, failed.
QUALITIES = (19, 18, 17, 0, 14, 7, 8, 9, 11, 15, 12, 13, 16, 10)
GOOD = 0  # the default of the standard
NO_FLOW = 0  # no direction applies
DELIVERED = (NO_FLOW, 1)  # flows of energy to the customer
UNKNOWN = -1  # a code that cannot be read
CURRENCIES = {36: "AUD", 124: "CAD", 392: "JPY", 484: "MXN", 554: "NZD", 756: "CHF", 826: "GBP", 840: "USD", 978: "EUR"}
_POWER = (38, 61, 63)
_ELECTRIC = (38, 61, 63, 71, 72, 73)
_SERVICES = {1: 0, 2: 0, 7: 1, 9: 2}  # ServiceKind by CommodityKind: electricity, gas, water
ELECTRICITY, GAS, THERM = 0, 1, 169
DELTA = 4  # AccumulationKind of usage in an interval
_RANK = {code: rank for rank, code in enumerate(QUALITIES)}


def worst(qualities: list[int]) -> int:
    """The worst of the qualities; a code outside the standard is the worst of all."""
    return max(qualities, key=lambda code: (_RANK.get(code, len(_RANK)), code))


DAY = 86_400  # seconds
HOUR = timedelta(hours=1)  # by which clocks change
SHORTEST_DAY, LONGEST_DAY = DAY - 3_600, DAY + 3_600
LONGEST_PERIOD = 400 * DAY  # of usage; anything longer is an error
COST = -5  # the standard states money in hundred-thousandths
THOUSAND = 3
_MAX_POWER = 24
# Beyond these years, days have no midnight in some zones, and a time may mean "no end".
_FIRST, _LAST = (int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) for year in (2, 9999))
_EPOCH = datetime.fromtimestamp(0, UTC)
_EXACT = Context(prec=100, traps=[Inexact])
_INTEGER_ELEMENT = re.compile(r"[+-]?[0-9]{1,18}")
_NUMBER = re.compile(r"[+-]?[0-9]{1,18}(\.[0-9]{1,18})?")


class Espi(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How a place's ESPI documents are read.

    zone: time zone of days and billing periods; without it, no row has a day.
    kilo: units to convert to thousands: ["Wh"] for kWh instead of Wh.
    """

    zone: str | None = None
    kilo: list[str] = msgspec.field(default_factory=list)

    @property
    def time_zone(self) -> ZoneInfo | None:
        return ZoneInfo(self.zone) if self.zone else None


def whole(text: str | None, name: str) -> int | None:
    """A whole number; None for no text. Raises InvalidDocument for other text."""
    matched = _matched(text, _INTEGER_ELEMENT, f"{name} is not a whole number")
    return None if matched is None else int(matched)


def number(text: str | None, name: str) -> Decimal | None:
    """A number; None for no text. Raises InvalidDocument for other text."""
    matched = _matched(text, _NUMBER, f"{name} is not a number")
    return None if matched is None else Decimal(matched)


def optional(text: str | None) -> int | None:
    """A whole number; None for any other text."""
    return int(text) if text is not None and _INTEGER_ELEMENT.fullmatch(text := text.strip()) else None


def code(text: str | None) -> int | None:
    """A code of the standard; UNKNOWN for any other text, None for no text."""
    return optional(text) if text is None or not text.strip() or optional(text) is not None else UNKNOWN


def currency(text: str | None) -> int | None:
    """The number of a currency, which may be told by its letters; None for any other text."""
    letters = (text or "").strip().upper()
    return next((number for number, name in CURRENCIES.items() if name == letters), optional(text))


def amount(text: str | None, power: int) -> Decimal | None:
    """A number times a power of ten; None for any other text."""
    try:
        return scaled(number(text, ""), power)
    except InvalidDocument:
        return None


def _matched(text: str | None, pattern: re.Pattern[str], fault: str) -> str | None:
    if text is None or not (text := text.strip()):
        return None
    if not pattern.fullmatch(text):
        raise InvalidDocument(fault)
    return text


def service_of(commodity: int | None, measure: "Measure") -> int | None:
    """The kind of service where no usage point tells it."""
    return _SERVICES.get(commodity or 0, measure.service)


def scaled(value: Decimal | None, power: int) -> Decimal | None:
    """The value times a power of ten, exactly, and without an exponent where it is a whole number."""
    if value is None or not power:
        return value
    return _EXACT.multiply(value, Decimal(10**power)) if power > 0 else value.scaleb(power, _EXACT)


@dataclass(frozen=True, slots=True)
class Measure:
    """A unit, and the power of ten that turns a number of the document into a quantity.

    uom: code of the unit
    unit: its symbol; `uom 111` for a unit that the gateway does not know
    """

    uom: int | None
    unit: str
    power: int

    @property
    def accumulation(self) -> int:
        """What a type without accumulation means: usage of an interval, if the unit is one of usage."""
        return DELTA if self.uom in UNITS and self.uom not in _POWER else 0

    @property
    def service(self) -> int | None:
        """The service that the unit alone tells."""
        return ELECTRICITY if self.uom in _ELECTRIC else GAS if self.uom == THERM else None

    @classmethod
    def of(cls, uom: str | None, multiplier: str | None, espi: Espi) -> "Measure":
        code = whole(uom, "uom")
        power = whole(multiplier, "powerOfTenMultiplier") or 0
        if abs(power) > _MAX_POWER:
            raise InvalidDocument("powerOfTenMultiplier is out of range")
        unit = UNITS.get(code or 0, f"uom {code or 0}")
        if unit in espi.kilo:
            return cls(code, f"k{unit}", power - THOUSAND)
        return cls(code, unit, power)


def span(start: int, duration: int | None, zone: ZoneInfo | None) -> dict[str, Any]:
    """A time: `starts_at` and `ends_at` in seconds since 1970 UTC, `duration` in seconds.

    Raises InvalidDocument for a time beyond the calendar. A time of a day or longer also has `starts_on` and
    `ends_on`, if a zone is known: the wall clock there, or a plain date for midnight. An end that is at most an
    hour off midnight is that midnight: documents count days of 24 hours, or keep standard time, where clocks change.
    """
    end = None if duration is None else start + duration
    if not all(_FIRST <= moment <= _LAST for moment in (start, end) if moment is not None):
        raise InvalidDocument("a time is out of range")
    times: dict[str, Any] = {"starts_at": start, "ends_at": end, "duration": duration}
    times |= {"starts_on": None, "ends_on": None}
    if zone is None or end is None or duration is None or duration < SHORTEST_DAY:
        return times
    return times | {"starts_on": _day(start, zone), "ends_on": _day(end, zone)}


def _day(seconds: int, zone: ZoneInfo) -> str:
    """The day whose midnight is at most an hour away, else the wall clock."""
    try:
        moment = (_EPOCH + timedelta(seconds=seconds)).astimezone(zone)
        for day in (moment.date(), moment.date() + timedelta(days=1)):
            if abs(moment - midnight(day, zone)) <= HOUR:
                return day.isoformat()
    except (OverflowError, ValueError):
        raise InvalidDocument("a time is out of range") from None
    return moment.replace(tzinfo=None).isoformat()
