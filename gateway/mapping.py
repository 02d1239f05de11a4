"""Row → record: one converter per field, chosen once at start from the field's annotation.

What the catalog may say of a field: a path (`"address.city"`), or a table of
    path    where the value is
    value   a constant instead: the operator's own statement of fact
    words   code → word (enums, booleans, descriptions of coded values); `"*"` speaks for all others
    scale   the power of ten a number is multiplied by: -2 for cents
    form    how a moment is written: iso, local, date, epoch, epoch_ms;  zone: whose wall clock
    shift   days added to a day: -1 where the end of a period is told by the day after it
    split   the separator of a list written as text;  without it such text is JSON
    items   where a list of values is, with `fields` for what each one holds
and for a field that is itself a type (an address, a period), a table of its fields.
"""

import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Annotated, Any, ClassVar, Union, get_args, get_origin
from zoneinfo import ZoneInfo

from gateway.convert import Convert, Misfit, converter
from gateway.sources.base import Path, Row, dig

SPEC_WORDS = frozenset(
    {"path", "value", "words", "scale", "form", "zone", "shift", "split", "items", "fields"}
)
Spec = str | Mapping[str, Any]


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
    unknown = set(table) - SPEC_WORDS
    if unknown or not ("path" in table or "value" in table):
        made.complaints.append(
            (at, f"{'.'.join(at)}: say path or value, not {', '.join(sorted(unknown)) or 'nothing'}")
        )
        return None
    try:
        convert = converter(inner, table, made.zone)
        if "value" in table:
            constant = convert(table["value"])
            return lambda _row: constant
    except ValueError as error:
        made.complaints.append((at, f"{'.'.join(at)}: {error}"))
        return None
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


def _is_type(inner: Any) -> bool:
    # Enums carry strawberry's definition as well; only types have fields.
    return isinstance(inner, type) and is_dataclass(inner)


def _nested(made: Reading, inner: Any, spec: Spec, at: Path, may_lack: bool) -> Convert | None:
    main: str | None = getattr(inner, "MAIN", None)
    if main and (isinstance(spec, str) or set(spec) <= SPEC_WORDS):
        spec = inner.specs(spec) if hasattr(inner, "specs") else {main: spec}
    if isinstance(spec, str):
        made.complaints.append((at, f"{'.'.join(at)}: a {inner.__name__} is a table of its fields"))
        return None
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
    where = table.pop("items", None) or table.get("path")
    if where is None:
        made.complaints.append((at, f"{'.'.join(at)}: say path or items"))
        return None
    path = note(made, where, sure=True)
    inside = Reading(item if isinstance(item, type) else made.record, made.zone, made.currency, None)
    if _is_type(item):
        each = _nested(inside, item, table.get("fields", {}), at, may_lack=False)
    else:
        each = _item(inside, item, table, at)
    made.complaints += inside.complaints
    made.paths.update({(*path, *inner): None for inner in inside.paths if inner != ("",)})
    return None if each is None else _at(path, _many(each, table.get("split")), may_lack)


def _item(made: Reading, item: Any, table: Mapping[str, Any], at: Path) -> Convert | None:
    try:
        return converter(item, table, made.zone)
    except ValueError as error:
        made.complaints.append((at, f"{'.'.join(at)}: {error}"))
        return None


def _many(each: Convert, split: str | None) -> Convert:
    as_list = converter(list, {"split": split} if split else {}, None)

    def get(raw: Any) -> Any:
        return [each(value) for value in as_list(raw)]

    return get


class Spelling:
    """How a source spells our field names where the catalog does not say: by rule."""

    RULES: ClassVar[Mapping[str, Callable[[str], str]]] = {
        "snake_case": lambda name: name,
        "camelCase": lambda name: name.split("_")[0] + "".join(w.title() for w in name.split("_")[1:]),
        "PascalCase": lambda name: "".join(word.title() for word in name.split("_")),
        "UPPER_CASE": lambda name: name.upper(),
    }


def sentences(complaints: Sequence[tuple[Path, str]]) -> list[str]:
    """The complaints as text, for tests and for people."""
    return [text for _, text in complaints]
