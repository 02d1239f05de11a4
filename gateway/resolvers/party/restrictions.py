"""Requests not to be contacted (CRM, TS-RES-1..3)."""

from dataclasses import field
from datetime import date
from typing import ClassVar

import strawberry

from gateway.access.caller import Scope
from gateway.access.ties import Tie, tied
from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.date_ranges import is_in_force
from gateway.resolvers.graph.descriptions import described
from gateway.resolvers.graph.enums import DescribedEnum
from gateway.resolvers.graph.node import Node
from gateway.resolvers.graph.personal import Personal, free_texts
from gateway.resolvers.graph.record import Record, SourceSystem


class RestrictionChannel(DescribedEnum):
    """Channels by which a party does not want to be contacted."""

    EMAIL = "EMAIL", "Send no e-mail.", "E-mail"
    PHONE = "PHONE", "Do not call."
    MAIL = "MAIL", "Send no letters."
    SMS = "SMS", "Send no text messages.", "Text messages"
    ALL = "ALL", "Do not contact the party by any channel.", "All channels"


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
    SCOPE = Scope.CUSTOMER_READ
    TIES = tied(party_id=Tie.PARTY)
    PERSONAL: ClassVar[Personal] = free_texts("reason")

    party_id: strawberry.Private[str | None]
    channel: RestrictionChannel
    since: date
    until: date | None
    reason: str | None
    asked_on: strawberry.Private[date | None] = field(default=None, compare=False)  # the day of `activeOn`

    @strawberry.field
    def is_active(self, info: Info) -> bool:
        day = self.asked_on or info.context.today()
        return is_in_force(self.since, self.until, day)
