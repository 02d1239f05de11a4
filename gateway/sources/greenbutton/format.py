"""Green Button: ESPI documents (NAESB REQ.21) as rows, from HTTP or from a file."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from gateway.contract.paths import parse_path, value_at
from gateway.sources.base.place import zone_diagnostics
from gateway.sources.greenbutton.feed import Feed
from gateway.sources.greenbutton.parts import summed
from gateway.sources.greenbutton.rows import Row, latest_versions, namesakes, readings
from gateway.sources.greenbutton.summaries import summaries
from gateway.sources.greenbutton.values import UNITS, Espi
from gateway.sources.greenbutton.xml import parse_all
from gateway.sources.http.body_format import BodyFormat

ITEMS = ("readings", "summaries")


def _body(body: bytes) -> bytes:
    return body


# A body is read by `Documents`, once for all lookups.
ESPI_FORMAT = BodyFormat("ESPI", "application/atom+xml", ("/xml", "/atom+xml"), _body)


def espi_diagnostics(espi: Espi | None, items: str | None) -> Iterator[str]:
    if espi is None:
        return
    if items not in ITEMS:
        yield f"items must be {' or '.join(ITEMS)} where documents are ESPI"
    yield from zone_diagnostics(espi.zone)
    if unknown := sorted(set(espi.kilo) - set(UNITS.values())):
        units = ", ".join(sorted(UNITS.values()))
        yield f"kilo has unknown units: {', '.join(unknown)}; the units are {units}"


class Document:
    """A parsed body. Raises InvalidDocument where it is no feed."""

    def __init__(self, body: bytes) -> None:
        self.size = len(body)
        self.feed = Feed(parse_all(body))

    def rows(self, items: str, espi: Espi, key: str | None = None) -> list[Row]:
        """Its `readings` or `summaries`. `key` is the one it was requested by, if there was one.

        Rows of both have `id`, `asked`, `usage_point`, `usage_point_path` and `service`. Their times are those
        of `span`. `value` is in `unit`, and `uom` is the code of the unit. They also have `flow`, `commodity`,
        `quality`, `cost`, its `currency` and `currency_code`. Readings also have `meter_reading`, `kind`,
        `accumulation`, `qualities`, `tou`, `tier`, `cpp`, and `interval_length` in seconds. Their `grain` is
        interval, day or longer; `parts` divide it by `tou`, `tier` and `cpp`, each with `value`, `cost` and
        `currency_code`; empty where nothing tells parts apart. Codes are the standard's numbers. A missing
        value is None, but a missing flow is 0. Of several usage points with one name, `has_namesake` is true.

        Values are multiplied, and costs are in whole units of money; both are exact.
        """
        if items == "readings":
            rows = summed(latest_versions(readings(self.feed, espi)))
        else:
            rows = latest_versions(summaries(self.feed, espi))
        names = namesakes(self.feed, rows)
        for row in rows:
            row["asked"], row["has_namesake"] = key, row["usage_point"] in names
        return rows


def decoded(body: bytes, espi: Espi, key: str | None = None) -> dict[str, Any]:
    """All that a document says, and the URL of its `next` page."""
    document = Document(body)
    return {**{items: document.rows(items, espi, key) for items in ITEMS}, "next": document.feed.next}


def selected(rows: Sequence[Row], where: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The rows whose values equal those of `where`; a row that cannot be decided is unreadable."""
    conditions = [(parse_path(path), value) for path, value in where.items()]
    matching: list[Mapping[str, Any]] = []
    for row in rows:
        pairs = [(value_at(row, path), constant) for path, constant in conditions]
        if all(value == constant for value, constant in pairs):
            matching.append(row)
        elif all(value == constant or not _is_comparable(value, constant) for value, constant in pairs):
            reason = f"a row without a comparable value at {', '.join(where)}"
            matching.append({"fault": reason} | row)
    return matching


def _is_comparable(value: Any, constant: Any) -> bool:
    return isinstance(value, str | int) and isinstance(value, str) == isinstance(constant, str)
