"""Row → value: the small functions that a reading is made of, chosen once, at start."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.contract.batch import Path, Row, dig
from gateway.mapping.converters import Convert, Missing, converter, unchanged


@dataclass(frozen=True, slots=True)
class Slot:
    """A field to be filled: where it stands in its record, of which type, and whether it may be missing."""

    at: Path
    kind: Any
    may_lack: bool

    def lacks(self) -> None:
        """Nothing came. Missing where something has to."""
        if not self.may_lack:
            raise Missing


def nothing(_row: Row) -> None:
    """A field nobody mapped is unknown."""


def constant(convert: Convert, value: Any) -> Convert:
    """What the catalog itself says, of every row."""
    said = convert(value)
    return lambda _row: said


def found_at(path: Path, convert: Convert, slot: Slot) -> Convert:
    """The value at a path."""
    first, lacks, same = path[0], slot.lacks, unchanged(convert)

    def get(row: Any) -> Any:
        raw = row.get(first)
        if raw is None:
            return lacks()
        return raw if type(raw) is same else convert(raw)

    def get_deep(row: Any) -> Any:
        raw = dig(row, path)
        return lacks() if raw is None else convert(raw)

    return get_deep if len(path) > 1 else get


def joined(paths: Sequence[Path], convert: Convert, slot: Slot) -> Convert:
    """What stands at several paths, as one text."""

    def get(row: Any) -> Any:
        parts = [str(raw) for path in paths if (raw := dig(row, path)) not in (None, "")]
        return convert(" ".join(parts)) if parts else slot.lacks()

    return get


def made_of(kind: type, getters: Mapping[str, Convert], telling: Sequence[str], slot: Slot) -> Convert:
    """A value with fields of its own. It may be missing only where the row has none of the `telling` ones."""
    told = _first_told({name: getters[name] for name in telling})

    def get(row: Any) -> Any:
        values = told(row) if slot.may_lack else {}
        if values is None:
            return None
        for name, each in getters.items():
            if name not in values:
                values[name] = each(row)
        return kind(**values)

    return get


def _first_told(getters: Mapping[str, Convert]) -> Callable[[Row], dict[str, Any] | None]:
    """Finds the first of these fields that a row has; None where it has none of them."""

    def find(row: Row) -> dict[str, Any] | None:
        for name, each in getters.items():
            try:
                value = each(row)
            except Missing:
                continue
            if value is not None:
                return {name: value}
        return None

    return find


def in_table(each: Convert) -> Convert:
    """What is read from a table, of what may be none."""

    def get(raw: Any) -> Any:
        if not isinstance(raw, Mapping):
            raise ValueError(f"a table expected, {type(raw).__name__} came")
        return each(raw)

    return get


def many(each: Convert, split: str | None) -> Convert:
    """A list of values, told as a list or as text with `split` between them."""
    as_list = converter(list, {"split": split} if split else {}, None)

    def get(raw: Any) -> Any:
        return [each(value) for value in as_list(raw)]

    return get
