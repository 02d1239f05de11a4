"""Rows of one record among the rows of others, by the catalog's `where`."""

from collections.abc import Mapping, Sequence
from typing import Any

from gateway.contract.batch import Lookup, Path, Row, value_at
from gateway.errors import InvalidResponse

Condition = tuple[Path, Any]


def matching_rows(
    source: str, lookup: Lookup, rows: Sequence[Row], where: Mapping[str, Any], *, strict: bool
) -> list[Row]:
    """The rows whose values equal those of `where`, at dotted paths.

    Raises InvalidResponse for a row that cannot be decided: skipped rows would look like missing rows. A row
    without the value matches no condition, if it names its key. With `strict`, such a row must fail another
    condition: a standard that defines the value allows no row without it.
    """
    conditions = [(tuple(path.split(".")), value) for path, value in where.items()]
    for row in rows:
        comparable = all(_is_comparable(lookup, row, condition) for condition in conditions)
        if not comparable or (strict and _is_undecided(row, conditions)):
            names = ", ".join(where)
            raise InvalidResponse(source, f"{lookup.name}: a row without a comparable value at {names}")
    return [row for row in rows if all(value_at(row, path) == value for path, value in conditions)]


def _is_comparable(lookup: Lookup, row: Row, condition: Condition) -> bool:
    path, wanted = condition
    value = value_at(row, path)
    if value is None:  # some services leave a usual value out
        return lookup.key is None or value_at(row, lookup.key) is not None
    return isinstance(value, str) == isinstance(wanted, str) and not isinstance(value, list | dict)


def _is_undecided(row: Row, conditions: Sequence[Condition]) -> bool:
    pairs = [(value_at(row, path), wanted) for path, wanted in conditions]
    missing = any(value is None for value, _ in pairs)
    return missing and all(value in (None, wanted) for value, wanted in pairs)
