"""From one page to the next: the parameters of the first page, and of the page after a response."""

from typing import Any

import msgspec
from yarl import URL

from gateway.contract.batch import value_at
from gateway.errors import InvalidResponse
from gateway.sources.rest.place import AnyPaging, CursorPaging, LinkPaging, OffsetPaging, PageNumberPaging
from gateway.sources.rest.requests import PageParams


def capped(paging: AnyPaging | None, max_size: int | None) -> AnyPaging | None:
    """The same paging, with pages no larger than the number of wanted rows."""
    if max_size is None or paging is None or isinstance(paging, LinkPaging) or paging.size is None:
        return paging
    return msgspec.structs.replace(paging, size=min(paging.size, max_size))


def first_page(paging: AnyPaging | None) -> PageParams:
    match paging:
        case OffsetPaging():
            return PageParams({paging.offset: 0, **_size(paging)})
        case PageNumberPaging():
            return PageParams({paging.page: paging.first_page, **_size(paging)})
        case CursorPaging():
            return PageParams(_size(paging))
        case _:
            return PageParams()


def _size(paging: OffsetPaging | PageNumberPaging | CursorPaging) -> dict[str, int]:
    return {paging.size_param: paging.size} if paging.size_param and paging.size else {}


class Paginator:
    """Finds the pages of one call, and notices when they repeat."""

    def __init__(self, source: str, paging: AnyPaging | None) -> None:
        self.source = source
        self.paging = paging
        self._rows_read = 0
        self._cursors: set[str] = set()

    def next_page(self, page: PageParams, answer: Any, count: int, url: URL) -> PageParams | None:
        """The page after a response of `count` rows from `url`; None after the last."""
        self._rows_read += count
        match self.paging:
            case OffsetPaging():
                return self._next_offset(self.paging, answer, count)
            case PageNumberPaging():
                return self._next_number(self.paging, page, answer, count)
            case LinkPaging():
                link = self._cursor(answer, self.paging.next)
                return PageParams(link=self._link(url, link)) if link else None
            case CursorPaging():
                cursor = self._cursor(answer, self.paging.next)
                return PageParams({self.paging.cursor: cursor, **_size(self.paging)}) if cursor else None
            case None:
                return None

    # A page shorter than requested is not the last one: many services cap the size silently.
    def _next_offset(self, paging: OffsetPaging, answer: Any, count: int) -> PageParams | None:
        if not count or (paging.total and self._rows_read >= self._number(answer, paging.total)):
            return None
        return PageParams({paging.offset: self._rows_read, **_size(paging)})

    def _next_number(
        self, paging: PageNumberPaging, page: PageParams, answer: Any, count: int
    ) -> PageParams | None:
        number = page.params[paging.page] + 1
        if not count or (paging.pages and number - paging.first_page >= self._number(answer, paging.pages)):
            return None
        return PageParams({paging.page: number, **_size(paging)})

    def _number(self, answer: Any, path: str) -> int:
        value = value_at(answer, tuple(path.split(".")))
        if isinstance(value, bool) or not isinstance(value, int):
            raise InvalidResponse(self.source, f"paging: the response has no number at {path}")
        return value

    def _cursor(self, answer: Any, path: str) -> str:
        value = value_at(answer, tuple(path.split(".")))
        if value is None or value == "":
            return ""
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise InvalidResponse(self.source, f"paging: the value at {path} is neither text nor a number")
        if str(value) in self._cursors:
            raise InvalidResponse(self.source, f"paging: the value at {path} repeats that of an earlier page")
        self._cursors.add(str(value))
        return str(value)

    def _link(self, url: URL, text: str) -> URL:
        """The URL of the next page. Another host must get neither credentials nor keys."""
        try:
            link = url.join(URL(text))
            same_origin = link.origin() == url.origin() and not link.raw_user
        except ValueError:
            same_origin = False
        if not same_origin:
            raise InvalidResponse(self.source, "paging: the link to the next page leads to another host")
        return link
