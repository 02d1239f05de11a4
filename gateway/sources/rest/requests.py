"""The requests of a REST place: keys, bounds and pages. A key is always quoted, never pasted."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import quote

import msgspec
from yarl import URL

from gateway.contract.batch import Lookup
from gateway.contract.paths import Key, split_key
from gateway.sources.base.chunks import is_unicode
from gateway.sources.base.place import KEY_PLACEHOLDER, place_of
from gateway.sources.base.windows import RowSelection, window_params
from gateway.sources.http.transport import HttpRequest
from gateway.sources.rest.place import RestPlace

# Servers take request lines of 8 KB; this leaves room for the rest of the line.
MAX_KEYS_LENGTH = 6000
_quoted = partial(quote, safe="")  # any text as one segment of a path, or as one value of a query


@dataclass(frozen=True, slots=True)
class PageParams:
    """The part of a request that differs from page to page: parameters, or a whole URL."""

    params: Mapping[str, Any] = field(default_factory=dict)
    link: URL | None = None


def key_chunks(place: RestPlace, keys: Sequence[Key], size: int) -> Iterator[tuple[Key, ...]]:
    """The keys of each call."""
    yield from ((key,) for key in keys if _has_separator(place, key))
    chunk: list[Key] = []
    length = 0
    for key in keys:
        if _has_separator(place, key):
            continue
        width = len(_quoted(key)) + len(place.keys or "") + 2 if place.get else 0
        if chunk and (len(chunk) >= size or length + width > MAX_KEYS_LENGTH):
            yield tuple(chunk)
            chunk, length = [], 0
        chunk.append(key)
        length += width
    if chunk:
        yield tuple(chunk)


def is_sendable(place: RestPlace, key: Key) -> bool:
    """Whether a request can hold the key. A key that cannot be sent has no rows."""
    if not key or not is_unicode(key):
        return False
    if place.key_params and not (set() < set(split_key(key)) <= place.key_parts):
        return False
    return not {".", ".."} & set(_path(place, key).split("/"))


def page_request(base: str, lookup: Lookup, selection: RowSelection, page: PageParams) -> HttpRequest:
    """The request for one page of the selection."""
    place, key = place_of(RestPlace, lookup), selection.keys[0]
    parts = split_key(key) if place.key_params else {}
    params = {**place.params, **{place.key_params[name]: value for name, value in parts.items()}}
    params |= {**window_params(place, lookup, selection), **page.params}
    body = None
    if place.post:
        in_body = place.params_in != "query"
        body = msgspec.json.encode(_body(place, selection.keys, params if in_body else {}))
        params = {} if in_body else params
    url = base.rstrip("/") + _path(place, key) + _query(place, selection.keys, params)
    return HttpRequest(
        place.name,
        "POST" if place.post else "GET",
        page.link or URL(url, encoded=True),
        body,
        not_found_is_empty=place.has_key_in_path,
        format=place.body_format,
    )


def _has_separator(place: RestPlace, key: Key) -> bool:
    """Whether the service would split the key in two."""
    return place.get is not None and place.style != "repeat" and not place.key_params and "," in key


def _path(place: RestPlace, key: Key) -> str:
    return "/" + place.path.lstrip("/").replace(KEY_PLACEHOLDER, _quoted(key))


def _query(place: RestPlace, keys: Sequence[Key], params: Mapping[str, Any]) -> str:
    pairs: list[tuple[str, str]] = []
    if place.get and place.keys:
        quoted = [_quoted(key) for key in keys]
        pairs = [(place.keys, one) for one in (quoted if place.style == "repeat" else [",".join(quoted)])]
    for name, value in params.items():
        pairs += [(name, _quoted(_text(one))) for one in (value if isinstance(value, list) else [value])]
    return "?" + "&".join(f"{_quoted(name)}={value}" for name, value in pairs) if pairs else ""


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _body(place: RestPlace, keys: Sequence[Key], params: Mapping[str, Any]) -> dict[str, Any]:
    body: dict[str, Any] = {}
    for name, value in {**params, **({place.keys: list(keys)} if place.keys else {})}.items():
        *outer, last = name.split(".")
        inner = body
        for part in outer:
            inner[part] = inner = dict(inner.get(part, {}))
        inner[last] = value
    return body
