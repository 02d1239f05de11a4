"""Documents that several lookups read: each is parsed once, off the event loop, and kept for a while."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Hashable, Iterable, Mapping
from typing import Any, Protocol

from cachetools import LRUCache

from gateway.concurrency.single_flight import SingleFlight
from gateway.contract.answers import RowsByKey
from gateway.contract.batch import UNREADABLE, Lookup, Row
from gateway.contract.paths import Key, value_at
from gateway.contract.windows import text_key
from gateway.errors import InvalidRow
from gateway.sources.greenbutton.format import Document, selected
from gateway.sources.greenbutton.values import Espi
from gateway.sources.http.body_format import InvalidDocument

ROW_BYTES = 200  # of XML, from which a row comes
_NAMED = ("usage_point",)


class EspiPlace(Protocol):
    """What a place says of its documents."""

    @property
    def espi(self) -> Espi | None: ...
    @property
    def items(self) -> str | None: ...
    @property
    def where(self) -> Mapping[str, Any]: ...
    @property
    def reads_pages(self) -> bool: ...


class Documents:
    """The documents of one source, and their rows by lookup. Lives as long as the source.

    max_bytes: of XML, whose elements and rows need some fifteen times as much
    parsed: how many documents were parsed
    """

    def __init__(self, max_bytes: int) -> None:
        self.parsed = 0
        self._documents: LRUCache[Hashable, Document] = LRUCache(max_bytes, getsizeof=lambda document: document.size)
        self._rows: LRUCache[Hashable, list[Row]] = LRUCache(
            max_bytes, getsizeof=lambda rows: ROW_BYTES * len(rows) + 1
        )
        self._flights: SingleFlight[Hashable, Any] = SingleFlight()

    async def page(self, body: bytes, lookup: Lookup, place: EspiPlace, key: Key | None) -> dict[str, Any]:
        """The selected rows of a body, under the name of its items, and the URL of the `next` page."""
        digest = await asyncio.to_thread(_digest, body)
        document = await self._document(digest, lambda: body)
        rows = await self.rows(digest, lambda: body, lookup, place, key)
        return {str(place.items): rows, "next": document.feed.next}

    async def rows(
        self, version: Hashable, read: Callable[[], bytes], lookup: Lookup, place: EspiPlace, key: Key | None
    ) -> list[Row]:
        """The rows that a place selects of a document, which `read` reads. Raises InvalidDocument."""

        async def select() -> list[Row]:
            document = await self._document(version, read)
            return await asyncio.to_thread(_selected, document, place, key)

        return await self._once(self._rows, (version, lookup, key), select)  # type: ignore[no-any-return]

    async def _document(self, version: Hashable, read: Callable[[], bytes]) -> Document:
        async def parse() -> Document:
            self.parsed += 1
            return await asyncio.to_thread(lambda: Document(read()))

        return await self._once(self._documents, version, parse)  # type: ignore[no-any-return]

    async def _once(self, cache: LRUCache[Hashable, Any], key: Hashable, make: Callable[[], Awaitable[Any]]) -> Any:
        """The kept value of a key, or the one that is made now, for all who wait for it."""
        if key in cache:
            return cache[key]

        async def make_and_keep() -> Any:
            value = await make()
            if cache.getsizeof(value) <= cache.maxsize:
                cache[key] = value
            return value

        return await self._flights.run(key, make_and_keep)


def _digest(body: bytes) -> bytes:
    return hashlib.blake2b(body, digest_size=20).digest()


def _selected(document: Document, place: EspiPlace, key: Key | None) -> list[Row]:
    if place.espi is None or place.items is None:
        raise InvalidDocument("the place does not say how its documents are read")
    if document.feed.next and not place.reads_pages:
        raise InvalidDocument("the feed has a next page; add paging to the place")
    return selected(document.rows(place.items, place.espi, key), place.where)


def grouped_rows(lookup: Lookup, rows: Iterable[Row]) -> tuple[dict[Key, list[Row]], list[Row]]:
    """The rows by the key that they name, and the rows that name none."""
    grouped: dict[Key, list[Row]] = {}
    strays: list[Row] = []
    for row in rows:
        key = text_key(value_at(row, lookup.key)) if lookup.key else row["asked"]
        (strays if key is None else grouped.setdefault(key, [])).append(row)
    return grouped, strays


def answered(source: str, lookup: Lookup, keys: Iterable[Key], rows: Iterable[Row]) -> RowsByKey:
    """The rows of the keys that a document was requested by. Rows of another key make it an answer to none."""
    grouped, strays = grouped_rows(lookup, rows)
    requested = list(keys)
    if strays or not grouped.keys() <= set(requested):
        reason = next((row["fault"] for row in strays if "fault" in row), "a row of a key that was not requested")
        return dict.fromkeys(requested, InvalidRow(source, f"{lookup.name}: {reason}"))
    return {key: tied(source, lookup, grouped.get(key, [])) for key in requested}


def tied(source: str, lookup: Lookup, rows: list[Row]) -> list[Row] | InvalidRow:
    """The rows of one key, readable or not; an error where they are of several usage points."""
    points: dict[Any, str | None] = {}
    is_named = lookup.key == _NAMED
    for row in rows:
        # Two services may be asked for by one key, but not two usage points of one register.
        register = None if is_named else (row["service"], row.get("unit"), row.get("flow"))
        point = row["usage_point_path"]
        is_other = (is_named or "fault" not in row) and points.setdefault(register, point) != point
        if is_other or (is_named and row["has_namesake"]):
            reason = "rows of several usage points; look them up by usage_point_path"
            return InvalidRow(source, f"{lookup.name}: {reason}")
    return [{UNREADABLE: row["fault"]} if "fault" in row else row for row in rows]
