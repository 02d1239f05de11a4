"""The interface of records that have a global id, and references to records in the systems that own them."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any, ClassVar

import strawberry

from gateway.access.audiences import PARTNER
from gateway.ids import global_id
from gateway.resolvers.graph.context import Context, Info
from gateway.resolvers.graph.descriptions import described, described_interface
from gateway.resolvers.graph.enums import DescribedEnum
from gateway.resolvers.graph.known import state_of
from gateway.resolvers.graph.personal import Personal, free_texts
from gateway.resolvers.graph.record import Record, SourceSystem
from gateway.resolvers.graph.relations import one_of
from gateway.resolvers.graph.tags import known_to
from gateway.resolvers.graph.values import Url


class OpenMode(DescribedEnum, labeled=False):
    """How a front end opens a record."""

    DETAIL = "DETAIL", "Show it in place, from `node(id:)`."
    EXTERNAL_RECORD = "EXTERNAL_RECORD", "Open it in the system that owns it, by `url`."
    NOT_OFFERED = "NOT_OFFERED", "It cannot be opened: there is neither a node nor a link."


@described
@known_to(PARTNER, without=("url", "open_mode"))
class SourceRef:
    """The system of record of an object, and how a front end opens it.

    system: The system that owns the record.
    record_type: The type of record: a type of this graph if `nodeId` is set, otherwise a name of the owning
        system.
    record_id: The identifier that the owning system uses.
    node_id: Id for `node(id:)`; null if the record has no node in this graph.
    open_mode: Whether to show the record in place, to open it by its link, or neither.
    url: Link into the owning system; null if the catalog has no link template, or a value of the template is
        missing.
    record: The record itself; null if it has no node in this graph, or its system has none of this id.
    number: Number of the record for people, such as a bill number; null if it has none, or is not found.
    title: Title of the record, if it is an activity; otherwise null.
    """

    PERSONAL: ClassVar[Personal] = free_texts("title")

    system: SourceSystem
    record_type: str
    record_id: str
    node_id: strawberry.ID | None = None
    open_mode: OpenMode = OpenMode.NOT_OFFERED
    url: Url | None = None
    loaded: strawberry.Private[Any] = None  # the record, where the reference was made from it

    @strawberry.field
    async def record(self, info: Info) -> "Node | None":
        record: Node | None = await _record(self, info)
        return record

    record_state = state_of(record)

    @strawberry.field
    async def number(self, info: Info) -> str | None:
        record = await _record(self, info)
        return getattr(record, record.NUMBER) if record and record.NUMBER else None

    number_state = state_of(number)

    @strawberry.field
    async def title(self, info: Info) -> str | None:
        headline = getattr(await _record(self, info), "headline", None)
        return headline() if headline else None

    title_state = state_of(title)


async def _record(reference: SourceRef, info: Info) -> Any:
    """The referenced record, loaded with the others of its type; None if it has no node."""
    if reference.node_id is None or reference.loaded is not None:
        return reference.loaded if reference.node_id else None
    record = info.context.node_types[reference.record_type]
    return await one_of(info.context.loader, record, "id", reference.record_id)


def source_ref(context: Context, record: Any) -> SourceRef:
    """Reference to a loaded record; its link may use any plain field of the record."""
    value_of = {"id": record.id}.get if getattr(record, "failure", None) else partial(getattr, record)
    return replace(_own_ref(context, type(record), record.id, value_of), loaded=record)


def mentioned_ref(context: Context, system: SourceSystem | None, kind: str, key: str) -> SourceRef | None:
    """Reference to a record that another record names, without loading it.

    It is a node if the graph has the type and the named system owns it. Returns None if the owner is unknown.
    """
    record = context.node_types.get(kind)
    if record is not None and system in (None, record.SYSTEM):
        return _own_ref(context, record, key, {"id": key}.get)
    if system is None:
        return None
    return SourceRef(system=system, record_type=kind, record_id=key)


def _own_ref(context: Context, record: type[Record], key: str, value_of: Callable[[str], object]) -> SourceRef:
    name = record.__name__
    template = context.loader.finder.catalog.links.get(name)
    url = template.url(value_of) if template else None
    is_node = name in context.node_types
    return SourceRef(
        system=record.SYSTEM,
        record_type=name,
        record_id=key,
        node_id=strawberry.ID(global_id(name, key)) if is_node else None,
        open_mode=_open_mode(record, is_node=is_node, has_url=url is not None),
        url=Url(url) if url is not None else None,
    )


def _open_mode(record: type[Record], *, is_node: bool, has_url: bool) -> OpenMode:
    """How to open a record. One without a link is shown in place, if it is a node."""
    if has_url and not record.IN_PLACE:
        return OpenMode.EXTERNAL_RECORD
    return OpenMode.DETAIL if is_node else OpenMode.NOT_OFFERED


@described_interface
@known_to(PARTNER)
class Node:
    """A record with an id that `node(id:)` accepts.

    id: Opaque id, unique in the whole graph.
    source: The system of record, and how to open the record there.
    """

    id: strawberry.Private[str]

    @strawberry.field(name="id")
    def global_id(self) -> strawberry.ID:
        return strawberry.ID(global_id(type(self).__name__, self.id))

    @strawberry.field
    def source(self, info: Info) -> SourceRef:
        return source_ref(info.context, self)
