"""Green Button: ESPI documents (NAESB REQ.21) as rows, from HTTP or from a file."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from gateway.sources.base.place import zone_diagnostics
from gateway.sources.greenbutton.feed import Feed, parse_xml
from gateway.sources.greenbutton.rows import latest_versions, readings, summaries
from gateway.sources.greenbutton.values import UNITS, Espi
from gateway.sources.http.body_format import BodyFormat, InvalidDocument

ITEMS = ("readings", "summaries")


def espi_format(espi: Espi, key: str | None = None, *, pages: bool = False) -> BodyFormat:
    """The format of a document. `key` is the one it was requested by, if there was one.

    A document with a next page is refused, unless `pages` are read.
    """
    decode = partial(decoded, espi=espi, key=key, pages=pages)
    return BodyFormat("ESPI", "application/atom+xml", ("/xml", "/atom+xml"), decode, slow=True)


def espi_diagnostics(espi: Espi | None, items: str | None) -> Iterator[str]:
    if espi is None:
        return
    if items not in ITEMS:
        yield f"items must be {' or '.join(ITEMS)} where documents are ESPI"
    yield from zone_diagnostics(espi.zone)
    if unknown := sorted(set(espi.kilo) - set(UNITS.values())):
        units = ", ".join(sorted(UNITS.values()))
        yield f"kilo has unknown units: {', '.join(unknown)}; the units are {units}"


def decoded(body: bytes, espi: Espi, key: str | None = None, *, pages: bool = False) -> dict[str, Any]:
    """A document: its `readings` and `summaries`, each a list of rows, and the URL of the `next` page.

    Rows of both have `id`, `asked`, `usage_point` and `service`. Their times are
    those of `span`. `value` is in `unit`, and `uom` is the code of the unit. They also have `flow`,
    `commodity`, `quality`, `cost` and its `currency`. Readings also have `meter_reading`, `kind`,
    `accumulation`, `interval_length` in seconds, `grain` (interval, day or longer), `qualities`, `tou` and
    `tier`. Codes are the standard's numbers. A missing value is None, but a missing flow is 0.

    Values are multiplied, and costs are in whole units of money; both are exact.
    """
    feed = Feed(parse_xml(body))
    if feed.next and not pages:
        raise InvalidDocument("the feed has a next page; add paging to the place")
    rows = {"readings": latest_versions(readings(feed, espi)), "summaries": latest_versions(summaries(feed, espi))}
    for row in (*rows["readings"], *rows["summaries"]):
        row["asked"] = key
    return {**rows, "next": feed.next}
