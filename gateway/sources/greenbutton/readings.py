"""A row for each reading of an interval. What cannot be tied to its type is refused, never guessed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element

from gateway.sources.greenbutton.codes import GOOD, NO_FLOW, worst
from gateway.sources.greenbutton.feed import ESPI, Entry, Feed, child_text
from gateway.sources.greenbutton.usage_points import Dated, Row, latest_versions, usage_point_of
from gateway.sources.greenbutton.values import (
    COST,
    LONGEST_DAY,
    SHORTEST_DAY,
    EspiOptions,
    Measure,
    number,
    scaled,
    span,
    whole,
)
from gateway.sources.http.body_format import InvalidDocument

# Our word for a number that a reading type says of all its readings, and ESPI's.
_TYPE = {
    "commodity": "commodity",
    "flow": "flowDirection",
    "kind": "kind",
    "accumulation": "accumulationBehaviour",
    "interval_length": "intervalLength",
    "currency": "currency",
    "tou": "tou",
    "tier": "consumptionTier",
}
# What a reading may say otherwise than its type.
_PARTS = {"tou": "tou", "tier": "consumptionTier"}
_CUT = len(ESPI)


@dataclass(frozen=True, slots=True)
class Register:
    """One meter reading of ESPI: what it says of every one of its readings."""

    shared: Mapping[str, Any]
    measure: Measure
    quality: int
    told: EspiOptions


def readings(feed: Feed, told: EspiOptions) -> list[Row]:
    """The readings of all blocks, each once."""
    registers: dict[Entry, Register] = {}
    return latest_versions(
        row for block in feed.all("IntervalBlock") for row in _block(feed, block, registers, told)
    )


def _block(feed: Feed, entry: Entry, registers: dict[Entry, Register], told: EspiOptions) -> Iterator[Dated]:
    meter = feed.owner(entry, "MeterReading")
    if meter is None:
        raise InvalidDocument("an interval block without its meter reading")
    if meter not in registers:
        registers[meter] = _register(feed, meter, told)
    for block in entry.held:
        begin = whole(child_text(block, "interval/start"), "a start")
        for nth, reading in enumerate(block.iterfind(f"{ESPI}IntervalReading")):
            yield entry.updated, _row(registers[meter], reading, nth, begin)


def _register(feed: Feed, meter: Entry, told: EspiOptions) -> Register:
    kind = feed.related(meter, "ReadingType")
    if kind is None:
        raise InvalidDocument("a meter reading without its reading type")
    point, service = usage_point_of(feed, meter)
    measure = Measure.of(kind.says("uom"), kind.says("powerOfTenMultiplier"), told)
    usual = whole(kind.says("defaultQuality"), "a quality")
    shared: Row = {"usage_point": point, "service": service, "meter_reading": meter.name}
    shared |= {name: whole(kind.says(word), word) for name, word in _TYPE.items()}
    shared |= {"unit": measure.unit, "uom": measure.uom, "flow": shared["flow"] or NO_FLOW}
    return Register(shared, measure, GOOD if usual is None else usual, told)


def _row(register: Register, reading: Element, nth: int, begin: int | None) -> Row:
    """One reading. Its qualities are those it tells; `quality` is the worst, or that of its register."""
    text = {each.tag[_CUT:]: each.text for each in reading}
    length = register.shared["interval_length"]
    start, lasts = _time(reading, nth, begin, length)
    qualities = _qualities(reading)
    row = {**register.shared, **span(start, lasts, register.told.zone)}
    row["grain"] = _grain(length or lasts)
    row["value"] = scaled(number(text.get("value"), "a value"), register.measure.power)
    row["cost"] = scaled(number(text.get("cost"), "a cost"), COST)
    row["qualities"] = qualities
    row["quality"] = worst(qualities) if qualities else register.quality
    own = {name: whole(text[word], word) for name, word in _PARTS.items() if word in text}
    return row | own | {"id": _id(row, own)}


def _id(row: Row, own: Row) -> str:
    """Which reading it is: what one interval used in two tiers is two readings."""
    parts = [row["usage_point"] or "", row["meter_reading"], str(row["starts_at"])]
    return "/".join([*parts, *(f"{name} {value}" for name, value in own.items())])


def _time(reading: Element, nth: int, begin: int | None, length: int | None) -> tuple[int, int | None]:
    """When a reading starts and how long it lasts; without a word of it, it has its place in the block."""
    start = whole(child_text(reading, "timePeriod/start"), "a start")
    if start is not None:
        lasts = whole(child_text(reading, "timePeriod/duration"), "a duration")
        return start, length if lasts is None else lasts
    if begin is None or not length:
        raise InvalidDocument("a reading without a time")
    return begin + nth * length, length


def _qualities(reading: Element) -> list[int]:
    found = (
        whole(child_text(each, "quality"), "a quality") for each in reading.iterfind(f"{ESPI}ReadingQuality")
    )
    return [code for code in found if code is not None]


def _grain(seconds: int | None) -> str | None:
    if seconds is None:
        return None
    if seconds < SHORTEST_DAY:
        return "interval"
    return "day" if seconds <= LONGEST_DAY else "longer"
