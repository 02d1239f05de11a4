"""Media items: one call, one mail, one fax, and what happened to it (interaction store)."""

from datetime import datetime
from enum import Enum

import strawberry

from gateway.resolvers.contact.conversations import Direction
from gateway.resolvers.graph.descriptions import described, described_enum
from gateway.resolvers.graph.node import Node, Record
from gateway.resolvers.graph.systems import SourceSystem
from gateway.resolvers.graph.values import Agent


@described_enum
class Media(Enum):
    """The channel."""

    TELEPHONE = "TELEPHONE"
    CELL_PHONE = "CELL_PHONE"
    FAX = "FAX"
    ATM = "ATM"
    EMAIL = "EMAIL"
    WEB_CHAT = "WEB_CHAT"
    WEB_COLLABORATION = "WEB_COLLABORATION"
    LETTER = "LETTER"
    IN_PERSON = "IN_PERSON"
    SMS = "SMS"
    OTHER = "OTHER"


@described_enum
class Originator(Enum):
    """Who began it."""

    CUSTOMER = "CUSTOMER"
    AGENT = "AGENT"
    SYSTEM = "SYSTEM"
    APPLICATION = "APPLICATION"


@described_enum
class SegmentKind(Enum):
    """What happened to a media item for a while."""

    IVR = "IVR"
    QUEUE = "QUEUE"
    ROUTING = "ROUTING"
    AGENT = "AGENT"
    HOLD = "HOLD"
    TRANSFER = "TRANSFER"
    WRAP_UP = "WRAP_UP"


@described
class MediaItemSegment:
    """A unit of time in handling a media item.

    sequence: its place.
    kind: what happened.
    started_at: when it began.
    duration_seconds: how long it took.
    agent: who had it.
    """

    sequence: int
    kind: SegmentKind
    started_at: datetime
    duration_seconds: int | None
    agent: Agent | None


@described
class MediaItem(Node, Record):
    """One call, one mail, one fax: one use of a channel. It need not belong to anybody known (IH-14).

    media: the channel.
    direction: who reached out.
    originator: who began it.
    started_at: when it began.
    ended_at: when it ended.
    address: the customer's side: a number or an address.
    is_party_known: whether it is known whose it is.
    segments: what happened to it, in order.
    """

    SYSTEM = SourceSystem.INTERACTIONS

    interaction_id: strawberry.Private[str | None]
    media: Media
    direction: Direction | None
    originator: Originator | None
    started_at: datetime
    ended_at: datetime | None
    address: str | None
    is_party_known: bool | None
    segments: list[MediaItemSegment] | None

    def __post_init__(self) -> None:
        # Systems give them in any order; who reads them follows the call.
        if self.segments is not None:
            self.segments = sorted(self.segments, key=lambda each: each.sequence)
