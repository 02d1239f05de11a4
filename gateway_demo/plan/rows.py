"""A buffer of generated rows by table, between the writers and the stores."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

import msgspec
from sqlalchemy import Table

Row: TypeAlias = tuple[Any, ...]  # Any: values have their columns' types


class Rows:
    """The rows of a chunk of customers: filled by the writers, then written by the stores."""

    def __init__(self) -> None:
        self.by_table: dict[Table, list[Row]] = {}
        self._names: dict[Table, tuple[str, ...]] = {}
        self._referable: dict[tuple[str, str], list[tuple[int, str]]] = {}
        self._deferred: list[Callable[[], None]] = []

    def extend(self, table: Table, rows: Iterable[Row]) -> None:
        """Add rows whose values are in column order."""
        self.by_table.setdefault(table, []).extend(rows)

    def add(self, table: Table, **values: Any) -> None:
        """Add a row by column name; every column must be given."""
        names = self._column_names(table)
        if len(values) != len(names):
            raise ValueError(f"{table.name}: missing or unknown columns {set(names) ^ set(values)}")
        self.by_table.setdefault(table, []).append(tuple([values[name] for name in names]))

    def document(self, table: Table, body: Mapping[str, Any], **values: Any) -> None:
        """Add a REST document: `values` are its id, keys and time, `body` is stored as JSON."""
        self.add(table, **values, body=msgspec.json.encode(body).decode())

    def register(self, kind: str, account: str, at: int, record_id: str) -> None:
        """Register an account's record, so that an interaction can refer to it."""
        self._referable.setdefault((kind, account), []).append((at, record_id))

    def newest(self, kind: str, account: str | None, until: int) -> str | None:
        """The id of an account's newest registered record of a kind, not after `until`."""
        records = self._referable.get((kind, account or ""), ())
        return max((record for record in records if record[0] <= until), default=(0, None))[1]

    def defer(self, write: Callable[[], None]) -> None:
        """Run `write` after all other writers of the customer."""
        self._deferred.append(write)

    def finish_customer(self) -> None:
        """Run the deferred writers of a customer and forget the referable records."""
        for write in self._deferred:
            write()
        self._deferred.clear()
        self._referable.clear()

    def _column_names(self, table: Table) -> tuple[str, ...]:
        if table not in self._names:
            self._names[table] = tuple(table.columns.keys())
        return self._names[table]
