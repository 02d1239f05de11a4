"""Billing accounts: what a customer has, and the place where every system's records meet."""

import asyncio
from datetime import date
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import strawberry

from gateway.context import Info
from gateway.convert import zone_of
from gateway.resolvers.activities import ActivityCategory, ActivityType
from gateway.resolvers.bills import AccountBalance, Adjustment, Bill
from gateway.resolvers.credit import (
    PROCESSES,
    ArrangementStatus,
    CreditProcess,
    CreditProfile,
    PaymentArrangement,
    PayPlan,
    ProcessStatus,
)
from gateway.resolvers.described import described, described_enum
from gateway.resolvers.feeds import CustomerActivityConnection, activity_feed, in_list
from gateway.resolvers.history import FinancialHistoryConnection, FinancialKind, financial_history
from gateway.resolvers.node import Node, Record
from gateway.resolvers.orders import FieldOrder, OutageEvent, ServiceOrder
from gateway.resolvers.owners import SourceSystem
from gateway.resolvers.pages import Connection
from gateway.resolvers.parties import Person
from gateway.resolvers.payments import AutopayInstruction, Payment, ScheduledPayment
from gateway.resolvers.premises import Premise, ServiceAgreement, ServiceType, each_of
from gateway.resolvers.references import AccountReference, reference_of
from gateway.resolvers.relations import known, many, many_of, one, one_of
from gateway.resolvers.requests import ServiceRequest, ServiceRequestState
from gateway.resolvers.usage import UsageGranularity, UsageSeries
from gateway.resolvers.usage_of import usage_of
from gateway.resolvers.values import CodedValue, DateRange
from gateway.sources.base import Window

if TYPE_CHECKING:
    from gateway.resolvers.customer import Customer

ACustomer = Annotated["Customer", strawberry.lazy("gateway.resolvers.customer")]


def customer() -> type:
    """The class of customers; customer.py leans on this file, so it is looked up late."""
    from gateway.resolvers.customer import Customer as Found  # noqa: PLC0415  # a back edge

    return Found


@described_enum
class AccountStatus(Enum):
    """Where an account stands in its life."""

    PENDING = "PENDING"
    ACTIVE = "ACTIVE"
    INACTIVE = "INACTIVE"
    FINALED = "FINALED"


@described_enum
class AccountRole(Enum):
    """What a person is to an account."""

    MAIN_CUSTOMER = "MAIN_CUSTOMER"
    JOINT = "JOINT"
    GUARANTOR = "GUARANTOR"
    AUTHORIZED = "AUTHORIZED"
    BILL_RECIPIENT = "BILL_RECIPIENT"
    FORMER = "FORMER"


@described_enum
class ProgramKind(Enum):
    """What an account can take part in."""

    AUTOPAY = "AUTOPAY"
    EBILL = "EBILL"
    BUDGET_BILLING = "BUDGET_BILLING"
    WEB_ACCOUNT = "WEB_ACCOUNT"
    NET_METERING = "NET_METERING"
    DEMAND_RESPONSE = "DEMAND_RESPONSE"
    LOW_INCOME = "LOW_INCOME"
    OTHER = "OTHER"


@described
class AccountPerson(Record):
    """What a person is to an account.

    person: who.
    role: as what.
    is_financially_responsible: whether they owe what the account owes.
    receives_bill: whether the bill goes to them.
    """

    SYSTEM = SourceSystem.CIS

    id: strawberry.Private[str | None]
    account_id: strawberry.Private[str | None]
    person_id: strawberry.Private[str | None]
    role: AccountRole
    is_financially_responsible: bool | None
    receives_bill: bool | None
    person: Person | None = one(Person, key="person_id")


@described
class ProgramEnrollment(Record):
    """A program that an account takes part in.

    kind: which kind.
    name: how it is called.
    since: the first day.
    until: the last day; null = until further notice.
    """

    SYSTEM = SourceSystem.CIS

    id: strawberry.Private[str | None]
    account_id: strawberry.Private[str | None]
    kind: ProgramKind
    name: str | None
    since: date | None
    until: date | None


@described
class AccountAlert(Record):
    """Something that whoever opens the account should know.

    id: as the owning system knows it.
    alert_type: which kind.
    since: the first day.
    until: the last day; null = until further notice.
    text: what it says.
    """

    SYSTEM = SourceSystem.CIS

    id: strawberry.ID
    account_id: strawberry.Private[str | None]
    alert_type: CodedValue
    since: date
    until: date | None
    text: str | None

    def holds(self, day: date) -> bool:
        """Whether it holds on this day."""
        return self.since <= day and (self.until is None or day <= self.until)


@described
class BillingAccount(Node, Record):
    """An account that is billed: what a customer has with the utility, and everything that hangs on it.

    account_number: the number people know it by.
    status: where it stands in its life.
    customer_class: which kind of customer it is for.
    bill_cycle: when it is billed.
    currency: what it is billed in.
    time_zone: whose midnight its days have.
    opened_on: the day it was opened.
    closed_on: the day it was closed.
    customer: whose it is.
    persons: who has to do with it, and as what.
    premises: the places it serves.
    service_agreements: what is supplied under it.
    programs: what it takes part in.
    balance: what it owes.
    credit_profile: how far it is trusted.
    scheduled_payments: payments to come, soonest first.
    """

    SYSTEM = SourceSystem.CIS

    customer_id: strawberry.Private[str | None]
    account_number: str
    status: AccountStatus
    customer_class: CodedValue | None
    bill_cycle: CodedValue | None
    currency: str | None
    time_zone: str | None
    opened_on: date | None
    closed_on: date | None

    customer: ACustomer | None = one(customer, key="customer_id")
    persons: list[AccountPerson] | None = many(AccountPerson, by="account_id")
    service_agreements: list[ServiceAgreement] | None = many(ServiceAgreement, by="account_id")
    programs: list[ProgramEnrollment] | None = many(ProgramEnrollment, by="account_id")
    balance: AccountBalance | None = one(AccountBalance, by="account_id", key="id")
    credit_profile: CreditProfile | None = one(CreditProfile, by="account_id", key="id")

    def zone_info(self) -> ZoneInfo | None:
        """Its time zone, where it names one."""
        return zone_of(self.time_zone) if self.time_zone else None

    def zone_in(self, info: Info) -> ZoneInfo:
        """Whose midnight its days have: its own zone, the utility's where it names none."""
        return self.zone_info() or info.context.zone

    def today(self, info: Info) -> date:
        """The day it is there."""
        return info.context.now().astimezone(self.zone_in(info)).date()

    @strawberry.field(metadata={"asks": ((AccountReference, ("account_id",)), (Premise, ("id",)))})
    async def premises(self, info: Info) -> list[Premise] | None:
        reference = known(await reference_of(info.context.load, self))
        return await each_of(info, Premise, reference[0].premise_ids) if reference else None

    @strawberry.field(
        description="Alerts somebody set; with `activeOn` only those that hold on that day.",
        metadata={"asks": ((AccountAlert, ("account_id",)),)},
    )
    async def alerts(self, info: Info, active_on: date | None = None) -> list[AccountAlert] | None:
        found = await many_of(info.context.load, AccountAlert, "account_id", self.id)
        return found if found is None or active_on is None else [a for a in found if a.holds(active_on)]

    # -- money --

    @strawberry.field(description="Bills, newest first.")
    async def bills(
        self,
        info: Info,
        range: DateRange | None = None,
        first: int | None = None,
        after: str | None = None,
    ) -> Connection[Bill] | None:
        return Connection(made=await in_list(info, self, Bill, range, first, after))

    @strawberry.field(description="Payments, newest first.")
    async def payments(
        self,
        info: Info,
        range: DateRange | None = None,
        first: int | None = None,
        after: str | None = None,
    ) -> Connection[Payment] | None:
        return Connection(made=await in_list(info, self, Payment, range, first, after))

    @strawberry.field(description="Adjustments, newest first.")
    async def adjustments(
        self,
        info: Info,
        range: DateRange | None = None,
        first: int | None = None,
        after: str | None = None,
    ) -> Connection[Adjustment] | None:
        return Connection(made=await in_list(info, self, Adjustment, range, first, after))

    @strawberry.field(description="Bills, payments and adjustments in one list, newest first.")
    async def financial_history(
        self,
        info: Info,
        range: DateRange | None = None,
        kinds: list[FinancialKind] | None = None,
        first: int | None = None,
        after: str | None = None,
    ) -> FinancialHistoryConnection | None:
        return await financial_history(info, self, range, kinds, first, after)

    @strawberry.field(
        description="The standing order in force today, or null where none is.",
        metadata={"asks": ((AutopayInstruction, ("account_id",)),)},
    )
    async def autopay(self, info: Info) -> AutopayInstruction | None:
        found = await many_of(info.context.load, AutopayInstruction, "account_id", self.id)
        return next((each for each in found or () if each.holds(self.today(info))), None)

    @strawberry.field(metadata={"asks": ((ScheduledPayment, ("account_id",)),)})
    async def scheduled_payments(self, info: Info) -> list[ScheduledPayment] | None:
        found = await many_of(info.context.load, ScheduledPayment, "account_id", self.id)
        return None if found is None else sorted(found, key=lambda each: each.due_on)

    # -- credit and collection --

    @strawberry.field(
        description="Every process that collects a debt of this account, newest first.",
        metadata={"asks": tuple((each, ("account_id",)) for each in PROCESSES)},
    )
    async def credit_processes(
        self,
        info: Info,
        active_only: bool = False,
    ) -> list[CreditProcess] | None:
        window = Window(zone=self.zone_in(info))
        load = info.context.load
        asked = [load.ask(each, "account_id", self.id, window) for each in PROCESSES]
        lists = [known(found) for found in await asyncio.gather(*asked)]
        if all(each is None for each in lists):
            return None
        processes = [each for one_list in lists for each in one_list or ()]
        kept = [p for p in processes if not active_only or p.process_status is ProcessStatus.ACTIVE]
        return sorted(kept, key=lambda process: (process.created_at, process.id), reverse=True)

    @strawberry.field(
        description="Promises to pay by installments on the bills, newest first.",
        metadata={"asks": ((PaymentArrangement, ("account_id",)),)},
    )
    async def payment_arrangements(
        self,
        info: Info,
        active_only: bool = False,
    ) -> list[PaymentArrangement] | None:
        window = Window(zone=self.zone_in(info))
        found = await info.context.load.ask(PaymentArrangement, "account_id", self.id, window)
        return _promised(known(found), active_only=active_only)

    @strawberry.field(
        description="Promises of payments on agreed days, newest first.",
        metadata={"asks": ((PayPlan, ("account_id",)),)},
    )
    async def pay_plans(
        self,
        info: Info,
        active_only: bool = False,
    ) -> list[PayPlan] | None:
        found = await many_of(info.context.load, PayPlan, "account_id", self.id)
        return _promised(found, active_only=active_only)

    # -- work --

    @strawberry.field(description="Service requests, newest first.")
    async def service_requests(
        self,
        info: Info,
        state: ServiceRequestState | None = None,
        first: int | None = None,
        after: str | None = None,
    ) -> Connection[ServiceRequest] | None:
        keep = None if state is None else (lambda request: request.state is state)
        made = await in_list(info, self, ServiceRequest, None, first, after, keep=keep, told=state)
        return Connection(made=made)

    @strawberry.field(description="Service orders, newest first.")
    async def service_orders(
        self,
        info: Info,
        range: DateRange | None = None,
        first: int | None = None,
        after: str | None = None,
    ) -> Connection[ServiceOrder] | None:
        return Connection(made=await in_list(info, self, ServiceOrder, range, first, after))

    @strawberry.field(description="Field orders, newest first.")
    async def field_orders(
        self,
        info: Info,
        range: DateRange | None = None,
        first: int | None = None,
        after: str | None = None,
    ) -> Connection[FieldOrder] | None:
        return Connection(made=await in_list(info, self, FieldOrder, range, first, after))

    @strawberry.field(
        description="Outages at the premises of this account.",
        metadata={"asks": ((OutageEvent, ("premise_id",)),)},
    )
    async def outages(
        self,
        info: Info,
        active_only: bool = True,
    ) -> list[OutageEvent] | None:
        load = info.context.load
        reference = known(await reference_of(load, self))
        if not reference:
            return None
        keys = reference[0].premise_ids or ()
        found = await asyncio.gather(*(load.ask(OutageEvent, "premise_id", key) for key in keys))
        lists = [known(each) for each in found]
        if lists and all(each is None for each in lists):
            return None
        events = {event.id: event for each in lists for event in each or ()}
        kept = [event for event in events.values() if event.is_active() or not active_only]
        return sorted(kept, key=lambda event: (event.started_at, event.id), reverse=True)

    # -- usage --

    @strawberry.field(
        description="What was used, one series for each service point, service, unit and flow. "
        "Without a range: all years kept by bill period, 13 months by month or year, 31 days by "
        "day, 7 days by hour or interval."
    )
    async def usage(
        self,
        info: Info,
        service_type: ServiceType | None = None,
        service_point_id: strawberry.ID | None = None,
        unit: str | None = None,
        granularity: UsageGranularity = UsageGranularity.BILL_PERIOD,
        range: DateRange | None = None,
    ) -> list[UsageSeries] | None:
        found = await usage_of(info, self, granularity, range, service_point_id)
        return (
            None
            if found is None
            else [
                each
                for each in found
                if (service_type is None or each.service_type is service_type) and unit in (None, each.unit)
            ]
        )

    # -- everything that happened --

    @strawberry.field(
        description="Everything that happened, newest first, from every system that knows something; windows "
        "of at most six months within the years kept."
    )
    async def activities(
        self,
        info: Info,
        categories: list[ActivityCategory] | None = None,
        types: list[ActivityType] | None = None,
        range: DateRange | None = None,
        first: int | None = None,
        after: str | None = None,
    ) -> CustomerActivityConnection | None:
        return await activity_feed(info, self, categories, types, range, first, after)


def _promised(found: list[Any] | None, *, active_only: bool) -> list[Any] | None:
    if found is None:
        return None
    kept = [each for each in found if not active_only or each.status is ArrangementStatus.ACTIVE]
    return sorted(kept, key=lambda each: (each.since, each.id), reverse=True)


async def account_of(info: Info, by: str, key: str) -> BillingAccount | None:
    """One account; its cross-reference is asked for at the same moment where the key allows it."""
    load = info.context.load
    if by == "id" and load.offers(AccountReference, "account_id"):
        load.ask(AccountReference, "account_id", key)
    return await one_of(load, BillingAccount, by, key)  # type: ignore[no-any-return]  # by its class
