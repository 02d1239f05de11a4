"""From one page to the next: what the first request says, and what each answer says of another."""

from typing import Any

import msgspec
from yarl import URL

from gateway.contract.batch import value_at
from gateway.errors import InvalidResponse
from gateway.sources.rest.place import AnyPaging, CursorPaging, LinkPaging, OffsetPaging, PageNumberPaging
from gateway.sources.rest.requests import PageParams


def capped(paging: AnyPaging | None, most: int | None) -> AnyPaging | None:
    """The same paging, its pages no larger than what is wanted altogether."""
    if (
        most is None
        or not isinstance(paging, OffsetPaging | PageNumberPaging | CursorPaging)
        or paging.size is None
    ):
        return paging
    return msgspec.structs.replace(paging, size=min(paging.size, most))


def first_page(paging: AnyPaging | None) -> PageParams:
    """What the first request says of pages."""
    match paging:
        case OffsetPaging():
            return PageParams({paging.offset: 0, paging.size_param: paging.size})
        case PageNumberPaging():
            return PageParams({paging.page: paging.first_page, paging.size_param: paging.size})
        case CursorPaging():
            return PageParams(_sized(paging))
        case _:
            return PageParams()


def _sized(paging: CursorPaging) -> dict[str, int]:
    return {paging.size_param: paging.size} if paging.size_param and paging.size else {}


class Paginator:
    """Made for one walk: knows where it is, and when it turns in a circle."""

    def __init__(self, source: str, paging: AnyPaging | None) -> None:
        self.source = source
        self.paging = paging
        self._read = 0
        self._seen: set[str] = set()

    def onward(self, step: PageParams, answer: Any, count: int, here: URL) -> PageParams | None:
        """The step to the next page, None after the last. SourceMisread when the answer leads astray."""
        self._read += count
        match self.paging:
            case OffsetPaging():
                return self._offset(self.paging, answer, count)
            case PageNumberPaging():
                return self._page(self.paging, step, answer, count)
            case LinkPaging():
                link = self._word(answer, self.paging.next)
                return PageParams(link=self._link(here, link)) if link else None
            case CursorPaging():
                word = self._word(answer, self.paging.next)
                return PageParams({self.paging.cursor: word, **_sized(self.paging)}) if word else None
            case None:
                return None

    # A page shorter than asked is no sign of the end: many services cut the size asked without a word.
    def _offset(self, paging: OffsetPaging, answer: Any, count: int) -> PageParams | None:
        if not count or (paging.total and self._read >= self._number(answer, paging.total)):
            return None
        return PageParams({paging.offset: self._read, paging.size_param: paging.size})

    def _page(self, paging: PageNumberPaging, step: PageParams, answer: Any, count: int) -> PageParams | None:
        number = step.named[paging.page] + 1
        if not count or (paging.pages and number - paging.first_page >= self._number(answer, paging.pages)):
            return None
        return PageParams({paging.page: number, paging.size_param: paging.size})

    def _number(self, answer: Any, place: str) -> int:
        value = value_at(answer, tuple(place.split(".")))
        if isinstance(value, bool) or not isinstance(value, int):
            raise InvalidResponse(self.source, f"no number at {place}")
        return value

    def _word(self, answer: Any, place: str) -> str:
        value = value_at(answer, tuple(place.split(".")))
        if value is None or value == "":
            return ""
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise InvalidResponse(self.source, f"neither text nor a number at {place}")
        if str(value) in self._seen:
            raise InvalidResponse(self.source, f"the pages turn in a circle at {place}")
        self._seen.add(str(value))
        return str(value)

    def _link(self, here: URL, text: str) -> URL:
        """The address of the next page: a link must not lead our login, or our questions, elsewhere."""
        try:
            link = here.join(URL(text))
            same = link.origin() == here.origin() and not link.raw_user
        except ValueError:
            same = False
        if not same:
            raise InvalidResponse(self.source, "the next page is said to be on another host")
        return link
