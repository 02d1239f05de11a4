"""What readings and summaries of ESPI share: their usage point, and one version of each."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from urllib.parse import unquote

from gateway.sources.greenbutton.feed import Entry, Feed
from gateway.sources.greenbutton.values import whole
from gateway.sources.http.body_format import InvalidDocument

Row = dict[str, Any]
DatedRow = tuple[datetime, Row]


def usage_point_of(feed: Feed, entry: Entry) -> tuple[str | None, int | None]:
    """The usage point of an entry, and its kind of service; None where the document has none."""
    point = feed.owner(entry, "UsagePoint")
    if point is not None:
        return point.name, whole(point.text("ServiceCategory/kind"), "kind of ServiceCategory")
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
