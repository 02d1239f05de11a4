"""Wraps records in the envelope of their service; the records themselves are never taken apart."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from string import Template
from urllib.parse import urlencode, urlsplit

from starlette.exceptions import HTTPException

from gateway_demo.systems.api_style import Endpoint, Keys, Paging
from gateway_demo.systems.queries import Parameters, RecordQuery, page_token, record_query
from gateway_demo.systems.record_store import RecordStore


def response_body(shelf: RecordStore, place: Endpoint, given: Parameters, address: Callable[[], str]) -> str:
    """The answer to what was given, asked at this address."""
    asked = record_query(place, given)
    records = shelf.records(place, _and_one_more(place, asked))
    if place.habits.keys is Keys.PATH and not records and not shelf.knows(place, asked.keys[0]):
        raise HTTPException(404, f"nothing is known of {asked.keys[0]!r}")
    before, after = place.habits.envelope.split("$records")
    end = Template(after).substitute(
        _counts(shelf, place, asked, len(records)) if "$total" in after else {},
        **_onwards(place, given, address, asked, len(records)),
    )
    shown = records[: asked.size] if _goes_on(place) else records
    return before + ",".join(shown) + end


def _and_one_more(place: Endpoint, asked: RecordQuery) -> RecordQuery:
    # One record too many tells that there is another page, without counting.
    return replace(asked, size=asked.size + 1) if _goes_on(place) else asked


def _goes_on(place: Endpoint) -> bool:
    return place.habits.pages is not None and place.habits.pages.paging is Paging.OPAQUE


def _counts(shelf: RecordStore, place: Endpoint, asked: RecordQuery, found: int) -> Mapping[str, str]:
    is_last = 0 < found < asked.size or (found == 0 and asked.offset == 0)
    total = asked.offset + found if is_last else shelf.total(place, asked)
    pages = -(-total // asked.size)
    number = asked.offset // asked.size + 1
    return {"total": f"{total}", "page": f"{number}", "pages": f"{pages}"}


def _onwards(
    place: Endpoint, given: Parameters, address: Callable[[], str], asked: RecordQuery, found: int
) -> Mapping[str, str]:
    pages = place.habits.pages
    if pages is None or found <= asked.size:
        return {"cursor": "null", "link": "null", "address": "null"}
    cursor = page_token(asked.offset + asked.size)
    query = urlencode({**given, pages.start: [cursor]}, doseq=True)
    here = address()
    return {
        "cursor": json.dumps(cursor),
        "link": json.dumps(f"{urlsplit(here).path}?{query}"),
        "address": json.dumps(f"{here}?{query}"),
    }
