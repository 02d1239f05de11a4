"""The pages of a REST call: which comes next, and what says that one is missing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urljoin

from yarl import URL

from gateway.contract.batch import Lookup, Row
from gateway.contract.paths import parse_path, value_at
from gateway.contract.sign_values import number_in
from gateway.contract.signs import RowsRead
from gateway.errors import InvalidResponse
from gateway.sources.base.place import place_of
from gateway.sources.http.more_rows import header_number, next_link, says_end, signs_of_failure, signs_of_more
from gateway.sources.http.transport import HttpResponse
from gateway.sources.rest.place import (
    CursorPaging,
    LinkHeaderPaging,
    LinkPaging,
    OffsetPaging,
    PageNumberPaging,
    RestPlace,
)
from gateway.sources.rest.requests import PageParams

MAX_EMPTY_PAGES = 3  # in a row, each with a new cursor; after them, the list ends
_VISIBLE = "".join(map(chr, range(0x21, 0x7F)))  # the letters of a link that are sent as they are


@dataclass(frozen=True, slots=True)
class Page:
    """One page that was read.

    answer: the values of its response
    rows: its rows
    distinct: its rows, each once
    """

    url: URL
    answer: Any
    response: HttpResponse
    rows: Sequence[Row]
    distinct: Sequence[Row]

    @property
    def count(self) -> int:
        return len(self.distinct)


class Paginator:
    """Finds the pages of one call, and notices when they repeat, contradict themselves, or end too early.

    wanted_rows: the largest size of a page that makes sense to request
    """

    def __init__(self, source: str, lookup: Lookup, wanted_rows: int | None) -> None:
        self.source, self.lookup, self.place = source, lookup, place_of(RestPlace, lookup)
        self._rows_read = self._received = self._pages = 0
        self._cursors: set[str] = set()
        self._empty_pages = 0
        self._is_ended = False  # although the last page has a cursor
        self._earlier: tuple[list[Any], list[Any]] = ([], [])  # the rows of the first page and of the last one
        self._stated: tuple[str, Any] = ("", None)  # the place and the value of the last total
        self._size: dict[str, int] = {}
        paging = self.place.paging
        if paging and paging.size_param and paging.size:
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
        self._empty_pages = 0 if page.rows else self._empty_pages + 1
        if self.place.paging:
            self._check_repetition(page)
        if page.rows or self._pages == 1:  # an empty page after others may have no total, or 0
            self._stated = self._stated_total(page)
        match self.place.paging:
            case LinkHeaderPaging():
                link = self._cursor(page, next_link(page.response), "the Link header")
                return PageParams(link=self._link(page.url, link)) if link else None
            case LinkPaging(next=path):
                link = self._cursor(page, value_at(page.answer, parse_path(path)), path)
                return PageParams(link=self._link(page.url, link)) if link else None
            case CursorPaging(cursor=name, next=path):
                cursor = self._cursor(page, value_at(page.answer, parse_path(path)), path)
                return PageParams({name: cursor, **self._size}) if cursor else None
            case OffsetPaging(offset=name, end=end):
                number, is_last = self._rows_read, self._is_last(page, end, self._rows_read)
            case PageNumberPaging(page=name, end=end):
                number, is_last = params.params[name] + 1, self._is_last(page, end, self._pages)
            case None:
                return None
        return None if is_last else PageParams({name: number, **self._size})

    def total(self, page: Page) -> int | None:
        """The number of all rows, as the first page says it; None where it is not exact."""
        path, header = (self.place.paging.total, self.place.paging.total_header) if self.place.paging else (None, None)
        total = self._number(page, path, header)
        if total is None:
            is_whole = self.next_page(self.first_page(), page) is None and not self.signs(page)
            return 0 if is_whole else None
        if total < page.count or (total and not page.rows):
            raise self._invalid(f"{path or header} is {total}, but the page has {page.count}", of_keys=True)
        value = value_at(page.answer, parse_path(path)) if path else None
        return None if isinstance(value, dict) and value.get("relation", "eq") != "eq" else total

    def signs(self, page: Page) -> list[str]:
        """What in the last page says that more rows follow."""
        echoes = bool(self._cursors) or self._has_other_next(page)
        read = RowsRead(max(self._rows_read, self._received), self._pages, echoes, self._is_ended)
        signs = signs_of_more(page.answer, self.place.item_path, page.response, read)
        return self.place.heeded([*signs, *self._signs_of_total(read.rows)])

    def _stated_total(self, page: Page) -> tuple[str, Any]:
        paging = self.place.paging
        if paging and paging.total and not self.place.espi:
            return paging.total, value_at(page.answer, parse_path(paging.total))
        if paging and paging.total_header and not self.place.espi:
            return f"header {paging.total_header.lower()}", header_number(page.response, paging.total_header)
        return "", None

    def _signs_of_total(self, rows: int) -> list[str]:
        """The total that the catalog names, whatever its name, if it is above the rows read. Below, it is an error."""
        where, value = self._stated
        number = number_in(value)
        if number is None:
            return []
        if isinstance(value, dict) and value.get("relation", "eq") != "eq":
            return [f"{where} = {number} or more"]
        if number < self._rows_read:
            raise self._invalid(f"{where} is {number}, but {self._rows_read} were read", of_keys=True)
        return [f"{where} = {number}"] if number > rows else []

    def _has_other_next(self, page: Page) -> bool:
        """Whether the catalog names a link beside the cursors of the last page, which has none."""
        paging = self.place.paging
        path = parse_path(paging.next) if isinstance(paging, LinkPaging) else ()
        return len(path) > 1 and isinstance(value_at(page.answer, path[:-1]), dict)

    def check_failures(self, page: Page) -> None:
        """Raise InvalidResponse for a page that says that the service failed in part."""
        if signs := self.place.heeded(signs_of_failure(page.answer, self.place.item_path, page.response)):
            hint = "name in ignored_signs what means something else"
            reason = f"{self.place.name}: the response says that it is not whole: {', '.join(signs)}; {hint}"
            raise InvalidResponse(self.source, reason, of_keys=True)

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
            raise self._invalid(f"{end[0] or end[1]} is {total}, but {done} were read", of_keys=True)
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
        number = number_in(value)
        if number is None:
            raise self._invalid(f"the response has no number at {path or header}")
        return number

    def _cursor(self, page: Page, value: Any, path: str) -> str:
        """The cursor or link of the next page; "" after the last.

        Some services always give one. Their list ends with a page that says so, or with empty pages.
        """
        if value is None or value == "":
            return ""
        is_repeated = not page.rows and str(value) in self._cursors
        if is_repeated or self._empty_pages > MAX_EMPTY_PAGES or says_end(page.answer, self.place.item_path):
            self._is_ended = True
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

    def _invalid(self, reason: str, *, of_keys: bool = False) -> InvalidResponse:
        return InvalidResponse(self.source, f"{self.place.name}: paging: {reason}", of_keys=of_keys)
