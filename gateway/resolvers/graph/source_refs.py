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
    """DETAIL: shown in place, by `node(id:)`. EXTERNAL_RECORD: opened in the system that owns it."""

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
    """Where a record lives, and how a front end opens it.

    system: the system that owns it.
    record_type: what kind of record it is; a type of this graph where `nodeId` is there.
    record_id: what that system calls it.
    node_id: its id in this graph, for `node(id:)`; null where it is no record of this graph.
    open_mode: in place, or by link.
    url: the link; null where the operator's catalog has none, or it needs more than is known here.
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
