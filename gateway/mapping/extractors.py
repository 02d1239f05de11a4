"""Extractors from a row to one value; a mapper chooses them once, at start."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from gateway.contract.batch import Row
from gateway.contract.inner_signs import inner_list
from gateway.contract.paths import Path, value_at
from gateway.contract.times import OpenEnd
from gateway.mapping.converters import means_nothing
from gateway.mapping.values import PASSTHROUGH, Converter, MissingValue

Extractor = Callable[[Any], Any]  # of a row, or of a table inside a row


@dataclass(frozen=True, slots=True)
class Field:
    """A field to fill: its path in the record, its type, and whether it may be None."""

    path: Path
    type: Any
    nullable: bool

    def missing(self) -> None:
        """None for a nullable field. Raises MissingValue for any other."""
        if not self.nullable:
            raise MissingValue("missing")

    def unreadable(self, raw: Any, error: ValueError) -> date | None:
        """What a value that cannot be converted means: nothing, or its error, which is raised.

        A day that must be known is shown even at an end of the calendar.
        """
        if not means_nothing(raw, error):
            raise error
        if isinstance(error, OpenEnd) and self.type is date and not self.nullable:
            return error.day
        self.missing()
        return None


def unmapped(_row: Row) -> None:
    """A field without a mapping is unknown."""


def constant(convert: Converter, value: Any) -> Extractor:
    converted = convert(value)
    return lambda _row: converted


def from_path(path: Path, convert: Converter, field: Field) -> Extractor:
    first, missing, passthrough = path[0], field.missing, PASSTHROUGH.get(convert)

    def extract(row: Any) -> Any:
        raw = row.get(first)
        if raw is None:
            return missing()
        if type(raw) is passthrough and raw:
            return raw
        try:
            return convert(raw)
        except ValueError as error:
            return field.unreadable(raw, error)

    def extract_deep(row: Any) -> Any:
        raw = value_at(row, path)
        try:
            return missing() if raw is None else convert(raw)
        except ValueError as error:
            return field.unreadable(raw, error)

    return extract_deep if len(path) > 1 else extract


def from_list(path: Path, convert: Converter, field: Field) -> Extractor:
    """The list at a path. Raises ValueError where the row says that the list has more than it gives."""
    extract, inner = from_path(path, convert, field), inner_list(path)
    if inner is None:
        return extract

    def extract_whole(row: Any) -> Any:
        if signs := inner.signs(row):
            raise ValueError(f"the row says that the list has more: {', '.join(signs)}")
        return extract(row)

    return extract_whole


def from_joined_paths(
    paths: Sequence[Path], convert: Converter, field: Field, empty: Collection[str] = ()
) -> Extractor:
    """The values at several paths as one text, separated by spaces."""

    def extract(row: Any) -> Any:
        parts = [str(raw) for path in paths if (raw := value_at(row, path)) not in (None, "")]
        text = " ".join(part for part in parts if part.strip() not in empty)
        try:
            return convert(text) if text else field.missing()
        except ValueError as error:
            return field.unreadable(text, error)

    return extract


def from_fields(
    cls: Callable[..., Any], extractors: Mapping[str, Extractor], required: Sequence[str], field: Field
) -> Extractor:
    """A value with fields. A nullable value is None only if no `required` field says anything."""
    required_extractors = {name: extractors[name] for name in required}

    def extract(row: Any) -> Any:
        values = _first_value(required_extractors, row) if field.nullable else {}
        if values is None:
            return None
        for name, extract_field in extractors.items():
            if name not in values:
                try:
                    values[name] = extract_field(row)
                except MissingValue:
                    if field.nullable and name not in required_extractors:
                        return None  # an amount of an unknown currency
                    raise
        return cls(**values)

    return extract


def _first_value(extractors: Mapping[str, Extractor], row: Row) -> dict[str, Any] | None:
    """The first of these fields that has a value in the row."""
    for name, extract in extractors.items():
        try:
            value = extract(row)
        except MissingValue:
            continue
        if value is not None and value != "":
            return {name: value}
    return None


def from_table(extract: Extractor) -> Converter:
    """Apply an extractor to a value that must be a table."""

    def convert(raw: Any) -> Any:
        if not isinstance(raw, Mapping):
            raise ValueError(f"expected a value with fields, got {type(raw).__name__}; check `path`")
        return extract(raw)

    return convert
