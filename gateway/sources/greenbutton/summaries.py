"""A row for each usage summary: the totals of a billing period."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from gateway.sources.greenbutton.codes import NO_FLOW
from gateway.sources.greenbutton.feed import Entry, Feed, child_text
from gateway.sources.greenbutton.usage_points import DatedRow, Row, latest_versions, usage_point_of
from gateway.sources.greenbutton.values import COST, EspiOptions, Measure, number, scaled, span, whole

KINDS = ("UsageSummary", "ElectricPowerUsageSummary")  # the second is its name in earlier versions
_CONSUMED = "overallConsumptionLastPeriod"
_MEASURED = ("uom", "powerOfTenMultiplier", "value", "readingTypeRef")
_NUMBERS = {"quality": "qualityOfReading", "commodity": "commodity", "currency": "currency"}


def summaries(feed: Feed, options: EspiOptions) -> list[Row]:
    """The summaries of all usage points, each once, but those without a billing period."""
    return latest_versions(row for entry in feed.all(*KINDS) for row in _rows(feed, entry, options))


def _rows(feed: Feed, entry: Entry, options: EspiOptions) -> Iterator[DatedRow]:
    point, service = usage_point_of(feed, entry)
    for element in entry.elements:
        start = whole(child_text(element, "billingPeriod/start"), "start")
        if start is None:
            continue
        duration = whole(child_text(element, "billingPeriod/duration"), "duration")
        row: Row = {"usage_point": point, "service": service, **span(start, duration, options.zone)}
        row |= {name: whole(child_text(element, word), word) for name, word in _NUMBERS.items()}
        row["cost"] = scaled(number(child_text(element, "billLastPeriod"), "billLastPeriod"), COST)
        row |= _consumed(feed, element, options)
        # Received and delivered energy of one period are two summaries, not two versions of one.
        row["id"] = f"{point or ''}/{start}/{duration}/flow {row['flow']}/uom {row['uom']}"
        yield entry.updated, row


def _consumed(feed: Feed, element: Element, options: EspiOptions) -> Row:
    """The consumption, and the direction of its flow where a reading type names it."""
    uom, power, value, type_url = (child_text(element, f"{_CONSUMED}/{word}") for word in _MEASURED)
    measure = Measure.of(uom, power, options)
    kind = feed.at(type_url, "ReadingType") if type_url else None
    flow = whole(kind.text("flowDirection"), "flowDirection") if kind else None
    return {
        "value": scaled(number(value, "value"), measure.power),
        "unit": measure.unit,
        "uom": measure.uom,
        "flow": flow or NO_FLOW,
    }
