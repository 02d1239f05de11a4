"""The pages of one call to a GraphQL service: which keys have further rows, and after which cursors."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from gateway.contract.answers import RowsByKey
from gateway.contract.batch import Lookup, Row
from gateway.contract.paths import Key
from gateway.contract.signs import RowsRead
from gateway.contract.windows import distinct_rows
from gateway.errors import InvalidResponse, SourceError
from gateway.sources.base.isolation import of_one_key
from gateway.sources.base.place import place_of
from gateway.sources.base.windows import RowSelection
from gateway.sources.graphql.connections import PAGE_INFO, cut_connections, cut_lists, has_next, next_cursor
from gateway.sources.graphql.documents import GraphqlPlace
from gateway.sources.http.more_rows import signs_of_failure, signs_of_more
from gateway.sources.http.transport import HttpResponse

_ROWS = ("data",)


class ConnectionPages:
    """Collects the rows of one call over its pages.

    keys: those of the next page; none after the last.
    cursors: the variables with their cursors.
    """

    def __init__(self, source: str, lookup: Lookup, selection: RowSelection) -> None:
        self.source, self.lookup, self.place = source, lookup, place_of(GraphqlPlace, lookup)
        self.selection, self.keys = selection, selection.keys
        self.cursors: dict[str, str] = {}
        self.rows: dict[Key, Sequence[Row] | SourceError] = {}
        self._cursors_read: set[tuple[tuple[Key, ...], str]] = set()
        self._received: Counter[tuple[Key, ...]] = Counter()

    def add(self, page: RowsByKey, answer: Mapping[str, Any], response: HttpResponse) -> None:
        """Add the rows of a page, and find the keys that have a further one.

        Raises InvalidResponse where the response says that the page is not whole, whosever rows are missing.
        """
        self._check_failures(page, answer, response)
        for key, rows in page.items():
            before = self.rows.get(key, ())
            failed = next((each for each in (before, rows) if isinstance(each, SourceError)), None)
            self.rows[key] = failed or [*before, *rows]  # type: ignore[misc]
        following: dict[tuple[Key, ...], str] = {}
        for keys, value in self._connections(answer["data"]):
            try:
                cursor = self._next_cursor(keys, value, page)
            except InvalidResponse as error:
                self.rows.update(dict.fromkeys(keys, error if self.place.keys else of_one_key(error)))
            else:
                following |= {keys: cursor} if cursor else {}
        self.keys = tuple(key for keys in following for key in keys)
        self.cursors = {f"after{n}": cursor for n, cursor in enumerate(following.values())}
        if not self.keys:
            self._check_end(page, answer, response)

    def _check_failures(self, page: RowsByKey, answer: Mapping[str, Any], response: HttpResponse) -> None:
        if signs := self.place.heeded(signs_of_failure(_envelope(page, answer), _ROWS, response)):
            hint = "name in ignored_signs what means something else"
            raise self._invalid(f"the response says that it is not whole: {', '.join(signs)}; {hint}", of_keys=True)

    def _check_end(self, page: RowsByKey, answer: Mapping[str, Any], response: HttpResponse) -> None:
        """Raise InvalidResponse where the last page says, beside its connections, that wanted rows follow."""
        read = RowsRead(sum(len(rows) for rows in self.rows.values() if not isinstance(rows, SourceError)))
        signs = self.place.heeded(signs_of_more(_envelope(page, answer), _ROWS, response, read))
        keys = self.selection.keys
        if signs and not self._is_enough(keys) and not self._drop_short(keys):
            raise self._cut(signs, of_keys=True)

    def _connections(self, data: Mapping[str, Any]) -> Iterator[tuple[tuple[Key, ...], Any]]:
        """The values in the response, with the keys that each was read for, but failed ones."""
        if self.place.keys:
            yield self.keys, data.get(self.place.field)
            return
        for n, key in enumerate(self.keys):
            if not isinstance(self.rows.get(key), SourceError):
                yield (key,), data.get(f"k{n}")

    def _next_cursor(self, keys: tuple[Key, ...], value: Any, page: RowsByKey) -> str | None:
        """The cursor of the next page; None if none is wanted. Raises InvalidResponse where one cannot be read."""
        readable = [rows for key in keys if not isinstance(rows := page.get(key, ()), SourceError)]
        self._received[keys] += max(1, sum(map(len, readable)))
        if signs := self.place.heeded(cut_lists(self.lookup, [row for rows in readable for row in rows])):
            raise self._cut(signs)
        if self.place.paging and has_next(value) is None:
            raise self._invalid(f"{PAGE_INFO}.hasNextPage does not say whether more rows follow")
        cursor, items = next_cursor(value), self.place.item_path
        signs = self.place.heeded(cut_connections(value, items))
        if not signs or self._is_enough(keys):
            return None
        if not self.place.paging or cursor is None or len(signs) > 1:
            if self._drop_short(keys):
                return None
            raise self._cut(signs)
        if not isinstance(cursor, str) or not cursor or (keys, cursor) in self._cursors_read:
            raise self._invalid("hasNextPage is true, and endCursor is not new")
        if self._received[keys] >= self.place.max_rows:
            raise self._invalid(f"more than max_rows = {self.place.max_rows} rows in one call")
        self._cursors_read.add((keys, cursor))
        return cursor

    def _is_enough(self, keys: tuple[Key, ...]) -> bool:
        """Whether each key has its wanted rows."""
        first = self.selection.window.first
        rows = [rows for key in keys if not isinstance(rows := self.rows.get(key, ()), SourceError)]
        return first is not None and all(len(distinct_rows(self.lookup, each)) >= first for each in rows)

    def _drop_short(self, keys: tuple[Key, ...]) -> bool:
        """Whether a limit explains that rows follow. Keys with fewer rows are then left out, to be asked again."""
        limit = self.selection.limit
        rows = {key: rows for key in keys if not isinstance(rows := self.rows.get(key, ()), SourceError)}
        short = [key for key, of_key in rows.items() if limit is None or len(of_key) < limit]
        if len(short) == len(rows):
            return False
        for key in short:
            self.rows.pop(key, None)
        return True

    def _cut(self, signs: Sequence[str], *, of_keys: bool = False) -> InvalidResponse:
        says = (
            "does not say whether more rows follow" if all(map(_is_unsaid, signs)) else "says that there are more rows"
        )
        hint = "name in ignored_signs what means something else"
        hint = hint if self.place.paging else f"follow it with paging, or {hint}"
        return self._invalid(f"the response {says}: {', '.join(sorted(signs))}; {hint}", of_keys=of_keys)

    def _invalid(self, reason: str, *, of_keys: bool = False) -> InvalidResponse:
        return InvalidResponse(self.source, f"{self.lookup.name}: {reason}", of_keys=of_keys)


def _is_unsaid(sign: str) -> bool:
    return sign.endswith(" = null")


def _envelope(page: RowsByKey, answer: Mapping[str, Any]) -> dict[str, Any]:
    """A response with all rows of a page as one list, and without errors, which are those of their keys."""
    rows = [row for of_key in page.values() if not isinstance(of_key, SourceError) for row in of_key]
    return {**{name: value for name, value in answer.items() if name != "errors"}, "data": rows}
