"""What every record is: it has an id, an owner among the systems, and perhaps a moment."""

from dataclasses import dataclass, field
from typing import ClassVar

import strawberry

from gateway.contract import record
from gateway.contract.record import Provenance
from gateway.ids import global_id
from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.descriptions import described_interface
from gateway.resolvers.graph.source_refs import SourceRef, source_ref
from gateway.resolvers.graph.systems import SourceSystem


@dataclass(kw_only=True)
class Record(record.Record):
    """A record with what the gateway adds to it."""

    SYSTEM: ClassVar[SourceSystem]
    provenance: strawberry.Private[Provenance | None] = field(default=None, compare=False, repr=False)


@described_interface
class Node:
    """A record with an id that `node(id:)` accepts.

    id: Opaque id, unique in the whole graph.
    source: The system of record, and how to open the record there.
    """

    id: strawberry.Private[str]

    @strawberry.field(name="id", description="Opaque, and unique in the whole graph.")
    def global_id(self) -> strawberry.ID:
        return strawberry.ID(global_id(type(self).__name__, self.id))

    @strawberry.field
    def source(self, info: Info) -> SourceRef:
        return source_ref(info.context, self)
