"""Responses of REST services in every style, over the rows of a store."""

import base64
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web

from gateway.contract.batch import Row
from support.sources.rest_service import NoteStore, comma_list, in_pages, moment, number, repeated_values, segment

NEW_YORK = ZoneInfo("America/New_York")
SIZE = 10


def _instants(request: web.Request, since: str, until: str) -> Callable[[datetime], bool]:
    """Both bounds are inclusive."""
    lower, upper = request.query.get(since), request.query.get(until)
    return lambda at: (
        (not lower or at >= datetime.fromisoformat(lower)) and (not upper or at <= datetime.fromisoformat(upper))
    )


def _numbers(request: web.Request, *, per_second: int) -> Callable[[datetime], bool]:
    """Both bounds are exclusive."""
    lower, upper = request.query.get("after"), request.query.get("before")

    def inside(at: datetime) -> bool:
        count = (at - datetime.fromtimestamp(0, UTC)).total_seconds() * per_second // 1
        return (not lower or count > int(lower)) and (not upper or count < int(upper))

    return inside


def by_comma(shelf: NoteStore, request: web.Request) -> Any:
    return shelf.of(comma_list(request, "owners"), _instants(request, "from", "to"))[::-1]


def by_repetition(shelf: NoteStore, request: web.Request) -> Any:
    """Dates in New York, both inclusive."""
    lower, upper = request.query.get("from_day", ""), request.query.get("to_day", "9999")

    def inside(at: datetime) -> bool:
        return lower <= at.astimezone(NEW_YORK).date().isoformat() <= upper

    return {"notes": shelf.of(repeated_values(request, "owner"), inside) or None}


def by_path(shelf: NoteStore, request: web.Request) -> Any:
    rows = shelf.of([segment(request, 2)], _numbers(request, per_second=1))
    if not any(row["owner"] == segment(request, 2) for row in shelf.rows):
        raise web.HTTPNotFound(text='{"error": "no such owner"}', content_type="application/json")
    return rows


async def by_post(shelf: NoteStore, request: web.Request) -> Any:
    body = await request.json()
    lower, upper = (body.get(name) for name in ("oldest-time", "newest-time"))
    rows = shelf.of(
        body["ownerIds"],
        lambda at: (
            (not lower or at >= datetime.fromisoformat(lower)) and (not upper or at <= datetime.fromisoformat(upper))
        ),
    )
    paged = list(in_pages(rows, body["page-size"]))
    page = paged[body["page"] - 1] if body["page"] <= len(paged) else []
    return {"data": {"records": page}, "meta": {"totalPages": len(paged)}}


def by_offset(shelf: NoteStore, request: web.Request) -> Any:
    """Caps the page size silently, and has no total."""
    rows = shelf.of(comma_list(request, "owners"), _instants(request, "from", "to"))
    start = number(request.query, "offset", 0)
    return {"items": rows[start : start + min(SIZE, int(request.query["limit"]))]}


def by_total(shelf: NoteStore, request: web.Request) -> Any:
    rows = shelf.of(comma_list(request, "owners"))
    start = number(request.query, "offset", 0)
    return {"items": rows[start : start + int(request.query["limit"])], "count": {"all": len(rows)}}


def by_page(shelf: NoteStore, request: web.Request) -> Any:
    """Pages count from zero, without a total."""
    paged = list(in_pages(shelf.of(comma_list(request, "owners")), int(request.query["size"])))
    page = number(request.query, "page", 0)
    return paged[page] if page < len(paged) else []


def by_link(shelf: NoteStore, request: web.Request, *, absolute: bool) -> Any:
    rows = shelf.of(repeated_values(request, "owner"), _instants(request, "from", "to"))
    start = number(request.query, "start", 0)
    following = None
    if start + SIZE < len(rows):
        link = request.rel_url.update_query(start=str(start + SIZE))
        following = str(request.url.join(link)) if absolute else f"?{link.raw_query_string}"
    return {"data": {"records": rows[start : start + SIZE]}, "links": {"next": following}}


def by_cursor(shelf: NoteStore, request: web.Request) -> Any:
    rows = shelf.of(comma_list(request, "owners"), _instants(request, "from", "to"))
    start = int(base64.b64decode(request.query.get("cursor", "MA==")))
    following = base64.b64encode(str(start + SIZE).encode()).decode()
    answer = {"items": rows[start : start + SIZE]}
    return answer | ({"nextCursor": following} if start + SIZE < len(rows) else {})


def by_limit(shelf: NoteStore, request: web.Request, *, largest: int) -> Any:
    """A limit for each owner, at most `largest`; ties are cut in another order."""
    rows = shelf.of(comma_list(request, "owners"), _instants(request, "from", "to"))
    size = min(number(request.query, "limit", 3), largest)
    by_owner = groupby(sorted(rows, key=lambda row: str(row["owner"])), lambda row: row["owner"])
    return [row for _, owned in by_owner for row in list(owned)[:size]]


def by_milliseconds(shelf: NoteStore, request: web.Request) -> Any:
    return shelf.of(comma_list(request, "owners"), _numbers(request, per_second=1000))


def by_wall_clock(shelf: NoteStore, request: web.Request) -> Any:
    """Local times of New York, both bounds inclusive."""
    lower, upper = request.query.get("from", ""), request.query.get("to", "9999")

    def inside(at: datetime) -> bool:
        return lower <= at.astimezone(NEW_YORK).replace(tzinfo=None).isoformat() <= upper

    return shelf.of(comma_list(request, "owners"), inside)


def on_the_wall(shelf: NoteStore, request: web.Request, *, answer: Callable[..., list[Row]]) -> Any:
    """The same rows in the same order, with local times of New York, ambiguous in one hour."""
    return [
        row | {"at": moment(row).astimezone(NEW_YORK).replace(tzinfo=None).isoformat()}
        for row in answer(shelf, request)
    ]


def everything(shelf: NoteStore, request: web.Request) -> Any:
    return {"Items": sorted(shelf.of(comma_list(request, "ids")), key=moment)}
