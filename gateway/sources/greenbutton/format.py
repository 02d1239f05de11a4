"""Green Button: documents of ESPI (NAESB REQ.21) told as rows, whether they come by HTTP or from a file."""

from collections.abc import Iterator
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from gateway.sources.greenbutton.codes import UNITS
from gateway.sources.greenbutton.feed import Feed
from gateway.sources.greenbutton.readings import readings
from gateway.sources.greenbutton.summaries import summaries
from gateway.sources.greenbutton.values import EspiOptions
from gateway.sources.greenbutton.xml import XmlParser
from gateway.sources.http.body_format import Form, InvalidDocument

ITEMS = ("readings", "summaries")


class Espi(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """That a place's documents are ESPI, and how they are told.

    zone  whose midnight begins a day or a period of billing: without it nothing has a day
    kilo  units told in thousands: ["Wh"] for kWh instead of Wh
    """

    zone: str | None = None
    kilo: list[str] = msgspec.field(default_factory=list)

    def form(self, asked: str | None = None, *, pages: bool = False) -> Form:
        """How such a document is asked for and read; `asked` is the key it was asked by, if it was one.

        One that goes on elsewhere is refused, unless there are `pages`.
        """
        told = EspiOptions(ZoneInfo(self.zone) if self.zone else None, frozenset(self.kilo))
        decode = partial(decoded, told=told, asked=asked, pages=pages)
        return Form("ESPI", "application/atom+xml", ("/xml", "/atom+xml"), decode, slow=True)


def complaints(espi: Espi | None, items: str | None) -> Iterator[str]:
    """What makes no sense about it and the place's items, each in a sentence."""
    if espi is None:
        return
    if items not in ITEMS:
        yield f"items must be {' or '.join(ITEMS)} where documents are ESPI"
    try:
        _ = espi.form()
    except (KeyError, ValueError, OSError):  # not found, or no name of a zone at all
        yield f"there is no zone {espi.zone!r}"
    if wrong := sorted(set(espi.kilo) - set(UNITS.values())):
        yield f"kilo: there is no unit {', '.join(wrong)}; there are {', '.join(sorted(UNITS.values()))}"


def decoded(
    body: bytes, told: EspiOptions, asked: str | None = None, *, pages: bool = False
) -> dict[str, Any]:
    """A document: its `readings` and `summaries`, each a list of rows, and the address of the `next` page.

    Rows of both say `id`, `asked`, `usage_point`, `service`, `starts_at`, `ends_at`, `duration`, `starts_on`
    and `ends_on` (see `span`), `value` in `unit` (`uom` is its number), `flow`, `commodity`, `quality`,
    `cost` and its `currency`. Readings also say `meter_reading`, `kind`, `accumulation`, `interval_length`
    in seconds, `grain` (interval, day or longer), `qualities` as told, `tou` and `tier`. Codes are the
    standard's numbers; what the document does not say is None, but for a flow of 0: none applies.

    Values are multiplied and costs are in whole units of money: both exact. Unreadable when it is no such
    document.
    """
    feed = Feed(XmlParser().parsed(body))
    if feed.next and not pages:
        raise InvalidDocument("a feed that goes on elsewhere, and nothing here says that it has pages")
    found = {"readings": readings(feed, told), "summaries": summaries(feed, told)}
    for rows in found.values():
        for row in rows:
            row["asked"] = asked
    return {**found, "next": next(iter(feed.next), None)}
