"""What an account itself says, and whose midnight its days have."""

from datetime import date
from enum import Enum
from zoneinfo import ZoneInfo

import strawberry

from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.descriptions import described, described_enum
from gateway.resolvers.graph.node import Node, Record
from gateway.resolvers.graph.values import CodedValue


@described_enum
class AccountStatus(Enum):
    """Where an account stands in its life."""

    PENDING = "PENDING"
    ACTIVE = "ACTIVE"
    INACTIVE = "INACTIVE"
    FINALED = "FINALED"


OPEN_STATUSES = (AccountStatus.ACTIVE, AccountStatus.PENDING)


@described
class AccountCore(Node, Record):
    """What an account itself says; the parts of BillingAccount are built on it.

    account_number: the number people know it by.
    status: where it stands in its life.
    customer_class: which kind of customer it is for.
    bill_cycle: when it is billed.
    currency: what it is billed in.
    opened_on: the day it was opened.
    closed_on: the day it was closed.
    """

    customer_id: strawberry.Private[str | None]
    account_number: str
    status: AccountStatus
    customer_class: CodedValue | None
    bill_cycle: CodedValue | None
    currency: str | None
    time_zone: strawberry.Private[ZoneInfo | None]
    opened_on: date | None
    closed_on: date | None

    @strawberry.field(name="timeZone", description="Whose midnight its days have.")
    def zone_name(self) -> str | None:
        return self.time_zone.key if self.time_zone else None

    def zone_in(self, info: Info) -> ZoneInfo:
        """Whose midnight its days have: its own zone, the utility's where it names none."""
        return self.time_zone or info.context.zone

    def today(self, info: Info) -> date:
        """The day it is there."""
        return info.context.now().astimezone(self.zone_in(info)).date()
