"""GraphQL descriptions from docstrings.

The text before the first `name: text` line describes a type, an enum or a field. Each `name: text` line of a
class describes a field, and of a resolver an argument; indented lines continue it.
"""

from typing import Any, TypeVar, dataclass_transform

import strawberry

from gateway.config.docstrings import field_descriptions, parse_docstring
from gateway.resolvers.graph.costs import declare_costs
from gateway.resolvers.graph.labels import with_labels
from gateway.resolvers.graph.personal import with_personal_data
from gateway.resolvers.graph.record import RequiresScopes, SourceDirective
from gateway.resolvers.graph.tags import tag_fields, type_tags

T = TypeVar("T")
# Arguments that mean the same on every field.
ARGUMENTS = {
    "range": "Only entries of these days; null for no limit by date.",
    "first": "Number of entries per page; null for the utility's page size.",
    "locale": "Locale of the text, such as en-US or de-DE; null for that of the request.",
    "filter": "Only entries that fit all arguments of the filter; null for all entries.",
    "order_by": "Order of the entries by time; a cursor belongs to its order.",
    "after": "Cursor to continue from, as returned by an earlier page; null for the first page.",
}


@dataclass_transform(kw_only_default=True, field_specifiers=(strawberry.field,))
def described(cls: type[T]) -> type[T]:
    """Make a GraphQL object type, described by its docstring."""
    text = parse_docstring(cls.__dict__.get("__doc__")).text
    directives = [*(_directives(cls) if hasattr(cls, "SYSTEM") else []), *type_tags(cls)]
    return _with_labels(strawberry.type(cls, description=text, directives=directives))


@dataclass_transform(kw_only_default=True, field_specifiers=(strawberry.field,))
def described_interface(cls: type[T]) -> type[T]:
    """Make a GraphQL interface, described by its docstring."""
    text = parse_docstring(cls.__doc__).text
    return _with_labels(strawberry.interface(cls, description=text, directives=type_tags(cls)))


@dataclass_transform(kw_only_default=True, field_specifiers=(strawberry.field,))
def described_input(cls: type[T]) -> type[T]:
    """Make a GraphQL input type, described by its docstring."""
    return _describe_fields(strawberry.input(cls, description=parse_docstring(cls.__doc__).text))


def _directives(record: Any) -> list[object]:
    return [SourceDirective(system=record.SYSTEM), RequiresScopes(scopes=[[record.SCOPE.value]])]


def _with_labels(cls: type[T]) -> type[T]:
    _describe_fields(cls)
    definition = cls.__strawberry_definition__  # type: ignore[attr-defined]  # strawberry adds it
    definition.fields = list(with_personal_data(cls, with_labels(definition.fields)))
    declare_costs(cls, definition.fields)
    tag_fields(cls, definition.fields)
    return cls


def _describe_fields(cls: type[T]) -> type[T]:
    descriptions = field_descriptions(cls)
    for field in cls.__strawberry_definition__.fields:  # type: ignore[attr-defined]  # strawberry adds it
        function: Any = field.base_resolver
        resolver = parse_docstring(function.wrapped_func.__doc__ if function else None)
        entry = descriptions.get(field.python_name) or descriptions.get(field.graphql_name or "")
        text = field.metadata.get("description") or field.description or entry or resolver.text
        field.description = text[:1].upper() + text[1:] or None
        for argument in field.arguments:
            name = argument.python_name
            argument.description = resolver.entries.get(name) or ARGUMENTS.get(name)
    return cls
