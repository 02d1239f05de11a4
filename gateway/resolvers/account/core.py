"""The fields of a billing account that the CIS itself holds, and the keys by which other systems know it."""

from dataclasses import replace
from datetime import date
from enum import Enum
from zoneinfo import ZoneInfo

import strawberry

from gateway.loading.finder import LoadResult
from gateway.loading.loader import Loader
from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.descriptions import described, described_enum
from gateway.resolvers.graph.node import Node
from gateway.resolvers.graph.record import Record, SourceSystem
from gateway.resolvers.graph.relations import relation
from gateway.resolvers.graph.values import CodedValue


@described_enum
class AccountStatus(Enum):
    """Stage in the life of a billing account; FINALED is closed and finally billed."""

    PENDING = "PENDING"
    ACTIVE = "ACTIVE"
    INACTIVE = "INACTIVE"
    FINALED = "FINALED"


OPEN_STATUSES = (AccountStatus.ACTIVE, AccountStatus.PENDING)


@described
class AccountCore(Node, Record):
    """What a billing account itself says; the parts of BillingAccount build on it.

    account_number: Account number, as printed on bills.
    status: Stage in the account's life.
    customer_class: Class of customer, such as residential or commercial; null if unknown.
    bill_cycle: Cycle in which the account is billed; null if unknown.
    currency: ISO 4217 code of the account's currency; null if unknown.
    opened_on: Day on which the account was opened; null if unknown.
    closed_on: Day on which the account was closed; null if it is open, or the day is unknown.
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

    @strawberry.field(name="timeZone")
    def zone_name(self) -> str | None:
        """IANA name of the time zone of the account's days; null if it is the utility's."""
        return self.time_zone.key if self.time_zone else None

    def zone_in(self, info: Info) -> ZoneInfo:
        """The account's own time zone, or the utility's."""
        return self.time_zone or info.context.zone

    def today(self, info: Info) -> date:
        """The current day in the account's time zone."""
        return info.context.now().astimezone(self.zone_in(info)).date()


@strawberry.type
class AccountReference(Record):
    """The keys of one account.

    customer_accounts: number of accounts of its customer, closed ones included
    """

    SYSTEM = SourceSystem.CIS

    account_id: str
    customer_id: str | None
    customer_accounts: int | None
    person_ids: list[str] | None
    premise_ids: list[str] | None
    service_point_ids: list[str] | None
    service_agreement_ids: list[str] | None


REFERENCE = relation(AccountReference, "account_id")


async def reference_of(loader: Loader, account: AccountCore) -> LoadResult[AccountReference]:
    """The cross-reference of an account."""
    return await loader.load(AccountReference, "account_id", account.id)


def prime_references(loader: Loader, result: LoadResult[AccountReference], account_ids: list[str]) -> None:
    """Share the cross-references of a customer with later loads by account.

    An account that a good result does not contain is loaded by itself.
    """
    references = {reference.account_id: reference for reference in result.records}
    for account_id in account_ids:
        reference = references.get(account_id)
        if result.error is not None or reference is not None:
            records = [] if reference is None else [reference]
            loader.prime(AccountReference, "account_id", account_id, replace(result, records=records))
