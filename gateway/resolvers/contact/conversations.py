"""Calls, chats and e-mail messages (contact center, e-mail)."""

from dataclasses import replace
from datetime import datetime
from typing import ClassVar
from zoneinfo import ZoneInfo

import strawberry

from gateway.access.caller import Scope
from gateway.access.ties import Tie, tied
from gateway.resolvers.graph.account_zone import zoned
from gateway.resolvers.graph.activity import ActivityCategory, ActivityType, CustomerActivity, other_types
from gateway.resolvers.graph.activity_status import FACT, ActivityStatus, Standing, StatusMap
from gateway.resolvers.graph.descriptions import described
from gateway.resolvers.graph.enums import DescribedEnum
from gateway.resolvers.graph.known import state_of
from gateway.resolvers.graph.node import Node
from gateway.resolvers.graph.personal import Personal, PiiKind, free_texts
from gateway.resolvers.graph.record import SourceSystem
from gateway.resolvers.graph.record_names import INTERACTION
from gateway.resolvers.graph.relations import one
from gateway.resolvers.graph.values import Agent, CodedValue, label_of
from gateway.resolvers.graph.wording import joined, message, one_line, phrase


class Direction(DescribedEnum):
    """Direction of a contact."""

    INBOUND = "INBOUND", "The customer contacted the utility."
    OUTBOUND = "OUTBOUND", "The utility contacted the customer."


class ChatAuthor(DescribedEnum):
    """Author of a chat message."""

    CUSTOMER = "CUSTOMER", "The customer, or a person who writes for the customer."
    AGENT = "AGENT", "A person who works for the utility."
    BOT = "BOT", "A program that answers by itself."
    SYSTEM = "SYSTEM", "A notice of the chat system."


class DeliveryStatus(DescribedEnum):
    """Delivery status of an e-mail."""

    QUEUED = "QUEUED", "Waits to be sent."
    SENT = "SENT", "Handed to the mail network; arrival is not confirmed."
    DELIVERED = "DELIVERED", "The recipient's mailbox took it."
    OPENED = "OPENED", "The recipient has opened it."
    BOUNCED = "BOUNCED", "Returned as undeliverable."
    FAILED = "FAILED", "It could not be sent."


@described
class CallStatistics:
    """Durations of the parts of a call.

    queue_seconds: Time in the queue, in seconds; null if unknown.
    talk_seconds: Time of conversation, in seconds; null if unknown.
    hold_seconds: Time on hold, in seconds; null if unknown.
    wrap_up_seconds: Time of the agent's work after the call, in seconds; null if unknown.
    transfers: Number of transfers; null if unknown.
    abandoned: True if the caller hung up in the queue; null if unknown.
    """

    queue_seconds: int | None
    talk_seconds: int | None
    hold_seconds: int | None
    wrap_up_seconds: int | None
    transfers: int | None
    abandoned: bool | None


@described
class Call(CustomerActivity):
    """A telephone call, as recorded by telephony integration (CTI).

    direction: Direction of the call.
    agent: Agent who took or made the call; null if unknown.
    phone_number: Telephone number of the customer's side; null if unknown.
    ended_at: Instant of the end; null if the call goes on, or the instant is unknown.
    duration_seconds: Duration in seconds; null if unknown.
    resolution: Resolution of the call; null if unknown.
    wrap_up_notes: Notes that the agent wrote after the call; null if there are none.
    reason: Reason of the call; null if unknown.
    statistics: Durations of the parts of the call; null if unknown.
    interaction: The interaction that the call belongs to; null if unknown.
    """

    SYSTEM = SourceSystem.CONTACT_CENTER
    SCOPE = Scope.INTERACTIONS_READ
    TIES = tied(account_id=Tie.ACCOUNT, customer_id=Tie.WHOLE_CUSTOMER)
    TYPE = ActivityType.CALL
    CATEGORY = ActivityCategory.CONVERSATION_MESSAGE
    TIME = "started_at"
    STATUS = FACT
    IN_PLACE = True
    ACCOUNT_LOOKUPS = ("account_id", "customer_id")
    PERSONAL: ClassVar[Personal] = {"phone_number": PiiKind.PHONE, **free_texts("wrap_up_notes", "summary")}

    customer_id: strawberry.Private[str | None]
    interaction_id: strawberry.Private[str | None]
    started_at: strawberry.Private[datetime]
    direction: Direction
    agent: Agent | None = strawberry.field()
    phone_number: str | None
    ended_at: datetime | None = zoned()
    duration_seconds: int | None
    resolution: CodedValue | None
    wrap_up_notes: str | None
    reason: CodedValue | None
    statistics: CallStatistics | None
    interaction: Node | None = one(INTERACTION, key="interaction_id")
    interaction_state = state_of(interaction)

    def headline(self) -> str:
        return phrase("Inbound call") if self.direction is Direction.INBOUND else phrase("Outbound call")

    def gist(self) -> str | None:
        labels = joined(label_of(self.reason), label_of(self.resolution))
        return labels or one_line(self.wrap_up_notes)


@described
class ChatMessage:
    """One message of a chat.

    at: Instant of the message.
    author: Kind of author.
    text: Text of the message.
    """

    PERSONAL: ClassVar[Personal] = free_texts("text")

    at: datetime
    author: ChatAuthor
    text: str


def messages_in(messages: list[ChatMessage], zone: ZoneInfo) -> list[ChatMessage]:
    return [replace(message, at=message.at.astimezone(zone)) for message in messages]


@described
class Chat(CustomerActivity):
    """A conversation in writing.

    agent: Agent who answered; null if unknown.
    started_by: Name of the customer who began the chat; null if unknown.
    ended_at: Instant of the end; null if the chat goes on, or the instant is unknown.
    resolution: Resolution of the chat; null if unknown.
    summary: Summary of the chat; null if there is none.
    transcript: Messages in order of time; null if unknown.
    interaction: The interaction that the chat belongs to; null if unknown.
    """

    LIST_SIZES: ClassVar = {"transcript": 30}
    SYSTEM = SourceSystem.CONTACT_CENTER
    SCOPE = Scope.INTERACTIONS_READ
    TIES = tied(account_id=Tie.ACCOUNT, customer_id=Tie.WHOLE_CUSTOMER)
    TYPE = ActivityType.CHAT
    CATEGORY = ActivityCategory.CONVERSATION_MESSAGE
    TIME = "started_at"
    TITLE = message("Chat")
    STATUS = FACT
    IN_PLACE = True
    ACCOUNT_LOOKUPS = ("account_id", "customer_id")
    PERSONAL: ClassVar[Personal] = free_texts("started_by", "summary")

    customer_id: strawberry.Private[str | None]
    interaction_id: strawberry.Private[str | None]
    started_at: strawberry.Private[datetime]
    agent: Agent | None = strawberry.field()
    started_by: str | None
    ended_at: datetime | None = zoned()
    resolution: CodedValue | None
    summary: str | None = strawberry.field()
    transcript: list[ChatMessage] | None = zoned(messages_in)
    interaction: Node | None = one(INTERACTION, key="interaction_id")
    interaction_state = state_of(interaction)


@described
class EmailMessage(CustomerActivity):
    """An e-mail, sent or received.

    email_direction: Direction of the message; null if unknown.
    direction: Direction of the message; null if unknown.
    from_address: E-mail address of the sender.
    to_addresses: E-mail addresses of the receivers.
    subject: Subject line of the message.
    body: Text of the message; null if unknown.
    delivery: Delivery status; null for messages received, or if unknown.
    """

    SYSTEM = SourceSystem.EMAIL
    SCOPE = Scope.INTERACTIONS_READ
    TIES = tied(account_id=Tie.ACCOUNT, customer_id=Tie.WHOLE_CUSTOMER)
    TYPE = ActivityType.EMAIL
    CATEGORY = ActivityCategory.EMAIL
    TIME = "sent_at"
    TITLE = "{0.subject}"
    STATUS = StatusMap(
        "delivery",
        {
            DeliveryStatus.QUEUED: ActivityStatus.OPEN,
            DeliveryStatus.SENT: ActivityStatus.DONE,
            DeliveryStatus.DELIVERED: ActivityStatus.DONE,
            DeliveryStatus.OPENED: ActivityStatus.DONE,
            DeliveryStatus.BOUNCED: ActivityStatus.FAILED,
            DeliveryStatus.FAILED: ActivityStatus.FAILED,
        },
    )
    IN_PLACE = True
    ACCOUNT_LOOKUPS = ("customer_id", "account_id")
    PERSONAL: ClassVar[Personal] = {
        "from_address": PiiKind.EMAIL,
        "to_addresses": PiiKind.EMAIL,
        **free_texts("subject", "title", "summary", "body"),
    }

    customer_id: strawberry.Private[str | None]
    sent_at: strawberry.Private[datetime]
    direction: Direction | None = strawberry.field(deprecation_reason=other_types("emailDirection"))
    from_address: str
    to_addresses: list[str]
    subject: str
    body: str | None
    delivery: DeliveryStatus | None

    @strawberry.field
    def email_direction(self) -> Direction | None:
        return self.direction

    def standing(self) -> Standing:
        is_received = self.direction is Direction.INBOUND and self.delivery is None
        return Standing(ActivityStatus.INFORMATION, phrase("Received")) if is_received else super().standing()

    def gist(self) -> str | None:
        is_sent, to_others = self.direction is Direction.OUTBOUND, self.direction is not Direction.INBOUND
        sender = None if is_sent else phrase("From {sender}", sender=self.from_address)
        receivers = ", ".join(self.to_addresses or ()) if to_others else ""
        return joined(sender, phrase("To {receivers}", receivers=receivers) if receivers else None)
