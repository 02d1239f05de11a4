"""Masks personal data: wraps the resolvers of the fields that declare it, once for a schema."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date
from inspect import isawaitable
from typing import Any

from graphql import GraphQLField, GraphQLObjectType, GraphQLSchema, default_field_resolver

from gateway.access.masks import Cleared, ClearedDay
from gateway.resolvers.graph.personal import MASKS, kind_of

_LONG = 4_000  # characters of a text that is masked outside of the event loop
Mask = Callable[[str], str]


def mask_personal_data(schema: GraphQLSchema) -> None:
    """Let each field with `@pii` return masked values. Other fields stay as they are."""
    for each in schema.type_map.values():
        if isinstance(each, GraphQLObjectType):
            for field in each.fields.values():
                _mask(field)


def _mask(field: GraphQLField) -> None:
    declared = field.extensions.get("strawberry-definition")
    kind = kind_of(declared) if declared is not None else None
    if kind is not None:
        field.resolve = _masked(field.resolve or default_field_resolver, MASKS[kind])


def _masked(resolve: Callable[..., Any], mask: Mask) -> Callable[..., Any]:
    def resolve_masked(source: Any, info: Any, **arguments: Any) -> Any:
        value = resolve(source, info, **arguments)
        if info.context.reveals:
            return value
        return _when_loaded(value, mask) if isawaitable(value) else masked_value(value, mask)

    return resolve_masked


async def _when_loaded(loading: Awaitable[Any], mask: Mask) -> Any:
    value = masked_value(await loading, mask)
    return await value if isawaitable(value) else value


def masked_value(value: Any, mask: Mask) -> Any:
    """A value as clients may see it, or what leads to it; a day is null."""
    if value is None or isinstance(value, ClearedDay):
        return value
    if isinstance(value, Cleared):
        return str(value)  # encoders of JSON know no other kind of text
    if isinstance(value, list):
        return [masked_value(each, mask) for each in value]
    if isinstance(value, date):
        return None
    return asyncio.to_thread(_text, mask, value) if len(value) > _LONG else _text(mask, value)


def _text(mask: Mask, value: str) -> str:
    return str(mask(value))
