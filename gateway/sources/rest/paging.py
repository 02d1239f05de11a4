"""From one page to the next: what the first request says, and what each answer says of another."""

from typing import Any

import msgspec
from yarl import URL

from gateway.contract.batch import dig
from gateway.errors import SourceMisread
from gateway.sources.rest.place import AnyPaging, ByCursor, ByLink, ByOffset, ByPage
from gateway.sources.rest.requests import Step


def no_larger(paging: AnyPaging | None, most: int | None) -> AnyPaging | None:
    """The same paging, its pages no larger than what is wanted altogether."""
    if most is None or not isinstance(paging, ByOffset | ByPage | ByCursor) or paging.size is None:
        return paging
    return msgspec.structs.replace(paging, size=min(paging.size, most))


def first_step(paging: AnyPaging | None) -> Step:
    """What the first request says of pages."""
    match paging:
        case ByOffset():
            return Step({paging.offset: 0, paging.size_name: paging.size})
        case ByPage():
            return Step({paging.page: paging.first, paging.size_name: paging.size})
        case ByCursor():
            return Step(_sized(paging))
        case _:
            return Step()


def _sized(paging: ByCursor) -> dict[str, int]:
    return {paging.size_name: paging.size} if paging.size_name and paging.size else {}


class Pages:
    """Made for one walk: knows where it is, and when it turns in a circle."""

    def __init__(self, source: str, paging: AnyPaging | None) -> None:
        self.source = source
        self.paging = paging
        self._read = 0
        self._seen: set[str] = set()

    def onward(self, step: Step, answer: Any, count: int, here: URL) -> Step | None:
        """The step to the next page, None after the last. SourceMisread when the answer leads astray."""
        self._read += count
        match self.paging:
            case ByOffset():
                return self._offset(self.paging, answer, count)
            case ByPage():
                return self._page(self.paging, step, answer, count)
            case ByLink():
                link = self._word(answer, self.paging.next)
                return Step(link=self._link(here, link)) if link else None
            case ByCursor():
                word = self._word(answer, self.paging.next)
                return Step({self.paging.cursor: word, **_sized(self.paging)}) if word else None
            case None:
                return None

    # A page shorter than asked is no sign of the end: many services cut the size asked without a word.
    def _offset(self, paging: ByOffset, answer: Any, count: int) -> Step | None:
        if not count or (paging.total and self._read >= self._number(answer, paging.total)):
            return None
        return Step({paging.offset: self._read, paging.size_name: paging.size})

    def _page(self, paging: ByPage, step: Step, answer: Any, count: int) -> Step | None:
        number = step.named[paging.page] + 1
        if not count or (paging.pages and number - paging.first >= self._number(answer, paging.pages)):
            return None
        return Step({paging.page: number, paging.size_name: paging.size})

    def _number(self, answer: Any, place: str) -> int:
        value = dig(answer, tuple(place.split(".")))
        if isinstance(value, bool) or not isinstance(value, int):
            raise SourceMisread(self.source, f"no number at {place}")
        return value

    def _word(self, answer: Any, place: str) -> str:
        value = dig(answer, tuple(place.split(".")))
        if value is None or value == "":
            return ""
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise SourceMisread(self.source, f"neither text nor a number at {place}")
        if str(value) in self._seen:
            raise SourceMisread(self.source, f"the pages turn in a circle at {place}")
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
            raise SourceMisread(self.source, "the next page is said to be on another host")
        return link
