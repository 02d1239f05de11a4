"""Outages and the calls about them."""

from datetime import datetime
from typing import ClassVar

import strawberry

from gateway.access.audiences import PARTNER
from gateway.access.caller import Scope
from gateway.access.ties import Tie, tied
from gateway.resolvers.graph.activity import ActivityCategory, ActivityType, CustomerActivity
from gateway.resolvers.graph.activity_status import FACT
from gateway.resolvers.graph.descriptions import described
from gateway.resolvers.graph.enums import DescribedEnum
from gateway.resolvers.graph.known import state_of
from gateway.resolvers.graph.node import Node
from gateway.resolvers.graph.personal import Personal, free_texts
from gateway.resolvers.graph.record import Record, SourceSystem
from gateway.resolvers.graph.relations import one
from gateway.resolvers.graph.tags import known_to
from gateway.resolvers.graph.values import CodedValue
from gateway.resolvers.graph.wording import joined, message, phrase
from gateway.resolvers.service.premises import Premise


class OutageStatus(DescribedEnum):
    """Status of an outage."""

    PREDICTED = "PREDICTED", "Inferred from calls or meters."
    CONFIRMED = "CONFIRMED", "Confirmed by the utility."
    PLANNED = "PLANNED", "Announced in advance."
    CREW_ASSIGNED = "CREW_ASSIGNED", "A crew has the job, and may be on its way."
    RESTORED = "RESTORED", "Service is back."
    CANCELED = "CANCELED", "Did not take place."


ENDED_STATUSES = (OutageStatus.RESTORED, OutageStatus.CANCELED)


@described
@known_to(PARTNER)
class OutageEvent(Node, Record):
    """An interruption of service for a number of customers.

    status: Status of the outage.
    started_at: Instant of the start, in the future for a planned outage.
    estimated_restoration: Instant at which service is expected back; null if unknown.
    restored_at: Instant of restoration; null until service is back, or if unknown.
    cause: Cause of the outage; null if unknown.
    customers_affected: Number of customers without service; null if unknown.
    """

    SYSTEM = SourceSystem.OUTAGE
    SCOPE = Scope.SERVICE_READ
    TIES = tied(premise_id=Tie.PREMISE, id=Tie.OUTAGE)

    premise_id: strawberry.Private[str | None]
    status: OutageStatus
    started_at: datetime
    estimated_restoration: datetime | None
    restored_at: datetime | None
    cause: CodedValue | None
    customers_affected: int | None

    def is_ongoing(self, now: datetime) -> bool:
        """Whether service is interrupted now, as far as is known."""
        return self.is_active(now) and not self._is_ahead(now)

    def is_active(self, now: datetime) -> bool:
        """Whether it is ongoing or ahead. The end of a planned outage is known from its plan only."""
        if self.status is not OutageStatus.PLANNED:
            return self.status not in ENDED_STATUSES
        end = self.estimated_restoration
        return self._is_ahead(now) or end is None or end > now

    def _is_ahead(self, now: datetime) -> bool:
        return self.status is OutageStatus.PLANNED and self.started_at > now


@described
class OutageCall(CustomerActivity):
    """A call that reported an outage.

    trouble_code: What the caller reported, from the outage system's code list; null if unknown.
    premise: The premise that the call was about; null if unknown.
    outage: The outage that the call was matched to; null if there is none.
    callback_requested: True if the caller asked to be called back; null if unknown.
    comments: Recorded comments; null if there are none.
    """

    SYSTEM = SourceSystem.OUTAGE
    SCOPE = Scope.SERVICE_READ
    TIES = tied(account_id=Tie.ACCOUNT, premise_id=Tie.PREMISE)
    TYPE = ActivityType.OUTAGE_CALL
    CATEGORY = ActivityCategory.OUTAGE_CALL
    TIME = "received_at"
    TITLE = message("Outage call")
    STATUS = FACT
    IN_PLACE = True
    ACCOUNT_LOOKUPS = ("premise_id", "account_id")
    PERSONAL: ClassVar[Personal] = free_texts("summary", "comments")

    premise_id: strawberry.Private[str | None]
    outage_id: strawberry.Private[str | None]
    received_at: strawberry.Private[datetime]
    trouble_code: CodedValue | None
    callback_requested: bool | None
    comments: str | None
    premise: Premise | None = one(Premise, key="premise_id")
    premise_state = state_of(premise)
    outage: OutageEvent | None = one(OutageEvent, key="outage_id")
    outage_state = state_of(outage)

    def headline(self) -> str:
        if self.trouble_code is None:
            return super().headline()
        return phrase("Outage call: {trouble}", trouble=self.trouble_code.label)

    def gist(self) -> str | None:
        return joined(self.comments, phrase("Callback requested") if self.callback_requested else None)
