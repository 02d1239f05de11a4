"""Media items with the segments of their handling (interactions)."""

from datetime import datetime

import strawberry

from gateway.resolvers.contact.conversations import Direction
from gateway.resolvers.graph.descriptions import DescribedEnum, described
from gateway.resolvers.graph.known import state_of
from gateway.resolvers.graph.node import Node
from gateway.resolvers.graph.record import Record, SourceSystem
from gateway.resolvers.graph.record_names import INTERACTION
from gateway.resolvers.graph.relations import one
from gateway.resolvers.graph.values import Agent


class Media(DescribedEnum):
    """Channels of communication."""

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


class Originator(DescribedEnum):
    """Originator of a media item."""

    CUSTOMER = "CUSTOMER"
    AGENT = "AGENT"
    SYSTEM = "SYSTEM"
    APPLICATION = "APPLICATION"


class SegmentKind(DescribedEnum):
    """Phases in the handling of a media item."""

    IVR = "IVR", "In the voice menu (interactive voice response)."
    QUEUE = "QUEUE"
    ROUTING = "ROUTING", "On the way to an agent."
    AGENT = "AGENT"
    HOLD = "HOLD"
    TRANSFER = "TRANSFER"
    WRAP_UP = "WRAP_UP", "The agent's work after the contact."


@described
class MediaItemSegment:
    """A unit of time in the handling of a media item.

    sequence: Position in the media item, ascending.
    kind: Phase of handling.
    started_at: Instant of the start.
    duration_seconds: Duration in seconds; null if unknown.
    agent: Agent who handled the item; null if there was none, or the agent is unknown.
    """

    sequence: int
    kind: SegmentKind
    started_at: datetime
    duration_seconds: int | None
    agent: Agent | None


@described
class MediaItem(Node, Record):
    """One use of a channel, such as a call, an e-mail or a fax.

    It need not belong to a known party.

    media: Channel of the item.
    direction: Direction of the contact; null if unknown.
    originator: Originator of the item; null if unknown.
    started_at: Instant of the start.
    ended_at: Instant of the end; null if the contact goes on, or the instant is unknown.
    address: Telephone number or address of the customer's side; null if unknown.
    is_party_known: True if the item belongs to a known party; null if unknown.
    segments: Segments in order of `sequence`; null if unknown.
    interaction: The interaction that the item is part of; null if there is none, or it is unknown.
    """

    SYSTEM = SourceSystem.INTERACTIONS
    IN_PLACE = True

    interaction_id: strawberry.Private[str | None]
    media: Media
    direction: Direction | None
    originator: Originator | None
    started_at: datetime
    ended_at: datetime | None
    address: str | None
    is_party_known: bool | None
    segments: list[MediaItemSegment] | None
    interaction: Node | None = one(INTERACTION, key="interaction_id")
    interaction_state = state_of(interaction)

    def __post_init__(self) -> None:
        # Systems return segments in any order.
        if self.segments is not None:
            self.segments = sorted(self.segments, key=lambda segment: segment.sequence)
