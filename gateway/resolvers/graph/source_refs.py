"""Where a record lives, and how a front end opens it: in place, or by a link into its system."""

from collections.abc import Callable
from enum import Enum
from functools import partial
from typing import Any

import strawberry

from gateway.ids import global_id
from gateway.resolvers.graph.context import Context
from gateway.resolvers.graph.descriptions import described, described_enum
from gateway.resolvers.graph.systems import SourceSystem
from gateway.resolvers.graph.values import Url


@described_enum
class OpenMode(Enum):
    """How a front end opens a record.

    DETAIL: Show it in place, from `node(id:)`.
    EXTERNAL_RECORD: Open it in the system that owns it, by `url`.
    """

    DETAIL = "DETAIL"
    EXTERNAL_RECORD = "EXTERNAL_RECORD"


# Shown in place: of the feed, what the seeds show in the drawer (ACT-5); the parts of what is shown so; and
# interactions, which no other application shows. Everything else opens in the system that owns it.
IN_PLACE = frozenset(
    {
        *("Call", "Chat", "EmailMessage", "ServiceTask", "Bill", "Payment", "OutageCall"),
        *("BillSegment", "Adjustment"),
        *("Interaction", "InteractionActivity", "MediaItem"),
    }
)


@described
class SourceRef:
    """The system of record of an object, and how a front end opens it.

    system: The system that owns the record.
    record_type: The type of record: a type of this graph if `nodeId` is set, otherwise a name of the owning
        system.
    record_id: The identifier that the owning system uses.
    node_id: Id for `node(id:)`; null if the record has no node in this graph.
    open_mode: Whether to show the record in place or to open it by its link.
    url: Link into the owning system; null if the catalog has no link template, or a value of the template is
        missing.
    """

    system: SourceSystem
    record_type: str
    record_id: str
    node_id: strawberry.ID | None
    open_mode: OpenMode
    url: Url | None


def source_ref(context: Context, record: Any) -> SourceRef:
    """The reference of a record that has been read; its link may name any plain field of it."""
    return _ref(context, record.SYSTEM, type(record).__name__, record.id, partial(getattr, record))


def mentioned_ref(context: Context, system: SourceSystem | None, kind: str, key: str) -> SourceRef | None:
    """The reference of a record that another names, without reading it.

    It is one of ours where its kind is, and its system does not contradict. Of any other, only its own system
    knows more; None where not even the system is told.
    """
    own = context.node_types.get(kind)
    owner: SourceSystem | None = getattr(own, "SYSTEM", None)
    if owner is not None and system in (None, owner):
        return _ref(context, owner, kind, key, {"id": key}.get)
    if system is None:
        return None
    return SourceRef(
        system=system,
        record_type=kind,
        record_id=key,
        node_id=None,
        open_mode=OpenMode.EXTERNAL_RECORD,
        url=None,
    )


def _ref(
    context: Context, system: SourceSystem, kind: str, key: str, value_of: Callable[[str], object]
) -> SourceRef:
    template = context.loader.finder.catalog.links.get(kind)
    url = template.url(value_of) if template else None
    return SourceRef(
        system=system,
        record_type=kind,
        record_id=key,
        node_id=strawberry.ID(global_id(kind, key)) if kind in context.node_types else None,
        open_mode=OpenMode.DETAIL if kind in IN_PLACE else OpenMode.EXTERNAL_RECORD,
        url=Url(url) if url is not None else None,
    )
