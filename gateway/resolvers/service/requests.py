"""What customers ask for and report: self-service tasks, service requests, contacts, cases, rebates."""

from datetime import date, datetime
from enum import Enum

import strawberry

from gateway.resolvers.graph.activity import ActivityCategory, ActivityType, CustomerActivity
from gateway.resolvers.graph.descriptions import described, described_enum
from gateway.resolvers.graph.systems import SourceSystem
from gateway.resolvers.graph.values import Agent, CodedValue, Money, NameValue


@described_enum
class ServiceRequestState(Enum):
    """Whether a request is new, being worked on, or done."""

    OPEN = "OPEN"
    IN_PROGRESS = "IN_PROGRESS"
    CLOSED = "CLOSED"


@described_enum
class Severity(Enum):
    """How bad it is."""

    LOW = "LOW"
    MEDIUM = "MEDIUM"
    HIGH = "HIGH"
    CRITICAL = "CRITICAL"


def label_of(value: CodedValue) -> str:
    """What people call a coded value."""
    return value.description or value.code


@described
class ServiceTask(CustomerActivity):
    """Something a contact did by self-service.

    task_type: what.
    status: how far it came.
    completed_at: when it was done.
    channel: where: the portal, the app, the voice menu.
    details: what was entered.
    """

    SYSTEM = SourceSystem.SELF_SERVICE
    TYPE = ActivityType.SERVICE_TASK
    CATEGORY = ActivityCategory.SERVICE_TASK
    TIME = "created_at"

    created_at: strawberry.Private[datetime]
    task_type: CodedValue
    status: CodedValue | None
    completed_at: datetime | None
    channel: CodedValue | None
    details: list[NameValue] | None

    def headline(self) -> str:
        """What was done."""
        return label_of(self.task_type)


@described
class ServiceRequest(CustomerActivity):
    """Something the utility is to look into.

    request_number: the number people know it by.
    state: new, being worked on, or done.
    status: what the owning system calls that.
    severity: how bad it is.
    request_category: what it is about.
    opened_at: when it was opened.
    updated_at: when it last changed.
    due_at: when it is to be done.
    resolved_at: when it was done.
    owner: who works on it.
    description: what was reported.
    """

    SYSTEM = SourceSystem.SERVICE
    TYPE = ActivityType.SERVICE_REQUEST
    CATEGORY = ActivityCategory.SERVICE_REQUEST
    TIME = "opened_at"

    subject: strawberry.Private[str]
    request_number: str
    state: ServiceRequestState
    status: CodedValue | None
    severity: Severity | None
    request_category: CodedValue | None
    opened_at: datetime
    updated_at: datetime | None
    due_at: datetime | None
    resolved_at: datetime | None
    owner: Agent | None
    description: str | None

    def headline(self) -> str:
        """The request's own title."""
        return self.subject


@described
class CustomerContact(CustomerActivity):
    """A contact that somebody noted in the CIS: often from before there was a CTI integration.

    contact_class: what kind of contact.
    contact_type: what it was about.
    method: how it was made.
    user: who noted it.
    comments: what was noted.
    """

    SYSTEM = SourceSystem.CIS
    TYPE = ActivityType.CUSTOMER_CONTACT
    CATEGORY = ActivityCategory.CUSTOMER_INFORMATION
    TIME = "contacted_at"

    contacted_at: strawberry.Private[datetime]
    contact_class: CodedValue
    contact_type: CodedValue
    method: CodedValue | None
    user: Agent | None
    comments: str | None

    def headline(self) -> str:
        """What kind of contact, about what."""
        return f"{label_of(self.contact_class)}: {label_of(self.contact_type)}"


@described
class Case(CustomerActivity):
    """A matter that is followed until it is settled.

    case_type: what it is about.
    status: how far it came.
    is_open: whether it is still followed.
    responsible: who follows it.
    closed_at: when it was settled.
    comments: what was noted.
    """

    SYSTEM = SourceSystem.CIS
    TYPE = ActivityType.CASE
    CATEGORY = ActivityCategory.CUSTOMER_INFORMATION
    TIME = "created_at"

    created_at: strawberry.Private[datetime]
    case_type: CodedValue
    status: CodedValue | None
    is_open: bool | None
    responsible: Agent | None
    closed_at: datetime | None
    comments: str | None

    def headline(self) -> str:
        """What the case is about."""
        return label_of(self.case_type)


@described
class RebateClaim(CustomerActivity):
    """An application for a rebate.

    program: the rebate applied for.
    status: how far it came.
    claimed: what was asked for.
    approved: what was granted.
    """

    SYSTEM = SourceSystem.CIS
    TYPE = ActivityType.REBATE_CLAIM
    CATEGORY = ActivityCategory.CUSTOMER_INFORMATION
    TIME = "claimed_on"
    DAYS = ("claimed_on",)

    claimed_on: strawberry.Private[date]
    program: CodedValue
    status: CodedValue | None
    claimed: Money | None
    approved: Money | None

    def headline(self) -> str:
        """The rebate applied for."""
        return f"Rebate claim: {label_of(self.program)}"
