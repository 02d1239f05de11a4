"""What all 21 types of activity have in common."""

from datetime import date, datetime
from enum import Enum
from typing import Any, ClassVar

import strawberry

from gateway.contract.times import midnight
from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.descriptions import described_enum, described_interface
from gateway.resolvers.graph.node import Node, Record
from gateway.resolvers.graph.relations import one, one_of

ACCOUNT = "gateway.resolvers.customer360.account:BillingAccount"


@described_enum
class ActivityCategory(Enum):
    """The ten categories that agents filter by (ACT-3)."""

    CONVERSATION_MESSAGE = "CONVERSATION_MESSAGE"
    EMAIL = "EMAIL"
    SERVICE_TASK = "SERVICE_TASK"
    FINANCIAL_INFORMATION = "FINANCIAL_INFORMATION"
    SERVICE_REQUEST = "SERVICE_REQUEST"
    CUSTOMER_INFORMATION = "CUSTOMER_INFORMATION"
    SERVICE_ORDER = "SERVICE_ORDER"
    FIELD_ORDER = "FIELD_ORDER"
    CREDIT_AND_COLLECTION = "CREDIT_AND_COLLECTION"
    OUTAGE_CALL = "OUTAGE_CALL"


@described_enum
class ActivityType(Enum):
    """The 21 types of record in the feed, in the order they take at one and the same instant."""

    CALL = "CALL"
    CHAT = "CHAT"
    EMAIL = "EMAIL"
    SERVICE_TASK = "SERVICE_TASK"
    BILL = "BILL"
    PAYMENT = "PAYMENT"
    SERVICE_REQUEST = "SERVICE_REQUEST"
    CUSTOMER_CONTACT = "CUSTOMER_CONTACT"
    CASE = "CASE"
    REBATE_CLAIM = "REBATE_CLAIM"
    SERVICE_ORDER = "SERVICE_ORDER"
    FIELD_ORDER = "FIELD_ORDER"
    COLLECTION_PROCESS = "COLLECTION_PROCESS"
    SEVERANCE_PROCESS = "SEVERANCE_PROCESS"
    WRITE_OFF_PROCESS = "WRITE_OFF_PROCESS"
    PAY_PLAN_OVERDUE_PROCESS = "PAY_PLAN_OVERDUE_PROCESS"
    PAYMENT_ARRANGEMENT = "PAYMENT_ARRANGEMENT"
    CUT_PROCESS = "CUT_PROCESS"
    CREDIT_RATING_HISTORY = "CREDIT_RATING_HISTORY"
    CASH_ONLY_HISTORY = "CASH_ONLY_HISTORY"
    OUTAGE_CALL = "OUTAGE_CALL"


@described_interface
class CustomerActivity(Node, Record):
    """Something that happened with a customer, whatever system knows of it.

    activity_type: which of the 21 types.
    category: which of the ten categories.
    occurred_at: when, as instants with an offset; a day is its midnight in the account's time zone.
    title: one line that says what it is.
    account: the billing account it concerns; null where it concerns none.
    """

    TYPE: ClassVar[ActivityType]
    CATEGORY: ClassVar[ActivityCategory]
    TITLE: ClassVar[str]

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
            return midnight(value, self.zone or await self._account_zone(info))
        return value  # type: ignore[no-any-return]  # TIME names a moment or a day

    async def _account_zone(self, info: Info) -> Any:
        account = await one_of(
            info.context.loader, info.context.records["BillingAccount"], "id", self.account_id
        )
        return account.zone_in(info) if account else info.context.zone

    @strawberry.field
    def title(self) -> str:
        return self.headline()

    def headline(self) -> str:
        """One line that says what it is, out of what the record itself says."""
        return self.TITLE

    account: Any = one(ACCOUNT, key="account_id")
