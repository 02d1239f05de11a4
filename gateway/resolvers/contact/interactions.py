"""Interaction history: who was in touch with whom, by which means, about what (interaction store)."""

import asyncio
from datetime import datetime
from enum import Enum
from typing import Any

import strawberry

from gateway.resolvers.contact.conversations import Direction
from gateway.resolvers.contact.media import MediaItem
from gateway.resolvers.graph.activity import ACCOUNT
from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.descriptions import described, described_enum
from gateway.resolvers.graph.node import Node, Record
from gateway.resolvers.graph.relations import many, one, one_of
from gateway.resolvers.graph.source_refs import SourceRef, mentioned_ref
from gateway.resolvers.graph.systems import SourceSystem
from gateway.resolvers.graph.values import Agent, CodedValue
from gateway.resolvers.party.parties import PARTY_RELATIONS, PARTY_TYPES, Party, PartyKind, Person


@described_enum
class InteractionStatus(Enum):
    """A closed interaction is a historical record and cannot be altered (IH-3)."""

    OPEN = "OPEN"
    CLOSED = "CLOSED"


@described
class WrapUp:
    """How it ended.

    outcome: what happened.
    result: what came of it.
    reason: why.
    """

    outcome: CodedValue | None
    result: CodedValue | None
    reason: CodedValue | None


@described
class InteractionActivity(Node, Record):
    """A business act in an interaction: a transfer, an inquiry, an order, a request updated.

    activity_type: what was done.
    action: how.
    started_at: when it began.
    ended_at: when it ended.
    duration_seconds: how long it took.
    object: what it was about.
    handler: the application where it happened.
    agent: who did it.
    wrap_up: how it ended.
    media_item: the channel it came by.
    """

    SYSTEM = SourceSystem.INTERACTIONS

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

    @strawberry.field
    def object(self, info: Info) -> SourceRef | None:
        if self.object_type is None or self.object_id is None:
            return None
        return mentioned_ref(info.context, self.object_system, self.object_type, self.object_id)


@described
class Note(Record):
    """Something somebody wrote down.

    id: as the owning system knows it.
    created_at: when.
    author: who.
    text: what.
    """

    SYSTEM = SourceSystem.INTERACTIONS

    id: strawberry.ID
    interaction_id: strawberry.Private[str | None]
    created_at: datetime
    author: Agent | None
    text: str


@described
class Interaction(Node, Record):
    """A touch point between somebody and the utility: it holds what was done and by which means.

    status: whether it goes on.
    read_only: whether it can no longer be altered: it is closed.
    started_at: when it began.
    ended_at: when it ended.
    duration_seconds: how long it took.
    party: whom it was with; null where nobody knows.
    contact: the person at the other end.
    account: the billing account it was about.
    agent: who acted for the utility.
    direction: who reached out.
    wrap_up: how it ended.
    campaign: the campaign it belongs to.
    callback_due_at: until when somebody has promised to call back; null where nobody has.
    callback_done: whether that call was made; null where the system does not say.
    activities: what was done.
    media_items: by which means.
    notes: what was written down.
    """

    SYSTEM = SourceSystem.INTERACTIONS
    TIME = "started_at"

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
    account: Any = one(ACCOUNT, key="account_id")
    activities: list[InteractionActivity] | None = many(InteractionActivity, by="interaction_id")
    media_items: list[MediaItem] | None = many(MediaItem, by="interaction_id")
    notes: list[Note] | None = many(Note, by="interaction_id")

    @strawberry.field
    def read_only(self) -> bool:
        return self.status is InteractionStatus.CLOSED

    @strawberry.field(metadata={"asks": PARTY_RELATIONS})
    async def party(self, info: Info) -> Party | None:
        return await party_of(info, self.party_kind, self.party_id)  # type: ignore[no-any-return]  # by its kind


async def party_of(info: Info, kind: PartyKind | None, key: str | None) -> Any:
    """The party of this key. Where the record does not say what it is, each kind is asked for, together."""
    kinds = tuple(PARTY_TYPES) if kind is None else (kind,)
    load = info.context.loader
    found = await asyncio.gather(*(one_of(load, PARTY_TYPES[each], "id", key) for each in kinds))
    return next((each for each in found if each is not None), None)
