"""Fields that load related records: `one` and `many`.

Each field declares in its metadata what it loads. The catalog check reads these declarations at start.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from copy import copy
from dataclasses import replace
from typing import Annotated, Any, TypeVar

import strawberry
from strawberry.types.field import StrawberryField
from strawberry.utils.str_converters import to_camel_case

from gateway.catalog.model import Relation
from gateway.contract.batch import ALL_ROWS, Window
from gateway.errors import InvalidResponse, SourceError
from gateway.loading.finder import LoadResult
from gateway.loading.loader import Loader
from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.known import null_if_not_known
from gateway.resolvers.graph.record import Record

T = TypeVar("T")
R = TypeVar("R", bound=Record)
# A record class that the declaring file cannot import: "module:Class" above it, "Class" further down in it.
RecordName = str


def relation(record: type[Record] | RecordName, *by: str, required: bool = True, unique: bool = False) -> Relation:
    """Declare that a field loads records by one of these keys.

    required: whether a catalog with this record must have a lookup by one of the keys.
    unique: whether a key has at most one record
    """
    return Relation(_name(record), by, required, unique=unique)


def loads(*relations: Relation) -> dict[str, tuple[Relation, ...]]:
    """Metadata of a field that loads these relations."""
    return {"loads": relations}


def records_of(result: LoadResult[T]) -> list[T] | None:
    """The records; None if the system is not configured. Raises the failure of the result."""
    if result.failure:
        raise result.failure
    return None if result.not_configured else result.records


async def joined_records(loads: Iterable[Awaitable[LoadResult[T]]]) -> list[T] | None:
    """The records of several loads; None if no system of theirs is configured."""
    lists = [records_of(result) for result in await asyncio.gather(*loads)]
    if lists and all(records is None for records in lists):
        return None
    return [record for records in lists for record in records or ()]


def listed_records(results: Sequence[LoadResult[T]]) -> list[T] | None:
    """The readable records of several loads; None if no system of theirs is configured. Raises their failure."""
    for result in results:
        if result.list_failure:
            raise result.list_failure
    if results and all(result.not_configured for result in results):
        return None
    return [record for result in results for record in result.listed]


async def many_of(
    loader: Loader, record: type[R], by: str, key: str | None, window: Window = ALL_ROWS
) -> list[R] | None:
    """All records of this key; None without a key, or if the system is not configured."""
    return None if key is None else records_of(await loader.load(record, by, key, window))


async def one_of(loader: Loader, record: type[R], by: str, key: str | None) -> R | None:
    """The record of this key, or None. Different records of one key are an invalid response."""
    if key is None:
        return None
    result = single_record(record, await loader.load(record, by, key))
    if record.STANDS_IN and by == "id" and result.failure and not result.failure.key_specific:
        return stand_in(record, key, result.failure)
    records = records_of(result)
    return records[0] if records else None


def single_record(record: type[R], result: LoadResult[R]) -> LoadResult[R]:
    """The result of a key that has at most one record; an error where records differ."""
    if all(other == result.records[0] for other in result.records):
        return result
    return LoadResult([], error=InvalidResponse(record.SYSTEM.name, "two different records of one key"))


def stand_in(record: type[R], key: str, failure: SourceError) -> R:
    """A record of which only the id is known: every other stored field raises the failure."""
    substitute = object.__new__(record)
    vars(substitute).update(id=key, failure=failure)
    return substitute


def changed(record: R, **fields: Any) -> R:
    """A copy with other values in these fields. Unlike `dataclasses.replace`, it copies a stand-in, too."""
    other = copy(record)
    vars(other).update(fields)
    return other


def many(
    record: type[Record] | RecordName, *, by: str, key: str = "id", required: bool = True, same_zone: bool = False
) -> Any:
    """A field with the records whose `by` is this object's `key`.

    required: False if a catalog may lack the lookup; the field is null then.
    same_zone: whether their instants are shown in the zone of this object
    """
    return _field(many_of, record, relation(record, by, required=required), key, same_zone=same_zone)


def one(record: type[Record] | RecordName, *, key: str, by: str = "id", same_zone: bool = False) -> Any:
    """A field with the record whose `by` is this object's `key`; `same_zone` as in `many`."""
    return _field(one_of, record, relation(record, by, unique=True), key, same_zone=same_zone)


def field_of(
    load: Callable[[Any, Info], Awaitable[Any]],
    name: str,
    graphql_type: Any,
    *needed: Relation,
    never_none: bool = False,
) -> Any:
    """A field with the field `name` of what `load` gives; null if that is None, or has no such field.

    needed: what the catalog must connect for a null to say that there is none
    never_none: a record without the value does not tell it; zero would be a value
    """

    async def resolve(self: Any, info: Info) -> Any:
        return getattr(await null_if_not_known(load)(self, info), name, None)

    metadata = {**loads(*needed), "load": load, "stored": name, "never_none": never_none}
    return strawberry.field(resolver=resolve, graphql_type=graphql_type | None, metadata=metadata)


def _field(
    load: Callable[..., Awaitable[Any]],
    record: type[Record] | RecordName,
    declared: Relation,
    key: str,
    *,
    same_zone: bool,
) -> Any:
    [by] = declared.by

    async def resolve(self: Any, info: Info) -> Any:
        cls = info.context.records[_name(record)] if isinstance(record, str) else record
        related = await load(info.context.loader, cls, by, getattr(self, key))
        return _in_zone_of(self, related) if same_zone else related

    graphql_type = _lazy_value(record, is_list=load is many_of)
    return strawberry.field(resolver=resolve, metadata={**loads(declared), "key": key}, graphql_type=graphql_type)


def _lazy_value(record: type[Record] | RecordName, *, is_list: bool) -> Any:
    """The nullable GraphQL type of a record that cannot be imported yet; None where the annotation says it."""
    if not isinstance(record, str) or ":" not in record:
        return None
    return list[lazy_type(record)] | None if is_list else lazy_type(record) | None  # type: ignore[misc]  # at run time


def _in_zone_of(owner: Record, related: Any) -> Any:
    """The related record, or a list of them, in the zone of their owner."""
    zone = owner.provenance.zone if owner.provenance else None
    if isinstance(related, list):
        return [_in_zone_of(owner, record) for record in related]
    if zone is None or related is None or related.provenance is None:
        return related
    return changed(related, provenance=replace(related.provenance, zone=zone))


def lazy_type(name: RecordName) -> Any:
    """The GraphQL type called "module:Class", imported when the schema is built."""
    module, _, cls = name.partition(":")
    return Annotated[cls, strawberry.lazy(module)]


def _name(record: type[Record] | RecordName) -> str:
    return record.rpartition(":")[2] if isinstance(record, str) else record.__name__


def relations_of(types: Sequence[type]) -> list[Relation]:
    """Every relation that the fields of these types declare."""
    return [declared for cls in types for field in _fields(cls) for declared in field.metadata.get("loads", ())]


def fields_loading(cls: type, record: type[Record]) -> tuple[str, ...]:
    """GraphQL names of the fields of a type that declare that they load this record."""
    return tuple(
        field.graphql_name or to_camel_case(field.python_name)
        for field in _fields(cls)
        if any(declared.record == record.__name__ for declared in field.metadata.get("loads", ()))
    )


def _fields(cls: type) -> list[StrawberryField]:
    return cls.__strawberry_definition__.fields  # type: ignore[attr-defined,no-any-return]  # strawberry adds it
