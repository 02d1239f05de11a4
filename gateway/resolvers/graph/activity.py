"""The interface of the 21 types of activity."""

from datetime import date, datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import strawberry

from gateway.contract.times import midnight
from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.descriptions import described_interface
from gateway.resolvers.graph.enums import DescribedEnum
from gateway.resolvers.graph.known import state_of
from gateway.resolvers.graph.node import Node
from gateway.resolvers.graph.record import Record
from gateway.resolvers.graph.record_names import BILLING_ACCOUNT
from gateway.resolvers.graph.relations import one, one_of


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


@described_interface
class CustomerActivity(Node, Record):
    """Something that happened with a customer, from any of the systems.

    activity_type: The type of record, one of 21.
    category: The category that the activity feed groups this type under.
    occurred_at: When it happened, as an instant with offset. A record with only a day gives midnight in the
        account's time zone.
    title: One line that summarizes the activity, in plain text.
    account: The billing account that the activity concerns; null if it names none, or the account is unknown.
    """

    TYPE: ClassVar[ActivityType]
    CATEGORY: ClassVar[ActivityCategory]
    TITLE: ClassVar[str]  # a format string; {0} is the record

    account_id: strawberry.Private[str | None]

    @strawberry.field
    def activity_type(self) -> ActivityType:
        return self.TYPE

    @strawberry.field
    def category(self) -> ActivityCategory:
        return self.CATEGORY

    @strawberry.field
    async def occurred_at(self, info: Info) -> datetime:
        value = getattr(self, self.TIME or "")
        if isinstance(value, date) and not isinstance(value, datetime):
            zone = self.provenance.zone if self.provenance else None
            return midnight(value, zone or await self._account_zone(info))
        return value  # type: ignore[no-any-return]  # TIME names an instant or a day

    async def _account_zone(self, info: Info) -> ZoneInfo:
        record = info.context.records["BillingAccount"]
        account: Any = await one_of(info.context.loader, record, "id", self.account_id)
        if account is not None and account.failure is not None:
            raise account.failure  # in an unknown zone, the day begins at an unknown instant
        return account.zone_in(info) if account else info.context.zone

    @strawberry.field
    def title(self) -> str:
        return self.headline()

    def headline(self) -> str:
        """Summarize the activity in one line."""
        return self.TITLE.format(self)

    account: Node | None = one(BILLING_ACCOUNT, key="account_id")
    account_state = state_of(account)
