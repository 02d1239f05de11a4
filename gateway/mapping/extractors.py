"""Row → value: the small functions that a reading is made of, chosen once, at start."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.contract.batch import Path, Row, value_at
from gateway.mapping.converters import Converter, MissingValue, make_converter, passthrough_type


@dataclass(frozen=True, slots=True)
class Field:
    """A field to be filled: where it stands in its record, of which type, and whether it may be missing."""

    at: Path
    kind: Any
    nullable: bool

    def lacks(self) -> None:
        """Nothing came. Missing where something has to."""
        if not self.nullable:
            raise MissingValue


def unmapped(_row: Row) -> None:
    """A field nobody mapped is unknown."""


def constant(convert: Converter, value: Any) -> Converter:
    """What the catalog itself says, of every row."""
    said = convert(value)
    return lambda _row: said


def from_path(path: Path, convert: Converter, slot: Field) -> Converter:
    """The value at a path."""
    first, lacks, same = path[0], slot.lacks, passthrough_type(convert)

    def get(row: Any) -> Any:
        raw = row.get(first)
        if raw is None:
            return lacks()
        return raw if type(raw) is same else convert(raw)

    def get_deep(row: Any) -> Any:
        raw = value_at(row, path)
        return lacks() if raw is None else convert(raw)

    return get_deep if len(path) > 1 else get


def from_joined_paths(paths: Sequence[Path], convert: Converter, slot: Field) -> Converter:
    """What stands at several paths, as one text."""

    def get(row: Any) -> Any:
        parts = [str(raw) for path in paths if (raw := value_at(row, path)) not in (None, "")]
        return convert(" ".join(parts)) if parts else slot.lacks()

    return get


def from_fields(
    kind: type, getters: Mapping[str, Converter], telling: Sequence[str], slot: Field
) -> Converter:
    """A value with fields of its own. It may be missing only where the row has none of the `telling` ones."""
    told = _first_told({name: getters[name] for name in telling})

    def get(row: Any) -> Any:
        values = told(row) if slot.nullable else {}
        if values is None:
            return None
        for name, each in getters.items():
            if name not in values:
                values[name] = each(row)
        return kind(**values)

    return get


def _first_told(getters: Mapping[str, Converter]) -> Callable[[Row], dict[str, Any] | None]:
    """Finds the first of these fields that a row has; None where it has none of them."""

    def find(row: Row) -> dict[str, Any] | None:
        for name, each in getters.items():
            try:
                value = each(row)
            except MissingValue:
                continue
            if value is not None:
                return {name: value}
        return None

    return find


def from_table(each: Converter) -> Converter:
    """What is read from a table, of what may be none."""

    def get(raw: Any) -> Any:
        if not isinstance(raw, Mapping):
            raise ValueError(f"a table expected, {type(raw).__name__} came")
        return each(raw)

    return get


def list_of(each: Converter, split: str | None) -> Converter:
    """A list of values, told as a list or as text with `split` between them."""
    as_list = make_converter(list, {"split": split} if split else {}, None)

    def get(raw: Any) -> Any:
        return [each(value) for value in as_list(raw)]

    return get
