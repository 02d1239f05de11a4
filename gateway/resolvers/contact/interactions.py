"""Interactions with their activities and notes (interactions)."""

import asyncio
from datetime import datetime
from typing import ClassVar

import strawberry

from gateway.access.caller import Scope
from gateway.access.ties import Tie, tied
from gateway.resolvers.contact.conversations import Direction
from gateway.resolvers.contact.media import MediaItem
from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.descriptions import described
from gateway.resolvers.graph.enums import DescribedEnum
from gateway.resolvers.graph.known import state_of
from gateway.resolvers.graph.node import Node, SourceRef, mentioned_ref
from gateway.resolvers.graph.personal import Personal, free_texts
from gateway.resolvers.graph.record import Record, SourceSystem
from gateway.resolvers.graph.record_names import BILLING_ACCOUNT
from gateway.resolvers.graph.relations import loads, many, one, one_of
from gateway.resolvers.graph.values import LOCAL_ID, Agent, CodedValue, local_id_field
from gateway.resolvers.party.parties import PARTY_RELATIONS, PARTY_TYPES, Party, PartyKind, Person


class InteractionStatus(DescribedEnum):
    """Status of an interaction; a closed one is a historical record that cannot be altered."""

    OPEN = "OPEN", "Agents still work on it, and may add notes."
    CLOSED = "CLOSED", "Finished; it cannot be altered."


@described
class WrapUp:
    """Outcome of an interaction or an activity.

    outcome: Outcome, from the utility's code list; null if unknown.
    result: Result of the outcome; null if unknown.
    reason: Reason of the result; null if unknown.
    """

    outcome: CodedValue | None
    result: CodedValue | None
    reason: CodedValue | None


@described
class InteractionActivity(Node, Record):
    """A business act within an interaction, such as a transfer, an inquiry or an order.

    activity_type: Type of activity, from the utility's code list.
    action: Action within the type; null if unknown.
    started_at: Instant of the start.
    ended_at: Instant of the end; null if the activity goes on, or the instant is unknown.
    duration_seconds: Duration in seconds; null if unknown.
    object: The record that the activity was about; null if it was about none, or its system is unknown.
    handler: Application in which the activity took place; null if unknown.
    agent: Agent who acted; null if unknown.
    wrap_up: Outcome of the activity; null if unknown.
    media_item: Media item by which the activity came about; null if unknown.
    """

    SYSTEM = SourceSystem.INTERACTIONS
    SCOPE = Scope.INTERACTIONS_READ
    TIES = tied(interaction_id=("Interaction",))
    IN_PLACE = True

    interaction_id: strawberry.Private[str | None]
    media_item_id: strawberry.Private[str | None]
    object_system: strawberry.Private[SourceSystem | None]
    object_type: strawberry.Private[str | None]
    object_id: strawberry.Private[str | None]
    activity_type: CodedValue
    action: CodedValue | None
    started_at: datetime
    ended_at: datetime | None
    duration_seconds: int | None
    handler: str | None
    agent: Agent | None
    wrap_up: WrapUp | None
    media_item: MediaItem | None = one(MediaItem, key="media_item_id")
    media_item_state = state_of(media_item)

    @strawberry.field
    def object(self, info: Info) -> SourceRef | None:
        if self.object_type is None or self.object_id is None:
            return None
        return mentioned_ref(info.context, self.object_system, self.object_type, self.object_id)


@described
class Note(Record):
    """A note that was written during an interaction.

    id: Identifier in the system of interactions.
    local_id: Identifier in the system of interactions, no id of this graph.
    created_at: Instant at which the note was written.
    author: Agent who wrote the note; null if unknown.
    text: Text of the note.
    """

    SYSTEM = SourceSystem.INTERACTIONS
    SCOPE = Scope.INTERACTIONS_READ
    TIES = tied(interaction_id=("Interaction",))
    PERSONAL: ClassVar[Personal] = free_texts("text")

    id: strawberry.ID = strawberry.field(deprecation_reason=LOCAL_ID)
    local_id = local_id_field()
    interaction_id: strawberry.Private[str | None]
    created_at: datetime
    author: Agent | None
    text: str


@described
class Interaction(Node, Record):
    """A point of contact between a party and the utility.

    It contains the activities, media items and notes of the contact.

    status: Status of the interaction.
    read_only: True if the interaction is closed, and can no longer be altered.
    started_at: Instant of the start.
    ended_at: Instant of the end; null if the interaction goes on, or the instant is unknown.
    duration_seconds: Duration in seconds; null if unknown.
    party: The party of the interaction; null if unknown.
    contact: The person who spoke for the party; null if unknown.
    account: The billing account that it was about; null if it was about none, or the account is unknown.
    agent: Agent who acted for the utility; null if unknown.
    direction: Direction of the contact; null if unknown.
    wrap_up: Outcome of the interaction; null if unknown.
    campaign: Campaign that it belongs to; null if it belongs to none.
    callback_due_at: Instant by which a callback was promised; null if none was promised.
    callback_done: True if the promised call was made; null if unknown.
    activities: Activities of the interaction; null if unknown.
    media_items: Media items of the interaction; null if unknown.
    notes: Notes of the interaction; null if unknown.
    """

    SYSTEM = SourceSystem.INTERACTIONS
    SCOPE = Scope.INTERACTIONS_READ
    TIES = tied(account_id=Tie.ACCOUNT, customer_id=Tie.WHOLE_CUSTOMER, party_id=Tie.WHOLE_PARTY)
    TIME = "started_at"
    IN_PLACE = True
    ACCOUNT_LOOKUPS = ("account_id", "customer_id")

    customer_id: strawberry.Private[str | None]
    account_id: strawberry.Private[str | None]
    party_id: strawberry.Private[str | None]
    party_kind: strawberry.Private[PartyKind | None]
    contact_id: strawberry.Private[str | None]
    status: InteractionStatus
    started_at: datetime
    ended_at: datetime | None
    duration_seconds: int | None
    agent: Agent | None
    direction: Direction | None
    wrap_up: WrapUp | None
    campaign: CodedValue | None
    callback_due_at: datetime | None
    callback_done: bool | None
    contact: Person | None = one(Person, key="contact_id")
    contact_state = state_of(contact)
    account: Node | None = one(BILLING_ACCOUNT, key="account_id")
    account_state = state_of(account)
    activities: list[InteractionActivity] | None = many(InteractionActivity, by="interaction_id")
    media_items: list[MediaItem] | None = many(MediaItem, by="interaction_id")
    notes: list[Note] | None = many(Note, by="interaction_id")

    @strawberry.field
    def read_only(self) -> bool:
        return self.status is InteractionStatus.CLOSED

    @strawberry.field(metadata=loads(*PARTY_RELATIONS))
    async def party(self, info: Info) -> Party | None:
        return await party_of(info, self.party_kind, self.party_id)

    party_state = state_of(party)


async def party_of(info: Info, kind: PartyKind | None, key: str | None) -> Party | None:
    """The party of this key. Without a kind, every kind is tried at the same time."""
    loader = info.context.loader
    parties = await asyncio.gather(*(one_of(loader, record, "id", key) for record in _party_types(kind)))
    return next((party for party in parties if party is not None), None)


def load_party(info: Info, kind: PartyKind | None, key: str | None) -> None:
    """Begin to load the party, so that fields that need it later share the batch of this moment."""
    if key is not None:
        for record in _party_types(kind):
            info.context.loader.load(record, "id", key)


def _party_types(kind: PartyKind | None) -> tuple[type[Party], ...]:
    return tuple(PARTY_TYPES.values()) if kind is None else (PARTY_TYPES[kind],)
