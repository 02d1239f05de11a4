"""Premises, service points, meters and service agreements (CIS)."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import field
from datetime import date
from typing import Any, ClassVar, TypeVar

import strawberry

from gateway.access.audiences import PARTNER
from gateway.access.caller import Scope
from gateway.access.ties import OF_ACCOUNT, Tie, tied
from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.date_ranges import is_in_force
from gateway.resolvers.graph.descriptions import described
from gateway.resolvers.graph.enums import DescribedEnum
from gateway.resolvers.graph.known import NotKnown, nullable, state_of
from gateway.resolvers.graph.node import Node
from gateway.resolvers.graph.personal import Personal, PiiKind
from gateway.resolvers.graph.record import Record, SourceSystem
from gateway.resolvers.graph.record_names import BILLING_ACCOUNT, CUSTOMER
from gateway.resolvers.graph.relations import lazy_type, loads, many, many_of, one, one_of, relation
from gateway.resolvers.graph.tags import known_to
from gateway.resolvers.graph.values import LOCAL_ID, Address, CodedValue, Money, local_id_field
from gateway.resolvers.party.dashboard import VACANT, Dashboard

R = TypeVar("R", bound=Record)
# Whether a person of an account depends on power; None if unknown. Rooms above know it.
PowerOf = Callable[[Info], Awaitable[bool | None]]


class ServiceType(DescribedEnum):
    """Commodities and services that a utility supplies."""

    ELECTRIC = "ELECTRIC", "Electric energy.", "Electricity"
    GAS = "GAS", "Natural gas by pipe."
    WATER = "WATER", "Drinking water."
    WASTEWATER = "WASTEWATER", "Sewage that is carried away."
    STEAM = "STEAM", "Steam for heat or machines."
    HEAT = "HEAT", "District heating."
    REFUSE = "REFUSE", "Waste collection.", "Waste collection"
    OTHER = "OTHER", "A service that has no name in this list."


class ServicePointState(DescribedEnum):
    """Connection state of a service point."""

    NOT_CONNECTED = "NOT_CONNECTED", "Not connected yet."
    CONNECTED = "CONNECTED", "Service can flow."
    DISCONNECTED_AT_SOURCE = "DISCONNECTED_AT_SOURCE", "Disconnected at the supply line.", "Disconnected at the line"
    DISCONNECTED_AT_DEVICE = "DISCONNECTED_AT_DEVICE", "Disconnected at the meter.", "Disconnected at the meter"
    CUT_FOR_NON_PAYMENT = "CUT_FOR_NON_PAYMENT", "Disconnected because of unpaid debt.", "Cut for non-payment"
    ABANDONED = "ABANDONED", "No longer in use."


class ServiceAgreementStatus(DescribedEnum):
    """Stage in the life of a service agreement."""

    PENDING_START = "PENDING_START", "Agreed, service has not started."
    ACTIVE = "ACTIVE", "Service is supplied and billed."
    PENDING_STOP = "PENDING_STOP", "The end of service is requested."
    STOPPED = "STOPPED", "Service has ended, the final bill is open."
    REACTIVATED = "REACTIVATED", "Stopped, then used again because of late charges or payments."
    CLOSED = "CLOSED", "Ended, and paid."
    CANCELED = "CANCELED", "Never took effect."


@described
@known_to(PARTNER)
class Meter:
    """The device that measures at a service point.

    id: Identifier in the CIS.
    local_id: Identifier in the CIS, no id of this graph.
    badge_number: Number on the device.
    configuration: Name of the device configuration; null if unknown.
    smart: True if the meter reports its readings itself; null if unknown.
    interval_minutes: Length of its reading intervals in minutes; null if it records no intervals.
    installed_on: Day of installation; null if unknown.
    """

    id: strawberry.ID = strawberry.field(deprecation_reason=LOCAL_ID)
    local_id = local_id_field()
    badge_number: str
    configuration: str | None
    smart: bool | None
    interval_minutes: int | None
    installed_on: date | None


@described
@known_to(PARTNER, without=("access_instructions",))
class ServicePoint(Node, Record):
    """The place at a premise where one service is delivered and measured.

    service_type: Service that is delivered here.
    state: Connection state; null if unknown.
    premise: The premise that the service point belongs to; null if unknown.
    meter: The installed meter; null if there is none.
    access_instructions: How to reach the service point, for field staff; null if there are none.
    """

    SYSTEM = SourceSystem.CIS
    SCOPE = Scope.CUSTOMER_READ
    TIES = tied(id=Tie.SERVICE_POINT)

    PERSONAL: ClassVar[Personal] = {"access_instructions": PiiKind.ACCESS_CODE}

    premise_id: strawberry.Private[str | None]
    service_type: ServiceType
    state: ServicePointState | None
    meter: Meter | None
    access_instructions: str | None
    premise: "Premise | None" = one("Premise", key="premise_id")
    premise_state = state_of(premise)


async def _agreements_at(premise: "Premise", info: Info) -> "list[ServiceAgreement]":
    """The agreements about a premise: first those in force today, then the newest."""
    record: Any = info.context.records["ServiceAgreement"]
    agreements = await many_of(info.context.loader, record, "premise_id", premise.id)
    if agreements is None:
        raise NotKnown
    today = info.context.now().astimezone(info.context.zone).date()
    return sorted(agreements, key=lambda each: (_serves(each, today), each.since, each.id), reverse=True)


def _serves(agreement: "ServiceAgreement", day: date) -> bool:
    """Whether service is supplied that day: an agreement may be canceled before it begins."""
    is_effective = agreement.status is not ServiceAgreementStatus.CANCELED
    return is_effective and is_in_force(agreement.since, agreement.until, day)


async def _accounts_at(premise: "Premise", info: Info) -> list[Any]:
    ids = dict.fromkeys(each.account_id for each in await _agreements_at(premise, info) if each.account_id)
    accounts = await records_by_id(info, info.context.records["BillingAccount"], [*ids])
    if accounts is None:
        raise NotKnown
    return accounts


async def serving_agreements(premise: "Premise", info: Info) -> "list[ServiceAgreement]":
    """The agreements by which service is supplied at a premise today."""
    today = info.context.now().astimezone(info.context.zone).date()
    return [each for each in await _agreements_at(premise, info) if _serves(each, today)]


async def _customer_at(premise: "Premise", info: Info) -> Any:
    serving = await serving_agreements(premise, info)
    ids = dict.fromkeys(each.account_id for each in serving if each.account_id)
    accounts: list[Any] | None = await records_by_id(info, info.context.records["BillingAccount"], [*ids])
    customers = dict.fromkeys(account.customer_id for account in accounts or ())
    if accounts is None or None in customers or len(customers) > 1:
        raise NotKnown  # of two customers, neither is the one who is served
    loader, record = info.context.loader, info.context.records["Customer"]
    return await one_of(loader, record, "id", next(iter(customers), None))


@described
@known_to(PARTNER, without=("depends_on_power",))
class Premise(Node, Record):
    """A place that can be served: a house, an apartment or a shop.

    address: Postal address of the premise.
    premise_type: Type of premise, from the utility's code list; null if unknown.
    is_vacant: True if no customer is served there now; null if unknown.
    service_points: Service points of the premise; null if unknown.
    service_agreements: Agreements about the premise, those of former customers too; null if unknown.
    accounts: Accounts with agreements about the premise, former ones too; those in force come first. Null if
        unknown.
    customer: Customer who is served there today; null if there is none, or it is unknown.
    """

    SYSTEM = SourceSystem.CIS
    SCOPE = Scope.CUSTOMER_READ
    TIES = tied(id=Tie.PREMISE)

    address: Address
    premise_type: CodedValue | None
    is_vacant: bool | None
    life_support: strawberry.Private[bool | None]
    service_points: list[ServicePoint] | None = many(ServicePoint, by="premise_id")
    service_agreements: "list[ServiceAgreement] | None" = many("ServiceAgreement", by="premise_id", required=False)
    power: strawberry.Private[PowerOf | None] = field(default=None, compare=False, repr=False)

    @strawberry.field(name="lifeSupport")
    async def depends_on_power(self, info: Info) -> bool | None:
        """True if a person there depends on electricity to live. Null means unknown, never "no".

        A person of the account, or a mark at one of its premises, counts for each of its premises. Where no
        account leads to the premise, only a mark at the premise itself is known.
        """
        if self.life_support or self.power is None:
            return self.life_support or None
        return await self.power(info)

    @strawberry.field
    def dashboard(self) -> Dashboard | None:
        """Whether a dashboard is offered here: never for a vacant premise.

        Null for any other premise, because a premise does not name its account; see the customer's dashboard.
        """
        return VACANT if self.is_vacant else None

    accounts = nullable(_accounts_at, list[lazy_type(BILLING_ACCOUNT)])  # type: ignore[misc]  # at run time
    customer = nullable(_customer_at, lazy_type(CUSTOMER))
    customer_state = state_of(customer)


@described
@known_to(PARTNER)
class ServiceAgreement(Node, Record):
    """A contract for one service under an account.

    agreement_type: Type of agreement, from the utility's code list.
    service_type: Service that is supplied; null for agreements about money only, such as deposits.
    status: Stage in the agreement's life.
    since: First day of the agreement.
    until: Last day of the agreement; null if it is open-ended.
    rate_schedule: Rate by which the service is charged; null if unknown.
    premise: The premise that characterizes the agreement; null if there is none.
    service_points: Service points that the agreement supplies; null if unknown.
    current_balance: Amount owed under this agreement; null if unknown.
    account: The account of the agreement; null if unknown.
    """

    SYSTEM = SourceSystem.CIS
    SCOPE = Scope.CUSTOMER_READ
    TIES = OF_ACCOUNT

    account_id: strawberry.Private[str | None]
    premise_id: strawberry.Private[str | None]
    service_point_ids: strawberry.Private[list[str] | None]
    agreement_type: CodedValue
    service_type: ServiceType | None
    status: ServiceAgreementStatus
    since: date
    until: date | None
    rate_schedule: CodedValue | None
    current_balance: Money | None
    premise: Premise | None = one(Premise, key="premise_id")
    premise_state = state_of(premise)
    account: Node | None = one(BILLING_ACCOUNT, key="account_id")
    account_state = state_of(account)

    @strawberry.field(metadata=loads(relation(ServicePoint, "id")))
    async def service_points(self, info: Info) -> list[ServicePoint] | None:
        return await records_by_id(info, ServicePoint, self.service_point_ids)


async def records_by_id(info: Info, record: type[R], keys: list[str] | None) -> list[R] | None:
    """The records of these ids, in their order; None if the ids are unknown, or no lookup is configured."""
    loader = info.context.loader
    if keys is None or (keys and not loader.has_lookup(record, "id")):
        return None
    loaded = await asyncio.gather(*(one_of(loader, record, "id", key) for key in keys))
    return [item for item in loaded if item is not None]
