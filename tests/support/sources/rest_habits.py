"""What REST services of every habit answer, from the rows on a shelf."""

import base64
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web

from gateway.contract.batch import Row
from support.sources.rest_service import Shelf, comma, moment, number, parts, repeated, segment

NEW_YORK = ZoneInfo("America/New_York")
SIZE = 10


def _instants(request: web.Request, since: str, until: str) -> Callable[[datetime], bool]:
    """Both ends belong to it."""
    lower, upper = request.query.get(since), request.query.get(until)
    return lambda at: (
        (not lower or at >= datetime.fromisoformat(lower))
        and (not upper or at <= datetime.fromisoformat(upper))
    )


def _numbers(request: web.Request, *, per_second: int) -> Callable[[datetime], bool]:
    """Neither end belongs to it."""
    lower, upper = request.query.get("after"), request.query.get("before")

    def inside(at: datetime) -> bool:
        count = (at - datetime.fromtimestamp(0, UTC)).total_seconds() * per_second // 1
        return (not lower or count > int(lower)) and (not upper or count < int(upper))

    return inside


def by_comma(shelf: Shelf, request: web.Request) -> Any:
    return shelf.of(comma(request, "owners"), _instants(request, "from", "to"))[::-1]


def by_repetition(shelf: Shelf, request: web.Request) -> Any:
    """Days in New York, both of which belong to the window."""
    lower, upper = request.query.get("from_day", ""), request.query.get("to_day", "9999")

    def inside(at: datetime) -> bool:
        return lower <= at.astimezone(NEW_YORK).date().isoformat() <= upper

    return {"notes": shelf.of(repeated(request, "owner"), inside) or None}


def by_path(shelf: Shelf, request: web.Request) -> Any:
    rows = shelf.of([segment(request, 2)], _numbers(request, per_second=1))
    if not any(row["owner"] == segment(request, 2) for row in shelf.rows):
        raise web.HTTPNotFound(text='{"error": "no such owner"}', content_type="application/json")
    return rows


async def by_post(shelf: Shelf, request: web.Request) -> Any:
    body = await request.json()
    lower, upper = (body.get(name) for name in ("oldest-time", "newest-time"))
    rows = shelf.of(
        body["ownerIds"],
        lambda at: (
            (not lower or at >= datetime.fromisoformat(lower))
            and (not upper or at <= datetime.fromisoformat(upper))
        ),
    )
    pages = list(parts(rows, body["page-size"]))
    page = pages[body["page"] - 1] if body["page"] <= len(pages) else []
    return {"data": {"records": page}, "meta": {"totalPages": len(pages)}}


def by_offset(shelf: Shelf, request: web.Request) -> Any:
    """Cuts the size asked without a word, and does not say how many there are."""
    rows = shelf.of(comma(request, "owners"), _instants(request, "from", "to"))
    start = number(request.query, "offset", 0)
    return {"items": rows[start : start + min(SIZE, int(request.query["limit"]))]}


def by_total(shelf: Shelf, request: web.Request) -> Any:
    rows = shelf.of(comma(request, "owners"))
    start = number(request.query, "offset", 0)
    return {"items": rows[start : start + int(request.query["limit"])], "count": {"all": len(rows)}}


def by_page(shelf: Shelf, request: web.Request) -> Any:
    """Pages count from zero; nobody says how many there are."""
    pages = list(parts(shelf.of(comma(request, "owners")), int(request.query["size"])))
    wanted = number(request.query, "page", 0)
    return pages[wanted] if wanted < len(pages) else []


def by_link(shelf: Shelf, request: web.Request, *, absolute: bool) -> Any:
    rows = shelf.of(repeated(request, "owner"), _instants(request, "from", "to"))
    start = number(request.query, "start", 0)
    following = None
    if start + SIZE < len(rows):
        link = request.rel_url.update_query(start=str(start + SIZE))
        following = str(request.url.join(link)) if absolute else f"?{link.raw_query_string}"
    return {"data": {"records": rows[start : start + SIZE]}, "links": {"next": following}}


def by_cursor(shelf: Shelf, request: web.Request) -> Any:
    rows = shelf.of(comma(request, "owners"), _instants(request, "from", "to"))
    start = int(base64.b64decode(request.query.get("cursor", "MA==")))
    following = base64.b64encode(str(start + SIZE).encode()).decode()
    answer = {"items": rows[start : start + SIZE]}
    return answer | ({"nextCursor": following} if start + SIZE < len(rows) else {})


def by_limit(shelf: Shelf, request: web.Request, *, largest: int) -> Any:
    """At most so many of each owner, never more than `largest`; ties are cut in an order of its own."""
    rows = shelf.of(comma(request, "owners"), _instants(request, "from", "to"))
    size = min(number(request.query, "limit", 3), largest)
    by_owner = groupby(sorted(rows, key=lambda row: str(row["owner"])), lambda row: row["owner"])
    return [row for _, owned in by_owner for row in list(owned)[:size]]


def by_milliseconds(shelf: Shelf, request: web.Request) -> Any:
    return shelf.of(comma(request, "owners"), _numbers(request, per_second=1000))


def by_wall_clock(shelf: Shelf, request: web.Request) -> Any:
    """The wall clock of New York, both ends belong to it."""
    lower, upper = request.query.get("from", ""), request.query.get("to", "9999")

    def inside(at: datetime) -> bool:
        return lower <= at.astimezone(NEW_YORK).replace(tzinfo=None).isoformat() <= upper

    return shelf.of(comma(request, "owners"), inside)


def on_the_wall(shelf: Shelf, request: web.Request, *, answer: Callable[..., list[Row]]) -> Any:
    """The same rows in the same order, with times of New York's wall clock, twice the same in one hour."""
    return [
        row | {"at": moment(row).astimezone(NEW_YORK).replace(tzinfo=None).isoformat()}
        for row in answer(shelf, request)
    ]


def everything(shelf: Shelf, request: web.Request) -> Any:
    return {"Items": sorted(shelf.of(comma(request, "ids")), key=moment)}
