"""A row for each summary of usage: what a period of billing came to."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from gateway.sources.greenbutton.codes import NO_FLOW
from gateway.sources.greenbutton.feed import Entry, Feed, child_text
from gateway.sources.greenbutton.usage_points import Dated, Row, latest_versions, usage_point_of
from gateway.sources.greenbutton.values import COST, EspiOptions, Measure, number, scaled, span, whole

KINDS = ("UsageSummary", "ElectricPowerUsageSummary")  # the second is the name it had at first
_CONSUMED = "overallConsumptionLastPeriod"
_MEASURED = ("uom", "powerOfTenMultiplier", "value", "readingTypeRef")
_NUMBERS = {"quality": "qualityOfReading", "commodity": "commodity", "currency": "currency"}


def summaries(feed: Feed, told: EspiOptions) -> list[Row]:
    """The summaries of all usage points, each once; one that tells of no period is none of billing."""
    return latest_versions(row for entry in feed.all(*KINDS) for row in _rows(feed, entry, told))


def _rows(feed: Feed, entry: Entry, told: EspiOptions) -> Iterator[Dated]:
    point, service = usage_point_of(feed, entry)
    for held in entry.held:
        start = whole(child_text(held, "billingPeriod/start"), "a start")
        if start is None:
            continue
        lasts = whole(child_text(held, "billingPeriod/duration"), "a duration")
        row: Row = {"usage_point": point, "service": service, **span(start, lasts, told.zone)}
        row |= {name: whole(child_text(held, word), word) for name, word in _NUMBERS.items()}
        row["cost"] = scaled(number(child_text(held, "billLastPeriod"), "a bill"), COST)
        row |= _consumed(feed, held, told)
        # What was received meanwhile is another reading than what was delivered, not a later word on it.
        row["id"] = f"{point or ''}/{start}/{lasts}/flow {row['flow']}/uom {row['uom']}"
        yield entry.updated, row


def _consumed(feed: Feed, held: Element, told: EspiOptions) -> Row:
    """What was consumed, and which way it flowed where a reading type is named that says it."""
    uom, power, value, named = (child_text(held, f"{_CONSUMED}/{word}") for word in _MEASURED)
    measure = Measure.of(uom, power, told)
    kind = feed.at(named, "ReadingType") if named else None
    flow = whole(kind.says("flowDirection"), "flowDirection") if kind else None
    return {
        "value": scaled(number(value, "a value"), measure.power),
        "unit": measure.unit,
        "uom": measure.uom,
        "flow": flow or NO_FLOW,
    }
