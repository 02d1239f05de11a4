"""Row → record: one converter per field, chosen once at start from the field's annotation.

What the catalog may say of a field stands in `specs`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, get_args, get_origin
from zoneinfo import ZoneInfo

from gateway.contract.batch import Path, Row
from gateway.contract.record import Provenance, Record
from gateway.mapping.converters import Converter, MappingError, make_converter
from gateway.mapping.extractors import (
    Field,
    constant,
    from_fields,
    from_joined_paths,
    from_path,
    from_table,
    list_of,
    unmapped,
)
from gateway.mapping.field_specs import SPEC_WORDS, Spec, enum_errors, spec_errors
from gateway.mapping.record_fields import has_fields, split_optional, stored_fields
from gateway.validation import Diagnostics

__all__ = ["RecordMapper", "make_mapper"]


@dataclass(slots=True)
class RecordMapper:
    """How one record is read from a row, and what it needs of it. Made at start.

    Where it is not `whole`, what is needed may be said elsewhere, and its lack is no complaint.
    """

    record: type[Record]
    zone: ZoneInfo | None
    currency: Spec | None
    naming: Callable[[str], str] | None
    whole: bool = True
    complaints: list[tuple[Path, str]] = field(default_factory=list)
    columns: set[str] = field(default_factory=set)
    optional_columns: set[str] = field(default_factory=set)
    paths: dict[Path, None] = field(default_factory=dict)
    extractors: dict[str, Converter] = field(default_factory=dict)

    def read(self, row: Row, provenance: Provenance | None = None) -> Any:
        """Map one row to a record. A MappingError names the field, never its value."""
        values: dict[str, Any] = {} if provenance is None else {"provenance": provenance}
        for name, get in self.extractors.items():
            try:
                values[name] = get(row)
            except (ValueError, TypeError, ArithmeticError) as error:
                raise MappingError(f"{self.record.__name__}.{name}: {error}") from error
        return self.record(**values)

    def note(self, text: str, *, sure: bool = True) -> Path:
        """A dotted path, remembered as one that the record needs."""
        path = tuple(text.split("."))
        (self.columns if sure else self.optional_columns).add(path[0])
        self.paths[path] = None
        return path


def make_mapper(
    record: type[Record],
    specs: Mapping[str, Any],
    *,
    zone: ZoneInfo | None = None,
    currency: Spec | None = None,
    naming: Callable[[str], str] | None = None,
) -> RecordMapper:
    """The reading of `record` by these specs; what is wrong with them stands in `complaints`."""
    made = RecordMapper(record, zone, currency, naming)
    made.extractors = _getters(made, record, specs, ())
    return made


def mapping_errors(
    record: type, specs: Mapping[str, Any], zone: ZoneInfo, currency: Spec | None
) -> Diagnostics:
    """What is wrong with these specs whatever source they are for: what they lack may be said there."""
    made = RecordMapper(record, zone, currency, None, whole=False)
    _getters(made, record, specs, ())
    return made.complaints


def _getters(made: RecordMapper, record: type, specs: Mapping[str, Any], at: Path) -> dict[str, Converter]:
    hints = stored_fields(record)
    for name in sorted(set(specs) - set(hints)):
        sentence = f"{record.__name__} has no field {name}; it has {', '.join(sorted(hints))}"
        made.complaints.append(((*at, name), sentence))
    getters: dict[str, Converter] = {}
    for name, hint in hints.items():
        slot = Field((*at, name), *split_optional(hint))
        spec = made.currency if name == "currency" and name not in specs else specs.get(name)
        try:
            getters[name] = _implied(made, slot, name) if spec is None else _getter(made, slot, spec)
        except ValueError as error:
            made.complaints.append((slot.at, f"{'.'.join(slot.at)}: {error}"))
    return getters


def _implied(made: RecordMapper, slot: Field, name: str) -> Converter:
    """The getter of a field of which the catalog says nothing."""
    outermost = len(slot.at) == 1
    if outermost and made.naming and not has_fields(slot.kind):
        return _value(made, slot, {"path": made.naming(name)}, sure=not slot.nullable)
    if slot.nullable or not made.whole:
        return unmapped
    raise ValueError("it is needed, and nothing says where it is")


def _getter(made: RecordMapper, slot: Field, spec: Any) -> Converter:
    """The getter that a spec describes. ValueError, a sentence, when it describes none."""
    if not isinstance(spec, str | Mapping):
        raise ValueError("say a path, or a table")  # what is wrong is the catalog
    if get_origin(slot.kind) is list:
        return _list(made, slot, _table(spec))
    if has_fields(slot.kind):
        return _nested(made, slot, spec)
    return _value(made, slot, _table(spec))


def _table(spec: Spec) -> Mapping[str, Any]:
    return {"path": spec} if isinstance(spec, str) else spec


def _value(made: RecordMapper, slot: Field, table: Mapping[str, Any], *, sure: bool = True) -> Converter:
    if wrong := [*spec_errors(table), *enum_errors(slot.kind, table)]:
        raise ValueError("; ".join(wrong))
    convert = make_converter(slot.kind, table, made.zone)
    if "value" in table:
        return constant(convert, table["value"])
    if "join" in table:
        return from_joined_paths([made.note(each, sure=sure) for each in table["join"]], convert, slot)
    return from_path(made.note(table["path"], sure=sure), convert, slot)


def _nested(made: RecordMapper, slot: Field, spec: Spec) -> Converter:
    kind = slot.kind
    main: str | None = getattr(kind, "MAIN", None)
    if main and (isinstance(spec, str) or set(spec) <= SPEC_WORDS):
        spec = kind.specs(spec) if hasattr(kind, "specs") else {main: spec}
    if isinstance(spec, str):
        raise ValueError(f"a {kind.__name__} is a table of its fields")  # the catalog is wrong
    getters = _getters(made, kind, spec, slot.at)
    required = [
        n for n, hint in stored_fields(kind).items() if not split_optional(hint)[1] and n != "currency"
    ]
    telling = [name for name in required or getters if name in getters]
    return from_fields(kind, getters, telling, slot)


def _list(made: RecordMapper, slot: Field, table: Mapping[str, Any]) -> Converter:
    item = Field(slot.at, get_args(slot.kind)[0], nullable=False)
    wrong = [*spec_errors(table, listed=True), *enum_errors(item.kind, table)]
    inside = RecordMapper(made.record, made.zone, made.currency, None, made.whole)
    if wrong and not (has_fields(item.kind) and isinstance(table.get("fields"), Mapping)):
        raise ValueError("; ".join(wrong))
    listed = list_of(_item(inside, item, table), table.get("split"))
    made.complaints += inside.complaints
    if wrong:
        raise ValueError("; ".join(wrong))
    if "value" in table:
        return constant(listed, table["value"])
    path = made.note(table.get("items") or table["path"])
    made.paths.update({(*path, *inner): None for inner in inside.paths if inner != ("",)})
    return from_path(path, listed, slot)


def _item(made: RecordMapper, slot: Field, table: Mapping[str, Any]) -> Converter:
    if has_fields(slot.kind):
        return from_table(_nested(made, slot, table.get("fields", {})))
    return make_converter(slot.kind, table, made.zone)
