"""Rows of ESPI: one for each usage summary, which is a billing period."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from xml.etree.ElementTree import Element

from gateway.sources.greenbutton import values
from gateway.sources.greenbutton.feed import Entry, Feed, child_text, url_path
from gateway.sources.greenbutton.rows import DatedRow, Row, fault_row, point_of, point_or_none
from gateway.sources.greenbutton.xml import SUMMARIES
from gateway.sources.http.body_format import InvalidDocument

_LAST, _CURRENT = "overallConsumptionLastPeriod", "currentBillingPeriodOverAllConsumption"
_DAY = timedelta(days=1).total_seconds()


def summaries(feed: Feed, espi: values.Espi) -> Iterator[DatedRow]:
    """The summaries of all usage points, but those without a billing period, and those of no consumption.

    A summary with a cost alone has the unit of the other summaries of its usage point, if they agree.
    """
    rows = list(_summaries(feed, espi))
    units: dict[Any, set[tuple[Any, ...]]] = {}
    for _, row in rows:
        if row.get("unit"):
            units.setdefault(row["usage_point_path"], set()).add((row["service"], row["unit"], row["uom"], row["flow"]))
    for updated, row in rows:
        if "fault" not in row:
            if row["unit"] is None:
                others = units.get(row["usage_point_path"], ())
                if len(others) != 1:
                    continue
                (row["service"], row["unit"], row["uom"], row["flow"]) = next(iter(others))
            # Received and delivered energy of one period are two summaries, not two versions of one.
            period = f"{row['starts_at']}/{row['duration']}/flow {row['flow']}/uom {row['uom']}"
            row["id"] = f"{row['usage_point_path'] or ''}/{period}"
        yield updated, row


def _summaries(feed: Feed, espi: values.Espi) -> Iterator[DatedRow]:
    for entry in feed.all(*SUMMARIES):
        for element in entry.elements:
            try:
                row = _summary(feed, entry, element, espi)
            except InvalidDocument as error:
                row = fault_row(point_or_none(feed, entry), str(error))
            if row is not None:
                yield entry.updated, row


def _summary(feed: Feed, entry: Entry, element: Element, espi: values.Espi) -> Row | None:
    start = values.whole(child_text(element, "billingPeriod/start"), "start")
    if start is None:
        return None
    duration = values.whole(child_text(element, "billingPeriod/duration"), "duration")
    numbers = {"quality": "qualityOfReading", "commodity": "commodity", "currency": "currency"}
    row: Row = {**point_of(feed, entry), **values.span(start, duration, espi.time_zone)}
    row |= {name: values.whole(child_text(element, word), word) for name, word in numbers.items()}
    row["currency_code"] = values.CURRENCIES.get(row["currency"])
    cost = values.number(child_text(element, "billLastPeriod"), "billLastPeriod")
    row["cost"] = values.scaled(cost, values.COST)
    return row | _consumed(feed, element, row, espi)


def _consumed(feed: Feed, element: Element, row: Row, espi: values.Espi) -> Row:
    """The consumption, and the direction of its flow where a reading type names it."""
    consumed = element.find(_of_this_period(element, row["ends_at"]))
    if consumed is None or not child_text(consumed, "value"):
        return {"value": None, "unit": None, "uom": None, "flow": values.NO_FLOW}
    type_url = child_text(consumed, "readingTypeRef")
    kind = feed.first("ReadingType", [url_path(type_url)]) if type_url else None
    flow = values.whole(kind.text("flowDirection"), "flowDirection") if kind else None
    measure = values.Measure.of(child_text(consumed, "uom"), child_text(consumed, "powerOfTenMultiplier"), espi)
    service = values.service_of(row["commodity"], measure) if row["service"] is None else row["service"]
    try:
        value = values.scaled(values.number(child_text(consumed, "value"), "value"), measure.power)
    except InvalidDocument:
        value = None
    return {
        "value": value,
        "unit": measure.unit,
        "uom": measure.uom,
        "flow": flow or values.NO_FLOW,
        "service": service,
    }


def _of_this_period(element: Element, end: int | None) -> str:
    """Which of two consumptions is that of the billing period.

    The current one, if it was read at the end of the period; else the last one, unless that is missing or zero.
    """
    current, last = child_text(element, f"{_CURRENT}/value"), child_text(element, f"{_LAST}/value")
    if current is None or last is None:
        return _LAST if current is None else _CURRENT
    read_at = child_text(element, f"{_CURRENT}/timeStamp") or child_text(element, "statusTimeStamp")
    moment = values.whole(read_at, "timeStamp")
    if moment is None or end is None:
        return _LAST if values.number(last, "value") else _CURRENT
    return _CURRENT if abs(moment - end) <= _DAY else _LAST
