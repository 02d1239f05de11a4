"""The requests of a REST place: keys, bounds and pages. A key is always quoted, never pasted."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import quote, urljoin

import msgspec
from yarl import URL

from gateway.contract.batch import Key, Lookup, Row, parse_path, split_key, value_at
from gateway.errors import InvalidResponse
from gateway.sources.base.chunks import is_unicode
from gateway.sources.base.place import KEY_PLACEHOLDER, place_of
from gateway.sources.base.windows import RowSelection, window_params
from gateway.sources.http.more_rows import RowsRead, header_number, next_link, signs_of_more
from gateway.sources.http.transport import HttpRequest, HttpResponse
from gateway.sources.rest.place import (
    CursorPaging,
    LinkHeaderPaging,
    LinkPaging,
    OffsetPaging,
    PageNumberPaging,
    RestPlace,
)

# Servers take request lines of 8 KB; this leaves room for the rest of the line.
MAX_KEYS_LENGTH = 6000
_VISIBLE = "".join(map(chr, range(0x21, 0x7F)))  # the letters of a link that are sent as they are
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


@dataclass(frozen=True, slots=True)
class Page:
    """One page that was read.

    answer: the values of its response
    rows: its rows
    count: its rows, each counted once
    """

    url: URL
    answer: Any
    response: HttpResponse
    rows: Sequence[Row]
    count: int


class Paginator:
    """Finds the pages of one call, and notices when they repeat, contradict themselves, or end too early.

    wanted_rows: the largest size of a page that makes sense to request
    """

    def __init__(self, source: str, lookup: Lookup, wanted_rows: int | None) -> None:
        self.source, self.lookup, self.place = source, lookup, place_of(RestPlace, lookup)
        self._rows_read = self._received = self._pages = 0
        self._cursors: set[str] = set()
        self._earlier: tuple[list[Any], list[Any]] = ([], [])  # the rows of the first page and of the last one
        self._size: dict[str, int] = {}
        paging = self.place.paging
        if isinstance(paging, OffsetPaging | PageNumberPaging | CursorPaging) and paging.size_param and paging.size:
            self._size = {paging.size_param: min(paging.size, wanted_rows or paging.size)}

    def first_page(self) -> PageParams:
        match self.place.paging:
            case OffsetPaging(offset=offset):
                return PageParams({offset: 0, **self._size})
            case PageNumberPaging(page=page, first_page=first):
                return PageParams({page: first, **self._size})
            case _:
                return PageParams(self._size)

    def next_page(self, params: PageParams, page: Page) -> PageParams | None:
        """The page after one that was read; None after the last."""
        self._rows_read += page.count
        self._received += len(page.rows)
        self._pages += 1
        if self.place.paging:
            self._check_repetition(page)
        match self.place.paging:
            case LinkHeaderPaging():
                link = self._cursor(next_link(page.response), "the Link header")
                return PageParams(link=self._link(page.url, link)) if link else None
            case LinkPaging(next=path):
                link = self._cursor(value_at(page.answer, parse_path(path)), path)
                return PageParams(link=self._link(page.url, link)) if link else None
            case CursorPaging(cursor=name, next=path):
                cursor = self._cursor(value_at(page.answer, parse_path(path)), path)
                return PageParams({name: cursor, **self._size}) if cursor else None
            case OffsetPaging(offset=name, end=end):
                number, is_last = self._rows_read, self._is_last(page, end, self._rows_read)
            case PageNumberPaging(page=name, end=end):
                number, is_last = params.params[name] + 1, self._is_last(page, end, self._pages)
            case None:
                return None
        return None if is_last else PageParams({name: number, **self._size})

    def signs(self, page: Page) -> list[str]:
        """What in the last page says that more rows follow."""
        read = RowsRead(max(self._rows_read, self._received), self._pages)
        ignored = {sign.lower() for sign in self.place.ignored_signs}
        signs = signs_of_more(page.answer, self.place.item_path, page.response, read)
        return [sign for sign in signs if sign.partition(" = ")[0].lower() not in ignored]

    def _is_last(self, page: Page, end: tuple[str | None, str | None], done: int) -> bool:
        """Whether no page follows one after which this many rows or pages were read.

        A page shorter than requested is not the last one: many services cap the size silently.
        """
        total, counts_rows = self._number(page, *end), isinstance(self.place.paging, OffsetPaging)
        if total is None:
            return not page.rows
        is_stuck = counts_rows and not page.rows
        least = done if counts_rows or page.rows else done - 1
        if total < least or (is_stuck and total > max(done, self._received)):
            raise self._invalid(f"{end[0] or end[1]} is {total}, but {done} were read")
        return is_stuck or total <= done

    def _check_repetition(self, page: Page) -> None:
        """Raise InvalidResponse for a page that is the first one, or the one before, once more."""
        id_path, time = self.lookup.id, self.lookup.time
        rows: list[Any] = list(page.rows)
        if id_path and time:  # other values may change from one request to the next
            rows = [(value_at(row, id_path), value_at(row, time.path)) for row in rows]
        if rows and rows in self._earlier:
            raise self._invalid("a page repeats an earlier one; does the service know the parameter?")
        self._earlier = (self._earlier[0] or rows, rows)

    def _number(self, page: Page, path: str | None, header: str | None) -> int | None:
        """The number of all rows or pages; None where the catalog names none, or an empty page has none."""
        value = value_at(page.answer, parse_path(path)) if path else header_number(page.response, header or "")
        if value is None and (not page.rows or (path is None and header is None)):
            return None
        if isinstance(value, bool) or not isinstance(value, int):
            raise self._invalid(f"the response has no number at {path or header}")
        return value

    def _cursor(self, value: Any, path: str) -> str:
        if value is None or value == "":
            return ""
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise self._invalid(f"the value at {path} is neither text nor a number")
        if str(value) in self._cursors:
            raise self._invalid(f"the value at {path} repeats that of an earlier page")
        self._cursors.add(str(value))
        return str(value)

    def _link(self, url: URL, text: str) -> URL:
        """The URL of the next page, byte for byte. Another host must get neither credentials nor keys."""
        try:
            link = URL(urljoin(str(url), quote(text, safe=_VISIBLE)), encoded=True)
            same_origin = link.origin() == url.origin() and not link.raw_user
        except ValueError:
            same_origin = False
        if not same_origin:
            raise self._invalid("the link to the next page leads to another host")
        return link

    def _invalid(self, reason: str) -> InvalidResponse:
        return InvalidResponse(self.source, f"{self.place.name}: paging: {reason}")
