"""Texts for people beside fields for programs.

Labels of enum fields: each field `status` whose enum people read has a sibling `statusLabel`. A list of such
values, `roles`, has the sibling `roleLabels`. The label of a deprecated field is deprecated, too.

Each field `unit` has the siblings `unitSymbol` and `unitLabel`. A type that declares a sibling itself keeps its own.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any, get_args, get_origin

import strawberry
from strawberry.types.base import StrawberryOptional
from strawberry.types.field import StrawberryField
from strawberry.utils.str_converters import to_camel_case

from gateway.contract.record import split_optional
from gateway.languages.texts import translated
from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.enums import DescribedEnum
from gateway.resolvers.graph.units import unit_of

UNIT_TEXTS = {
    "symbol": "Symbol of `unit` beside a number, such as kWh or m³",
    "label": "Name of `unit` for people, such as Kilowatt-hours",
}


def with_labels(fields: Iterable[StrawberryField]) -> list[StrawberryField]:
    """The fields of a type, each followed by its texts for people."""
    by_name = {field.python_name: field for field in fields}
    every: list[StrawberryField] = []
    for field in by_name.values():
        every.append(field)
        every += [text for text in _texts_of(field) if text.python_name not in by_name]
    return every


def _texts_of(field: StrawberryField) -> list[StrawberryField]:
    if field.python_name == "unit":
        return [_unit_text(field, name) for name in UNIT_TEXTS]
    label = _label_of(field)
    return [] if label is None else [label]


def _unit_text(field: StrawberryField, name: str) -> StrawberryField:
    """The symbol or the label of a unit, which is null where the unit is."""
    optional = _hint(field)[1]

    def text(self: Any) -> str | None:
        if self.unit is None:
            return None
        unit = unit_of(self.unit)
        return unit.symbol if name == "symbol" else translated(unit.label, "unit")

    sibling: Any = strawberry.field(
        resolver=text,
        graphql_type=str | None if optional else str,
        description=UNIT_TEXTS[name] + ("; null where that is null." if optional else "."),
    )
    sibling.python_name = f"unit_{name}"
    return sibling  # type: ignore[no-any-return]  # what `strawberry.field` makes


def _label_of(field: StrawberryField) -> StrawberryField | None:
    hint, optional = _hint(field)
    is_list = get_origin(hint) is list
    enum = get_args(hint)[0] if is_list else hint
    if not (isinstance(enum, type) and issubclass(enum, DescribedEnum) and enum.LABELED):
        return None
    name = field.python_name
    kind: Any = list[str] if is_list else str
    label: Any = strawberry.field(
        resolver=_labels(_reader(field)) if is_list else _label(_reader(field)),
        graphql_type=kind | None if optional else kind,
        description=f"Text of `{to_camel_case(name)}` for people" + ("; null where that is null." if optional else "."),
        deprecation_reason=field.deprecation_reason
        and re.sub(r"`(\w+)`", r"`\1Label`", field.deprecation_reason, count=1),
    )
    label.python_name = f"{name.removesuffix('s')}_labels" if is_list else f"{name}_label"
    return label  # type: ignore[no-any-return]  # what `strawberry.field` makes


def _hint(field: StrawberryField) -> tuple[Any, bool]:
    """The type of a field without its `| None`, and whether it had one."""
    if field.base_resolver:
        return split_optional(field.base_resolver.wrapped_func.__annotations__.get("return"))
    hint = field.type_annotation.annotation if field.type_annotation else None
    if isinstance(hint, StrawberryOptional):  # strawberry has already read an explicit `graphql_type`
        return getattr(hint.of_type, "wrapped_cls", hint.of_type), True
    return split_optional(hint)


def _reader(field: StrawberryField) -> Callable[[Any, Info], Any]:
    """A function that reads the field's value from its object."""
    name, resolver = field.python_name, field.base_resolver
    if resolver is None:
        return lambda self, _info: getattr(self, name)
    if resolver.info_parameter:
        return lambda self, info: getattr(self, name)(info)
    return lambda self, _info: getattr(self, name)()


def _label(read: Callable[[Any, Info], Any]) -> Callable[..., str | None]:
    def label(self: Any, info: Info) -> str | None:
        value = read(self, info)
        return None if value is None else value.label

    return label


def _labels(read: Callable[[Any, Info], Any]) -> Callable[..., list[str] | None]:
    def labels(self: Any, info: Info) -> list[str] | None:
        values = read(self, info)
        return None if values is None else [value.label for value in values]

    return labels
