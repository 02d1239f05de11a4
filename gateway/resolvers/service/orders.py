"""Service orders and their field orders."""

from datetime import datetime
from typing import ClassVar

import strawberry

from gateway.access.caller import Scope
from gateway.access.ties import Tie, tied
from gateway.resolvers.graph.account_zone import zoned
from gateway.resolvers.graph.activity import ActivityCategory, ActivityType, CustomerActivity, other_types
from gateway.resolvers.graph.activity_status import ActivityStatus, StatusMap
from gateway.resolvers.graph.descriptions import described
from gateway.resolvers.graph.enums import DescribedEnum
from gateway.resolvers.graph.known import state_of
from gateway.resolvers.graph.personal import Personal, free_texts
from gateway.resolvers.graph.record import SourceSystem
from gateway.resolvers.graph.relations import many, one
from gateway.resolvers.graph.values import LOCAL_ID, Agent, CodedValue, label_of, local_id_field
from gateway.resolvers.graph.wording import joined, one_line
from gateway.resolvers.service.premises import ServicePoint
from gateway.resolvers.service.requests import Severity


class OrderKind(DescribedEnum):
    """Purposes of a service order."""

    ENABLE_SERVICE = "ENABLE_SERVICE", "Starts service at a service point.", "Start service"
    DISABLE_SERVICE = "DISABLE_SERVICE", "Ends service at a service point.", "Stop service"
    CUT_FOR_NON_PAYMENT = (
        "CUT_FOR_NON_PAYMENT",
        "Disconnects service because of unpaid debt.",
        "Disconnection for non-payment",
    )
    RECONNECT_FOR_PAYMENT = (
        "RECONNECT_FOR_PAYMENT",
        "Connects service again after the debt is paid.",
        "Reconnection after payment",
    )
    BACK_TO_BACK = "BACK_TO_BACK", "Ends service for one customer and starts it for the next.", "Move-out and move-in"
    METER_EXCHANGE = "METER_EXCHANGE", "Replaces the meter; service goes on."
    OTHER = "OTHER", "Work that has no name in this list."


class OrderState(DescribedEnum):
    """Progress of a service order, or of one of its steps."""

    PENDING = "PENDING", "Accepted, but work has not begun."
    VALIDATION_ERROR = (
        "VALIDATION_ERROR",
        "Data of the order is wrong; staff must correct it before work begins.",
        "Held by an error",
    )
    WAITING = "WAITING", "Waits for another step, a date or a crew."
    IN_PROGRESS = "IN_PROGRESS", "Work has begun."
    COMPLETED = "COMPLETED", "All work is done."
    CANCELED = "CANCELED", "Stopped on request; the work is not done."
    DISCARDED = "DISCARDED", "Thrown away as faulty or a duplicate; the work is not done."


class ExecutionMode(DescribedEnum):
    """How an order is carried out."""

    FIELD = "FIELD", "By a crew on site."
    SMART_METER_COMMAND = "SMART_METER_COMMAND", "By a command to the meter, without a visit."
    MIXED = "MIXED", "Partly by a crew, partly by commands to the meter."


class FieldOrderState(DescribedEnum):
    """Progress of a field order."""

    CREATED = "CREATED", "Written, but not yet sent to field work."
    SENT = "SENT", "Field work has it, but no time is planned."
    SCHEDULED = "SCHEDULED", "A time for the visit is planned."
    DISPATCHED = "DISPATCHED", "Given to a crew."
    EN_ROUTE = "EN_ROUTE", "The crew is on its way."
    ON_SITE = "ON_SITE", "The crew has arrived."
    COMPLETED = "COMPLETED", "The crew has done the work."
    CANCELED = "CANCELED", "Withdrawn; there will be no visit."
    FAILED = "FAILED", "The crew could not do the work, for lack of access for example."


@described
class ServiceOrderStep:
    """One step of a service order.

    id: Identifier in the system of service orders.
    local_id: Identifier in the system of service orders, no id of this graph.
    step_type: Type of work, from the owning system's code list.
    state: Progress of the step.
    execution: How the step is carried out; null if unknown.
    result: Result of the step; null while it is open, or if unknown.
    """

    id: strawberry.ID = strawberry.field(deprecation_reason=LOCAL_ID)
    local_id = local_id_field()
    step_type: CodedValue
    state: OrderState
    execution: ExecutionMode | None
    result: CodedValue | None


@described
class FieldOrder(CustomerActivity):
    """Work for a field crew.

    order_number: Number of the order, as shown to people.
    task_type: Type of work, from the owning system's code list.
    field_state: Progress of the order.
    state: Progress of the order.
    service_order: The service order that it belongs to; null if it belongs to none.
    service_point: Service point where the work is done; null if unknown.
    priority: Urgency of the work; null if unknown.
    scheduled_from: Start of the time window for the visit; null if not scheduled.
    scheduled_to: End of the time window for the visit; null if not scheduled.
    crew: Name of the assigned crew; null if unassigned or unknown.
    completed_at: Instant of completion; null if the order is open, or the instant is unknown.
    result: Result of the work; null while it is open, or if unknown.
    remarks: Remarks of the crew; null if there are none.
    """

    SYSTEM = SourceSystem.FIELD_WORK
    SCOPE = Scope.SERVICE_READ
    TIES = tied(account_id=Tie.ACCOUNT, service_point_id=Tie.SERVICE_POINT, service_order_id=("ServiceOrder",))
    NUMBER = "order_number"
    TYPE = ActivityType.FIELD_ORDER
    CATEGORY = ActivityCategory.FIELD_ORDER
    TIME = "created_at"
    STATUS = StatusMap(
        "state",
        {
            FieldOrderState.CREATED: ActivityStatus.OPEN,
            FieldOrderState.SENT: ActivityStatus.OPEN,
            FieldOrderState.SCHEDULED: ActivityStatus.OPEN,
            FieldOrderState.DISPATCHED: ActivityStatus.OPEN,
            FieldOrderState.EN_ROUTE: ActivityStatus.OPEN,
            FieldOrderState.ON_SITE: ActivityStatus.OPEN,
            FieldOrderState.COMPLETED: ActivityStatus.DONE,
            FieldOrderState.CANCELED: ActivityStatus.CANCELED,
            FieldOrderState.FAILED: ActivityStatus.FAILED,
        },
    )
    ACCOUNT_LOOKUPS = ("service_point_id", "account_id")
    PERSONAL: ClassVar[Personal] = free_texts("summary", "remarks")

    service_order_id: strawberry.Private[str | None]
    service_point_id: strawberry.Private[str | None]
    created_at: strawberry.Private[datetime]
    order_number: str
    task_type: CodedValue
    state: FieldOrderState = strawberry.field(deprecation_reason=other_types("fieldState"))
    priority: Severity | None
    scheduled_from: datetime | None = zoned()
    scheduled_to: datetime | None = zoned()
    crew: str | None
    completed_at: datetime | None = zoned()
    result: CodedValue | None
    remarks: str | None
    service_order: "ServiceOrder | None" = one("ServiceOrder", key="service_order_id", same_zone=True)
    service_order_state = state_of(service_order)
    service_point: ServicePoint | None = one(ServicePoint, key="service_point_id")
    service_point_state = state_of(service_point)

    @strawberry.field
    def field_state(self) -> FieldOrderState:
        return self.state

    def headline(self) -> str:
        return self.marked(self.task_type.label)

    def gist(self) -> str | None:
        return joined(label_of(self.result), self.remarks)

    def handler(self) -> Agent | None:
        """The crew: a team without the name of a person."""
        if not self.crew:
            return None
        return Agent(id=None, name=None, user_name=None, is_automated=None, team=self.crew)


@described
class ServiceOrder(CustomerActivity):
    """A request to do work at a service point.

    It orchestrates the steps that the work needs.

    order_number: Number of the order, as shown to people.
    kind: Purpose of the order.
    order_state: Progress of the order.
    state: Progress of the order.
    service_point: Service point where the work is done; null if unknown.
    requested_for: Instant at which the order is to take effect; null if unknown.
    completed_at: Instant of completion; null if the order is open, or the instant is unknown.
    execution: How the order is carried out; null if unknown.
    steps: Steps of the order; null if unknown.
    field_orders: Field orders for the steps that need a crew; null if unknown.
    """

    SYSTEM = SourceSystem.SERVICE_ORDERS
    SCOPE = Scope.SERVICE_READ
    TIES = tied(account_id=Tie.ACCOUNT, service_point_id=Tie.SERVICE_POINT)
    NUMBER = "order_number"
    TYPE = ActivityType.SERVICE_ORDER
    CATEGORY = ActivityCategory.SERVICE_ORDER
    TIME = "created_at"
    STATUS = StatusMap(
        "state",
        {
            OrderState.PENDING: ActivityStatus.OPEN,
            OrderState.VALIDATION_ERROR: ActivityStatus.FAILED,
            OrderState.WAITING: ActivityStatus.OPEN,
            OrderState.IN_PROGRESS: ActivityStatus.OPEN,
            OrderState.COMPLETED: ActivityStatus.DONE,
            OrderState.CANCELED: ActivityStatus.CANCELED,
            OrderState.DISCARDED: ActivityStatus.CANCELED,
        },
    )
    ACCOUNT_LOOKUPS = ("service_point_id", "account_id")

    service_point_id: strawberry.Private[str | None]
    created_at: strawberry.Private[datetime]
    order_number: str
    kind: OrderKind
    state: OrderState = strawberry.field(deprecation_reason=other_types("orderState"))
    requested_for: datetime | None = zoned()
    completed_at: datetime | None = zoned()
    execution: ExecutionMode | None
    steps: list[ServiceOrderStep] | None
    service_point: ServicePoint | None = one(ServicePoint, key="service_point_id")
    service_point_state = state_of(service_point)
    field_orders: list[FieldOrder] | None = many(FieldOrder, by="service_order_id", same_zone=True)

    @strawberry.field
    def order_state(self) -> OrderState:
        return self.state

    def headline(self) -> str:
        return self.marked(self.kind.label)

    def gist(self) -> str | None:
        steps = ", ".join(step.step_type.label for step in self.steps or ())
        return one_line(steps)
