"""Rows on their way from the generators to the stores, by table."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

import msgspec
from sqlalchemy import Table

Row: TypeAlias = tuple[Any, ...]  # Any stands at the row: a value is of its column's kind


class Rows:
    """Filled by the generators for some customers, written by the stores, then dropped."""

    def __init__(self) -> None:
        self.by_table: dict[Table, list[Row]] = {}
        self._names: dict[Table, tuple[str, ...]] = {}

    def extend(self, table: Table, rows: Iterable[Row]) -> None:
        """Many rows at once, their values in the order of the columns."""
        self.by_table.setdefault(table, []).extend(rows)

    def add(self, table: Table, **values: Any) -> None:
        """One row, its values by column name: every column, and no other."""
        names = self._names.get(table) or self._learn(table)
        if len(values) != len(names):
            raise ValueError(f"{table.name}: {set(names) ^ set(values)} do not fit")
        self.by_table.setdefault(table, []).append(tuple([values[name] for name in names]))

    def document(self, table: Table, body: Mapping[str, Any], **values: Any) -> None:
        """One document of a REST system: its id, keys and time beside its body as delivered."""
        self.add(table, **values, body=msgspec.json.encode(body).decode())

    def _learn(self, table: Table) -> tuple[str, ...]:
        names = tuple(table.columns.keys())
        self._names[table] = names
        return names
