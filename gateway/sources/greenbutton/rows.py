"""Rows of ESPI: one for each interval reading, and one for each usage summary."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from gateway.sources.greenbutton import values
from gateway.sources.greenbutton.feed import ESPI, Entry, Feed, child_text, url_path
from gateway.sources.http.body_format import InvalidDocument

Row = dict[str, Any]
DatedRow = tuple[datetime, Row]
_TYPE = {  # columns of a row, and the numbers of its reading type
    "commodity": "commodity",
    "flow": "flowDirection",
    "kind": "kind",
    "accumulation": "accumulationBehaviour",
    "interval_length": "intervalLength",
    "currency": "currency",
    "tou": "tou",
    "tier": "consumptionTier",
}
_OVERRIDES = {"tou": "tou", "tier": "consumptionTier"}  # numbers of a type that a reading may override
_SUMMARIES = ("UsageSummary", "ElectricPowerUsageSummary")  # the second is its name in earlier versions
_CONSUMED = "overallConsumptionLastPeriod"
_MEASURED = ("uom", "powerOfTenMultiplier", "value", "readingTypeRef")
_NUMBERS = {"quality": "qualityOfReading", "commodity": "commodity", "currency": "currency"}


def usage_point_of(feed: Feed, entry: Entry) -> tuple[str | None, int | None]:
    """The usage point of an entry, and its kind of service; None where the document has none."""
    point = feed.owner(entry, "UsagePoint")
    if point is not None:
        return point.name, values.whole(point.text("ServiceCategory/kind"), "kind of ServiceCategory")
    _, separator, rest = entry.up_path.partition("/UsagePoint/")
    return (unquote(rest.partition("/")[0]) if separator else None), None


def latest_versions(rows: Iterable[DatedRow]) -> list[Row]:
    """Each id once: blocks overlap, and corrections repeat a reading. Of two versions the later counts."""
    latest: dict[str, DatedRow] = {}
    for updated, row in rows:
        other = latest.setdefault(row["id"], (updated, row))
        if other[1] == row:
            continue
        if other[0] == updated:
            raise InvalidDocument("two different versions of a reading have one time of update")
        latest[row["id"]] = max(other, (updated, row), key=lambda dated: dated[0])
    return [row for _, row in latest.values()]


@dataclass(frozen=True, slots=True)
class Register:
    """One meter reading of ESPI: the values that all its interval readings share."""

    shared: Mapping[str, Any]
    measure: values.Measure
    quality: int
    espi: values.Espi


def readings(feed: Feed, espi: values.Espi) -> Iterator[DatedRow]:
    """The readings of all blocks."""
    registers: dict[Entry, Register] = {}
    for entry in feed.all("IntervalBlock"):
        meter = feed.owner(entry, "MeterReading")
        if meter is None:
            raise InvalidDocument("an interval block without its meter reading")
        if meter not in registers:
            registers[meter] = _register(feed, meter, espi)
        for block in entry.elements:
            start = values.whole(child_text(block, "interval/start"), "start")
            for index, reading in enumerate(block.iterfind(f"{ESPI}IntervalReading")):
                yield entry.updated, _row(registers[meter], reading, index, start)


def _register(feed: Feed, meter: Entry, espi: values.Espi) -> Register:
    kind = feed.first("ReadingType", meter.related_paths)
    if kind is None:
        raise InvalidDocument("a meter reading without its reading type")
    point, service = usage_point_of(feed, meter)
    measure = values.Measure.of(kind.text("uom"), kind.text("powerOfTenMultiplier"), espi)
    quality = values.whole(kind.text("defaultQuality"), "defaultQuality")
    shared: Row = {"usage_point": point, "service": service, "meter_reading": meter.name}
    shared |= {name: values.whole(kind.text(word), word) for name, word in _TYPE.items()}
    shared |= {"unit": measure.unit, "uom": measure.uom, "flow": shared["flow"] or values.NO_FLOW}
    return Register(shared, measure, values.GOOD if quality is None else quality, espi)


def _row(register: Register, reading: Element, index: int, block_start: int | None) -> Row:
    """One reading. `quality` is the worst of its own qualities, or that of its register."""
    text = {child.tag.removeprefix(ESPI): child.text for child in reading}
    length = register.shared["interval_length"]
    start, duration = _time(reading, index, block_start, length)
    elements = reading.iterfind(f"{ESPI}ReadingQuality")
    codes = [values.whole(child_text(element, "quality"), "quality") for element in elements]
    qualities = [code for code in codes if code is not None]
    row = {**register.shared, **values.span(start, duration, register.espi.time_zone)}
    row["grain"] = _grain(length or duration)
    row["value"] = values.scaled(values.number(text.get("value"), "value"), register.measure.power)
    row["cost"] = values.scaled(values.number(text.get("cost"), "cost"), values.COST)
    row["qualities"] = qualities
    row["quality"] = values.worst(qualities) if qualities else register.quality
    overrides = {name: values.whole(text[word], word) for name, word in _OVERRIDES.items() if word in text}
    # The usage of one interval in two tiers is two readings.
    parts = [row["usage_point"] or "", row["meter_reading"], str(start)]
    row["id"] = "/".join([*parts, *(f"{name} {value}" for name, value in overrides.items())])
    return row | overrides


def _time(reading: Element, index: int, first: int | None, length: int | None) -> tuple[int, int | None]:
    """The start and the duration of a reading, by default from its position in the block."""
    start = values.whole(child_text(reading, "timePeriod/start"), "start")
    if start is not None:
        duration = values.whole(child_text(reading, "timePeriod/duration"), "duration")
        return start, length if duration is None else duration
    if first is None or not length:
        raise InvalidDocument("a reading without a time")
    return first + index * length, length


def _grain(seconds: int | None) -> str | None:
    if seconds is None:
        return None
    if seconds < values.SHORTEST_DAY:
        return "interval"
    return "day" if seconds <= values.LONGEST_DAY else "longer"


def summaries(feed: Feed, espi: values.Espi) -> Iterator[DatedRow]:
    """The summaries of all usage points, but those without a billing period."""
    elements = ((entry, element) for entry in feed.all(*_SUMMARIES) for element in entry.elements)
    for entry, element in elements:
        point, service = usage_point_of(feed, entry)
        start = values.whole(child_text(element, "billingPeriod/start"), "start")
        if start is None:
            continue
        duration = values.whole(child_text(element, "billingPeriod/duration"), "duration")
        row: Row = {"usage_point": point, "service": service, **values.span(start, duration, espi.time_zone)}
        row |= {name: values.whole(child_text(element, word), word) for name, word in _NUMBERS.items()}
        cost = values.number(child_text(element, "billLastPeriod"), "billLastPeriod")
        row["cost"] = values.scaled(cost, values.COST)
        row |= _consumed(feed, element, espi)
        # Received and delivered energy of one period are two summaries, not two versions of one.
        row["id"] = f"{point or ''}/{start}/{duration}/flow {row['flow']}/uom {row['uom']}"
        yield entry.updated, row


def _consumed(feed: Feed, element: Element, espi: values.Espi) -> Row:
    """The consumption, and the direction of its flow where a reading type names it."""
    uom, power, value, type_url = (child_text(element, f"{_CONSUMED}/{word}") for word in _MEASURED)
    measure = values.Measure.of(uom, power, espi)
    kind = feed.first("ReadingType", [url_path(type_url)]) if type_url else None
    flow = values.whole(kind.text("flowDirection"), "flowDirection") if kind else None
    return {
        "value": values.scaled(values.number(value, "value"), measure.power),
        "unit": measure.unit,
        "uom": measure.uom,
        "flow": flow or values.NO_FLOW,
    }
