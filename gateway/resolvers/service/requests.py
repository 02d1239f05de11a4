"""Self-service tasks and service requests."""

from datetime import datetime
from typing import ClassVar

import strawberry

from gateway.access.caller import Scope
from gateway.access.ties import OF_ACCOUNT
from gateway.resolvers.graph.account_zone import zoned
from gateway.resolvers.graph.activity import ActivityCategory, ActivityType, CustomerActivity, other_types
from gateway.resolvers.graph.activity_status import (
    UNKNOWN,
    ActivityStatus,
    CodedProgress,
    Standing,
    StatusMap,
    coded_standing,
)
from gateway.resolvers.graph.descriptions import described
from gateway.resolvers.graph.enums import DescribedEnum
from gateway.resolvers.graph.personal import Personal, free_texts
from gateway.resolvers.graph.record import SourceSystem
from gateway.resolvers.graph.values import Agent, CodedValue, NameValue, label_of
from gateway.resolvers.graph.wording import joined, one_line


class ServiceRequestState(DescribedEnum):
    """Progress of a service request."""

    OPEN = "OPEN", "Received, but work has not begun."
    IN_PROGRESS = "IN_PROGRESS", "Staff work on it."
    CLOSED = "CLOSED", "Done, or given up; nothing more will happen."


class Severity(DescribedEnum):
    """Severity of a request, and priority of work."""

    LOW = "LOW", "Can wait for days."
    MEDIUM = "MEDIUM", "Handle it in the usual time."
    HIGH = "HIGH", "Handle it before others."
    CRITICAL = "CRITICAL", "Handle it at once: safety or supply is at risk."


@described
class ServiceTask(CustomerActivity):
    """A task that a contact completed in self-service.

    task_type: Type of task, from the self-service system's code list.
    status: Status of the task; null if unknown.
    completed_at: Instant of completion; null if the task is open, or the instant is unknown.
    channel: Self-service channel: portal, app or voice menu; null if unknown.
    details: Values that the contact entered; null if unknown.
    """

    SYSTEM = SourceSystem.SELF_SERVICE
    SCOPE = Scope.SERVICE_READ
    TIES = OF_ACCOUNT
    TYPE = ActivityType.SERVICE_TASK
    CATEGORY = ActivityCategory.SERVICE_TASK
    TIME = "created_at"
    TITLE = "{0.task_type.label}"
    STATUS = UNKNOWN
    IN_PLACE = True

    created_at: strawberry.Private[datetime]
    progress: strawberry.Private[CodedProgress | None]
    task_type: CodedValue
    status: CodedValue | None
    completed_at: datetime | None = zoned()
    channel: CodedValue | None
    details: list[NameValue] | None

    def standing(self) -> Standing:
        return coded_standing(self.progress, self.status, ActivityStatus.DONE if self.completed_at else None)

    def gist(self) -> str | None:
        return joined(label_of(self.channel))


@described
class ServiceRequest(CustomerActivity):
    """A request for the utility to look into a matter.

    request_number: Number of the request, as shown to customers.
    request_state: Progress of the request: open, in progress or closed.
    state: Progress of the request: open, in progress or closed.
    status: Status in the owning system, finer than `requestState`; null if unknown.
    severity: Severity of the matter; null if unknown.
    request_category: Category of the matter, from the owning system's code list; null if unknown.
    opened_at: Instant at which the request was opened.
    updated_at: Instant of the last change; null if unknown.
    due_at: Instant by which the request is to be resolved; null if none is set.
    resolved_at: Instant of resolution; null while the request is unresolved.
    owner: Agent who works on the request; null if unassigned or unknown.
    description: Text of the request; null if there is none.
    """

    SYSTEM = SourceSystem.SERVICE
    SCOPE = Scope.SERVICE_READ
    TIES = OF_ACCOUNT
    NUMBER = "request_number"
    TYPE = ActivityType.SERVICE_REQUEST
    CATEGORY = ActivityCategory.SERVICE_REQUEST
    TIME = "opened_at"
    TITLE = "{0.subject}"
    STATUS = StatusMap(
        "state",
        {
            ServiceRequestState.OPEN: ActivityStatus.OPEN,
            ServiceRequestState.IN_PROGRESS: ActivityStatus.OPEN,
            ServiceRequestState.CLOSED: ActivityStatus.DONE,
        },
    )
    PERSONAL: ClassVar[Personal] = free_texts("title", "summary", "description")

    subject: strawberry.Private[str]
    request_number: str
    state: ServiceRequestState = strawberry.field(deprecation_reason=other_types("requestState"))
    status: CodedValue | None
    severity: Severity | None
    request_category: CodedValue | None
    opened_at: datetime = zoned()
    updated_at: datetime | None = zoned()
    due_at: datetime | None = zoned()
    resolved_at: datetime | None = zoned()
    owner: Agent | None
    description: str | None

    @strawberry.field
    def request_state(self) -> ServiceRequestState:
        return self.state

    def standing(self) -> Standing:
        standing = super().standing()
        return standing._replace(text=self.status.label) if self.status else standing

    def gist(self) -> str | None:
        return one_line(self.description) or joined(label_of(self.request_category))

    def handler(self) -> Agent | None:
        return self.owner
