"""A utility's Green Button: a service with readings of two service points, and a downloaded file."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from support.green_button_documents import DAILY, Read, block, feed, meter, point, reading_type, summary

NEW_YORK = ZoneInfo("America/New_York")
TOKEN = "Bearer green"  # noqa: S105  # nobody's
ATOM = "application/atom+xml"
FALL = (2026, 11, 1)  # a day of 25 hours


def seconds(*day: int, hours: float = 0) -> int:
    """Hours after midnight in New York, in seconds since 1970 UTC."""
    year, month, number = day
    return int(datetime(year, month, number, tzinfo=NEW_YORK).timestamp() + hours * 3600)


def quarters(first: int, hours: int, value: int) -> Iterator[Read]:
    """A reading for each quarter of an hour; the second hour has the qualities of `ODD`."""
    for n in range(hours * 4):
        start = first + 900 * n
        qualities = ODD.get(n, ())
        if n != LOST:
            yield Read(start, value, 900, qualities, 974)


# Qualities of the second hour by quarters: estimated, edited, failed (10) beside good; one is missing.
ODD = {4: (8,), 8: (7,), 12: (19, 10)}
LOST = 16


def days(first: datetime, count: int) -> Iterator[Read]:
    """A reading of 12 for each day, as long as the day."""
    for n in range(count):
        begin, end = first + timedelta(days=n), first + timedelta(days=n + 1)
        yield Read(int(begin.timestamp()), 12, int(end.timestamp() - begin.timestamp()))


def electric(lower: int, upper: int) -> bytes:
    """SP-1: quarter-hours delivered and received, a register, a demand, and days."""
    quarter = {
        "in": list(quarters(seconds(*FALL), 25, 250)),
        "out": [Read(seconds(*FALL, hours=13), 5, 900)],
        "register": [Read(seconds(*FALL), 9_000_000)],
        "peak": [Read(seconds(*FALL), 4_000)],
        "daily": list(days(datetime(2026, 10, 1, tzinfo=NEW_YORK), 44)),
    }
    types = {
        "in": reading_type("in", defaultQuality=17),
        "out": reading_type("out", flowDirection=19, powerOfTenMultiplier=2),
        "register": reading_type("register", accumulationBehaviour=3),
        "peak": reading_type("peak", accumulationBehaviour=6, uom=38, kind=8),
        "daily": reading_type("daily", **DAILY),
    }
    requested = {name: [r for r in reads if lower <= (r.start or 0) <= upper] for name, reads in quarter.items()}
    blocks = (block("u-1", reads, name) for name, reads in requested.items())
    return feed(*blocks, *types.values(), *(meter("u-1", name, name) for name in types), point("u-1"))


def gas(lower: int, upper: int) -> bytes:
    """SP-2: therms by the hour, in hundredths, without a direction."""
    kind = {"uom": 169, "commodity": 7, "intervalLength": 3600, "powerOfTenMultiplier": -2}
    reads = [Read(seconds(*FALL, hours=n), 7, 3600) for n in range(25)]
    requested = [each for each in reads if lower <= (each.start or 0) <= upper]
    entries = (point("u-2", 1), meter("u-2"), reading_type(flowDirection=None, **kind), block("u-2", requested))
    return feed(*entries)


@dataclass
class Meters:
    """The service; it responds to everything with `status`, unless that is 200."""

    status: int = 200
    requests: list[str] = field(default_factory=list)

    def app(self) -> Starlette:
        return Starlette(routes=[Route("/espi/UsagePoint/{key}", self._answer)])

    async def _answer(self, request: Request) -> Response:
        assert request.headers["Authorization"] == TOKEN
        key = request.path_params["key"]
        self.requests.append(key)
        if self.status != 200 or key not in ("SP-1", "SP-2"):
            return Response(b"<none/>", 404 if self.status == 200 else self.status, media_type=ATOM)
        bounds = (request.query_params.get(name) for name in ("published-min", "published-max"))
        lower, upper = (datetime.fromisoformat(each).timestamp() if each else None for each in bounds)
        body = (electric if key == "SP-1" else gas)(int(lower or 0), int(upper or 2**40))
        return Response(body, media_type=ATOM)


def download(folder: Path) -> None:
    """The file of SP-1: two billing periods, one over the day of 25 hours."""
    periods = [(seconds(2026, 9, 5), 30, 301), (seconds(2026, 10, 5), 31, 372)]
    entries = [
        summary(
            "u-1",
            str(start),
            billingPeriod={"duration": lasts * 86400, "start": start},
            billLastPeriod=value * 20_000,
            currency=840,
            overallConsumptionLastPeriod={"powerOfTenMultiplier": 3, "uom": 72, "value": value},
            qualityOfReading=17,
        )
        for start, lasts, value in periods
    ]
    (folder / "SP-1.xml").write_bytes(feed(point("u-1"), *entries))
