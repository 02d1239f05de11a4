"""A related record in one line: which record, by which key, and where the key is.

`one` and `many` are declared, not only coded: each field carries (record, by) as metadata, which the
catalog check reads at start, and an executor that takes whole levels may read later.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any

import strawberry

from gateway.catalog.model import Relation
from gateway.errors import InvalidResponse, NotConfigured
from gateway.loading.finder import LoadResult
from gateway.loading.loader import Loader
from gateway.resolvers.graph.context import Info

Named = str  # "module:Class" of a record in a file above


def records_of(found: LoadResult[Any]) -> list[Any] | None:
    """The records; None where there is no such system. Raises where they are not known."""
    if found.error is None:
        return found.records
    if isinstance(found.error, NotConfigured):
        return None
    raise found.error


async def many_of(load: Loader, record: type, by: str, key: str | None) -> list[Any] | None:
    """All records of this key; None where the key or the system is not there."""
    return None if key is None else records_of(await load.load(record, by, key))


async def one_of(load: Loader, record: type, by: str, key: str | None) -> Any:
    """The record of this key, or None. Where its system says two different things, neither is believed."""
    found = await many_of(load, record, by, key) or ()
    first = next(iter(found), None)
    if any(each != first for each in found):
        raise InvalidResponse(record.SYSTEM.name, "two different records of one key")  # type: ignore[attr-defined]  # a record
    return first


def many(record: type | Named, *, by: str, key: str = "id", description: str | None = None) -> Any:
    """The `record`s whose `by` is this object's `key`; null when their system does not answer."""

    async def resolve(self: Any, info: Info) -> Any:
        return await many_of(
            info.context.loader, _class(record, info.context.records), by, getattr(self, key)
        )

    return _field(resolve, record, by, description)


def one(record: type | Named, *, key: str, by: str = "id", description: str | None = None) -> Any:
    """The `record` that this object's `key` names; null when it is unknown or names none."""

    async def resolve(self: Any, info: Info) -> Any:
        return await one_of(info.context.loader, _class(record, info.context.records), by, getattr(self, key))

    return _field(resolve, record, by, description)


def _field(resolve: Callable[..., Any], record: type | Named, by: str, description: str | None) -> Any:
    return strawberry.field(
        resolver=resolve,
        description=description,
        metadata={"asks": ((record, (by,)),)},
        graphql_type=named(record) | None if isinstance(record, str) else None,
    )


def named(record: Named) -> Any:
    """The GraphQL type of a record in a file above, by name: this file does not import it."""
    module, _, name = record.partition(":")
    return Annotated[name, strawberry.lazy(module)]


def _class(record: type | Named, records: Mapping[str, type]) -> type:
    return record if isinstance(record, type) else records[record.partition(":")[2]]


def relations_of(types: Sequence[type]) -> list[Relation]:
    """Every relation that these types declare in their fields."""
    found: list[Relation] = []
    records = {each.__name__: each for each in types}
    for each in types:
        for field in each.__strawberry_definition__.fields:  # type: ignore[attr-defined]  # strawberry adds it
            for record, by, *rest in field.metadata.get("asks", ()):
                found.append(Relation(_class(record, records).__name__, by, *rest))
    return found
