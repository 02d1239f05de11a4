"""A document can ask all types of activity for their fields, without an alias."""

import re

from graphql import GraphQLInterfaceType, GraphQLObjectType, get_named_type, is_leaf_type, parse, validate

from gateway.execution.schema import GatewaySchema

CORE = GatewaySchema()._schema  # noqa: SLF001  # Strawberry shows it nowhere else
ACTIVITY = CORE.type_map["CustomerActivity"]
assert isinstance(ACTIVITY, GraphQLInterfaceType)
TYPES = CORE.get_possible_types(ACTIVITY)
DATE = re.compile(r"\b20\d\d-\d\d-\d\d\b")


def types_by_field() -> dict[str, set[str]]:
    """The types that each field has on activities, without deprecated fields."""
    types: dict[str, set[str]] = {}
    for kind in TYPES:
        for name, field in kind.fields.items():
            if field.deprecation_reason is None:
                types.setdefault(name, set()).add(str(field.type))
    return types


def test_fields_of_one_name_have_one_type() -> None:
    assert {name: types for name, types in types_by_field().items() if len(types) > 1} == {}


def test_deprecated_fields_of_activities_name_another_and_a_date() -> None:
    for kind in TYPES:
        for field in kind.fields.values():
            if field.deprecation_reason is not None:
                replacement = re.search(r"`(\w+)`", field.deprecation_reason)
                assert replacement
                assert str(kind.fields[replacement[1]].type) == str(field.type)
                assert DATE.search(field.deprecation_reason)


def test_fields_of_the_interface_are_never_deprecated() -> None:
    fields = {field for kind in TYPES for field in kind.fields if kind.fields[field].deprecation_reason}
    assert fields & set(ACTIVITY.fields) == set()


def test_a_document_asks_every_type_for_every_field() -> None:
    """One document with a fragment on each type, and no alias."""
    fragments = [f"... on {kind.name} {{ {' '.join(selections(kind))} }}" for kind in TYPES]
    text = (
        f"{{ node(id: 1) {{ ... on CustomerActivity {{ {' '.join(selections(ACTIVITY))} {' '.join(fragments)} }} }} }}"
    )
    assert validate(CORE, parse(text)) == []


def selections(kind: GraphQLObjectType | GraphQLInterfaceType) -> list[str]:
    """Every field that is not deprecated, with only `__typename` of objects."""
    current = {name: field for name, field in kind.fields.items() if field.deprecation_reason is None}
    return [
        name if is_leaf_type(get_named_type(field.type)) else f"{name} {{ __typename }}"
        for name, field in current.items()
    ]
