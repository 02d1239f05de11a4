"""Reads the store of one REST system: keys are always bound, names come from our own tables."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from gateway_demo.systems.api_style import Endpoint, Paging
from gateway_demo.systems.queries import RecordQuery


class RecordStore:
    """A store, open for reading as long as the process lives."""

    def __init__(self, store: Path) -> None:
        # The stores are finished before this process starts, and nobody writes to them after.
        address = f"{store.resolve().as_uri()}?mode=ro&immutable=1"
        self._rows = sqlite3.connect(address, uri=True, check_same_thread=False, cached_statements=256)

    def close(self) -> None:
        """Let the file go."""
        self._rows.close()

    def select(self, statement: str, *values: object) -> list[tuple[str, ...]]:
        """The rows of any statement."""
        return self._rows.execute(statement, values).fetchall()

    def walk(self, statement: str, *values: object) -> Iterator[tuple[str, ...]]:
        """The rows of any statement, read one by one as they are wanted."""
        return iter(self._rows.execute(statement, values))

    def records(self, place: Endpoint, question: RecordQuery) -> list[str]:
        """The bodies asked for, newest first."""
        statement = records_statement(place, question.has_window)
        window = (question.since, question.until) if question.has_window else ()
        rows = [
            row
            for keys in _groups(place, question.keys)
            for row in self.select(statement, keys, *window, question.size, question.offset)
        ]
        if place.link is None:
            return [body for body, _ in rows]
        return [_with(place.link.written_as, key, body) for body, key in rows]

    def total(self, place: Endpoint, question: RecordQuery) -> int:
        """How many records there are on all pages together."""
        window = (question.since, question.until) if question.has_window else ()
        statement = f"SELECT count(*) {_origin(place, question.has_window)}"
        return int(self.select(statement, json.dumps(question.keys), *window)[0][0])

    def knows(self, place: Endpoint, key: str) -> bool:
        """Whether there is any record at all of this key."""
        statement = f"SELECT 1 {_origin(place, has_window=False)} LIMIT 1"
        return bool(self.select(statement, json.dumps([key])))


@cache
def records_statement(place: Endpoint, has_window: bool) -> str:  # noqa: FBT001 - says what it is
    """One statement for any keys of a place: they come as a JSON list."""
    ties = place.habits.ties
    return (
        f"SELECT r.body, {_key(place)} {_origin(place, has_window)}"
        f" ORDER BY r.at DESC, r.id {ties} LIMIT ? OFFSET ?"
    )


@cache
def _origin(place: Endpoint, has_window: bool) -> str:  # noqa: FBT001 - says what it is
    link = place.link
    # CROSS JOIN keeps this order: from each key through its index, never through the whole table.
    linked = f'"{link.table}" l CROSS JOIN ' if link else ""
    records = f" AND r.id = l.{link.record_column}" if link else ""
    window = " WHERE r.at >= ? AND r.at < ?" if has_window else ""
    return (
        f'FROM json_each(?) k CROSS JOIN {linked}"{place.table}" r'
        f" ON {_key(place)} = k.value{records}{window}"
    )


def _key(place: Endpoint) -> str:
    return f"{'l' if place.link else 'r'}.{place.column}"


def _groups(place: Endpoint, keys: Sequence[str]) -> list[str]:
    pages = place.habits.pages
    if pages and pages.paging is Paging.PER_KEY:
        return [json.dumps([key]) for key in keys]
    return [json.dumps(keys)]


def _with(name: str, value: str, body: str) -> str:
    return f"{{{json.dumps(name)}:{json.dumps(value)},{body.lstrip()[1:]}"
