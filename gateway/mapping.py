"""Row → record: one converter per field, chosen once at start from the field's annotation.

What the catalog may say of a field stands in `specs`.
"""

import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Annotated, Any, Union, get_args, get_origin
from zoneinfo import ZoneInfo

from gateway.convert import Convert, Misfit, converter
from gateway.sources.base import Path, Row, dig
from gateway.specs import SPEC_WORDS, Spec, complaint


@dataclass(slots=True)
class Reading:
    """How one record is read from a row, and what it needs of it. Made at start."""

    record: type
    zone: ZoneInfo | None
    currency: Spec | None
    spelling: Callable[[str], str] | None
    complaints: list[tuple[Path, str]] = field(default_factory=list)
    columns: set[str] = field(default_factory=set)
    maybe: set[str] = field(default_factory=set)
    paths: dict[Path, None] = field(default_factory=dict)
    getters: dict[str, Convert] = field(default_factory=dict)

    def complain(self, at: Path, sentence: str) -> None:
        """Something is wrong with what is said of the field at this path."""
        self.complaints.append((at, f"{'.'.join(at)}: {sentence}"))

    def read(self, row: Row) -> Any:
        """The record of this row. Misfit names the field that does not fit, never its value."""
        values: dict[str, Any] = {}
        for name, get in self.getters.items():
            try:
                values[name] = get(row)
            except (ValueError, TypeError, ArithmeticError) as error:
                raise Misfit(f"{self.record.__name__}.{name}: {error}") from error
        return self.record(**values)


def reading(
    record: type,
    specs: Mapping[str, Any],
    *,
    zone: ZoneInfo | None = None,
    currency: Spec | None = None,
    spelling: Callable[[str], str] | None = None,
) -> Reading:
    """The reading of `record` by these specs; what is wrong with them stands in `complaints`."""
    made = Reading(record, zone, currency, spelling)
    made.getters = _getters(made, record, specs, (), implied=True)
    return made


def stored(record: type) -> dict[str, Any]:
    """The fields a record holds itself, each with its annotation; those it resolves are not here."""
    hints: dict[str, Any] = {}
    for klass in reversed(record.__mro__):
        hints.update(klass.__dict__.get("__annotations__", {}))
    return {each.name: _bare(hints[each.name]) for each in fields(record) if each.init}


def _bare(hint: Any) -> Any:
    while get_origin(hint) is Annotated:
        hint = get_args(hint)[0]
    return hint


def optional(hint: Any) -> tuple[Any, bool]:
    """An annotation without its `| None`, and whether it had one."""
    if get_origin(hint) not in (Union, types.UnionType):
        return hint, False
    inner = [arg for arg in get_args(hint) if arg is not type(None)]
    return (_bare(inner[0]), True) if len(inner) == 1 else (hint, True)


def _getters(
    made: Reading, record: type, specs: Mapping[str, Any], at: Path, *, implied: bool
) -> dict[str, Convert]:
    hints = stored(record)
    for name in sorted(set(specs) - set(hints)):
        made.complaints.append(
            ((*at, name), f"{record.__name__} has no field {name}; it has {', '.join(sorted(hints))}")
        )
    getters: dict[str, Convert] = {}
    for name, hint in hints.items():
        getter = _getter(made, record, name, hint, specs.get(name), (*at, name), implied)
        if getter is not None:
            getters[name] = getter
    return getters


def _getter(
    made: Reading, record: type, name: str, hint: Any, spec: Spec | None, at: Path, implied: bool
) -> Convert | None:
    inner, may_lack = optional(hint)
    if spec is None and name == "currency" and made.currency is not None:
        spec = made.currency
    if spec is None and implied and made.spelling and not _is_type(inner):
        return _value(made, inner, {"path": made.spelling(name)}, at, may_lack, sure=not may_lack)
    if spec is None:
        if may_lack:
            return _nothing
        made.complaints.append((at[:-1], f"{record.__name__} needs {name}, and nothing says where it is"))
        return None
    if not isinstance(spec, str | Mapping):
        return made.complain(at, "say a path, or a table")
    return _by_kind(made, inner, spec, at, may_lack)


def _nothing(_row: Row) -> None:
    """A field nobody mapped is unknown."""


def _by_kind(made: Reading, inner: Any, spec: Spec, at: Path, may_lack: bool) -> Convert | None:
    if get_origin(inner) is list:
        return _list(made, get_args(inner)[0], spec, at, may_lack)
    if _is_type(inner):
        return _nested(made, inner, spec, at, may_lack)
    table = {"path": spec} if isinstance(spec, str) else dict(spec)
    return _value(made, inner, table, at, may_lack, sure=True)


def _value(
    made: Reading, inner: Any, table: Mapping[str, Any], at: Path, may_lack: bool, *, sure: bool
) -> Convert | None:
    wrong = complaint(table)
    if wrong:
        return made.complain(at, wrong)
    try:
        convert = converter(inner, table, made.zone)
    except ValueError as error:
        return made.complain(at, str(error))
    if "value" in table:
        return _constant(made, convert, table["value"], at)
    if "join" in table:
        return _joined(tuple(note(made, each, sure=sure) for each in table["join"]), convert, may_lack)
    path = note(made, table["path"], sure=sure)
    return _at(path, convert, may_lack)


def note(made: Reading, text: str, *, sure: bool) -> Path:
    """A dotted path, remembered as one that the record needs."""
    path = tuple(text.split("."))
    (made.columns if sure else made.maybe).add(path[0])
    made.paths[path] = None
    return path


def _at(path: Path, convert: Convert, may_lack: bool) -> Convert:
    first = path[0]
    deep = len(path) > 1

    def get(row: Any) -> Any:
        raw = dig(row, path) if deep else row.get(first)
        if raw is not None:
            return convert(raw)
        if may_lack:
            return None
        raise ValueError("missing")

    return get


def _joined(paths: Sequence[Path], convert: Convert, may_lack: bool) -> Convert:
    def get(row: Any) -> Any:
        parts = [str(raw) for path in paths if (raw := dig(row, path)) not in (None, "")]
        if parts:
            return convert(" ".join(parts))
        if may_lack:
            return None
        raise ValueError("missing")

    return get


def _is_type(inner: Any) -> bool:
    # Enums carry strawberry's definition as well; only types have fields.
    return isinstance(inner, type) and is_dataclass(inner)


def _nested(made: Reading, inner: Any, spec: Spec, at: Path, may_lack: bool) -> Convert | None:
    main: str | None = getattr(inner, "MAIN", None)
    if main and (isinstance(spec, str) or set(spec) <= SPEC_WORDS):
        spec = inner.specs(spec) if hasattr(inner, "specs") else {main: spec}
    if isinstance(spec, str):
        return made.complain(at, f"a {inner.__name__} is a table of its fields")
    getters = _getters(made, inner, spec, at, implied=False)
    required = [n for n, hint in stored(inner).items() if not optional(hint)[1] and n != "currency"]

    def get(row: Any) -> Any:
        if may_lack and all(_lacks(getters[name], row) for name in required or getters):
            return None
        return inner(**{name: each(row) for name, each in getters.items()})

    return get


def _lacks(getter: Convert, row: Any) -> bool:
    try:
        return getter(row) is None
    except ValueError as error:
        if str(error) == "missing":
            return True
        raise


def _list(made: Reading, item: Any, spec: Spec, at: Path, may_lack: bool) -> Convert | None:
    table = {"path": spec} if isinstance(spec, str) else dict(spec)
    wrong = complaint(table, listed=True)
    if wrong:
        return made.complain(at, wrong)
    inside = Reading(item if isinstance(item, type) else made.record, made.zone, made.currency, None)
    each = _item(inside, item, table, at)
    made.complaints += inside.complaints
    if each is None:
        return None
    many = _many(each, table.get("split"))
    if "value" in table:
        return _constant(made, many, table["value"], at)
    path = note(made, table.get("items") or table["path"], sure=True)
    made.paths.update({(*path, *inner): None for inner in inside.paths if inner != ("",)})
    return _at(path, many, may_lack)


def _constant(made: Reading, convert: Convert, value: Any, at: Path) -> Convert | None:
    try:
        constant = convert(value)
    except ValueError as error:
        return made.complain(at, str(error))
    return lambda _row: constant


def _item(made: Reading, item: Any, table: Mapping[str, Any], at: Path) -> Convert | None:
    if _is_type(item):
        return _nested(made, item, table.get("fields", {}), at, may_lack=False)
    try:
        return converter(item, table, made.zone)
    except ValueError as error:
        return made.complain(at, str(error))


def _many(each: Convert, split: str | None) -> Convert:
    as_list = converter(list, {"split": split} if split else {}, None)

    def get(raw: Any) -> Any:
        return [each(value) for value in as_list(raw)]

    return get
