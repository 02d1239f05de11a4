"""Processes that collect debt, and their events (collections)."""

from datetime import date, datetime

import strawberry

from gateway.access.caller import Scope
from gateway.access.ties import OF_ACCOUNT, tied
from gateway.resolvers.collections.promises import PayPlan
from gateway.resolvers.graph.account_zone import zoned
from gateway.resolvers.graph.activity import ActivityCategory, ActivityType, CustomerActivity
from gateway.resolvers.graph.activity_status import ActivityStatus, StatusMap
from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.descriptions import described, described_interface
from gateway.resolvers.graph.enums import DescribedEnum
from gateway.resolvers.graph.known import state_of
from gateway.resolvers.graph.record import Record, SourceSystem
from gateway.resolvers.graph.relations import loads, many_of, one, relation
from gateway.resolvers.graph.values import CodedValue, Money, label_of
from gateway.resolvers.graph.wording import day_text, joined, message, phrase, plural
from gateway.resolvers.service.premises import ServiceAgreement


class ProcessStatus(DescribedEnum):
    """Status of a collection process."""

    ACTIVE = "ACTIVE", "Running: its next event will happen unless the debt is paid."
    INACTIVE = "INACTIVE", "Has ended.", "Ended"
    CANCELED = "CANCELED", "Called off before its end, for example because the debt was paid."


class ProcessEventStatus(DescribedEnum):
    """Status of an event of a process."""

    PENDING = "PENDING", "Planned, but not carried out."
    AWAITING_FIELD_WORK = "AWAITING_FIELD_WORK", "A field crew has to do its work first."
    COMPLETE = "COMPLETE", "Carried out."
    CANCELED = "CANCELED", "Called off; it will not happen."


PROCESS_TYPES = ("CollectionProcess", "SeveranceProcess", "WriteOffProcess", "PayPlanOverdueProcess", "CutProcess")


@described
class ProcessEvent(Record):
    """One step of a process, such as a letter, a call or a disconnection.

    sequence: Position in the process, ascending.
    event_type: Type of event, from the collections system's code list.
    status: Status of the event.
    trigger_date: Day on which the event is planned; null while an earlier event is open.
    completed_on: Day on which the event was completed; null if it is open, or the day is unknown.
    cuts_service: True if the event disconnects service; null if unknown.
    """

    SYSTEM = SourceSystem.COLLECTIONS
    SCOPE = Scope.COLLECTIONS_READ
    TIES = tied(process_id=PROCESS_TYPES)

    id: strawberry.Private[str | None]
    process_id: strawberry.Private[str | None]
    sequence: int
    event_type: CodedValue
    status: ProcessEventStatus
    trigger_date: date | None
    completed_on: date | None
    cuts_service: bool | None

    def is_open(self) -> bool:
        return self.status in (ProcessEventStatus.PENDING, ProcessEventStatus.AWAITING_FIELD_WORK)


@described_interface
class CreditProcess(CustomerActivity):
    """A process that collects a debt.

    process_status: Status of the process.
    status_reason: Reason of the status; null if unknown.
    created_at: Instant at which the process began.
    ended_at: Instant at which the process ended; null if it is running, or the instant is unknown.
    template: Template of the process, from the collections system's code list; null if unknown.
    amount: Debt that the process collects; null if unknown.
    events: Events of the process, in order of `sequence`; null if unknown.
    next_event: First open event in order of `sequence`; null if none is open, or events are unknown.
    """

    SYSTEM = SourceSystem.COLLECTIONS
    SCOPE = Scope.COLLECTIONS_READ
    TIES = OF_ACCOUNT
    CATEGORY = ActivityCategory.CREDIT_AND_COLLECTION
    TIME = "created_at"
    STATUS = StatusMap(
        "process_status",
        {
            ProcessStatus.ACTIVE: ActivityStatus.OPEN,
            ProcessStatus.INACTIVE: ActivityStatus.DONE,
            ProcessStatus.CANCELED: ActivityStatus.CANCELED,
        },
    )

    process_status: ProcessStatus
    status_reason: CodedValue | None
    created_at: datetime = zoned()
    ended_at: datetime | None = zoned()
    template: CodedValue | None
    amount: Money | None = strawberry.field()

    @strawberry.field(metadata=loads(relation(ProcessEvent, "process_id")))
    async def events(self, info: Info) -> list[ProcessEvent] | None:
        events = await many_of(info.context.loader, ProcessEvent, "process_id", self.id)
        return None if events is None else sorted(events, key=lambda event: event.sequence)

    @strawberry.field(metadata=loads(relation(ProcessEvent, "process_id")))
    async def next_event(self, info: Info) -> ProcessEvent | None:
        open_events = (event for event in await self.events(info) or () if event.is_open())
        return next(open_events, None)

    next_event_state = state_of(next_event)

    def headline(self) -> str:
        noun = self.marked(super().headline())
        return phrase("{what}: {kind}", what=noun, kind=self.template.label) if self.template else noun

    def gist(self) -> str | None:
        return joined(label_of(self.status_reason), self.details())

    def details(self) -> str | None:
        """What one kind of process says beside its status."""
        return None


@described
class CollectionProcess(CreditProcess):
    """A process that asks for overdue debt, step by step.

    debt_class: Class of debt, from a code list; null if unknown.
    days_in_arrears: Age of the oldest overdue debt in days; null if unknown.
    minimum_to_stop: Lowest payment that stops the process; null if unknown.
    """

    TYPE = ActivityType.COLLECTION_PROCESS
    TITLE = message("Collection process")

    debt_class: CodedValue | None
    days_in_arrears: int | None
    minimum_to_stop: Money | None

    def details(self) -> str | None:
        late, minimum = self.days_in_arrears, self.minimum_to_stop
        days = None if late is None else plural(late, "{count} day in arrears", "{count} days in arrears")
        return joined(days, phrase("{amount} to stop", amount=minimum.text) if minimum else None)


@described
class SeveranceProcess(CreditProcess):
    """A process that ends one service agreement because of unpaid debt.

    service_agreement: Service agreement to be severed; null if unknown.
    collection_process: Collection process that led to the severance; null if unknown.
    disconnect_on: Day of disconnection; null while an earlier event is open, or if unknown.
    """

    TYPE = ActivityType.SEVERANCE_PROCESS
    TITLE = message("Severance process")

    service_agreement_id: strawberry.Private[str | None]
    collection_process_id: strawberry.Private[str | None]
    disconnect_on: date | None
    service_agreement: ServiceAgreement | None = one(ServiceAgreement, key="service_agreement_id")
    service_agreement_state = state_of(service_agreement)
    collection_process: CollectionProcess | None = one(CollectionProcess, key="collection_process_id", same_zone=True)
    collection_process_state = state_of(collection_process)

    def details(self) -> str | None:
        return phrase("Disconnection on {day}", day=day_text(self.disconnect_on)) if self.disconnect_on else None


@described
class WriteOffProcess(CreditProcess):
    """A process that writes off a debt, or refers it to a collection agency.

    collection_agency: Name of the agency that collects the debt; null if it was not referred, or is unknown.
    referred_amount: Amount that was referred to the agency; null if it was not referred, or is unknown.
    """

    TYPE = ActivityType.WRITE_OFF_PROCESS
    TITLE = message("Write-off process")

    collection_agency: str | None
    referred_amount: Money | None

    def details(self) -> str | None:
        agency, amount = self.collection_agency, self.referred_amount
        if not agency:
            return None
        if amount is None:
            return phrase("Referred to {agency}", agency=agency)
        return phrase("Referred to {agency}: {amount}", agency=agency, amount=amount.text)


@described
class PayPlanOverdueProcess(CreditProcess):
    """A process that follows up a pay plan with overdue payments.

    pay_plan: The pay plan that is overdue; null if unknown.
    """

    TYPE = ActivityType.PAY_PLAN_OVERDUE_PROCESS
    TITLE = message("Pay plan overdue process")

    pay_plan_id: strawberry.Private[str | None]
    pay_plan: PayPlan | None = one(PayPlan, key="pay_plan_id")
    pay_plan_state = state_of(pay_plan)


@described
class CutProcess(CreditProcess):
    """A process that disconnects one service agreement because of overdue bills.

    service_agreement: Service agreement to be disconnected; null if unknown.
    cut_on: Day of disconnection; null while an earlier event is open, or if unknown.
    """

    TYPE = ActivityType.CUT_PROCESS
    TITLE = message("Cut process")

    service_agreement_id: strawberry.Private[str | None]
    cut_on: date | None
    service_agreement: ServiceAgreement | None = one(ServiceAgreement, key="service_agreement_id")
    service_agreement_state = state_of(service_agreement)

    def details(self) -> str | None:
        return phrase("Disconnection on {day}", day=day_text(self.cut_on)) if self.cut_on else None


PROCESSES: tuple[type[CreditProcess], ...] = (
    CollectionProcess,
    SeveranceProcess,
    WriteOffProcess,
    PayPlanOverdueProcess,
    CutProcess,
)
