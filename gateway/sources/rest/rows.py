"""The rows of one call, page after page: each once, and no further than the window needs."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from gateway.contract.batch import Key, Lookup, Row, value_at
from gateway.contract.windows import in_window, sort_key, text_key
from gateway.errors import InvalidResponse
from gateway.sources.http.response import NO_CONTENT
from gateway.sources.rest.place import RestPlace
from gateway.sources.rest.requests import RowSelection, time_ambiguity


def rows_in(source: str, answer: Any, place: RestPlace) -> list[Row]:
    """The rows in an answer. SourceMisread when what stands there is no list of objects."""
    if answer is NO_CONTENT:
        return []
    value = _at_items(source, answer, place)
    if value is None and not place.items and not place.one_by_one:
        raise _misread(source, place, "null instead of a list")
    if value is None or value == {}:
        return []
    rows = value if isinstance(value, list) else [value]
    if not all(isinstance(row, dict) for row in rows):
        raise _misread(source, place, "no list of objects")
    return rows


def _misread(source: str, place: RestPlace, what: str) -> InvalidResponse:
    """An error that names the address: one service has many, and one of them changed."""
    return InvalidResponse(source, f"{'POST' if place.post else 'GET'} {place.path}: {what}")


def _at_items(source: str, answer: Any, place: RestPlace) -> Any:
    """What stands where the rows should; a null on the way there says that there are none."""
    value = answer
    for depth, name in enumerate(place.items.split(".") if place.items else ()):
        if depth and value is None:
            return None
        if not isinstance(value, dict) or name not in value:
            raise _misread(source, place, f"nothing at {place.items}")
        value = value[name]
    return value


def matching_rows(source: str, lookup: Lookup, rows: list[Row], where: Mapping[str, Any]) -> list[Row]:
    """The rows that say what `where` says, at dotted paths.

    SourceMisread where one says something that cannot be compared, or neither this nor whose it is: what is
    left out without a word would be taken for not there. A reading of ESPI that leaves open whether it is of
    this record is no usual one, either: the standard knows none.
    """
    wanted = [(tuple(path.split(".")), value) for path, value in where.items()]
    odd = not all(
        _is_one_of_them(lookup, value_at(row, path), value, row) for row in rows for path, value in wanted
    )
    if odd or (lookup.place.espi is not None and any(_leaves_open(row, wanted) for row in rows)):
        raise InvalidResponse(source, f"{lookup.name}: a row that does not say of which kind it is")
    return [row for row in rows if all(value_at(row, path) == value for path, value in wanted)]


def _is_one_of_them(lookup: Lookup, said: Any, wanted: Any, row: Row) -> bool:
    if said is None:  # some say nothing where it is the usual
        return lookup.key is None or value_at(row, lookup.key) is not None
    return isinstance(said, str) == isinstance(wanted, str) and not isinstance(said, list | dict)


def _leaves_open(row: Row, wanted: Sequence[tuple[tuple[str, ...], Any]]) -> bool:
    said = [(value_at(row, path), value) for path, value in wanted]
    return any(each is None for each, _ in said) and all(each in (None, value) for each, value in said)


class RowCollector:
    """Made for one walk through the pages of one call."""

    def __init__(self, source: str, lookup: Lookup, asked: RowSelection, most: int) -> None:
        self.source = source
        self.lookup = lookup
        self.asked = asked
        self.most = most
        self.rows: list[Row] = []
        self._blur = time_ambiguity(lookup)
        self._tells = lookup.id is not None and lookup.place.paging is not None
        self._seen: set[tuple[Key | None, Key | None]] = set()
        self._spent = 0
        self._placed = 0
        self._last: datetime | None = None
        self._inside: dict[Key, list[datetime]] = {key: [] for key in asked.keys}

    def add(self, rows: list[Row]) -> None:
        """A page's rows, but for those of earlier pages: rows arrive while we turn the page."""
        self._spent += max(1, len(rows))
        if self._spent > self.most:
            raise InvalidResponse(self.source, f"{self.lookup.name}: more than {self.most} rows in one call")
        if not self._tells:
            self.rows += rows
            return
        fresh = [(names, row) for row in rows if (names := self._names(row)) not in self._seen]
        self.rows += [row for _, row in fresh]
        self._seen.update(names for names, _ in fresh if names[1] is not None)

    def enough(self) -> bool:
        """Whether older rows cannot matter, given that rows come newest first over the whole call.

        Without a time: whether there are as many rows of each key as are wanted.
        """
        first = self.asked.window.first
        try:
            if self.lookup.time is None and first is not None:
                counts = Counter(self._key(row) for row in self.rows)
                return all(counts[key] >= first for key in self.asked.keys)
            return self._ordered() and self._satisfied()
        except ValueError:
            return False

    def _names(self, row: Row) -> tuple[Key | None, Key | None]:
        path = self.lookup.key
        return text_key(value_at(row, path)) if path else None, row_id(self.lookup, row)

    def _ordered(self) -> bool:
        """Place the rows read since the last time; False when one of them is newer than one before."""
        for row in self.rows[self._placed :]:
            at = sort_key(self.lookup, row, self.asked.window)
            moment = at[0].astimezone(UTC)
            if self._last is not None and moment > self._last + self._blur:
                return False
            self._last = min(moment, self._last or moment)
            self._placed += 1
            if in_window(self.asked.window, at):
                self._inside[self._key(row)].append(moment)
        return self._last is not None

    def _key(self, row: Row) -> Key:
        path = self.lookup.key
        key = text_key(value_at(row, path)) if path else self.asked.keys[0]
        if key is None or key not in self._inside:
            raise ValueError("a row of nobody asked")
        return key

    def _satisfied(self) -> bool:
        """Whether the oldest row read is older than all wanted: ties may be on the next page."""
        window = self.asked.window
        if self._last is None:
            return False
        newest = self._last + self._blur  # of what is still to come
        if window.since is not None and newest < window.since:
            return True
        limit = window.limit
        if limit is None:
            return False
        return all(len(times) >= limit and newest < sorted(times)[-limit] for times in self._inside.values())


def row_id(lookup: Lookup, row: Row) -> Key | None:
    """The row's own id, where it has one."""
    return text_key(value_at(row, lookup.id)) if lookup.id else None
