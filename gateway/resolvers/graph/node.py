"""The interface of records that have a global id."""

import strawberry

from gateway.ids import global_id
from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.descriptions import described_interface
from gateway.resolvers.graph.source_refs import SourceRef, source_ref


@described_interface
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
