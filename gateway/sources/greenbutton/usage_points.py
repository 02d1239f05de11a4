"""What readings and summaries of ESPI have in common: whose they are, and that each is told once."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from urllib.parse import unquote

from gateway.sources.greenbutton.feed import Entry, Feed
from gateway.sources.greenbutton.values import whole
from gateway.sources.http.body_format import InvalidDocument

Row = dict[str, Any]
Dated = tuple[datetime, Row]


def usage_point_of(feed: Feed, entry: Entry) -> tuple[str | None, int | None]:
    """The usage point an entry belongs to, and its kind of service; each None where nothing says it."""
    point = feed.owner(entry, "UsagePoint")
    if point is not None:
        return point.name, whole(point.says("ServiceCategory/kind"), "a kind of service")
    _, found, rest = entry.up.partition("/UsagePoint/")
    return (unquote(rest.partition("/")[0]) if found else None), None


def latest_versions(rows: Iterable[Dated]) -> list[Row]:
    """Each id once: blocks overlap, and what was corrected comes again. Of two versions the later is true."""
    known: dict[str, Dated] = {}
    for updated, row in rows:
        other = known.setdefault(row["id"], (updated, row))
        if other[1] == row:
            continue
        if other[0] == updated:
            raise InvalidDocument("a reading that is there twice, differently")
        known[row["id"]] = max(other, (updated, row), key=lambda dated: dated[0])
    return [row for _, row in known.values()]
