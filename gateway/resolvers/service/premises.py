"""Where service is given: premises, service points, meters, service agreements (CIS)."""

import asyncio
from datetime import date
from enum import Enum
from typing import Any

import strawberry

from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.descriptions import described, described_enum
from gateway.resolvers.graph.node import Node, Record
from gateway.resolvers.graph.relations import many, one, one_of
from gateway.resolvers.graph.systems import SourceSystem
from gateway.resolvers.graph.values import Address, CodedValue, Money
from gateway.resolvers.party.dashboard import Dashboard, premise_dashboard


@described_enum
class ServiceType(Enum):
    """What is supplied."""

    ELECTRIC = "ELECTRIC"
    GAS = "GAS"
    WATER = "WATER"
    WASTEWATER = "WASTEWATER"
    STEAM = "STEAM"
    HEAT = "HEAT"
    REFUSE = "REFUSE"
    OTHER = "OTHER"


@described_enum
class ServicePointState(Enum):
    """Whether service flows, and what stopped it."""

    NOT_CONNECTED = "NOT_CONNECTED"
    CONNECTED = "CONNECTED"
    DISCONNECTED_AT_SOURCE = "DISCONNECTED_AT_SOURCE"
    DISCONNECTED_AT_DEVICE = "DISCONNECTED_AT_DEVICE"
    CUT_FOR_NON_PAYMENT = "CUT_FOR_NON_PAYMENT"
    ABANDONED = "ABANDONED"


@described_enum
class ServiceAgreementStatus(Enum):
    """Where an agreement stands in its life."""

    PENDING_START = "PENDING_START"
    ACTIVE = "ACTIVE"
    PENDING_STOP = "PENDING_STOP"
    STOPPED = "STOPPED"
    REACTIVATED = "REACTIVATED"
    CLOSED = "CLOSED"
    CANCELED = "CANCELED"


@described
class Meter:
    """The device that measures at a service point.

    id: as the owning system knows it.
    badge_number: the number on the device.
    configuration: how it is set up.
    smart: whether it reports by itself.
    interval_minutes: how often it reads; null where it does not keep intervals.
    installed_on: the day it was put in.
    """

    id: strawberry.ID
    badge_number: str
    configuration: str | None
    smart: bool | None
    interval_minutes: int | None
    installed_on: date | None


@described
class ServicePoint(Node, Record):
    """The place at a premise where one service is delivered and measured.

    service_type: what is supplied here.
    state: whether it flows, and what stopped it.
    premise: the premise it belongs to.
    meter: the device that measures; null where there is none.
    access_instructions: how to get to it; for field roles only.
    """

    SYSTEM = SourceSystem.CIS

    premise_id: strawberry.Private[str | None]
    service_type: ServiceType
    state: ServicePointState | None
    meter: Meter | None
    access_instructions: str | None
    premise: Any = one("gateway.resolvers.service.premises:Premise", key="premise_id")


@described
class Premise(Node, Record):
    """A place that can be served: a house, a flat, a shop.

    address: where it is.
    premise_type: what kind of place it is.
    is_vacant: whether nobody is served there now.
    life_support: whether somebody there depends on power to live; null is unknown, and never "no".
    service_points: where service is delivered at it.
    """

    SYSTEM = SourceSystem.CIS

    address: Address
    premise_type: CodedValue | None
    is_vacant: bool | None
    life_support: bool | None
    service_points: list[ServicePoint] | None = many(ServicePoint, by="premise_id")

    @strawberry.field(
        description="Whether the dashboard of whoever is served here is offered: never for a vacant premise "
        "(ELIG-3). Of any other it is unknown, and null: a premise does not say whose account it is served "
        "under; ask the customer or the account."
    )
    def dashboard(self) -> Dashboard | None:
        return premise_dashboard(self.is_vacant)


@described
class ServiceAgreement(Node, Record):
    """A contract for one service under an account: what is supplied, since when, at which rate.

    agreement_type: which kind of agreement.
    service_type: what is supplied; null for agreements about money, such as deposits.
    status: where it stands in its life.
    since: the day it began.
    until: the day it ended.
    rate_schedule: how it is charged.
    premise: where it is characteristic.
    service_points: where it is delivered.
    current_balance: what is owed under it.
    """

    SYSTEM = SourceSystem.CIS

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

    @strawberry.field(metadata={"asks": ((ServicePoint, ("id",)),)})
    async def service_points(self, info: Info) -> list[ServicePoint] | None:
        return await records_by_id(info, ServicePoint, self.service_point_ids)


async def records_by_id(info: Info, record: type, keys: list[str] | None) -> list | None:  # type: ignore[type-arg]  # of that record
    """The records of these ids, in their order; null where the ids are unknown, or nobody has them."""
    load = info.context.loader
    if keys is None or (keys and not load.has_lookup(record, "id")):
        return None
    found = await asyncio.gather(*(one_of(load, record, "id", key) for key in keys))
    return [each for each in found if each is not None]
