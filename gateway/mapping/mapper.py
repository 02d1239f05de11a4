"""Mappers from a row to a record: one extractor for each field, chosen at start from its annotation."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, get_args, get_origin
from zoneinfo import ZoneInfo

import strawberry

from gateway.contract.batch import UNREADABLE, Row
from gateway.contract.paths import Path, parse_path
from gateway.contract.record import MappedRecord, Provenance, has_fields, split_optional, stored_fields
from gateway.mapping import extractors
from gateway.mapping.converters import MappingError, list_of, make_converter, unless_empty
from gateway.mapping.currencies import Currency, check_currency
from gateway.mapping.extractors import Extractor, Field
from gateway.mapping.field_specs import ITEMS, SPEC_WORDS, Spec, spec_errors
from gateway.mapping.values import Converter
from gateway.validation import TableErrors

Specs = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RecordMapper:
    """Maps rows to records of one class.

    columns: the outermost names that every row has.
    optional_columns: outermost names that rows may lack.
    paths: every path that the mapper reads.
    """

    record: type[MappedRecord]
    extractors: Mapping[str, Extractor]
    columns: frozenset[str]
    optional_columns: frozenset[str]
    paths: tuple[Path, ...]

    def fills(self, name: str) -> bool:
        """Whether the field has a mapping."""
        return self.extractors.get(name, extractors.unmapped) is not extractors.unmapped

    def read(self, row: Row, provenance: Provenance | None = None) -> Any:
        """Map one row to a record. A MappingError names the field, never its value."""
        if UNREADABLE in row:
            raise MappingError(f"{self.record.__name__}: {row[UNREADABLE]}")
        values: dict[str, Any] = {} if provenance is None else {"provenance": provenance}
        for name, extract in self.extractors.items():
            try:
                values[name] = extract(row)
            except (ValueError, TypeError, ArithmeticError) as error:
                raise MappingError(f"{self.record.__name__}.{name}: {error}") from error
        return self.record(**values)

    def faults(self, row: Row) -> list[str]:
        """Why fields of a row cannot be read, a text for each, as `read` says of the first."""
        if UNREADABLE in row:
            return [f"{self.record.__name__}: {row[UNREADABLE]}"]
        texts: list[str] = []
        for name, extract in self.extractors.items():
            try:
                extract(row)
            except (ValueError, TypeError, ArithmeticError) as error:
                texts.append(f"{self.record.__name__}.{name}: {error}")
        return texts


@dataclass(slots=True)
class MapperBuilder:
    """Builds one mapper.

    empty: texts that mean nothing.
    partial: another source may supply required fields, so that they are not reported as missing.
    diagnostics: the errors of the specs.
    """

    record: type[MappedRecord]
    zone: ZoneInfo | None = None
    currency: Spec | None = None
    naming: Callable[[str], str] | None = None
    partial: bool = False
    empty: Collection[str] = ()
    diagnostics: TableErrors = field(default_factory=list)
    columns: set[str] = field(default_factory=set)
    optional_columns: set[str] = field(default_factory=set)
    paths: dict[Path, None] = field(default_factory=dict)

    def build(self, specs: Specs) -> RecordMapper:
        """The mapper of these specs; usable only if there are no `diagnostics`."""
        by_name = _extractors(self, self.record, specs, ())
        optional = frozenset(self.optional_columns - self.columns)
        return RecordMapper(self.record, by_name, frozenset(self.columns), optional, tuple(self.paths))

    def add_path(self, dotted: str, *, optional: bool = False) -> Path:
        """Parse a dotted path, and note that the mapper reads it."""
        path = parse_path(dotted)
        (self.optional_columns if optional else self.columns).add(path[0])
        self.paths[path] = None
        return path


def _extractors(builder: MapperBuilder, cls: type, specs: Specs, path: Path) -> dict[str, Extractor]:
    hints = stored_fields(cls)
    for name in sorted(set(specs) - set(hints)):
        message = f"{cls.__name__} has no field {name}; it has {', '.join(sorted(hints))}"
        builder.diagnostics.append(((*path, name), message))
    by_name: dict[str, Extractor] = {}
    for name, hint in hints.items():
        target = Field((*path, name), *split_optional(hint))
        spec = builder.currency if name == "currency" and name not in specs else specs.get(name)
        try:
            by_name[name] = _implied(builder, target) if spec is None else _specified(builder, target, spec)
        except ValueError as error:
            builder.diagnostics.append((target.path, f"{'.'.join(target.path)}: {error}"))
    return by_name


def _implied(builder: MapperBuilder, target: Field) -> Extractor:
    """The extractor of a field without a spec."""
    is_plain = not has_fields(target.type) and get_origin(target.type) is not list
    if len(target.path) == 1 and builder.naming and is_plain:
        table = {"path": builder.naming(target.path[0])}
        return _value(builder, target, table, optional=target.nullable)
    if target.nullable or builder.partial:
        return extractors.unmapped
    raise ValueError("required field has no mapping; add it to `fields`")


def _specified(builder: MapperBuilder, target: Field, spec: Any) -> Extractor:
    """The extractor that a spec describes. Raises ValueError for an invalid spec."""
    if not isinstance(spec, str | Mapping):
        raise ValueError("must be a path or a table")
    if has_fields(target.type):
        return _nested(builder, target, spec)
    table = {"path": spec} if isinstance(spec, str) else spec
    if get_origin(target.type) is list:
        return _list(builder, target, table)
    return _value(builder, target, table)


def _value(builder: MapperBuilder, target: Field, table: Specs, *, optional: bool = False) -> Extractor:
    if errors := spec_errors(target.type, table):
        raise ValueError("; ".join(errors))
    is_currency = target.path[-1] == "currency"
    kind = Currency if is_currency else target.type
    if target.path[-1] == "id" and kind is str:
        kind = strawberry.ID  # an empty text identifies nothing
    convert = make_converter(kind, table, builder.zone)
    if is_currency:
        for code in (*([table["value"]] if "value" in table else []), *table.get("values", {}).values()):
            check_currency(code)
    if "value" in table:
        return extractors.constant(convert, table["value"])
    empty = table.get("empty", builder.empty)
    convert = unless_empty(convert, empty)
    if "join" in table:
        paths = [builder.add_path(each, optional=optional) for each in table["join"]]
        return extractors.from_joined_paths(paths, convert, target, empty)
    return extractors.from_path(builder.add_path(table["path"], optional=optional), convert, target)


def _nested(builder: MapperBuilder, target: Field, spec: Spec) -> Extractor:
    cls = target.type
    main: str | None = getattr(cls, "MAIN", None)
    if main and (isinstance(spec, str) or set(spec) <= SPEC_WORDS):
        spec = cls.specs(spec) if hasattr(cls, "specs") else {main: spec}
    if isinstance(spec, str):
        raise ValueError(f"must be a table with the fields of {cls.__name__}")
    by_name = _extractors(builder, cls, spec, target.path)
    fields = stored_fields(cls).items()
    required = [name for name, hint in fields if not split_optional(hint)[1] and name != "currency"]
    required = [name for name in required or by_name if name in by_name]
    return extractors.from_fields(cls, by_name, required, target)


def _list(builder: MapperBuilder, target: Field, table: Specs) -> Extractor:
    item = Field(target.path, get_args(target.type)[0], nullable=False)
    errors = spec_errors(item.type, table, listed=True)
    if errors and not (has_fields(item.type) and isinstance(table.get("fields"), Mapping)):
        raise ValueError("; ".join(errors))
    empty = table.get("empty", builder.empty)
    inner = replace(builder, naming=None, empty=empty, columns=set(), optional_columns=set(), paths={})
    convert = list_of(unless_empty(_item(inner, item, table), empty), table.get("split"))
    if errors:
        raise ValueError("; ".join(errors))
    if "value" in table:
        return extractors.constant(convert, table["value"])
    convert = unless_empty(convert, empty)
    path = builder.add_path(table.get(ITEMS) or table["path"])
    builder.paths.update({(*path, *each): None for each in inner.paths if each != ("",)})
    return extractors.from_list(path, convert, target)


def _item(builder: MapperBuilder, target: Field, table: Specs) -> Converter:
    if has_fields(target.type):
        return extractors.from_table(_nested(builder, target, table.get("fields", {})))
    return make_converter(target.type, table, builder.zone)
