"""Calls, chats and mails: what was said (contact center, e-mail)."""

from datetime import datetime
from enum import Enum
from typing import Any

import strawberry

from gateway.resolvers.graph.activity import ActivityCategory, ActivityType, CustomerActivity
from gateway.resolvers.graph.descriptions import described, described_enum
from gateway.resolvers.graph.relations import one
from gateway.resolvers.graph.systems import SourceSystem
from gateway.resolvers.graph.values import Agent, CodedValue

INTERACTION = "gateway.resolvers.contact.interactions:Interaction"


@described_enum
class Direction(Enum):
    """Who reached out: INBOUND the customer, OUTBOUND the utility."""

    INBOUND = "INBOUND"
    OUTBOUND = "OUTBOUND"


@described_enum
class ChatAuthor(Enum):
    """Who wrote a message."""

    CUSTOMER = "CUSTOMER"
    AGENT = "AGENT"
    BOT = "BOT"
    SYSTEM = "SYSTEM"


@described_enum
class DeliveryStatus(Enum):
    """How far a mail came."""

    QUEUED = "QUEUED"
    SENT = "SENT"
    DELIVERED = "DELIVERED"
    OPENED = "OPENED"
    BOUNCED = "BOUNCED"
    FAILED = "FAILED"


@described
class CallStatistics:
    """How long each part of a call took.

    queue_seconds: waiting.
    talk_seconds: talking.
    hold_seconds: on hold.
    wrap_up_seconds: writing it up.
    transfers: how often it was handed on.
    abandoned: whether the caller gave up.
    """

    queue_seconds: int | None
    talk_seconds: int | None
    hold_seconds: int | None
    wrap_up_seconds: int | None
    transfers: int | None
    abandoned: bool | None


@described
class Call(CustomerActivity):
    """A telephone call, in or out, as the telephony integration (CTI) recorded it.

    direction: who called.
    agent: who took or made it.
    phone_number: the customer's side.
    ended_at: when it ended.
    duration_seconds: how long it took.
    resolution: what came of it.
    wrap_up_notes: what the agent wrote down.
    reason: why it was made.
    statistics: how long each part took.
    interaction: the interaction it belongs to.
    """

    SYSTEM = SourceSystem.CONTACT_CENTER
    TYPE = ActivityType.CALL
    CATEGORY = ActivityCategory.CONVERSATION_MESSAGE
    TIME = "started_at"

    customer_id: strawberry.Private[str | None]
    interaction_id: strawberry.Private[str | None]
    started_at: strawberry.Private[datetime]
    direction: Direction
    agent: Agent | None
    phone_number: str | None
    ended_at: datetime | None
    duration_seconds: int | None
    resolution: CodedValue | None
    wrap_up_notes: str | None
    reason: CodedValue | None
    statistics: CallStatistics | None
    interaction: Any = one(INTERACTION, key="interaction_id")

    def headline(self) -> str:
        """Which way the call went."""
        return f"{self.direction.value.title()} call"


@described
class ChatMessage:
    """One message of a chat.

    at: when.
    author: who wrote it.
    text: what it says.
    """

    at: datetime
    author: ChatAuthor
    text: str


@described
class Chat(CustomerActivity):
    """A conversation in writing.

    agent: who answered.
    started_by: the customer who began it.
    ended_at: when it ended.
    resolution: what came of it.
    summary: what it was about.
    transcript: what was written, in order.
    interaction: the interaction it belongs to.
    """

    SYSTEM = SourceSystem.CONTACT_CENTER
    TYPE = ActivityType.CHAT
    CATEGORY = ActivityCategory.CONVERSATION_MESSAGE
    TIME = "started_at"
    TITLE = "Chat"

    customer_id: strawberry.Private[str | None]
    interaction_id: strawberry.Private[str | None]
    started_at: strawberry.Private[datetime]
    agent: Agent | None
    started_by: str | None
    ended_at: datetime | None
    resolution: CodedValue | None
    summary: str | None
    transcript: list[ChatMessage] | None
    interaction: Any = one(INTERACTION, key="interaction_id")


@described
class EmailMessage(CustomerActivity):
    """A mail, sent or received.

    direction: who wrote.
    from_address: the sender.
    to_addresses: the receivers.
    subject: its subject line.
    body: what it says.
    delivery: how far it came.
    """

    SYSTEM = SourceSystem.EMAIL
    TYPE = ActivityType.EMAIL
    CATEGORY = ActivityCategory.EMAIL
    TIME = "sent_at"

    customer_id: strawberry.Private[str | None]
    sent_at: strawberry.Private[datetime]
    direction: Direction | None
    from_address: str
    to_addresses: list[str]
    subject: str
    body: str | None
    delivery: DeliveryStatus | None

    def headline(self) -> str:
        """The subject line."""
        return self.subject
