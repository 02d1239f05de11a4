"""What is asked of a REST service: keys, bounds and pages written into requests. A key is always data."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import msgspec
from yarl import URL

from gateway.contract.batch import Key, Lookup, Window, split_key
from gateway.contract.times import RESOLUTION
from gateway.sources.http.transport import HttpRequest
from gateway.sources.rest.place import KEY_PLACEHOLDER, RestPlace

# Request lines of 8 KB pass everywhere; this leaves room for the rest of one.
MAX_KEYS_LENGTH = 6000


@dataclass(frozen=True, slots=True)
class RowSelection:
    """Which rows one call wants: of these keys, in this window, at most so many of each key."""

    keys: tuple[Key, ...]
    window: Window
    size: int | None = None


@dataclass(frozen=True, slots=True)
class PageParams:
    """What one page's request has of its own: parameters, or a whole address."""

    named: Mapping[str, Any] = field(default_factory=dict)
    link: URL | None = None


def key_chunks(place: RestPlace, keys: Sequence[Key], most: int) -> Iterator[tuple[Key, ...]]:
    """The keys, call by call."""
    yield from ((key,) for key in keys if _is_two_keys(place, key))
    chunk: list[Key] = []
    length = 0
    for key in keys:
        if _is_two_keys(place, key):
            continue
        width = len(url_quoted(key)) + len(place.keys or "") + 2 if place.get else 0
        if chunk and (len(chunk) >= most or length + width > MAX_KEYS_LENGTH):
            yield tuple(chunk)
            chunk, length = [], 0
        chunk.append(key)
        length += width
    if chunk:
        yield tuple(chunk)


def is_sendable(place: RestPlace, key: Key) -> bool:
    """Whether the key can be sent as what it is: one that cannot has no rows."""
    if not key or any("\ud800" <= letter <= "\udfff" for letter in key):
        return False
    if place.key_params and not (set() < set(split_key(key)) <= set(place.key_params)):
        return False
    return not {".", ".."} & set(_path(place, key).split("/"))


def page_request(base: str, lookup: Lookup, asked: RowSelection, step: PageParams) -> HttpRequest:
    """The request for one page."""
    place: RestPlace = lookup.place
    method, body = ("POST" if place.post else "GET"), None
    named = {**place.params, **_parts(place, asked.keys[0])}
    named |= {**_bounds(lookup, asked.window), **_limit(place, asked), **step.named}
    if place.post:
        within = {} if place.params_in == "query" else named
        named = {} if within else named
        body = msgspec.json.encode(_body(place, asked.keys, within))
    query = _query(place, asked.keys, named)
    url = step.link or URL(base.rstrip("/") + _path(place, asked.keys[0]) + query, encoded=True)
    form = place.form(asked.keys[0])
    return HttpRequest(f"{method} {place.path}", method, url, body, maybe=place.one_by_one, form=form)


def url_quoted(text: str) -> str:
    """Text as one segment of a path, or one value of a query, whatever is in it."""
    return quote(text, safe="")


def _is_two_keys(place: RestPlace, key: Key) -> bool:
    """Whether the service would take one key for two."""
    return place.get is not None and place.style != "repeat" and not place.key_params and "," in key


def _path(place: RestPlace, key: Key) -> str:
    return "/" + place.path.lstrip("/").replace(KEY_PLACEHOLDER, url_quoted(key))


def _query(place: RestPlace, keys: Sequence[Key], named: Mapping[str, Any]) -> str:
    pairs = list(_key_pairs(place, keys)) if place.get and place.keys else []
    for name, value in named.items():
        pairs += [(name, url_quoted(_text(one))) for one in (value if isinstance(value, list) else [value])]
    return "?" + "&".join(f"{url_quoted(name)}={value}" for name, value in pairs) if pairs else ""


def _key_pairs(place: RestPlace, keys: Sequence[Key]) -> Iterator[tuple[str, str]]:
    name = place.keys or ""
    if place.style == "repeat":
        yield from ((name, url_quoted(key)) for key in keys)
        return
    yield name, ",".join(url_quoted(key) for key in keys)


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _body(place: RestPlace, keys: Sequence[Key], named: Mapping[str, Any]) -> dict[str, Any]:
    body: dict[str, Any] = {}
    for name, value in named.items():
        _put(body, name, value)
    if place.keys:
        _put(body, place.keys, list(keys))
    return body


def _put(body: dict[str, Any], name: str, value: Any) -> None:
    *outer, last = name.split(".")
    for part in outer:
        body[part] = body = dict(body.get(part, {}))
    body[last] = value


def _parts(place: RestPlace, key: Key) -> Mapping[str, str]:
    return (
        {place.key_params[name]: value for name, value in split_key(key).items()} if place.key_params else {}
    )


def _limit(place: RestPlace, asked: RowSelection) -> Mapping[str, Any]:
    return {place.limit: asked.size} if place.limit and asked.size else {}


def time_ambiguity(lookup: Lookup) -> timedelta:
    """How much older than it is a row may seem.

    In the hour that daylight saving repeats, a wall clock says of two moments that they are one.
    """
    local = lookup.time is not None and lookup.time.clock.form == "local"
    return RESOLUTION["local"] if local else timedelta()


def _bounds(lookup: Lookup, window: Window) -> dict[str, Any]:
    """The window's ends, one step wider: whether an end belongs to it differs from service to service."""
    place: RestPlace = lookup.place
    step = RESOLUTION[place.time_format]
    ends = {place.since: (window.since, -step), place.until: (_upper(window), step + time_ambiguity(lookup))}
    written = {name: _written(place, window, *end) for name, end in ends.items() if name}
    return {name: moment for name, moment in written.items() if moment is not None}


def _upper(window: Window) -> datetime | None:
    """The last moment that matters. Rows as old as `after` may be wanted: the step lets them through."""
    after = window.after.time if window.after else None
    return min((end for end in (window.until, after) if end), default=None)


def _written(place: RestPlace, window: Window, end: datetime | None, by: timedelta) -> str | int | None:
    if end is None:
        return None
    try:
        return place.clock.write(end.astimezone(UTC) + by, place.clock.zone or window.zone)
    except OverflowError:
        return None  # at the ends of the calendar there is no bound to say
