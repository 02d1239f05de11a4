"""Signs in a response that the service has more rows than it gave.

A service that cuts a list says so in one of a few ways. A sign that no paging follows makes the answer
invalid: a list that is cut must not look whole.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus
from typing import Any

import msgspec

from gateway.contract.batch import Path
from gateway.sources.http.transport import HttpResponse

_ROWS = "(?:count|items?|results?|records?|rows?|elements?|entries|size|hits|objects?|number)"
_LINK = "(?:link|ur[li]|href|path|token|cursor|key|marker|offset|start|index|number|id)"
_KINDS = {
    kind: re.compile(pattern)
    for kind, pattern in {
        "total": f"total(?:numberof|num|no)?{_ROWS}?|{_ROWS}?count|recordstotal|numfound",
        "pages": "total(?:numberof)?pages?|pages?count|numpages|pages|lastpage",
        "next": f"next(?:page|record|result|item|row|batch|set)?s?{_LINK}?|(?:ms)?continu.*",
        "cursor": "(?:page)?cursor",
        "more": "(?:has|is)?more(?:results?|items|rows|pages|records|available)?|hasnext(?:page)?",
        "cut": "(?:is)?truncated|incompleteresults|(?:is)?partial",
        "whole": "(?:is)?last(?:page)?|done|(?:is)?complete",
        "envelope": "(?:response|search|result|page|paging)?(?:meta(?:data)?|info|links?)|cursors?|resultset"
        "|.*pag(?:ing|ination|inator|er)|page|pages",
    }.items()
}


@dataclass(frozen=True, slots=True)
class RowsRead:
    """How much was read so far in one call."""

    rows: int = 0
    pages: int = 1


def signs_of_more(answer: Any, items: Path, response: HttpResponse, read: RowsRead) -> list[str]:
    """What says that rows follow, by its place in the response; values are not shown, as they may hold keys.

    items: the path of the rows in the answer; what stands inside the rows is no sign.
    """
    signs: dict[str, None] = {}
    is_whole = False
    for at, words in (*_around(answer, items), *_headers(answer, items, response)):
        signs.update(dict.fromkeys(_signs(at, words, read)))
        totals = (
            _number(value) for name, value in words.items() if "total" in _kinds(name) and "total" in name.lower()
        )
        is_whole = is_whole or read.rows in totals
    if response.status == HTTPStatus.PARTIAL_CONTENT and not (is_whole and not signs):
        signs["status 206"] = None
    return list(signs)


def next_link(response: HttpResponse) -> str | None:
    """The link to the next page in the `Link` header, byte for byte."""
    for link in re.finditer(r'<([^>]*)>((?:[^,<"]|"[^"]*")*)', response.headers.get("link", "")):
        relation = re.search(r';\s*rel\s*=\s*(?:"([^"]*)"|([^\s;"]+))', link[2], re.IGNORECASE)
        if relation and "next" in (relation[1] or relation[2] or "").lower().split():
            return link[1]
    return None


def header_number(response: HttpResponse, name: str) -> int | None:
    """The number in a header; of a `Content-Range`, the number of all rows."""
    return _number(response.headers.get(name.lower(), "").rpartition("/")[2].strip())


def _around(answer: Any, items: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The objects on the way to the rows, and those in them that speak of pages, each with its path."""
    at = ""
    for name in items:
        if not isinstance(answer, dict):
            return
        yield from _inside(at, {other: value for other, value in answer.items() if other != name})
        answer, at = answer.get(name), f"{at}{name}."


def _inside(at: str, words: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    yield at, words
    for name, value in words.items():
        if isinstance(value, dict) and "envelope" in _kinds(name):
            yield from _inside(f"{at}{name}.", value)
        elif isinstance(value, list) and "envelope" in _kinds(name):
            relations = [each.get("rel", each.get("relation")) for each in value if isinstance(each, dict)]
            yield f"{at}{name}.", {"next": True} if "next" in relations else {}


def _headers(answer: Any, items: Path, response: HttpResponse) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The headers that speak of rows. Those of a single record speak of its neighbours."""
    if isinstance(answer, dict) and not items:
        return
    headers: dict[str, Any] = dict(response.headers)
    headers["link"] = {"next": next_link(response)}
    headers["content-range"] = {"total": header_number(response, "content-range")}
    for name in ("link", "content-range"):
        yield f"header {name} ", headers.pop(name)
    for name, value in headers.items():
        if value.startswith("{"):
            yield from _inside(f"header {name}.", _object(value))
    yield "header ", {name: value for name, value in headers.items() if not value.startswith("{")}


def _object(text: str) -> Mapping[str, Any]:
    try:
        return msgspec.json.decode(text, type=dict[str, Any])
    except msgspec.DecodeError:
        return {}


def _signs(at: str, words: Mapping[str, Any], read: RowsRead) -> Iterator[str]:
    """The names in one object that say that rows follow, unless a flag beside them denies it."""
    kinds = {name: _kinds(name) for name in words}
    denied = any(
        (words[name] is False and "more" in kind) or (words[name] is True and "whole" in kind)
        for name, kind in kinds.items()
    )
    leading = () if denied else ("next",) if any("next" in kind for kind in kinds.values()) else ("cursor",)
    for name, kind in kinds.items():
        number = _number(words[name])
        limits = [limit for word, limit in (("total", read.rows), ("pages", read.pages)) if word in kind]
        if number is not None and any(number > limit for limit in limits):
            yield f"{at}{name} = {number}"
        elif _is_flag(kind, words[name]) or (not kind.isdisjoint(leading) and _leads_on(words[name])):
            yield f"{at}{name}"


def _is_flag(kind: frozenset[str], value: Any) -> bool:
    if value is False:
        return "whole" in kind
    is_true = value is True or (isinstance(value, str) and value.lower() == "true")
    return is_true and not kind.isdisjoint(("more", "cut", "next"))


def _leads_on(value: Any) -> bool:
    """Whether a value is a link or a cursor."""
    if isinstance(value, dict):
        return any(isinstance(inner, str) and inner for inner in value.values())
    if isinstance(value, bool) or not isinstance(value, str | int):
        return False
    return str(value).lower() not in ("", "0", "-1", "null")


def _number(value: Any) -> int | None:
    if isinstance(value, dict):
        value = value.get("value")
    if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,18}", value):
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


@lru_cache(maxsize=10_000)
def _kinds(name: str) -> frozenset[str]:
    """What a name speaks of, whatever its prefix, case and separators: `@odata.nextLink` is `nextlink`."""
    last = re.split(r"[.:]", name.lower().removeprefix("x-"))[-1]
    plain = re.sub(r"[^a-z0-9]", "", last)
    return frozenset(kind for kind, pattern in _KINDS.items() if pattern.fullmatch(plain))
