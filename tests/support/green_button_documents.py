"""Green Button documents: Atom feeds of usage points, readings and their types, after espi.xsd 4.0."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote
from xml.sax.saxutils import escape, quoteattr

HOST = "https://data.example.com/DataCustodian/espi/1_1/resource"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
OPEN = '<feed xmlns="http://www.w3.org/2005/Atom">'
WH = {"accumulationBehaviour": 4, "commodity": 1, "currency": 840, "flowDirection": 1, "kind": 12, "uom": 72}
QUARTER = WH | {"intervalLength": 900, "powerOfTenMultiplier": 0}
DAILY = WH | {"intervalLength": 86400, "powerOfTenMultiplier": 3}
MONTH = {"duration": 31 * 86400, "start": 1_735_707_600}  # January 2025 in New York
UPDATED = "2026-11-15T06:00:00Z"


@dataclass(frozen=True)
class Read:
    """One interval reading; a start of None leaves its time out."""

    start: Any
    value: Any = None
    lasts: Any = 900
    qualities: Sequence[Any] = ()
    cost: Any = None
    more: dict[str, Any] = field(default_factory=dict)


def tags(values: dict[str, Any]) -> str:
    """Elements in the order of their names; None is left out."""
    present = ((name, value) for name, value in values.items() if value is not None)
    return "".join(
        f"<{name}>{tags(value) if isinstance(value, dict) else escape(str(value))}</{name}>" for name, value in present
    )


def entry(kind: str, inside: str, self_link: str, *related: str, up: str = "", updated: str = UPDATED) -> str:
    """One resource and its links."""
    links = [("self", self_link), ("up", up or self_link.rpartition("/")[0]), *(("related", each) for each in related)]
    elements = "".join(f"<link rel={quoteattr(rel)} href={quoteattr(href)}/>" for rel, href in links if href)
    content = f'<content><{kind} xmlns="http://naesb.org/espi">{inside}</{kind}></content>'
    when = f"<published>{updated}</published><updated>{updated}</updated>"
    return f"<entry><id>urn:uuid:{quote(self_link)}</id>{elements}<title>{kind}</title>{content}{when}</entry>"


def point(name: str, service: Any = 0, host: str = HOST) -> str:
    """A usage point; kind 0 is electricity, 1 is gas."""
    path = at(name, host)
    kind = tags({"ServiceCategory": {"kind": service}}) if service is not None else ""
    return entry("UsagePoint", kind, path, f"{path}/MeterReading", f"{path}/UsageSummary")


def at(name: str, host: str = HOST) -> str:
    """The path of a usage point."""
    return f"{host}/RetailCustomer/1/UsagePoint/{quote(name, safe='')}"


def meter(name: str, reading: str = "01", kind: str = "07", host: str = HOST) -> str:
    """A meter reading of a usage point, with its type."""
    path = f"{at(name, host)}/MeterReading/{quote(reading, safe='')}"
    return entry("MeterReading", "", path, f"{path}/IntervalBlock", f"{host}/ReadingType/{kind}")


def reading_type(name: str = "07", host: str = HOST, updated: str = UPDATED, **overrides: Any) -> str:
    return entry("ReadingType", tags(QUARTER | overrides), f"{host}/ReadingType/{name}", updated=updated)


def read(reading: Read) -> str:
    """One reading, with its elements in the order of the standard."""
    period = None if reading.start is None else {"duration": reading.lasts, "start": reading.start}
    qualities = "".join(tags({"ReadingQuality": {"quality": code}}) for code in reading.qualities)
    content = tags({"cost": reading.cost}) + qualities + tags({"timePeriod": period, "value": reading.value})
    return f"<IntervalReading>{content}{tags(reading.more)}</IntervalReading>"


def block(name: str, readings: Iterable[Read], reading: str = "01", number: str = "1", **overrides: Any) -> str:
    """A block of readings; `begin` is its start, for readings without their own."""
    host, begin = overrides.pop("host", HOST), overrides.pop("begin", None)
    path = f"{at(name, host)}/MeterReading/{quote(reading, safe='')}/IntervalBlock/{number}"
    interval = {"interval": {"duration": 86400, "start": begin}} if begin is not None else {}
    return entry("IntervalBlock", tags(interval) + "".join(map(read, readings)), path, **overrides)


def summary(name: str, number: str = "1", kind: str = "UsageSummary", **overrides: Any) -> str:
    """A summary of a billing period, with its words in the given order."""
    return entry(kind, tags(overrides), f"{at(name)}/UsageSummary/{number}")


def feed(*entries: str, head: str = "") -> bytes:
    top = "<id>urn:uuid:1</id><title>Green Button</title>"
    return f"{HEAD}{OPEN}{top}{head}{''.join(entries)}</feed>".encode()


def usage(name: str, readings: Iterable[Read], **overrides: Any) -> bytes:
    """A document of one usage point with one type of reading."""
    return feed(point(name), meter(name), reading_type(**overrides), block(name, readings))
