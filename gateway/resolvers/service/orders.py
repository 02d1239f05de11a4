"""Work: service orders, the field orders they lead to, outages and the calls about them."""

from datetime import datetime
from enum import Enum
from typing import Any

import strawberry

from gateway.resolvers.graph.activity import ActivityCategory, ActivityType, CustomerActivity
from gateway.resolvers.graph.descriptions import described, described_enum
from gateway.resolvers.graph.node import Node, Record
from gateway.resolvers.graph.relations import many, one
from gateway.resolvers.graph.systems import SourceSystem
from gateway.resolvers.graph.values import CodedValue
from gateway.resolvers.service.premises import Premise, ServicePoint
from gateway.resolvers.service.requests import Severity, label_of


@described_enum
class OrderKind(Enum):
    """What a service order is to bring about."""

    ENABLE_SERVICE = "ENABLE_SERVICE"
    DISABLE_SERVICE = "DISABLE_SERVICE"
    CUT_FOR_NON_PAYMENT = "CUT_FOR_NON_PAYMENT"
    RECONNECT_FOR_PAYMENT = "RECONNECT_FOR_PAYMENT"
    BACK_TO_BACK = "BACK_TO_BACK"
    METER_EXCHANGE = "METER_EXCHANGE"
    OTHER = "OTHER"


@described_enum
class OrderState(Enum):
    """How far a service order, or one step of it, came."""

    PENDING = "PENDING"
    VALIDATION_ERROR = "VALIDATION_ERROR"
    WAITING = "WAITING"
    IN_PROGRESS = "IN_PROGRESS"
    COMPLETED = "COMPLETED"
    CANCELED = "CANCELED"
    DISCARDED = "DISCARDED"


@described_enum
class ExecutionMode(Enum):
    """Who does it: a crew, the meter itself, or both."""

    FIELD = "FIELD"
    SMART_METER_COMMAND = "SMART_METER_COMMAND"
    MIXED = "MIXED"


@described_enum
class FieldOrderState(Enum):
    """How far a crew came."""

    CREATED = "CREATED"
    SENT = "SENT"
    SCHEDULED = "SCHEDULED"
    DISPATCHED = "DISPATCHED"
    EN_ROUTE = "EN_ROUTE"
    ON_SITE = "ON_SITE"
    COMPLETED = "COMPLETED"
    CANCELED = "CANCELED"
    FAILED = "FAILED"


@described_enum
class OutageStatus(Enum):
    """What is known of an outage."""

    PREDICTED = "PREDICTED"
    CONFIRMED = "CONFIRMED"
    PLANNED = "PLANNED"
    CREW_ASSIGNED = "CREW_ASSIGNED"
    RESTORED = "RESTORED"
    CANCELED = "CANCELED"


ENDED_STATUSES = (OutageStatus.RESTORED, OutageStatus.CANCELED)


@described
class ServiceOrderStep:
    """One activity that a service order leads to.

    id: as the owning system knows it.
    step_type: what is to be done.
    state: how far it came.
    execution: who does it.
    result: what came of it.
    """

    id: strawberry.ID
    step_type: CodedValue
    state: OrderState
    execution: ExecutionMode | None
    result: CodedValue | None


@described
class FieldOrder(CustomerActivity):
    """Work for a crew.

    order_number: the number people know it by.
    task_type: what is to be done.
    state: how far the crew came.
    service_order: the service order it belongs to.
    service_point: where it is done.
    priority: how urgent it is.
    scheduled_from: the earliest the crew comes.
    scheduled_to: the latest the crew comes.
    crew: who comes.
    completed_at: when it was done.
    result: what came of it.
    remarks: what the crew wrote down.
    """

    SYSTEM = SourceSystem.FIELD_WORK
    TYPE = ActivityType.FIELD_ORDER
    CATEGORY = ActivityCategory.FIELD_ORDER
    TIME = "created_at"

    service_order_id: strawberry.Private[str | None]
    service_point_id: strawberry.Private[str | None]
    created_at: strawberry.Private[datetime]
    order_number: str
    task_type: CodedValue
    state: FieldOrderState
    priority: Severity | None
    scheduled_from: datetime | None
    scheduled_to: datetime | None
    crew: str | None
    completed_at: datetime | None
    result: CodedValue | None
    remarks: str | None
    service_order: Any = one("gateway.resolvers.service.orders:ServiceOrder", key="service_order_id")
    service_point: ServicePoint | None = one(ServicePoint, key="service_point_id")

    def headline(self) -> str:
        """What is to be done."""
        return label_of(self.task_type)


@described
class ServiceOrder(CustomerActivity):
    """A request to do work at a service point; it leads to the steps needed there.

    order_number: the number people know it by.
    kind: what it is to bring about.
    state: how far it came.
    service_point: where.
    requested_for: when it is to take effect.
    completed_at: when it was done.
    execution: who does it.
    steps: the activities it leads to.
    field_orders: those of them that a crew does.
    """

    SYSTEM = SourceSystem.SERVICE_ORDERS
    TYPE = ActivityType.SERVICE_ORDER
    CATEGORY = ActivityCategory.SERVICE_ORDER
    TIME = "created_at"

    service_point_id: strawberry.Private[str | None]
    created_at: strawberry.Private[datetime]
    order_number: str
    kind: OrderKind
    state: OrderState
    requested_for: datetime | None
    completed_at: datetime | None
    execution: ExecutionMode | None
    steps: list[ServiceOrderStep] | None
    service_point: ServicePoint | None = one(ServicePoint, key="service_point_id")
    field_orders: list[FieldOrder] | None = many(FieldOrder, by="service_order_id")

    def headline(self) -> str:
        """What it is to bring about."""
        return self.kind.value.replace("_", " ").capitalize()


@described
class OutageEvent(Node, Record):
    """Service interrupted for a number of customers.

    status: what is known of it.
    started_at: when it began, or is to begin.
    estimated_restoration: when service is expected back; null is unknown.
    restored_at: when it was back.
    cause: why.
    customers_affected: how many.
    """

    SYSTEM = SourceSystem.OUTAGE

    premise_id: strawberry.Private[str | None]
    status: OutageStatus
    started_at: datetime
    estimated_restoration: datetime | None
    restored_at: datetime | None
    cause: CodedValue | None
    customers_affected: int | None

    def is_ongoing(self, now: datetime) -> bool:
        """Whether service is interrupted now, for all anybody says."""
        return self.is_active(now) and not self._to_come(now)

    def is_active(self, now: datetime) -> bool:
        """Whether it is going on or still to come: nobody reports the end of a planned one but its plan."""
        if self.status is not OutageStatus.PLANNED:
            return self.status not in ENDED_STATUSES
        back = self.estimated_restoration
        return self._to_come(now) or back is None or back > now

    def _to_come(self, now: datetime) -> bool:
        return self.status is OutageStatus.PLANNED and self.started_at > now


@described
class OutageCall(CustomerActivity):
    """A call about an outage.

    trouble_code: what was reported.
    premise: where.
    outage: the outage it was about.
    callback_requested: whether the caller wants to hear back.
    comments: what was noted.
    """

    SYSTEM = SourceSystem.OUTAGE
    TYPE = ActivityType.OUTAGE_CALL
    CATEGORY = ActivityCategory.OUTAGE_CALL
    TIME = "received_at"
    TITLE = "Outage call"

    premise_id: strawberry.Private[str | None]
    outage_id: strawberry.Private[str | None]
    received_at: strawberry.Private[datetime]
    trouble_code: CodedValue | None
    callback_requested: bool | None
    comments: str | None
    premise: Premise | None = one(Premise, key="premise_id")
    outage: OutageEvent | None = one(OutageEvent, key="outage_id")

    def headline(self) -> str:
        """What was reported."""
        return f"Outage call: {label_of(self.trouble_code)}" if self.trouble_code else self.TITLE
