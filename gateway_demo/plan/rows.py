"""Rows on their way from the generators to the stores, by table."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

import msgspec
from sqlalchemy import Table

Row: TypeAlias = tuple[Any, ...]  # Any stands at the row: a value is of its column's kind


class Rows:
    """Filled by the generators for some customers, written by the stores, then dropped."""

    def __init__(self) -> None:
        self.by_table: dict[Table, list[Row]] = {}
        self._names: dict[Table, tuple[str, ...]] = {}
        self._told: dict[tuple[str, str], list[tuple[int, str]]] = {}
        self._later: list[Callable[[], None]] = []

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

    def tell(self, kind: str, account: str, at: int, place: str) -> None:
        """Remember a record of an account, and when it was made: somebody may have talked about it."""
        self._told.setdefault((kind, account), []).append((at, place))

    def newest(self, kind: str, account: str | None, until: int) -> str | None:
        """The newest record of this kind that was told of an account until an instant."""
        made = (each for each in self._told.get((kind, account or ""), ()) if each[0] <= until)
        return max(made, default=(0, None))[1]

    def later(self, write: Callable[[], None]) -> None:
        """Write this when everything else of the customer is written."""
        self._later.append(write)

    def finish(self) -> None:
        """Write what was left for the end of a customer, and tell no more of their records."""
        for write in self._later:
            write()
        self._later.clear()
        self._told.clear()

    def _learn(self, table: Table) -> tuple[str, ...]:
        names = tuple(table.columns.keys())
        self._names[table] = names
        return names
