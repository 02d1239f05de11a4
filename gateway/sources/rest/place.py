"""Where a REST service holds the rows of a lookup."""

from collections.abc import Iterator
from itertools import chain
from typing import Literal

import msgspec

from gateway.sources.base.place import (
    KEY_PLACEHOLDER,
    AtLeastOne,
    WindowedPlace,
    duplicate_diagnostics,
    path_diagnostics,
)
from gateway.sources.greenbutton.format import ESPI_FORMAT, espi_diagnostics
from gateway.sources.greenbutton.values import Espi
from gateway.sources.http.body_format import JSON, BodyFormat
from gateway.sources.rest.paths import request_path_diagnostics


class Paging(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="style"):
    """How the next page is requested.

    size_param: parameter for the size of a page.
    size: rows on a page.
    next: path in the response to the URL or the cursor of the next page.
    total: path in the response to the number of all rows of the parameters, by which lists are counted.
    total_header: header with that number, in place of `total`; also `Content-Range`.
    """

    total: str | None = None
    total_header: str | None = None

    @property
    def has_total(self) -> bool:
        return self.total is not None or self.total_header is not None


class OffsetPaging(Paging, frozen=True, tag="offset"):
    """By the number of rows already read.

    offset: parameter for that number.
    total: path in the response to the number of all rows, by which lists are counted; without it, reading stops at
        an empty page.
    """

    offset: str
    size_param: str
    size: AtLeastOne

    @property
    def end(self) -> tuple[str | None, str | None]:
        return self.total, self.total_header


class PageNumberPaging(Paging, frozen=True, tag="page"):
    """By the number of the page.

    page: parameter for that number.
    first_page: number of the first page.
    pages: path in the response to the number of pages; without it, reading stops at an empty page.
    pages_header: header with that number, in place of `pages`.
    """

    page: str
    size_param: str
    size: AtLeastOne
    first_page: int = 1
    pages: str | None = None
    pages_header: str | None = None

    @property
    def end(self) -> tuple[str | None, str | None]:
        return self.pages, self.pages_header


class LinkHeaderPaging(Paging, frozen=True, tag="link"):
    """By the URL in the `Link` header of a response, rel=next."""

    size_param: str | None = None
    size: AtLeastOne | None = None


class LinkPaging(Paging, frozen=True, tag="next"):
    """By a URL in the response, absolute or relative."""

    next: str
    size_param: str | None = None
    size: AtLeastOne | None = None


class CursorPaging(Paging, frozen=True, tag="cursor"):
    """By a cursor in the response.

    cursor: parameter for the cursor.
    """

    cursor: str
    next: str
    size_param: str | None = None
    size: AtLeastOne | None = None


AnyPaging = OffsetPaging | PageNumberPaging | LinkHeaderPaging | LinkPaging | CursorPaging


class RestPlace(WindowedPlace, frozen=True, kw_only=True):
    """The requests of one lookup, and the rows in their responses.

    A parameter in a body may have a dotted name: `data.accountIds` is nested.

    get, post: path below the source's url; `{key}` in it means one call for each key.
    keys: parameter that takes many keys, in the query or in the body of a POST.
    key_params: parameter of each part of a compound key; one call for each such key.
    style: how GET takes many keys: ids=a,b (comma, the default) or id=a&id=b (repeat).
    where: values that a row of this record has, where the service returns other records too.
    newest_first: rows come newest first over the whole call, so that reading may stop early.
    params_in: where a POST takes all parameters but the keys: in the body (the default) or the query.
    paging: how the next page is requested; without it, there is one page.
    absent: what says that there is no row, besides 404 for a key in the path and an empty list: 204, null, {}, [].
    espi: responses are Green Button's XML; `items` is then readings or summaries.
    """

    get: str | None = None
    post: str | None = None
    keys: str | None = None
    key_params: dict[str, str] = msgspec.field(default_factory=dict)
    style: Literal["comma", "repeat"] | None = None
    where: dict[str, str | int | bool] = msgspec.field(default_factory=dict)
    newest_first: bool = False
    params_in: Literal["body", "query"] | None = None
    paging: AnyPaging | None = None
    absent: tuple[Literal["204", "null", "{}", "[]"], ...] = ()
    espi: Espi | None = None

    @property
    def path(self) -> str:
        return self.get or self.post or ""

    @property
    def name(self) -> str:
        """The request for logs and errors, without a key."""
        return f"{'POST' if self.post else 'GET'} {self.path}"

    @property
    def has_key_in_path(self) -> bool:
        return KEY_PLACEHOLDER in self.path

    @property
    def key_parts(self) -> frozenset[str]:
        return frozenset(self.key_params)

    @property
    def body_format(self) -> BodyFormat:
        """The format of a response."""
        return JSON if self.espi is None else ESPI_FORMAT

    @property
    def reads_pages(self) -> bool:
        return self.paging is not None

    @property
    def can_count(self) -> bool:
        """Whether a page says how many rows there are, all of them of this record."""
        return self.paging is not None and self.paging.has_total and not self.where and self.espi is None

    def diagnostics(self) -> list[str]:
        parts = (_path(self), _keys(self), self.window_diagnostics(), _rows(self), _dotted_paths(self))
        names = duplicate_diagnostics("parameter", _parameters(self))
        return list(chain(*parts, names, espi_diagnostics(self.espi, self.items)))


def _path(place: RestPlace) -> Iterator[str]:
    if (place.get is None) == (place.post is None):
        yield "name a path, either with get or with post"
    for word, path in (("get", place.get), ("post", place.post)):
        if path is not None:
            yield from request_path_diagnostics(word, path)


def _keys(place: RestPlace) -> Iterator[str]:
    if place.has_key_in_path and place.keys:
        yield "keys go either into the path, as {key}, or into the parameter named by keys; remove one"
    if place.key_params and (place.has_key_in_path or place.keys):
        yield "key_params excludes keys and {key} in the path; remove one"
    if not place.has_key_in_path and not place.keys and not place.key_params:
        yield "keys have no place; put {key} into the path, or name the parameter with keys"
    if place.style and (place.post or not place.keys):
        yield "style needs a GET with keys; remove it"
    if place.params_in and not place.post:
        yield "params_in needs a POST; remove it"


def _rows(place: RestPlace) -> Iterator[str]:
    if place.limit and place.paging:
        yield "limit and paging exclude each other; remove one"
    if place.limit and place.where:
        yield "limit and where exclude each other, as skipped rows would look like missing rows; remove one"
    if place.newest_first and not place.paging:
        yield "newest_first needs paging; remove it"
    if "[]" in place.absent and (place.items or not place.has_key_in_path):
        yield "an empty list is absence anyway; remove [] from absent"
    paging = place.paging
    if paging and (paging.size is None) != (paging.size_param is None):
        yield "size and size_param of a paging need each other; set both, or none"
    if isinstance(paging, PageNumberPaging) and None not in paging.end:
        yield "a paging has its end either in the body or in a header; remove one"
    if paging and paging.total and paging.total_header:
        yield "a paging has its total either in the body or in a header; remove one"


def _dotted_paths(place: RestPlace) -> Iterator[str]:
    words = {"items": place.items, **msgspec.structs.asdict(place.paging or Paging())}
    paths = [(name, words.get(name)) for name in ("items", "total", "pages", "next")]
    yield from path_diagnostics([*paths, *(("where", path) for path in place.where)])


def _parameters(place: RestPlace) -> list[str | None]:
    paging = msgspec.structs.asdict(place.paging or Paging())
    of_pages = [paging.get(word) for word in ("offset", "page", "cursor", "size_param")]
    single = [place.keys, place.since, place.until, place.limit]
    return [*place.params, *place.key_params.values(), *single, *of_pages]
