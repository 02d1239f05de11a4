"""Media items with the segments of their handling (interactions)."""

from datetime import datetime
from typing import ClassVar

import strawberry

from gateway.access.caller import Scope
from gateway.access.ties import tied
from gateway.resolvers.contact.conversations import Direction
from gateway.resolvers.graph.descriptions import described
from gateway.resolvers.graph.enums import DescribedEnum
from gateway.resolvers.graph.known import state_of
from gateway.resolvers.graph.node import Node
from gateway.resolvers.graph.personal import Personal, PiiKind
from gateway.resolvers.graph.record import Record, SourceSystem
from gateway.resolvers.graph.record_names import INTERACTION
from gateway.resolvers.graph.relations import one
from gateway.resolvers.graph.values import Agent


class Media(DescribedEnum):
    """Channels of communication."""

    TELEPHONE = "TELEPHONE", "A call by landline, or by a phone of unknown kind."
    CELL_PHONE = "CELL_PHONE", "A call by mobile phone."
    FAX = "FAX", "A page sent by fax."
    ATM = "ATM", "A teller machine or a payment kiosk.", "ATM"
    EMAIL = "EMAIL", "A message by e-mail.", "E-mail"
    WEB_CHAT = "WEB_CHAT", "A chat on the website or in the app."
    WEB_COLLABORATION = "WEB_COLLABORATION", "A shared screen or video on the web."
    LETTER = "LETTER", "A letter by post."
    IN_PERSON = "IN_PERSON", "A talk at a counter, or at the door."
    SMS = "SMS", "A text message.", "Text message"
    OTHER = "OTHER", "A channel that has no name in this list."


class Originator(DescribedEnum):
    """Originator of a media item."""

    CUSTOMER = "CUSTOMER", "The customer began the contact."
    AGENT = "AGENT", "A person who works for the utility began it."
    SYSTEM = "SYSTEM", "A system of the utility began it, such as an automatic reminder."
    APPLICATION = "APPLICATION", "Another program began it, such as a campaign tool."


class SegmentKind(DescribedEnum):
    """Phases in the handling of a media item."""

    IVR = "IVR", "In the voice menu (interactive voice response).", "Voice menu"
    QUEUE = "QUEUE", "Waited for a free agent."
    ROUTING = "ROUTING", "On the way to an agent."
    AGENT = "AGENT", "Talked or wrote with an agent."
    HOLD = "HOLD", "The agent made the customer wait."
    TRANSFER = "TRANSFER", "On the way from one agent to another."
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
    SCOPE = Scope.INTERACTIONS_READ
    TIES = tied(interaction_id=("Interaction",))
    IN_PLACE = True
    PERSONAL: ClassVar[Personal] = {"address": PiiKind.CONTACT_POINT}

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
