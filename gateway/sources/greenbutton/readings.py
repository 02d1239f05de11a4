"""A row for each interval reading. A reading without its type is refused: its unit would be a guess."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element

from gateway.sources.greenbutton import values
from gateway.sources.greenbutton.codes import GOOD, NO_FLOW, worst
from gateway.sources.greenbutton.feed import ESPI, Entry, Feed, child_text
from gateway.sources.greenbutton.usage_points import DatedRow, Row, latest_versions, usage_point_of
from gateway.sources.http.body_format import InvalidDocument

# Columns of a row, and the numbers of its reading type.
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
# Numbers of a type that a reading may override.
_OVERRIDES = {"tou": "tou", "tier": "consumptionTier"}
_PREFIX = len(ESPI)


@dataclass(frozen=True, slots=True)
class Register:
    """One meter reading of ESPI: the values that all its interval readings share."""

    shared: Mapping[str, Any]
    measure: values.Measure
    quality: int
    options: values.EspiOptions


def readings(feed: Feed, options: values.EspiOptions) -> list[Row]:
    """The readings of all blocks, each once."""
    registers: dict[Entry, Register] = {}
    blocks = feed.all("IntervalBlock")
    return latest_versions(row for block in blocks for row in _block(feed, block, registers, options))


def _block(
    feed: Feed, entry: Entry, registers: dict[Entry, Register], options: values.EspiOptions
) -> Iterator[DatedRow]:
    meter = feed.owner(entry, "MeterReading")
    if meter is None:
        raise InvalidDocument("an interval block without its meter reading")
    if meter not in registers:
        registers[meter] = _register(feed, meter, options)
    for block in entry.elements:
        start = values.whole(child_text(block, "interval/start"), "start")
        for index, reading in enumerate(block.iterfind(f"{ESPI}IntervalReading")):
            yield entry.updated, _row(registers[meter], reading, index, start)


def _register(feed: Feed, meter: Entry, options: values.EspiOptions) -> Register:
    kind = feed.related(meter, "ReadingType")
    if kind is None:
        raise InvalidDocument("a meter reading without its reading type")
    point, service = usage_point_of(feed, meter)
    measure = values.Measure.of(kind.text("uom"), kind.text("powerOfTenMultiplier"), options)
    quality = values.whole(kind.text("defaultQuality"), "defaultQuality")
    shared: Row = {"usage_point": point, "service": service, "meter_reading": meter.name}
    shared |= {name: values.whole(kind.text(word), word) for name, word in _TYPE.items()}
    shared |= {"unit": measure.unit, "uom": measure.uom, "flow": shared["flow"] or NO_FLOW}
    return Register(shared, measure, GOOD if quality is None else quality, options)


def _row(register: Register, reading: Element, index: int, block_start: int | None) -> Row:
    """One reading. `quality` is the worst of its own qualities, or that of its register."""
    text = {child.tag[_PREFIX:]: child.text for child in reading}
    length = register.shared["interval_length"]
    start, duration = _time(reading, index, block_start, length)
    qualities = _qualities(reading)
    row = {**register.shared, **values.span(start, duration, register.options.zone)}
    row["grain"] = _grain(length or duration)
    row["value"] = values.scaled(values.number(text.get("value"), "value"), register.measure.power)
    row["cost"] = values.scaled(values.number(text.get("cost"), "cost"), values.COST)
    row["qualities"] = qualities
    row["quality"] = worst(qualities) if qualities else register.quality
    overrides = {name: values.whole(text[word], word) for name, word in _OVERRIDES.items() if word in text}
    return row | overrides | {"id": _id(row, overrides)}


def _id(row: Row, overrides: Row) -> str:
    """The id of a reading: the usage of one interval in two tiers is two readings."""
    parts = [row["usage_point"] or "", row["meter_reading"], str(row["starts_at"])]
    return "/".join([*parts, *(f"{name} {value}" for name, value in overrides.items())])


def _time(
    reading: Element, index: int, block_start: int | None, length: int | None
) -> tuple[int, int | None]:
    """The start and the duration of a reading, by default from its position in the block."""
    start = values.whole(child_text(reading, "timePeriod/start"), "start")
    if start is not None:
        duration = values.whole(child_text(reading, "timePeriod/duration"), "duration")
        return start, length if duration is None else duration
    if block_start is None or not length:
        raise InvalidDocument("a reading without a time")
    return block_start + index * length, length


def _qualities(reading: Element) -> list[int]:
    elements = reading.iterfind(f"{ESPI}ReadingQuality")
    codes = (values.whole(child_text(element, "quality"), "quality") for element in elements)
    return [code for code in codes if code is not None]


def _grain(seconds: int | None) -> str | None:
    if seconds is None:
        return None
    if seconds < values.SHORTEST_DAY:
        return "interval"
    return "day" if seconds <= values.LONGEST_DAY else "longer"
