"""What the CIS tracks of a customer's matters: contacts, cases and rebate claims."""

from datetime import date, datetime
from typing import ClassVar

import strawberry

from gateway.access.caller import Scope
from gateway.access.ties import OF_ACCOUNT, Tie, tied
from gateway.resolvers.graph.account_zone import zoned
from gateway.resolvers.graph.activity import ActivityCategory, ActivityType, CustomerActivity
from gateway.resolvers.graph.activity_status import (
    FACT,
    UNKNOWN,
    ActivityStatus,
    CodedProgress,
    Standing,
    coded_standing,
)
from gateway.resolvers.graph.descriptions import described
from gateway.resolvers.graph.known import state_of
from gateway.resolvers.graph.personal import Personal, free_texts
from gateway.resolvers.graph.record import SourceSystem
from gateway.resolvers.graph.relations import one
from gateway.resolvers.graph.values import Agent, CodedValue, Money, label_of
from gateway.resolvers.graph.wording import joined, message, one_line, phrase
from gateway.resolvers.party.parties import Person


@described
class CustomerContact(CustomerActivity):
    """A contact that staff recorded in the CIS, often from before telephony integration.

    contact_class: Class of contact, from the CIS's code list.
    contact_type: Type of contact within its class.
    method: Method of contact, such as telephone or letter; null if unknown.
    user: Staff member who recorded the contact; null if unknown.
    comments: Recorded comments; null if there are none.
    person: The person who was in contact; null if unknown.
    """

    SYSTEM = SourceSystem.CIS
    SCOPE = Scope.INTERACTIONS_READ
    TIES = tied(account_id=Tie.ACCOUNT, person_id=Tie.WHOLE_PARTY)
    TYPE = ActivityType.CUSTOMER_CONTACT
    CATEGORY = ActivityCategory.CUSTOMER_INFORMATION
    TIME = "contacted_at"
    TITLE = "{0.contact_class.label}: {0.contact_type.label}"
    STATUS = FACT
    PERSONAL: ClassVar[Personal] = free_texts("summary", "comments")

    contacted_at: strawberry.Private[datetime]
    contact_class: CodedValue
    contact_type: CodedValue
    method: CodedValue | None
    user: Agent | None
    comments: str | None
    person_id: strawberry.Private[str | None]
    person: Person | None = one(Person, key="person_id")
    person_state = state_of(person)

    def gist(self) -> str | None:
        return one_line(self.comments) or joined(label_of(self.method))

    def handler(self) -> Agent | None:
        return self.user


@described
class Case(CustomerActivity):
    """A matter that the CIS tracks until it is settled.

    case_type: Type of case, from the CIS's code list.
    status: Status of the case; null if unknown.
    is_open: True while the case is open; null if unknown.
    responsible: Staff member responsible for the case; null if unassigned or unknown.
    closed_at: Instant of closing; null if the case is open, or the instant is unknown.
    comments: Recorded comments; null if there are none.
    """

    SYSTEM = SourceSystem.CIS
    SCOPE = Scope.SERVICE_READ
    TIES = OF_ACCOUNT
    TYPE = ActivityType.CASE
    CATEGORY = ActivityCategory.CUSTOMER_INFORMATION
    TIME = "created_at"
    TITLE = "{0.case_type.label}"
    STATUS = UNKNOWN
    PERSONAL: ClassVar[Personal] = free_texts("summary", "comments")

    created_at: strawberry.Private[datetime]
    progress: strawberry.Private[CodedProgress | None]
    case_type: CodedValue
    status: CodedValue | None
    is_open: bool | None
    responsible: Agent | None
    closed_at: datetime | None = zoned()
    comments: str | None

    def standing(self) -> Standing:
        is_open = False if self.is_open is None and self.closed_at else self.is_open
        stage = {True: ActivityStatus.OPEN, False: ActivityStatus.DONE, None: None}[is_open]
        return coded_standing(self.progress, self.status, stage)

    def gist(self) -> str | None:
        return one_line(self.comments)

    def handler(self) -> Agent | None:
        return self.responsible


@described
class RebateClaim(CustomerActivity):
    """An application for a rebate.

    program: Rebate program applied for.
    status: Status of the claim; null if unknown.
    claimed: Amount applied for; null if unknown.
    approved: Amount approved; null if undecided or unknown.
    """

    SYSTEM = SourceSystem.CIS
    SCOPE = Scope.SERVICE_READ
    TIES = OF_ACCOUNT
    TYPE = ActivityType.REBATE_CLAIM
    CATEGORY = ActivityCategory.CUSTOMER_INFORMATION
    TIME = "claimed_on"
    TITLE = message("Rebate claim: {0.program.label}")
    STATUS = UNKNOWN

    claimed_on: strawberry.Private[date]
    progress: strawberry.Private[CodedProgress | None]
    program: CodedValue
    status: CodedValue | None
    claimed: Money | None
    approved: Money | None

    def standing(self) -> Standing:
        return coded_standing(self.progress, self.status)

    def worth(self) -> Money | None:
        return self.claimed

    def gist(self) -> str | None:
        claimed = phrase("Claimed {amount}", amount=self.claimed.text) if self.claimed else None
        return joined(claimed, phrase("approved {amount}", amount=self.approved.text) if self.approved else None)
