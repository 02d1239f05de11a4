"""What a null means: that there is none, or that it is not known.

A client's cache keeps a null and drops the error beside it. So a state travels in the data: every nullable field
that loads something has a field `...State` beside it, made by `state_of`.
"""

import inspect
from collections.abc import Awaitable, Callable
from functools import wraps
from inspect import Parameter
from typing import Any

import strawberry

from gateway.access.masks import ClearedDay
from gateway.catalog.model import Relation
from gateway.contract.record import stored_fields
from gateway.errors import GatewayError
from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.costs import SHARED_QUESTION
from gateway.resolvers.graph.enums import DescribedEnum
from gateway.resolvers.graph.record import Record

STATE = "Whether the field of this name without `State` has a value, has none, or is not known."
Load = Callable[..., Awaitable[Any]]


class KnownState(DescribedEnum, labeled=False):
    """Whether a value is known. It stays true in a cache that forgets errors."""

    KNOWN = "KNOWN", "There is a value, and the field beside this one has it."
    NONE = "NONE", "Its system answered: there is none."
    MASKED = "MASKED", "There is a value. It is personal data that has no masked form, so the field is null."
    UNKNOWN = "UNKNOWN", "A system did not answer, or is not connected, or cannot tell. The field is null."


class NotKnown(Exception):
    """The systems answered, but the value does not follow from what they said."""


def known_state(value: Any, *, unknown: bool = False) -> KnownState:
    """The state of a value; `unknown`: that there is none does not follow."""
    if value is not None:
        return KnownState.KNOWN
    return KnownState.UNKNOWN if unknown else KnownState.NONE


def null_if_not_known(load: Load) -> Load:
    """A resolver that returns None where `load` raises NotKnown."""

    @wraps(load)
    async def resolve(*arguments: Any, **named: Any) -> Any:
        try:
            return await load(*arguments, **named)
        except NotKnown:
            return None

    return _as_method(resolve, load)


def nullable(load: Load, graphql_type: Any, *needed: Relation, name: str | None = None) -> Any:
    """A field with what `load` returns, which is null where `load` raises NotKnown."""
    return strawberry.field(
        resolver=null_if_not_known(load),
        name=name,
        graphql_type=graphql_type | None,
        metadata={"load": load, "loads": needed},
    )


def state_of(field: Any, name: str | None = None, *, is_masked: bool = False) -> Any:
    """A field that tells what a null of `field` means. It has the same arguments, and asks nothing more.

    is_masked: whether a value that was not revealed is null
    """
    load: Load = field.metadata.get("load") or field.base_resolver.wrapped_func
    needed = [relation for relation in field.metadata.get("loads", ()) if relation.required]
    key, stored = field.metadata.get("key"), field.metadata.get("stored")

    @wraps(load)
    async def resolve(self: Any, info: Info, **arguments: Any) -> KnownState:
        try:
            value = await load(self, info, **arguments)
            if value is None:
                _expect_connected(info, needed)
                _expect_mapped(self, info, key)
            elif stored is not None:
                owner, value = value, getattr(value, stored, None)
                _expect_mapped(owner, info, stored if value is None else None)
                if value is None and field.metadata["never_none"]:
                    return KnownState.UNKNOWN
        except (GatewayError, NotKnown):
            return KnownState.UNKNOWN
        if is_masked and value is not None and not isinstance(value, ClearedDay):
            return KnownState.MASKED
        return known_state(value)

    metadata = {"description": STATE, "cost": SHARED_QUESTION}
    return strawberry.field(resolver=_as_method(resolve, load, KnownState), name=name, metadata=metadata)


def own_state(state: Callable[[Any], KnownState]) -> Any:
    """A field with the state of a value that its object has, or reckons, itself."""

    def resolve(self: Any) -> KnownState:
        return state(self)

    return strawberry.field(resolver=resolve, metadata={"description": STATE})


def _as_method(resolver: Load, load: Load, returned: Any = None) -> Load:
    """Give a resolver the arguments of `load`, whose first parameter strawberry would take for one."""
    signature = inspect.signature(load)
    parameters = [Parameter("self", Parameter.POSITIONAL_OR_KEYWORD), *[*signature.parameters.values()][1:]]
    as_method = signature.replace(parameters=parameters, return_annotation=returned or signature.return_annotation)
    resolver.__signature__ = as_method  # type: ignore[attr-defined]  # what inspect looks at first
    return resolver


def _expect_connected(info: Info, relations: list[Relation]) -> None:
    """Raise NotKnown if the catalog has none of the lookups of a relation."""
    loader = info.context.loader
    for relation in relations:
        record = info.context.records[relation.record]
        if not any(loader.has_lookup(record, by) for by in relation.by):
            raise NotKnown


def _expect_mapped(owner: Any, info: Info, name: str | None) -> None:
    """Raise NotKnown if the catalog does not map this field of a record: then its null says nothing."""
    if name is None or not isinstance(owner, Record) or name not in stored_fields(type(owner)):
        return
    if not info.context.loader.fills(type(owner), name):
        raise NotKnown
