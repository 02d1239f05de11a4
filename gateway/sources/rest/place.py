"""Where a REST service keeps a lookup's rows, in the catalog's words, and which words do not go together."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

import msgspec

from gateway.contract.times import TimeFormat, TimeFormatName
from gateway.sources.greenbutton import format as espi
from gateway.sources.greenbutton.format import Espi
from gateway.sources.http.body_format import JSON
from gateway.sources.http.body_format import Form as BodyForm

AtLeastOne = Annotated[int, msgspec.Meta(ge=1)]
KEY_PLACEHOLDER = "{key}"


class Paging(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="style"):
    """How one goes on after the first page."""


class OffsetPaging(Paging, frozen=True, tag="offset"):
    """By the number of rows already seen. Without `total`, until a page is empty."""

    offset: str
    size_param: str
    size: AtLeastOne
    total: str | None = None


class PageNumberPaging(Paging, frozen=True, tag="page"):
    """By the number of the page. Without `pages`, until a page is empty."""

    page: str
    size_param: str
    size: AtLeastOne
    first_page: int = 1
    pages: str | None = None


class LinkPaging(Paging, frozen=True, tag="next"):
    """By an address in the answer, absolute or relative."""

    next: str


class CursorPaging(Paging, frozen=True, tag="cursor"):
    """By a word in the answer, sent as the parameter `cursor`; a `size`, if any, as `size_param`."""

    cursor: str
    next: str
    size_param: str | None = None
    size: AtLeastOne | None = None


AnyPaging = OffsetPaging | PageNumberPaging | LinkPaging | CursorPaging


class RestPlace(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a service is asked for one lookup, and where in its answer the rows are.

    get, post     the path below the source's url; `{key}` in it means one call for each key
    keys          the parameter that takes many keys: of the query, or of the body of a POST
    key_params          the parameter of each part of a key that has several; one call for each such key
    style         how GET takes many keys: ids=a,b (comma, the default) or id=a&id=b (repeat)
    items         where the list is in the answer (`data.records`); without it, the answer is the list
    params        constants sent along
    where         what a row must say to be of this record, where the service does not tell records apart
    since, until  the parameters that bound the time of the rows, written as `time_format` says
    zone          whose wall clock or days the bounds are, where `time_format` is local or date
    limit, max_limit the parameter that bounds the rows of each key, and the largest value that is honoured
    newest_first  rows come newest first over the whole call, so reading may stop early
    params_in     where all but the keys goes in a POST: beside them in the body, or in the query
    max_rows      one call's rows at most; more are an error, never cut
    espi          answers are Green Button's XML instead of JSON; items is readings or summaries, next is next

    A parameter of a body may have a dotted name: `data.accountIds` is nested.
    """

    get: str | None = None
    post: str | None = None
    keys: str | None = None
    key_params: dict[str, str] = msgspec.field(default_factory=dict)
    style: Literal["comma", "repeat"] | None = None
    items: str | None = None
    params: dict[str, Any] = msgspec.field(default_factory=dict)
    where: dict[str, str | int | bool] = msgspec.field(default_factory=dict)
    since: str | None = None
    until: str | None = None
    time_format: TimeFormatName = "iso"
    zone: str | None = None
    limit: str | None = None
    max_limit: AtLeastOne | None = None
    newest_first: bool = False
    params_in: Literal["body", "query"] | None = None
    paging: AnyPaging | None = None
    max_rows: AtLeastOne = 20_000
    espi: Espi | None = None

    @property
    def path(self) -> str:
        """The path, whatever the method."""
        return self.get or self.post or ""

    @property
    def one_by_one(self) -> bool:
        """Whether each key is a call of its own, by its place in the path."""
        return KEY_PLACEHOLDER in self.path

    @property
    def clock(self) -> TimeFormat:
        """How the bounds are written."""
        return TimeFormat(self.time_format, ZoneInfo(self.zone) if self.zone else None)

    def form(self, key: str) -> BodyForm:
        """What answers are written in; `key` is the first that is asked for."""
        if self.espi is None:
            return JSON
        return self.espi.form(key if self.one_by_one else None, pages=self.paging is not None)


def complaints(place: RestPlace) -> list[str]:
    """What makes no sense about a place, each in a sentence."""
    told = [*_path(place), *_keys(place), *_times(place), *_rows(place), *_paths(place), *_names(place)]
    return [*told, *espi.complaints(place.espi, place.items)]


def _path(place: RestPlace) -> Iterator[str]:
    if (place.get is None) == (place.post is None):
        yield "say either get or post"
    if "?" in place.path or "#" in place.path:
        yield "a path ends before ? and #: constants belong into params"
    if place.path.count(KEY_PLACEHOLDER) > 1 or re.search(r"[{}]", place.path.replace(KEY_PLACEHOLDER, "")):
        yield "a path may hold {key} once, and no other braces"


def _keys(place: RestPlace) -> Iterator[str]:
    if place.one_by_one and place.keys:
        yield "keys stand either in the path, as {key}, or in the parameter named by keys"
    if place.key_params and (place.one_by_one or place.keys):
        yield "key_params is for a key of several parts, which has no other place"
    if not place.one_by_one and not place.keys and not place.key_params:
        yield "say where the keys go: {key} in the path, or keys = the name of a parameter"
    if place.style and (place.post or not place.keys):
        yield "style is for a GET with keys"
    if place.params_in and not place.post:
        yield "params_in is for a POST"


def _times(place: RestPlace) -> Iterator[str]:
    bounded = place.since or place.until
    if not bounded and (place.time_format != "iso" or place.zone):
        yield "time_format and zone are for since and until, which are not named"
    if place.zone and place.time_format not in ("local", "date"):
        yield f"zone means nothing to time_format = {place.time_format!r}"
    if place.time_format == "local" and not place.zone:
        yield 'time_format = "local" needs the zone whose wall clock it is'
    try:
        _ = place.clock
    except (KeyError, ValueError, OSError):  # not found, or no name of a zone at all
        yield f"there is no zone {place.zone!r}"


def _rows(place: RestPlace) -> Iterator[str]:
    if place.limit and place.paging:
        yield "limit and paging exclude each other: name one"
    if place.limit and place.where:
        yield "limit and where exclude each other: rows left out would be taken for rows not there"
    if place.max_limit and not place.limit:
        yield "max_limit is for a place with a limit"
    if place.newest_first and not place.paging:
        yield "newest_first is for a place with paging"
    if isinstance(place.paging, CursorPaging) and (place.paging.size is None) != (
        place.paging.size_param is None
    ):
        yield "size and size_param of a paging go together"


def _paths(place: RestPlace) -> Iterator[str]:
    named = {"items": place.items, **msgspec.structs.asdict(place.paging or Paging())}
    said = [(name, named.get(name)) for name in ("items", "total", "pages", "next")]
    for name, path in [*said, *(("where", path) for path in place.where)]:
        if path is not None and "" in path.split("."):
            yield f"{name} is no dotted path: {path!r}"


def _names(place: RestPlace) -> Iterator[str]:
    own = [place.keys, place.since, place.until, place.limit, *_paging_names(place.paging)]
    named = [*place.params, *place.key_params.values(), *own]
    for name, times in Counter(name for name in named if name is not None).items():
        if times > 1:
            yield f"the parameter {name!r} is given {times} meanings"


def _paging_names(paging: AnyPaging | None) -> list[str]:
    match paging:
        case OffsetPaging(offset=name, size_param=size) | PageNumberPaging(page=name, size_param=size):
            return [name, size]
        case CursorPaging(cursor=name, size_param=size):
            return [name, *([size] if size else [])]
        case _:
            return []
