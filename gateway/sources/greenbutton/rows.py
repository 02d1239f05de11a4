"""Rows of ESPI: one for each interval.

What cannot be tied to its usage point, type or time is a row with a `fault`: an unreadable row of that point.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from xml.etree.ElementTree import Element

from gateway.sources.greenbutton import values
from gateway.sources.greenbutton.feed import Entry, Feed, child_text, last_name
from gateway.sources.greenbutton.parts import LABELS
from gateway.sources.greenbutton.xml import USAGE_POINT
from gateway.sources.http.body_format import InvalidDocument

Row = dict[str, Any]
DatedRow = tuple[datetime, Row]
_TYPE = {  # columns of a row, and the numbers of its reading type
    "commodity": "commodity",
    "kind": "kind",
    "interval_length": "intervalLength",
}
_NEEDED = {"accumulation": "accumulationBehaviour", **LABELS}  # without them, it is not known what a reading is
_AMOUNTS = ("value", "cost")
_DIFFERING = ("dataQualifier", "timeAttribute", "phase", "measuringPeriod", "aggregate")  # never parts of one sum


def fault_row(point: Mapping[str, Any], fault: str) -> Row:
    return {**point, "fault": fault}


def point_of(feed: Feed, entry: Entry) -> Row:
    """The usage point of an entry. Its identity is its whole address: two customers may have a point 1."""
    point = feed.owner(entry, USAGE_POINT)
    path = (point and point.self_path) or entry.address(USAGE_POINT)
    service = point and values.optional(point.text("ServiceCategory/kind"))
    return {"usage_point": last_name(path) if path else None, "usage_point_path": path, "service": service}


def namesakes(feed: Feed, rows: Iterable[Row]) -> set[str]:
    """The names of several usage points of a document."""
    paths = {each.self_path for each in feed.all(USAGE_POINT)} | {row["usage_point_path"] for row in rows}
    return {name for name, count in Counter(last_name(path) for path in paths if path).items() if count > 1}


def latest_versions(rows: Iterable[DatedRow]) -> list[Row]:
    """Each id once: blocks overlap, and corrections repeat a reading. Of two versions the later counts.

    Where two versions have one time of update and differ in value or cost, that is not known. A summary may lack
    what another one of its period has.
    """
    latest: dict[str, DatedRow] = {}
    contradicted: dict[tuple[str, datetime], set[str]] = {}
    faults: dict[str, Row] = {}
    for updated, row in rows:
        if "fault" in row:
            faults[str(row)] = row
            continue
        before, other = latest.setdefault(row["id"], (updated, row))
        if updated > before:
            latest[row["id"]] = updated, row
        elif updated == before and any(row[name] != other[name] for name in _AMOUNTS):
            unknown = contradicted.setdefault((row["id"], updated), set())
            unknown |= {name for name in _AMOUNTS if _contradict(row, other, name)}
            latest[row["id"]] = updated, _merged(row, other) | dict.fromkeys(unknown)
    return [*(row for _, row in latest.values()), *faults.values()]


def _merged(row: Row, other: Row) -> Row:
    """One row of two versions: each amount of the one that has it, the currency of the cost, the worst quality."""
    amounts = {name: other[name] if row[name] is None else row[name] for name in _AMOUNTS}
    merged = other if row["cost"] is None else row
    return merged | amounts | {"quality": values.worst([row["quality"], other["quality"]])}


def _contradict(one: Row, other: Row, name: str) -> bool:
    """Whether two versions differ. No value is one, too, for a reading, but not for a summary."""
    is_unsaid = "interval" not in one and None in (one[name], other[name])
    return bool(one[name] != other[name]) and not is_unsaid


@dataclass(frozen=True, slots=True)
class Register:
    """One meter reading of ESPI: what all its interval readings share.

    name: tells it apart; registers of one type but for tier, time of use or critical peak have one name
    kind: what registers of one such type have in common
    labels: the tier, time of use and critical peak of its type
    """

    name: str
    kind: str
    labels: Mapping[str, int]
    shared: Mapping[str, Any]
    measure: values.Measure
    quality: int
    espi: values.Espi


def readings(feed: Feed, espi: values.Espi) -> Iterator[DatedRow]:
    """The parts of all intervals: of an interval in two tiers, two rows. `part` holds what tells them apart."""
    registers: dict[Entry, Register] = {}
    blocks: list[tuple[Entry, Entry]] = []
    for entry in feed.all("IntervalBlock"):
        try:
            meter = _meter(feed, entry)
            if meter not in registers:
                registers[meter] = register_of(feed, meter, espi)
        except InvalidDocument as error:
            yield entry.updated, fault_row(point_or_none(feed, entry), str(error))
        else:
            blocks.append((entry, meter))
    registers = _with_totals(registers)
    for entry, meter in blocks:
        for block in entry.elements:
            yield from ((entry.updated, row) for row in _block(registers[meter], block))


def point_or_none(feed: Feed, entry: Entry) -> Row:
    try:
        return point_of(feed, entry)
    except InvalidDocument:
        path = entry.address(USAGE_POINT)
        return {"usage_point": path and last_name(path), "usage_point_path": path, "service": None}


def _meter(feed: Feed, block: Entry) -> Entry:
    """The meter reading of a block; the block itself in a document without any."""
    meter = feed.owner(block, "MeterReading")
    if meter is None and any(feed.all("MeterReading")):
        raise InvalidDocument("an interval block without its meter reading")
    return meter or block


def register_of(feed: Feed, meter: Entry, espi: values.Espi) -> Register:
    kind = feed.reading_type(meter)
    if kind is None:
        raise InvalidDocument("a meter reading without its reading type")
    point = point_of(feed, meter)
    measure = values.Measure.of(kind.text("uom"), kind.text("powerOfTenMultiplier"), espi)
    quality = values.code(kind.text("defaultQuality"))
    address = meter.self_path if meter.kind == "MeterReading" else point["usage_point_path"]
    path = meter.address("MeterReading") or address or ""
    shared: Row = {**point, "meter_reading": last_name(path)}
    shared |= {name: values.optional(kind.text(word)) for name, word in _TYPE.items()}
    shared |= {name: values.whole(kind.text(word), word) for name, word in _NEEDED.items()}
    shared["flow"] = values.code(kind.text("flowDirection")) or values.NO_FLOW
    shared["accumulation"] = shared["accumulation"] or measure.accumulation
    if shared["service"] is None:
        shared["service"] = values.service_of(shared["commodity"], measure)
    shared |= {"unit": measure.unit, "uom": measure.uom, "currency": values.currency(kind.text("currency"))}
    shared["currency_code"] = values.CURRENCIES.get(shared["currency"])
    labels = {name: shared[name] for name in LABELS if shared[name]}
    words = ("commodity", "flow", "kind", "accumulation", "uom")
    alike = [f"{word} {shared[word]}" for word in words] + [kind.text(word) or "" for word in _DIFFERING]
    common = "/".join([point["usage_point_path"] or "", *filter(None, alike)])
    name = common if labels else path
    return Register(name, common, labels, shared, measure, values.GOOD if quality is None else quality, espi)


def _with_totals(registers: Mapping[Entry, Register]) -> dict[Entry, Register]:
    """The registers, where the only one without a label among others of its kind is their total, under their name."""
    divided = {each.kind for each in registers.values() if each.labels}
    plain = Counter(each.kind for each in registers.values() if not each.labels)
    return {
        meter: replace(each, name=each.kind) if each.kind in divided and plain[each.kind] == 1 else each
        for meter, each in registers.items()
    }


def _block(register: Register, block: Element) -> Iterator[Row]:
    try:
        start = values.whole(child_text(block, "interval/start"), "start")
    except InvalidDocument:
        start = None
    for index, reading in enumerate(block.iterfind("IntervalReading")):
        try:
            yield _row(register, reading, index, start)
        except InvalidDocument as error:
            lasts = values.optional(child_text(reading, "timePeriod/duration")) or register.shared["interval_length"]
            is_likely = lasts is not None and 0 < lasts <= values.LONGEST_PERIOD
            yield fault_row({**register.shared, "grain": _grain(lasts) if is_likely else None}, str(error))


def _row(register: Register, reading: Element, index: int, block_start: int | None) -> Row:
    """One part of an interval. Raises InvalidDocument if it cannot be placed in time.

    `quality` is the worst quality of the reading, or that of its register. What cannot be read has no value.
    """
    text = {child.tag: child.text for child in reading}
    start, duration, is_odd = _time(reading, index, block_start, register.shared["interval_length"])
    row = {**register.shared, **values.span(start, duration, register.espi.time_zone)}
    row |= {"grain": _grain(duration), "qualities": [], "quality": register.quality, "value": None, "cost": None}
    labels: dict[str, int] = dict(register.labels)
    for name, word in LABELS.items():
        if word in text:
            labels[name] = row[name] = values.code(text[word]) or labels.get(name, 0)
    if "ReadingQuality" in text:
        codes = [values.code(code.text) for code in reading.iterfind("ReadingQuality/quality")]
        row["qualities"] = [code for code in codes if code is not None]
    if row["qualities"]:
        row["quality"] = values.worst(row["qualities"])
    if not is_odd and values.UNKNOWN not in labels.values():  # else it may be the part of any interval
        row["value"] = values.amount(text.get("value"), register.measure.power)
        row["cost"] = values.amount(text.get("cost"), values.COST)
    row["part"] = labels
    row["register"], row["interval"] = register.name, f"{register.name}/{start}/{duration}"
    row["id"] = "/".join([row["interval"], *(f"{name} {value}" for name, value in labels.items())])
    return row


def _time(reading: Element, index: int, first: int | None, length: int | None) -> tuple[int, int, bool]:
    """The start and the duration of a reading, and whether it tells another one that is absurd.

    By default they follow from its position in the block and its type.
    """
    period = reading.find("timePeriod")
    start = None if period is None else values.whole(period.findtext("start"), "start")
    lasts = None if period is None else values.code(period.findtext("duration"))
    is_odd = lasts is not None and not 0 <= lasts <= values.LONGEST_PERIOD
    if start is not None:
        length = length if is_odd else lasts or length
    elif first is not None and length:
        start = first + index * length
    if start is None or not length or length < 0:
        raise InvalidDocument("a reading without a time")
    return start, length, is_odd


def _grain(seconds: int | None) -> str | None:
    if seconds is None:
        return None
    if seconds < values.SHORTEST_DAY:
        return "interval"
    return "day" if seconds <= values.LONGEST_DAY else "longer"
