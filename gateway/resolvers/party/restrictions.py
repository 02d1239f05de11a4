"""Wishes not to be contacted (CRM, TS-RES-1..3)."""

from copy import copy
from datetime import date
from enum import Enum
from typing import Any, ClassVar

import strawberry

from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.date_ranges import in_force
from gateway.resolvers.graph.descriptions import described, described_enum
from gateway.resolvers.graph.node import Node, Record
from gateway.resolvers.graph.relations import many_of
from gateway.resolvers.graph.systems import SourceSystem


@described_enum
class RestrictionChannel(Enum):
    """Channels by which a party does not want to be contacted."""

    EMAIL = "EMAIL"
    PHONE = "PHONE"
    MAIL = "MAIL"
    SMS = "SMS"
    ALL = "ALL"


@described
class ContactRestriction(Node, Record):
    """A request of a party not to be contacted.

    It is shown for information; the gateway does not enforce it.

    channel: Channel that the restriction covers.
    since: First day of the restriction.
    until: Last day of the restriction; null if it is open-ended.
    reason: Reason in words; null if none was given.
    is_active: True if the restriction is in force on the day of `activeOn`, or today if none was given.
    """

    SYSTEM = SourceSystem.CRM

    party_id: strawberry.Private[str | None]
    channel: RestrictionChannel
    since: date
    until: date | None
    reason: str | None

    @strawberry.field
    def is_active(self, info: Info) -> bool:
        return self.is_in_force(self.asked_on or info.context.now().astimezone(info.context.zone).date())

    def is_in_force(self, day: date) -> bool:
        """Whether it holds on this day."""
        return in_force(self.since, self.until, day)

    asked_on: ClassVar[date | None] = None  # the day it was asked for, where one was


async def restrictions_of(info: Info, party: Any, active_on: date | None) -> list[ContactRestriction] | None:
    """A party's restrictions: all of them, or those that hold on a day."""
    found = await many_of(info.context.loader, ContactRestriction, "party_id", party.id)
    if found is None or active_on is None:
        return found
    # Copies: the loader's own records are shared with whoever asks for another day.
    held = [copy(each) for each in found if each.is_in_force(active_on)]
    for each in held:
        each.asked_on = active_on
    return held
