"""The rows of REST responses: where they are, what says that there are none, and those of a whole call."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from gateway.contract.answers import not_requested
from gateway.contract.batch import Lookup, Row
from gateway.contract.paths import Key, Path, value_at
from gateway.contract.windows import in_window, sort_key, text_key
from gateway.errors import InvalidResponse, InvalidRow
from gateway.sources.base.chunks import is_by_position
from gateway.sources.base.place import place_of
from gateway.sources.base.windows import RowSelection, row_id, time_ambiguity
from gateway.sources.http.transport import Bodiless
from gateway.sources.rest.place import RestPlace


def rows_in(source: str, answer: Any, place: RestPlace, ids: Sequence[Key] = (), key: Path | None = None) -> list[Row]:
    """The rows in a response. `ids`: the records that were requested by id, and `key`: where a row has its id.

    Raises InvalidResponse where there is no list: silence is not absence. A row that is no object is an InvalidRow.
    """
    value = _at_items(source, answer, place)
    word = _empty_value(value)
    if word is not None:
        is_list = place.items is not None or not ids or not place.has_key_in_path
        if word in ("404", *place.absent) or (word == "[]" and is_list):
            return []
        reason = f"{place.name}: the response is {word}; if it means absence, say so with absent"
        raise InvalidRow(source, reason) if place.has_key_in_path else InvalidResponse(source, reason, of_body=True)
    rows = value if isinstance(value, list) else [value]
    if None in rows and ("null" in place.absent or is_by_position(rows, ids, key)):
        rows = [row for row in rows if row is not None]
    if not all(isinstance(row, dict) for row in rows):
        where = f"the value at {place.items}" if place.items else "the response"
        if not isinstance(value, list):
            raise InvalidResponse(source, f"{place.name}: {where} is not a list of objects", of_body=True)
        raise InvalidRow(source, f"{place.name}: {where} has a row that is {'null' if None in rows else 'no object'}")
    return rows


def _at_items(source: str, answer: Any, place: RestPlace) -> Any:
    """The value at the path of `items`, or the empty value that stands on the way."""
    value = answer
    for name in place.item_path:
        if _empty_value(value) in ("404", "204", "null", "{}"):
            return value
        if not isinstance(value, dict) or name not in value:
            reason = f"{place.name}: the response has nothing at items = {place.items}"
            raise InvalidResponse(source, reason, of_body=True)
        value = value[name]
    return value


def _empty_value(value: Any) -> str | None:
    """The word of `absent` for a value without anything in it."""
    if isinstance(value, Bodiless):
        return value.value
    return "null" if value is None else "{}" if value == {} else "[]" if value == [] else None


class RowCollector:
    """Collects the rows of one call over its pages."""

    def __init__(self, source: str, lookup: Lookup, selection: RowSelection, max_rows: int) -> None:
        self.source, self.lookup = source, lookup
        self.selection, self.max_rows = selection, max_rows
        self.rows: list[Row] = []
        self.cut: set[Key] = set()  # keys to be asked for again
        self._ambiguity = time_ambiguity(lookup)
        self._has_ids = lookup.id is not None and place_of(RestPlace, lookup).paging is not None
        self._seen: set[tuple[Key | None, Key | None]] = set()
        self._received = self._placed = 0
        self._oldest: datetime | None = None
        self._in_window: dict[Key, list[datetime]] = {key: [] for key in selection.keys}

    def add(self, rows: Sequence[Row]) -> None:
        """Add a page's rows but those of earlier pages: rows may be inserted between two requests."""
        self._received += max(1, len(rows))
        if self._received > self.max_rows:
            reason = f"{self.lookup.name}: more than max_rows = {self.max_rows} rows in one call"
            raise InvalidResponse(self.source, reason, of_keys=True)
        if not self._has_ids:
            self.rows += rows
            return
        new = [(ids, row) for row in rows if (ids := self._ids(row)) not in self._seen]
        self.rows += [row for _, row in new]
        self._seen.update(ids for ids, _ in new if ids[1] is not None)

    def check_whole(self, signs: Sequence[str]) -> None:
        """Notice the keys that lack rows where the last page says that wanted rows follow.

        Raises InvalidResponse if no key has its `limit` rows, which would explain that rows follow.
        """
        selection, place = self.selection, place_of(RestPlace, self.lookup)
        if not signs or ((place.newest_first or selection.window.first) and self.is_complete()):
            return
        counts = Counter(self._key(row) for row in self.rows) if selection.limit else {}
        self.cut = {key for key in selection.keys if counts.get(key, 0) < (selection.limit or 1)}
        if len(self.cut) == len(selection.keys):
            hint = "follow it with paging, or name in ignored_signs what means something else"
            reason = f"{place.name}: the response says that there are more rows: {', '.join(signs)}; {hint}"
            raise InvalidResponse(self.source, reason, of_keys=True)

    def is_complete(self) -> bool:
        """Whether no further page has a wanted row, given that rows come newest first over the call.

        Without a time: whether each key has as many rows as wanted.
        """
        first = self.selection.window.first
        try:
            if self.lookup.time is None and first is not None:
                counts = Counter(self._key(row) for row in self.rows)
                return all(counts[key] >= first for key in self.selection.keys)
            return self._place_new_rows() and self._covers_window()
        except (ValueError, InvalidResponse):
            return False

    def _ids(self, row: Row) -> tuple[Key | None, Key | None]:
        path = self.lookup.key
        return text_key(value_at(row, path)) if path else None, row_id(self.lookup, row)

    def _place_new_rows(self) -> bool:
        """Sort the new rows into the window; False where a row is newer than one before it."""
        window = self.selection.window
        for row in self.rows[self._placed :]:
            at = sort_key(self.lookup, row, window)
            moment = at[0].astimezone(UTC)
            if self._oldest is not None and moment > self._oldest + self._ambiguity:
                return False
            self._oldest = min(moment, self._oldest or moment)
            self._placed += 1
            if in_window(window, at):
                self._in_window[self._key(row)].append(moment)
        return True

    def _key(self, row: Row) -> Key:
        path = self.lookup.key
        key = text_key(value_at(row, path)) if path else self.selection.keys[0]
        if key is None or key not in self._in_window:
            raise not_requested(self.source, self.lookup, InvalidRow)
        return key

    def _covers_window(self) -> bool:
        """Whether the oldest row is older than all wanted rows: ties may be on the next page."""
        window = self.selection.window
        if self._oldest is None:
            return False
        next_newest, limit = self._oldest + self._ambiguity, window.limit
        if window.since is not None and next_newest < window.since:
            return True
        return limit is not None and all(
            len(moments) >= limit and next_newest < sorted(moments)[-limit] for moments in self._in_window.values()
        )
