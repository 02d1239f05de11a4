"""Signs in a response that its list is not whole: the service has more rows than it gave, or failed in part.

A service says so in one of a few ways. A sign that no paging follows makes the answer invalid: a list that
is cut must not look whole, and a failure must not look like an empty list.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Any

import msgspec

from gateway.contract.around import Around
from gateway.contract.failures import failed_entries, failures_in
from gateway.contract.paths import Path, value_at
from gateway.contract.sign_names import clear_kinds, header_kinds
from gateway.contract.sign_values import number_in
from gateway.contract.signs import RowsRead, is_end, is_whole, objects_in, signs_in
from gateway.sources.http.transport import HttpResponse

_UNSURE = (HTTPStatus.ACCEPTED, HTTPStatus.NON_AUTHORITATIVE_INFORMATION, HTTPStatus.MULTI_STATUS, HTTPStatus.IM_USED)


def signs_of_more(answer: Any, items: Path, response: HttpResponse, read: RowsRead) -> list[str]:
    """What says that rows follow, by its place in the response; values are not shown, as they may hold keys.

    items: the path of the rows in the answer; what stands inside the rows is no sign.
    """
    objects = (*_around(answer, items), *_headers(answer, items, response))
    read = replace(read, is_ended=read.is_ended or any(map(is_end, objects)))
    signs = dict.fromkeys(sign for each in objects for sign in signs_in(each, read))
    if response.status == HTTPStatus.PARTIAL_CONTENT and (signs or not any(is_whole(each, read) for each in objects)):
        signs["status 206"] = None
    return list(signs)


def signs_of_failure(answer: Any, items: Path, response: HttpResponse) -> list[str]:
    """What says that the service failed in part, or has not finished, by its place in the response."""
    objects = (*_around(answer, items), *_headers(answer, items, response))
    signs = dict.fromkeys(sign for each in objects for sign in failures_in(each))
    signs |= dict.fromkeys(failed_entries(answer))
    is_record = isinstance(answer, dict) and not items
    signs |= dict.fromkeys(sign_of_status(response.status, is_record=is_record))
    return list(signs)


def sign_of_status(status: int, *, is_record: bool) -> list[str]:
    """A status that does not vouch for its list: accepted, transformed on the way, of several parts.

    A record is there, even if it was transformed.
    """
    unsure = status in _UNSURE and not (is_record and status == HTTPStatus.NON_AUTHORITATIVE_INFORMATION)
    return [f"status {status}"] if unsure else []


def says_end(answer: Any, items: Path) -> bool:
    """Whether an answer says that no page follows, whatever links stand beside it."""
    return any(map(is_end, _around(answer, items)))


def next_link(response: HttpResponse) -> str | None:
    """The link to the next page in the `Link` header, byte for byte."""
    for link in re.finditer(r'<([^>]*)>((?:[^,<"]|"[^"]*")*)', response.headers.get("link", "")):
        relation = re.search(r';\s*rel\s*=\s*(?:"([^"]*)"|([^\s;"]+))', link[2], re.IGNORECASE)
        if relation and "next" in (relation[1] or relation[2] or "").lower().split():
            return link[1]
    return None


def header_number(response: HttpResponse, name: str) -> int | None:
    """The number in a header; of a `Content-Range`, the number of all rows."""
    return number_in(response.headers.get(name.lower(), "").rpartition("/")[2].strip())


def _around(answer: Any, items: Path) -> Iterator[Around]:
    """The objects on the way to the rows, and those in them that speak of pages, each with its path."""
    at, value = "", value_at(answer, items)
    listed = value if isinstance(value, list) else None
    for name in items:
        if not isinstance(answer, dict):
            return
        words = {other: value for other, value in answer.items() if other != name}
        for each in objects_in(at, words):
            rows = "" if each.kinds_of is clear_kinds else name
            yield replace(each, rows=rows, holds_rows=each.at == at, listed=listed)
        answer, at = answer.get(name), f"{at}{name}."


def _headers(answer: Any, items: Path, response: HttpResponse) -> Iterator[Around]:
    """The headers that speak of rows. Those of a single record speak of its neighbours."""
    if isinstance(answer, dict) and not items:
        return
    headers: dict[str, Any] = dict(response.headers)
    headers["link"] = {"next": next_link(response)}
    headers["content-range"] = {"total": header_number(response, "content-range")}
    for name in ("link", "content-range"):
        yield Around(f"header {name} ", headers.pop(name))
    yield Around("header ", {"warning": headers.pop("warning", None)})
    for name, value in headers.items():
        if value.startswith("{"):
            yield from objects_in(f"header {name}.", _object(value))
    words = {name: value for name, value in headers.items() if not value.startswith("{") or _is_cursor(name, value)}
    yield Around("header ", words, header_kinds)


def _is_cursor(name: str, value: str) -> bool:
    return "next" in header_kinds(name) and bool(_object(value))


def _object(text: str) -> Mapping[str, Any]:
    try:
        return msgspec.json.decode(text, type=dict[str, Any])
    except msgspec.DecodeError:
        return {}
