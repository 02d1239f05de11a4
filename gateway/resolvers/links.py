"""Where a record lives, and how a front end opens it: in place, or by a link into its system."""

from enum import Enum
from typing import Any
from urllib.parse import quote

from gateway.context import Context
from gateway.resolvers.described import described, described_enum
from gateway.resolvers.owners import SourceSystem
from gateway.resolvers.values import Url


@described_enum
class OpenMode(Enum):
    """DETAIL: shown in place, by `node(id:)`. EXTERNAL_RECORD: opened in the system that owns it."""

    DETAIL = "DETAIL"
    EXTERNAL_RECORD = "EXTERNAL_RECORD"


# Shown in place, as the seeds say (ACT-5): everything else opens in the system that owns it.
IN_PLACE = frozenset({"Call", "Chat", "EmailMessage", "ServiceTask", "Bill", "Payment", "OutageCall"})


@described
class SourceRef:
    """Where a record lives, and how a front end opens it.

    system: the system that owns it.
    record_type: what kind of record it is there.
    record_id: what that system calls it.
    open_mode: in place, or by link.
    url: the link; null where the operator's catalog has none.
    """

    system: SourceSystem
    record_type: str
    record_id: str
    open_mode: OpenMode
    url: Url | None


def source_ref(context: Context, record: Any) -> SourceRef:
    """The reference of a record; links are templates in the catalog, `{id}` in them is quoted."""
    name = type(record).__name__
    template = context.load.finder.catalog.links.get(name)
    return SourceRef(
        system=record.SYSTEM,
        record_type=name,
        record_id=record.id,
        open_mode=OpenMode.DETAIL if name in IN_PLACE else OpenMode.EXTERNAL_RECORD,
        url=Url(template.replace("{id}", quote(record.id, safe=""))) if template else None,
    )
