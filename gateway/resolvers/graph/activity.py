"""The interface of the 21 types of activity."""

from collections.abc import Awaitable
from datetime import date, datetime
from functools import partial
from inspect import isawaitable
from typing import Any, ClassVar

import strawberry

from gateway.contract.times import midnight
from gateway.errors import SourceError
from gateway.languages.texts import translated
from gateway.resolvers.graph.account_zone import in_zone
from gateway.resolvers.graph.activity_status import ActivityPrecision, ActivityStatus, Standing, StatusMap
from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.descriptions import described_interface
from gateway.resolvers.graph.enums import DescribedEnum
from gateway.resolvers.graph.known import STATE, KnownState, known_state, state_of
from gateway.resolvers.graph.node import Node
from gateway.resolvers.graph.record import Record
from gateway.resolvers.graph.record_names import BILLING_ACCOUNT
from gateway.resolvers.graph.relations import one
from gateway.resolvers.graph.values import Agent, Money
from gateway.resolvers.graph.wording import day_text, inside, instant_text, phrase


class ActivityCategory(DescribedEnum):
    """Categories of activities that agents filter by."""

    CONVERSATION_MESSAGE = "CONVERSATION_MESSAGE", "Calls and chats.", "Conversations"
    EMAIL = "EMAIL", "E-mail messages, sent and received.", "E-mail"
    SERVICE_TASK = "SERVICE_TASK", "Tasks that a contact completed in self-service.", "Self-service tasks"
    FINANCIAL_INFORMATION = "FINANCIAL_INFORMATION", "Bills and payments.", "Bills and payments"
    SERVICE_REQUEST = "SERVICE_REQUEST", "Requests tracked by the service system.", "Service requests"
    CUSTOMER_INFORMATION = (
        "CUSTOMER_INFORMATION",
        "Customer contacts, cases and rebate claims of the CIS.",
        "Customer information",
    )
    SERVICE_ORDER = "SERVICE_ORDER", "Orders to do work at a service point.", "Service orders"
    FIELD_ORDER = "FIELD_ORDER", "Work for a field crew.", "Field orders"
    CREDIT_AND_COLLECTION = (
        "CREDIT_AND_COLLECTION",
        "Collection processes, payment arrangements and credit history.",
        "Credit and collection",
    )
    OUTAGE_CALL = "OUTAGE_CALL", "Calls that report an outage.", "Outage calls"


class ActivityType(DescribedEnum):
    """The 21 types of record in the activity feed.

    Activities of the same instant are listed in this order.
    """

    CALL = "CALL", "A phone call of the contact center, in or out."
    CHAT = "CHAT", "A chat with an agent or a bot."
    EMAIL = "EMAIL", "A message between the customer and the utility.", "E-mail"
    SERVICE_TASK = (
        "SERVICE_TASK",
        "Something that the customer did in self-service, such as a changed address.",
        "Self-service task",
    )
    BILL = "BILL", "A bill that was issued or prepared."
    PAYMENT = "PAYMENT", "Money that came in, or was returned by the bank."
    SERVICE_REQUEST = "SERVICE_REQUEST", "A wish or complaint that the service system tracks."
    CUSTOMER_CONTACT = "CUSTOMER_CONTACT", "A contact that an agent wrote down in the CIS."
    CASE = "CASE", "A matter that staff work on in the CIS, over days or weeks."
    REBATE_CLAIM = "REBATE_CLAIM", "A customer's claim for money from a program."
    SERVICE_ORDER = "SERVICE_ORDER", "An order to start, stop or change service."
    FIELD_ORDER = "FIELD_ORDER", "A visit of a field crew."
    COLLECTION_PROCESS = "COLLECTION_PROCESS", "Steps to collect overdue debt, such as letters."
    SEVERANCE_PROCESS = "SEVERANCE_PROCESS", "Steps that end service for unpaid debt."
    WRITE_OFF_PROCESS = "WRITE_OFF_PROCESS", "Steps that give up a debt, or hand it to an agency."
    PAY_PLAN_OVERDUE_PROCESS = "PAY_PLAN_OVERDUE_PROCESS", "Steps after a payment of a pay plan was missed."
    PAYMENT_ARRANGEMENT = "PAYMENT_ARRANGEMENT", "An agreement to pay a debt in parts."
    CUT_PROCESS = "CUT_PROCESS", "Steps to disconnect service for unpaid debt.", "Disconnection process"
    CREDIT_RATING_HISTORY = "CREDIT_RATING_HISTORY", "A change of the customer's credit rating.", "Credit rating"
    CASH_ONLY_HISTORY = (
        "CASH_ONLY_HISTORY",
        "A change of the points that lead to payment by cash only.",
        "Cash-only points",
    )
    OUTAGE_CALL = "OUTAGE_CALL", "A customer reported an outage."


def other_types(name: str) -> str:
    """Why a field is deprecated of which other activities have a field with the same name and another type."""
    return f"Use `{name}`: this name has other types on other activities. Deprecated since 2026-11-30."


async def day_state(loading: Awaitable[date | None]) -> KnownState:
    """Whether a day is known; a failed system makes it unknown."""
    try:
        return known_state(await loading, unknown=True)
    except SourceError:
        return KnownState.UNKNOWN


@described_interface
class CustomerActivity(Node, Record):
    """Something that happened with a customer, from any of the systems.

    activity_type: The type of record, one of 21.
    category: The category that the activity feed groups this type under.
    occurred_at: When it happened, as an instant with the account's offset. A record with only a day gives
        midnight in the account's time zone, or else the utility's; see `precision`.
    occurred_on: The day on which it happened, in the account's time zone; null if that zone is unknown.
    occurred_label: When it happened, for people, by the locale of the request: "Oct 5, 2026, 10:30 PM CDT". A record
        with only a day gives the day. The time is in the account's time zone, or else the utility's, and names it.
    precision: Whether the record has a time or only a day.
    title: One line that summarizes the activity, in plain text. It says if the activity was canceled or failed.
    activity_status: Status in the same words for all types; null if the record's own status is unknown.
    status_label: Status for people, in the words of the type, such as "Returned"; "Unknown" if it is unknown.
    amount: Amount of money that it is about; null if the type has none, or the amount is unknown.
    summary: One line on what it is about, in plain text; null if nothing more is known than the title says.
    agent: The agent or team that handled it; null if the type has none, or the agent is unknown.
    account: The billing account that the activity concerns; null if it names none, or the account is unknown.

    STATUS: how the type's own status reads; the same for all records of a type without a status.
    IN_TITLE: statuses that a title mentions.
    """

    TYPE: ClassVar[ActivityType]
    CATEGORY: ClassVar[ActivityCategory]
    TITLE: ClassVar[str]  # a message; {0} is the record
    STATUS: ClassVar[StatusMap | Standing]
    IN_TITLE: ClassVar[frozenset[ActivityStatus]] = frozenset({ActivityStatus.CANCELED, ActivityStatus.FAILED})

    account_id: strawberry.Private[str | None]

    @strawberry.field
    def activity_type(self) -> ActivityType:
        return self.TYPE

    @strawberry.field
    def category(self) -> ActivityCategory:
        return self.CATEGORY

    @strawberry.field(graphql_type=datetime)
    def occurred_at(self, info: Info) -> Any:
        value = self.happened()
        if isinstance(value, datetime):
            return in_zone(self, info, value.astimezone)
        return in_zone(self, info, partial(midnight, value))

    @strawberry.field(graphql_type=date | None)
    def occurred_on(self, info: Info) -> Any:
        return self.day(info)

    @strawberry.field(graphql_type=KnownState, description=STATE)
    def occurred_on_state(self, info: Info) -> Any:
        day = self.day(info)
        return day_state(day) if isawaitable(day) else KnownState.KNOWN

    @strawberry.field(graphql_type=str)
    def occurred_label(self, info: Info) -> Any:
        value = self.happened()
        if isinstance(value, datetime):
            return in_zone(self, info, lambda zone: instant_text(value.astimezone(zone)))
        return day_text(value)

    @strawberry.field
    def precision(self) -> ActivityPrecision:
        return ActivityPrecision.INSTANT if isinstance(self.happened(), datetime) else ActivityPrecision.DAY

    @strawberry.field
    def title(self) -> str:
        return self.headline()

    @strawberry.field
    def activity_status(self) -> ActivityStatus | None:
        return self.standing().status

    @strawberry.field
    def status_label(self) -> str:
        return self.standing().label

    # Types that store one of these override it with the stored field.
    amount: Money | None = strawberry.field(resolver=lambda self: self.worth())
    summary: str | None = strawberry.field(resolver=lambda self: self.gist())
    agent: Agent | None = strawberry.field(resolver=lambda self: self.handler())
    account: Node | None = one(BILLING_ACCOUNT, key="account_id")
    account_state = state_of(account)

    def happened(self) -> date:
        """The stored time: an instant or a day."""
        return getattr(self, self.TIME or "")  # type: ignore[no-any-return]  # TIME names an instant or a day

    def day(self, info: Info) -> Any:
        """The day in the zone of the account, or what leads to it; None if that zone is unknown."""
        value = self.happened()
        if isinstance(value, datetime):
            return in_zone(self, info, lambda zone: value.astimezone(zone).date(), guess=False)
        return value

    def headline(self) -> str:
        """Summarize the activity in one line."""
        return translated(self.TITLE).format(self)

    def standing(self) -> Standing:
        """The status and its label."""
        return self.STATUS if isinstance(self.STATUS, Standing) else self.STATUS.of(self)

    def is_marked(self) -> bool:
        """Whether the title mentions the status."""
        return self.standing().status in self.IN_TITLE

    def marked(self, noun: str) -> str:
        """The noun of a title with the status, if titles mention it: "Payment returned"."""
        if not self.is_marked():
            return noun
        return phrase("{noun} {status}", noun=noun, status=inside(self.standing().label))

    def worth(self) -> Money | None:
        """The amount of types that have one under another name."""
        return None

    def gist(self) -> str | None:
        """What the activity is about, in one line."""
        return None

    def handler(self) -> Agent | None:
        """The agent of types that have one under another name."""
        return None
