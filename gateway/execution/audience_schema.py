"""The part of a schema that an audience knows."""

import re
from collections.abc import Mapping
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLField,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
    is_composite_type,
)
from strawberry.types.base import StrawberryObjectDefinition, get_object_definition

from gateway.resolvers.graph.tags import INTERNAL, has_tag

DEFINITION = "strawberry-definition"
_SIBLING = re.compile(r"(State|Labels?)$")  # fields that say more of the field beside them


def part_for(schema: GraphQLSchema, audience: str) -> GraphQLSchema:
    """The schema without what an audience does not know. Types that are left without use are gone, too."""
    part = _Part(schema, audience)
    arguments = schema.to_kwargs()
    arguments["query"], arguments["mutation"] = part.types["Query"], part.types.get("Mutation")
    arguments["types"] = tuple(each for each in part.types.values() if isinstance(each, GraphQLObjectType))
    return GraphQLSchema(**arguments)


class _Part:
    """Copies of the types of a schema, which refer to each other."""

    def __init__(self, schema: GraphQLSchema, audience: str) -> None:
        self.audience = audience
        self.types: dict[str, Any] = {}
        for name, kind in schema.type_map.items():
            if not name.startswith("__") and self._is_included(kind):
                self.types[name] = self._copy(kind)

    def _is_included(self, kind: Any) -> bool:
        if isinstance(kind, GraphQLUnionType):
            return any(map(self._is_included, kind.types))
        return is_composite_type(kind) and self._has_tag(kind.extensions[DEFINITION])

    def _has_tag(self, definition: StrawberryObjectDefinition) -> bool:
        """Whether the audience knows a type: of a list, the type of its entries."""
        if has_tag(definition, self.audience):
            return True
        entries = definition.type_var_map.values()
        return definition.concrete_of is not None and any(map(self._is_entry_included, entries))

    def _is_entry_included(self, entry: Any) -> bool:
        entry = getattr(entry, "resolve_type", lambda: entry)()
        members = getattr(entry, "types", None)
        if members is not None:  # a union
            return any(map(self._is_entry_included, members))
        definition = get_object_definition(entry)
        return definition is not None and self._has_tag(definition)

    def _copy(self, kind: Any) -> GraphQLNamedType:
        arguments = kind.to_kwargs()
        if isinstance(kind, GraphQLUnionType):
            members = kind.types
            return GraphQLUnionType(**{**arguments, "types": lambda: self._named(members)})
        interfaces, fields = kind.interfaces, kind.fields
        arguments |= {"fields": lambda: self._fields(fields), "interfaces": lambda: self._named(interfaces)}
        copy: GraphQLNamedType = type(kind)(**arguments)
        return copy

    def _named(self, kinds: tuple[Any, ...]) -> list[Any]:
        return [self.types[kind.name] for kind in kinds if kind.name in self.types]

    def _fields(self, fields: Mapping[str, GraphQLField]) -> dict[str, GraphQLField]:
        names = {name for name, field in fields.items() if self._is_kept(field)}
        return {name: self._field(fields[name]) for name in fields if name in names and _beside(name, fields) <= names}

    def _is_kept(self, field: GraphQLField) -> bool:
        kind = get_named_type(field.type)
        if is_composite_type(kind) and kind.name not in self.types:
            return False
        definition = field.extensions.get(DEFINITION)
        return definition is None or not has_tag(definition, INTERNAL)

    def _field(self, field: GraphQLField) -> GraphQLField:
        arguments: dict[str, GraphQLArgument] = field.args
        return GraphQLField(**{**field.to_kwargs(), "type_": self._type(field.type), "args": arguments})

    def _type(self, kind: Any) -> Any:
        if isinstance(kind, GraphQLNonNull):
            return GraphQLNonNull(self._type(kind.of_type))
        if isinstance(kind, GraphQLList):
            return GraphQLList(self._type(kind.of_type))
        return self.types.get(kind.name, kind) if is_composite_type(kind) else kind


def _beside(name: str, fields: Mapping[str, GraphQLField]) -> set[str]:
    """The field that a state or a label belongs to."""
    stem = _SIBLING.sub("", name)
    return {each for each in (stem, f"{stem}s") if stem != name and each in fields}
