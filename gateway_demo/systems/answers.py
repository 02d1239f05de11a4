"""Builds response bodies: records, as stored, in the envelope of their service."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from string import Template
from urllib.parse import urlencode, urlsplit

from starlette.exceptions import HTTPException

from gateway_demo.systems.api_style import Endpoint, Keys, Paging
from gateway_demo.systems.queries import Parameters, RecordQuery, page_token, record_query
from gateway_demo.systems.record_store import RecordStore


def response_body(store: RecordStore, endpoint: Endpoint, parameters: Parameters, address: Callable[[], str]) -> str:
    """The response body for these parameters, requested at this address."""
    query = record_query(endpoint, parameters)
    records = store.records(endpoint, _with_one_more(endpoint, query))
    if endpoint.style.keys is Keys.PATH and not records and not store.has_records(endpoint, query.keys[0]):
        raise HTTPException(404, f"unknown key {query.keys[0]!r}")
    before, after = endpoint.style.envelope.split("$records")
    end = Template(after).substitute(
        _counts(store, endpoint, query, len(records)) if "$total" in after else {},
        **_next_page(endpoint, parameters, address, query, len(records)),
    )
    page = records[: query.size] if _has_next_marker(endpoint) else records
    return before + ",".join(page) + end


def _with_one_more(endpoint: Endpoint, query: RecordQuery) -> RecordQuery:
    # One record more than the page shows whether there is another page.
    return replace(query, size=query.size + 1) if _has_next_marker(endpoint) else query


def _has_next_marker(endpoint: Endpoint) -> bool:
    return endpoint.style.pages is not None and endpoint.style.pages.paging is Paging.OPAQUE


def _counts(store: RecordStore, endpoint: Endpoint, query: RecordQuery, count: int) -> Mapping[str, str]:
    is_last = 0 < count < query.size or (count == 0 and query.offset == 0)
    total = query.offset + count if is_last else store.total(endpoint, query)
    pages = -(-total // query.size)
    number = query.offset // query.size + 1
    return {"total": f"{total}", "page": f"{number}", "pages": f"{pages}"}


def _next_page(
    endpoint: Endpoint, parameters: Parameters, address: Callable[[], str], query: RecordQuery, count: int
) -> Mapping[str, str]:
    pages = endpoint.style.pages
    if pages is None or count <= query.size:
        return {"cursor": "null", "link": "null", "address": "null"}
    cursor = page_token(query.offset + query.size)
    query_string = urlencode({**parameters, pages.start: [cursor]}, doseq=True)
    url = address()
    return {
        "cursor": json.dumps(cursor),
        "link": json.dumps(f"{urlsplit(url).path}?{query_string}"),
        "address": json.dumps(f"{url}?{query_string}"),
    }
