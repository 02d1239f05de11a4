"""Reads the store of one REST system; keys are bound parameters."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from gateway_demo.systems.api_style import Endpoint, Paging
from gateway_demo.systems.queries import RecordQuery


class RecordStore:
    """A system's SQLite file, open for reading."""

    def __init__(self, store: Path) -> None:
        # Stores are complete before this process starts and do not change after.
        address = f"{store.resolve().as_uri()}?mode=ro&immutable=1"
        self._connection = sqlite3.connect(address, uri=True, check_same_thread=False, cached_statements=256)

    def close(self) -> None:
        self._connection.close()

    def select(self, statement: str, *values: object) -> list[tuple[str, ...]]:
        """The rows of a statement."""
        return self._connection.execute(statement, values).fetchall()

    def walk(self, statement: str, *values: object) -> Iterator[tuple[str, ...]]:
        """Iterate over the rows of a statement."""
        return iter(self._connection.execute(statement, values))

    def records(self, endpoint: Endpoint, query: RecordQuery) -> list[str]:
        """The JSON bodies of the queried records, newest first."""
        statement = records_statement(endpoint, query.has_window)
        window = (query.since, query.until) if query.has_window else ()
        rows = [
            row
            for keys in _key_lists(endpoint, query.keys)
            for row in self.select(statement, keys, *window, query.size, query.offset)
        ]
        if endpoint.link is None:
            return [body for body, _ in rows]
        return [_with_key(endpoint.link.written_as, key, body) for body, key in rows]

    def total(self, endpoint: Endpoint, query: RecordQuery) -> int:
        """The number of records on all pages."""
        window = (query.since, query.until) if query.has_window else ()
        statement = f"SELECT count(*) {_origin(endpoint, query.has_window)}"
        return int(self.select(statement, json.dumps(query.keys), *window)[0][0])

    def has_records(self, endpoint: Endpoint, key: str) -> bool:
        """Whether any record has this key."""
        statement = f"SELECT 1 {_origin(endpoint, has_window=False)} LIMIT 1"
        return bool(self.select(statement, json.dumps([key])))


@cache
def records_statement(endpoint: Endpoint, has_window: bool) -> str:  # noqa: FBT001 - a cache key
    """The SELECT of an endpoint; its keys are bound as one JSON list."""
    tie_order = endpoint.style.tie_order
    return (
        f"SELECT r.body, {_key(endpoint)} {_origin(endpoint, has_window)}"
        f" ORDER BY r.at DESC, r.id {tie_order} LIMIT ? OFFSET ?"
    )


@cache
def _origin(endpoint: Endpoint, has_window: bool) -> str:  # noqa: FBT001 - a cache key
    link = endpoint.link
    # CROSS JOIN fixes the join order: from each key through its index, never a table scan.
    linked = f'"{link.table}" l CROSS JOIN ' if link else ""
    records = f" AND r.id = l.{link.record_column}" if link else ""
    window = " WHERE r.at >= ? AND r.at < ?" if has_window else ""
    return f'FROM json_each(?) k CROSS JOIN {linked}"{endpoint.table}" r ON {_key(endpoint)} = k.value{records}{window}'


def _key(endpoint: Endpoint) -> str:
    return f"{'l' if endpoint.link else 'r'}.{endpoint.column}"


def _key_lists(endpoint: Endpoint, keys: Sequence[str]) -> list[str]:
    pages = endpoint.style.pages
    if pages and pages.paging is Paging.PER_KEY:
        return [json.dumps([key]) for key in keys]
    return [json.dumps(keys)]


def _with_key(field: str, value: str, body: str) -> str:
    return f"{{{json.dumps(field)}:{json.dumps(value)},{body.lstrip()[1:]}"
