"""Credit and collection: what is done about debt, and what was promised."""

from datetime import date, datetime
from enum import Enum

import strawberry

from gateway.context import Info
from gateway.resolvers.activities import ActivityCategory, ActivityType, CustomerActivity
from gateway.resolvers.described import described, described_enum, described_interface
from gateway.resolvers.node import Node, Record
from gateway.resolvers.owners import SourceSystem
from gateway.resolvers.payments import ScheduledPayment
from gateway.resolvers.premises import ServiceAgreement
from gateway.resolvers.relations import many, many_of, one
from gateway.resolvers.requests import named
from gateway.resolvers.values import CodedValue, Money


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


@described_enum
class ArrangementStatus(Enum):
    """Whether a promise is kept."""

    PENDING = "PENDING"
    ACTIVE = "ACTIVE"
    KEPT = "KEPT"
    BROKEN = "BROKEN"
    COMPLETED = "COMPLETED"
    CANCELED = "CANCELED"


@described
class ProcessEvent(Record):
    """One step of a process: a letter, a call, a cut.

    sequence: its place in the process.
    event_type: what is done.
    status: how far it came.
    trigger_date: the day it is to happen; null while what comes before it is open.
    completed_on: the day it happened.
    """

    SYSTEM = SourceSystem.COLLECTIONS

    id: strawberry.Private[str | None]
    process_id: strawberry.Private[str | None]
    sequence: int
    event_type: CodedValue
    status: ProcessEventStatus
    trigger_date: date | None
    completed_on: date | None

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
        found = await many_of(info.context.load, ProcessEvent, "process_id", self.id)
        return None if found is None else sorted(found, key=lambda event: event.sequence)

    @strawberry.field
    async def next_event(self, info: Info) -> ProcessEvent | None:
        found = await many_of(info.context.load, ProcessEvent, "process_id", self.id)
        return min(
            (event for event in found or () if event.is_open()),
            key=lambda event: event.sequence,
            default=None,
        )

    def headline(self) -> str:
        """What kind of process it is."""
        return self.TITLE + (f": {named(self.template)}" if self.template else "")


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
class PayPlan(Node, Record):
    """A promise of payments on agreed days, whatever the bills say.

    status: whether it is kept.
    since: the day it began.
    total: all that is promised.
    payments: what is promised for which day.
    third_party_payor: who pays in the customer's place.
    reason: why it was agreed.
    """

    SYSTEM = SourceSystem.COLLECTIONS

    account_id: strawberry.Private[str | None]
    status: ArrangementStatus
    since: date
    total: Money | None
    third_party_payor: str | None
    reason: CodedValue | None
    payments: list[ScheduledPayment] | None = many(ScheduledPayment, by="pay_plan_id")


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


@described
class PaymentArrangement(CustomerActivity):
    """A promise to pay a debt in installments that appear on the bills.

    status: whether it is kept.
    total: the debt.
    installment: what each bill adds.
    installments: how many.
    installments_billed: how many have been billed.
    remaining: what is still to be billed.
    next_bill_amount: what the next bill adds.
    since: the day it began.
    until: the day it ended.
    """

    SYSTEM = SourceSystem.COLLECTIONS
    TYPE = ActivityType.PAYMENT_ARRANGEMENT
    CATEGORY = ActivityCategory.CREDIT_AND_COLLECTION
    TIME = "since"
    DAYS = ("since",)
    TITLE = "Payment arrangement"

    status: ArrangementStatus
    total: Money | None
    installment: Money | None
    installments: int | None
    installments_billed: int | None
    remaining: Money | None
    next_bill_amount: Money | None
    since: date
    until: date | None


@described_interface
class CreditEntry(CustomerActivity):
    """An entry in a credit history.

    since: the first day it counts.
    until: the last day it counts; null = for good.
    effect: what it adds.
    created_by: what it followed from.
    comments: what was noted.
    """

    SYSTEM = SourceSystem.COLLECTIONS
    CATEGORY = ActivityCategory.CREDIT_AND_COLLECTION
    TIME = "created_on"
    DAYS = ("created_on",)

    created_on: strawberry.Private[date]
    since: date
    until: date | None
    effect: int
    created_by: CodedValue | None
    comments: str | None


@described
class CreditRatingHistory(CreditEntry):
    """What made a credit rating better or worse."""

    TYPE = ActivityType.CREDIT_RATING_HISTORY
    TITLE = "Credit rating changed"


@described
class CashOnlyHistory(CreditEntry):
    """What adds to the score above which only cash is taken."""

    TYPE = ActivityType.CASH_ONLY_HISTORY
    TITLE = "Cash-only score changed"


@described
class DebtSummary:
    """What is being collected.

    in_collections: how much.
    minimum_due: what must be paid for it to stop.
    added_to_collections_on: since when.
    disconnect_on: when service ends; null is unknown or not planned.
    as_of: when this was true.
    """

    in_collections: Money
    minimum_due: Money | None
    added_to_collections_on: date | None
    disconnect_on: date | None
    as_of: datetime | None
    next_event_type: strawberry.Private[CodedValue | None]
    next_event_sequence: strawberry.Private[int | None]
    next_event_on: strawberry.Private[date | None]
    next_event_status: strawberry.Private[ProcessEventStatus | None]

    @strawberry.field(description="What is to happen next.")
    def next_event(self) -> ProcessEvent | None:
        if self.next_event_type is None or self.next_event_sequence is None or self.next_event_status is None:
            return None
        return ProcessEvent(
            id=None,
            process_id=None,
            sequence=self.next_event_sequence,
            event_type=self.next_event_type,
            status=self.next_event_status,
            trigger_date=self.next_event_on,
            completed_on=None,
        )


@described
class CreditProfile(Record):
    """How far an account is trusted.

    credit_rating: the sum of the entries in force.
    rating_threshold: below it the account is watched.
    cash_only_score: the sum of the entries in force.
    cash_only_threshold: above it only cash is taken.
    is_cash_only: whether only cash, or a money order, is taken.
    collection_class: how its debt is collected.
    last_reviewed_on: the day it was last looked at.
    next_review_on: the day it is looked at next.
    postpone_review_until: not before this day.
    debt: what is being collected; null where nothing is known of it.
    """

    SYSTEM = SourceSystem.COLLECTIONS

    id: strawberry.Private[str | None]
    account_id: strawberry.Private[str | None]
    credit_rating: int | None
    rating_threshold: int | None
    cash_only_score: int | None
    cash_only_threshold: int | None
    collection_class: CodedValue | None
    last_reviewed_on: date | None
    next_review_on: date | None
    postpone_review_until: date | None
    debt: DebtSummary | None

    @strawberry.field(description="Whether only cash, or a money order, is taken; null is unknown.")
    def is_cash_only(self) -> bool | None:
        if self.cash_only_score is None or self.cash_only_threshold is None:
            return None
        return self.cash_only_score > self.cash_only_threshold
