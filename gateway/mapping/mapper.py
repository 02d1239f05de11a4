"""Row → record: one converter per field, chosen once at start from the field's annotation.

What the catalog may say of a field stands in `specs`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, get_args, get_origin
from zoneinfo import ZoneInfo

from gateway.contract.batch import Path, Row
from gateway.mapping.converters import Convert, Misfit, converter
from gateway.mapping.extractors import Slot, constant, found_at, in_table, joined, made_of, many, nothing
from gateway.mapping.field_specs import SPEC_WORDS, Spec, complaints, wrong_words
from gateway.mapping.record_fields import is_type, optional, stored
from gateway.validation import Misfits

__all__ = ["Reading", "optional", "reading", "stored"]


@dataclass(slots=True)
class Reading:
    """How one record is read from a row, and what it needs of it. Made at start.

    Where it is not `whole`, what is needed may be said elsewhere, and its lack is no complaint.
    """

    record: type
    zone: ZoneInfo | None
    currency: Spec | None
    spelling: Callable[[str], str] | None
    whole: bool = True
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

    def note(self, text: str, *, sure: bool = True) -> Path:
        """A dotted path, remembered as one that the record needs."""
        path = tuple(text.split("."))
        (self.columns if sure else self.maybe).add(path[0])
        self.paths[path] = None
        return path


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
    made.getters = _getters(made, record, specs, ())
    return made


def wrong_in(record: type, specs: Mapping[str, Any], zone: ZoneInfo, currency: Spec | None) -> Misfits:
    """What is wrong with these specs whatever source they are for: what they lack may be said there."""
    made = Reading(record, zone, currency, None, whole=False)
    _getters(made, record, specs, ())
    return made.complaints


def _getters(made: Reading, record: type, specs: Mapping[str, Any], at: Path) -> dict[str, Convert]:
    hints = stored(record)
    for name in sorted(set(specs) - set(hints)):
        sentence = f"{record.__name__} has no field {name}; it has {', '.join(sorted(hints))}"
        made.complaints.append(((*at, name), sentence))
    getters: dict[str, Convert] = {}
    for name, hint in hints.items():
        slot = Slot((*at, name), *optional(hint))
        spec = made.currency if name == "currency" and name not in specs else specs.get(name)
        try:
            getters[name] = _implied(made, slot, name) if spec is None else _getter(made, slot, spec)
        except ValueError as error:
            made.complaints.append((slot.at, f"{'.'.join(slot.at)}: {error}"))
    return getters


def _implied(made: Reading, slot: Slot, name: str) -> Convert:
    """The getter of a field of which the catalog says nothing."""
    outermost = len(slot.at) == 1
    if outermost and made.spelling and not is_type(slot.kind):
        return _value(made, slot, {"path": made.spelling(name)}, sure=not slot.may_lack)
    if slot.may_lack or not made.whole:
        return nothing
    raise ValueError("it is needed, and nothing says where it is")


def _getter(made: Reading, slot: Slot, spec: Any) -> Convert:
    """The getter that a spec describes. ValueError, a sentence, when it describes none."""
    if not isinstance(spec, str | Mapping):
        raise ValueError("say a path, or a table")  # what is wrong is the catalog
    if get_origin(slot.kind) is list:
        return _list(made, slot, _table(spec))
    if is_type(slot.kind):
        return _nested(made, slot, spec)
    return _value(made, slot, _table(spec))


def _table(spec: Spec) -> Mapping[str, Any]:
    return {"path": spec} if isinstance(spec, str) else spec


def _value(made: Reading, slot: Slot, table: Mapping[str, Any], *, sure: bool = True) -> Convert:
    if wrong := [*complaints(table), *wrong_words(slot.kind, table)]:
        raise ValueError("; ".join(wrong))
    convert = converter(slot.kind, table, made.zone)
    if "value" in table:
        return constant(convert, table["value"])
    if "join" in table:
        return joined([made.note(each, sure=sure) for each in table["join"]], convert, slot)
    return found_at(made.note(table["path"], sure=sure), convert, slot)


def _nested(made: Reading, slot: Slot, spec: Spec) -> Convert:
    kind = slot.kind
    main: str | None = getattr(kind, "MAIN", None)
    if main and (isinstance(spec, str) or set(spec) <= SPEC_WORDS):
        spec = kind.specs(spec) if hasattr(kind, "specs") else {main: spec}
    if isinstance(spec, str):
        raise ValueError(f"a {kind.__name__} is a table of its fields")  # the catalog is wrong
    getters = _getters(made, kind, spec, slot.at)
    required = [n for n, hint in stored(kind).items() if not optional(hint)[1] and n != "currency"]
    telling = [name for name in required or getters if name in getters]
    return made_of(kind, getters, telling, slot)


def _list(made: Reading, slot: Slot, table: Mapping[str, Any]) -> Convert:
    item = Slot(slot.at, get_args(slot.kind)[0], may_lack=False)
    wrong = [*complaints(table, listed=True), *wrong_words(item.kind, table)]
    inside = Reading(made.record, made.zone, made.currency, None, made.whole)
    if wrong and not (is_type(item.kind) and isinstance(table.get("fields"), Mapping)):
        raise ValueError("; ".join(wrong))
    listed = many(_item(inside, item, table), table.get("split"))
    made.complaints += inside.complaints
    if wrong:
        raise ValueError("; ".join(wrong))
    if "value" in table:
        return constant(listed, table["value"])
    path = made.note(table.get("items") or table["path"])
    made.paths.update({(*path, *inner): None for inner in inside.paths if inner != ("",)})
    return found_at(path, listed, slot)


def _item(made: Reading, slot: Slot, table: Mapping[str, Any]) -> Convert:
    if is_type(slot.kind):
        return in_table(_nested(made, slot, table.get("fields", {})))
    return converter(slot.kind, table, made.zone)
