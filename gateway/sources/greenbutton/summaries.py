"""Rows of ESPI: one for each usage summary, which is a billing period."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from xml.etree.ElementTree import Element

from gateway.sources.greenbutton import values
from gateway.sources.greenbutton.feed import Entry, Feed, child_text, url_path
from gateway.sources.greenbutton.rows import DatedRow, Row, fault_row, point_of, point_or_none, register_of
from gateway.sources.greenbutton.xml import SUMMARIES
from gateway.sources.http.body_format import InvalidDocument

_LAST, _CURRENT = "overallConsumptionLastPeriod", "currentBillingPeriodOverAllConsumption"
_SERIES = ("service", "unit", "uom", "flow")
Series = tuple[Any, ...]  # the values of these columns
_DAY = timedelta(days=1).total_seconds()


def summaries(feed: Feed, espi: values.Espi) -> Iterator[DatedRow]:
    """The summaries of all usage points, but those that say nothing of a billing period.

    A summary with a cost alone belongs to the series of its usage point, if there is one.
    """
    rows = list(_summaries(feed, espi))
    series: dict[Any, set[Series]] = {}
    for _, row in rows:
        if row.get("unit"):
            series.setdefault(row["usage_point_path"], set()).add(_series(row))
    for updated, row in rows:
        if "fault" not in row:
            if row["unit"] is None:
                candidates = series.get(row["usage_point_path"]) or _read_series(feed, row, espi)
                row.update(_only(candidates) or {"unit": values.Measure.of(None, None, espi).unit})
            # Received and delivered energy of one period are two summaries, not two versions of one.
            period = f"{row['starts_at']}/{row['duration']}/flow {row['flow']}/uom {row['uom']}"
            row["id"] = f"{row['usage_point_path'] or ''}/{period}"
        yield updated, row


def _series(row: Row) -> Series:
    return tuple(row[name] for name in _SERIES)


def _only(candidates: set[Series]) -> Row | None:
    """The only series of several, or the only one of delivered energy."""
    for some in (candidates, {each for each in candidates if each[-1] in values.DELIVERED}):
        if len(some) == 1:
            return dict(zip(_SERIES, *some, strict=True))
    return None


def _read_series(feed: Feed, row: Row, espi: values.Espi) -> set[Series]:
    """The series of the usage that is read at the usage point of a row."""
    series: set[Series] = set()
    for meter in feed.all("MeterReading"):
        try:
            shared = register_of(feed, meter, espi).shared
        except InvalidDocument:
            continue
        if shared["usage_point_path"] == row["usage_point_path"] and shared["accumulation"] == values.DELTA:
            series.add(_series({**shared}))
    return series


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
    duration = values.whole(child_text(element, "billingPeriod/duration"), "duration")
    if start is None and not any(child_text(element, path) for path in ("billLastPeriod", f"{_LAST}/value")):
        return None
    if start is None or duration is None or duration <= 0:
        raise InvalidDocument("a summary without the time of its billing period")
    row: Row = {**point_of(feed, entry), **values.span(start, duration, espi.time_zone)}
    if espi.zone and row["starts_on"] is None:
        raise InvalidDocument("a billing period that is shorter than a day")
    quality = values.code(child_text(element, "qualityOfReading"))
    row["quality"] = values.GOOD if quality is None else quality
    row["commodity"] = values.optional(child_text(element, "commodity"))
    row["currency"] = values.currency(child_text(element, "currency"))
    row["currency_code"] = values.CURRENCIES.get(row["currency"])
    row["cost"] = values.amount(child_text(element, "billLastPeriod"), values.COST)
    return row | _consumed(feed, element, row, espi)


def _consumed(feed: Feed, element: Element, row: Row, espi: values.Espi) -> Row:
    """The consumption, and the direction of its flow where a reading type names it."""
    name = _of_this_period(element, row["ends_at"])
    uom, value = child_text(element, f"{name}/uom"), child_text(element, f"{name}/value")
    power = child_text(element, f"{name}/powerOfTenMultiplier")
    service = row["service"]
    nothing = {"value": None, "unit": None, "uom": None, "flow": values.NO_FLOW}
    if service is None:
        nothing["service"] = values.service_of(row["commodity"], values.Measure.of(None, None, espi))
    if uom is None and value is None:
        return nothing
    try:
        measure = values.Measure.of(uom, power, espi)
    except InvalidDocument:
        return nothing
    type_url = child_text(element, f"{name}/readingTypeRef")
    kind = feed.first("ReadingType", [url_path(type_url)]) if type_url else None
    flow = values.code(kind.text("flowDirection")) if kind else None
    return {
        "value": values.amount(value, measure.power),
        "unit": measure.unit,
        "uom": measure.uom,
        "flow": flow or values.NO_FLOW,
        "service": values.service_of(row["commodity"], measure) if service is None else service,
    }


def _of_this_period(element: Element, end: int | None) -> str:
    """Which of two consumptions is that of the billing period.

    The current one, if it was read at the end of the period; else the last one, unless that is missing or zero.
    """
    current, last = child_text(element, f"{_CURRENT}/value"), child_text(element, f"{_LAST}/value")
    if current is None or last is None:
        return _LAST if current is None else _CURRENT
    read_at = child_text(element, f"{_CURRENT}/timeStamp") or child_text(element, "statusTimeStamp")
    moment = values.optional(read_at)
    if moment is None or end is None:
        return _LAST if values.amount(last, 0) else _CURRENT
    return _CURRENT if abs(moment - end) <= _DAY else _LAST
