"""Processes that collect a debt, and their events (collections)."""

from datetime import date, datetime
from enum import Enum

import strawberry

from gateway.resolvers.collections.promises import PayPlan
from gateway.resolvers.graph.activity import ActivityCategory, ActivityType, CustomerActivity
from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.descriptions import described, described_enum, described_interface
from gateway.resolvers.graph.node import Record
from gateway.resolvers.graph.relations import many_of, one
from gateway.resolvers.graph.systems import SourceSystem
from gateway.resolvers.graph.values import CodedValue, Money
from gateway.resolvers.service.premises import ServiceAgreement
from gateway.resolvers.service.requests import label_of


@described_enum
class ProcessStatus(Enum):
    """Whether a process goes on."""

    ACTIVE = "ACTIVE"
    INACTIVE = "INACTIVE"
    CANCELED = "CANCELED"


@described_enum
class ProcessEventStatus(Enum):
    """How far an event of a process came."""

    PENDING = "PENDING"
    AWAITING_FIELD_WORK = "AWAITING_FIELD_WORK"
    COMPLETE = "COMPLETE"
    CANCELED = "CANCELED"


@described
class ProcessEvent(Record):
    """One step of a process: a letter, a call, a cut.

    sequence: its place in the process.
    event_type: what is done.
    status: how far it came.
    trigger_date: the day it is to happen; null while what comes before it is open.
    completed_on: the day it happened.
    cuts_service: whether service is cut by it; null where the system does not say.
    """

    SYSTEM = SourceSystem.COLLECTIONS

    id: strawberry.Private[str | None]
    process_id: strawberry.Private[str | None]
    sequence: int
    event_type: CodedValue
    status: ProcessEventStatus
    trigger_date: date | None
    completed_on: date | None
    cuts_service: bool | None

    def is_open(self) -> bool:
        """Whether it is still to happen."""
        return self.status in (ProcessEventStatus.PENDING, ProcessEventStatus.AWAITING_FIELD_WORK)


@described_interface
class CreditProcess(CustomerActivity):
    """A process that collects a debt.

    process_status: whether it goes on.
    status_reason: why it stands so.
    created_at: when it began.
    ended_at: when it ended.
    template: what kind of process.
    amount: the debt it is about.
    events: its steps, in order.
    next_event: the next step still to happen.
    """

    SYSTEM = SourceSystem.COLLECTIONS
    CATEGORY = ActivityCategory.CREDIT_AND_COLLECTION
    TIME = "created_at"

    process_status: ProcessStatus
    status_reason: CodedValue | None
    created_at: datetime
    ended_at: datetime | None
    template: CodedValue | None
    amount: Money | None

    @strawberry.field(metadata={"asks": ((ProcessEvent, ("process_id",)),)})
    async def events(self, info: Info) -> list[ProcessEvent] | None:
        found = await many_of(info.context.loader, ProcessEvent, "process_id", self.id)
        return None if found is None else sorted(found, key=lambda event: event.sequence)

    @strawberry.field
    async def next_event(self, info: Info) -> ProcessEvent | None:
        found = await many_of(info.context.loader, ProcessEvent, "process_id", self.id)
        return min(
            (event for event in found or () if event.is_open()),
            key=lambda event: event.sequence,
            default=None,
        )

    def headline(self) -> str:
        """What kind of process it is."""
        return self.TITLE + (f": {label_of(self.template)}" if self.template else "")


@described
class CollectionProcess(CreditProcess):
    """Asking for what is overdue, step by step.

    debt_class: which kind of debt.
    days_in_arrears: how long the oldest debt is overdue.
    minimum_to_stop: what must be paid for it to stop.
    """

    TYPE = ActivityType.COLLECTION_PROCESS
    TITLE = "Collection process"

    debt_class: CodedValue | None
    days_in_arrears: int | None
    minimum_to_stop: Money | None


@described
class SeveranceProcess(CreditProcess):
    """Leading to the end of one service agreement for non-payment.

    service_agreement: the agreement to be severed.
    collection_process: the process it followed from.
    disconnect_on: the day of the disconnection; null while what comes before it is open.
    """

    TYPE = ActivityType.SEVERANCE_PROCESS
    TITLE = "Severance process"

    service_agreement_id: strawberry.Private[str | None]
    collection_process_id: strawberry.Private[str | None]
    disconnect_on: date | None
    service_agreement: ServiceAgreement | None = one(ServiceAgreement, key="service_agreement_id")
    collection_process: CollectionProcess | None = one(CollectionProcess, key="collection_process_id")


@described
class WriteOffProcess(CreditProcess):
    """Giving up on a debt, or handing it to an agency.

    collection_agency: who collects it now.
    referred_amount: what was handed over.
    """

    TYPE = ActivityType.WRITE_OFF_PROCESS
    TITLE = "Write-off process"

    collection_agency: str | None
    referred_amount: Money | None


@described
class PayPlanOverdueProcess(CreditProcess):
    """Following up a pay plan that is not kept.

    pay_plan: the plan.
    """

    TYPE = ActivityType.PAY_PLAN_OVERDUE_PROCESS
    TITLE = "Pay plan overdue process"

    pay_plan_id: strawberry.Private[str | None]
    pay_plan: PayPlan | None = one(PayPlan, key="pay_plan_id")


@described
class CutProcess(CreditProcess):
    """Cutting one service agreement in an overdue process.

    service_agreement: the agreement to be cut.
    cut_on: the day of the cut; null while what comes before it is open.
    """

    TYPE = ActivityType.CUT_PROCESS
    TITLE = "Cut process"

    service_agreement_id: strawberry.Private[str | None]
    cut_on: date | None
    service_agreement: ServiceAgreement | None = one(ServiceAgreement, key="service_agreement_id")


PROCESSES: tuple[type[CreditProcess], ...] = (
    CollectionProcess,
    SeveranceProcess,
    WriteOffProcess,
    PayPlanOverdueProcess,
    CutProcess,
)
