"""Billing accounts: what a customer has, and the place where every system's records meet."""

from datetime import date
from typing import Any

import strawberry

from gateway.resolvers.account.cross_reference import AccountReference, reference_of
from gateway.resolvers.account.parts import AccountAlert, AccountPerson, ProgramEnrollment
from gateway.resolvers.activity.activity_feed import CustomerActivityConnection, activity_feed
from gateway.resolvers.customer360.account_credit import AccountCredit
from gateway.resolvers.customer360.account_money import AccountMoney
from gateway.resolvers.customer360.account_usage import AccountUsage
from gateway.resolvers.customer360.account_work import AccountWork
from gateway.resolvers.graph.activity import ActivityCategory, ActivityType
from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.descriptions import described
from gateway.resolvers.graph.relations import many, many_of, one, one_of, records_of
from gateway.resolvers.graph.selections import selects
from gateway.resolvers.graph.systems import SourceSystem
from gateway.resolvers.graph.values import DateRange
from gateway.resolvers.insights.engine import insights_of
from gateway.resolvers.insights.model.insight import InsightArea, InsightSet, InsightSeverity
from gateway.resolvers.service.premises import Premise, ServiceAgreement, ServiceType, records_by_id
from gateway.resolvers.usage.account_usage import usage_series
from gateway.resolvers.usage.readings import UsageGranularity, UsageSeries

__all__ = ["REFERRING", "BillingAccount", "account_of"]


@described
class BillingAccount(AccountMoney, AccountCredit, AccountWork, AccountUsage):
    """An account that is billed, with everything that belongs to it.

    It is what a customer has with the utility.

    customer: The customer of the account; null if unknown.
    persons: Persons with a role on the account; null if unknown.
    premises: Premises that the account serves; null if unknown.
    service_agreements: Service agreements under the account; null if unknown.
    programs: Programs that the account is enrolled in; null if unknown.
    """

    SYSTEM = SourceSystem.CIS

    customer: Any = one("gateway.resolvers.customer360.customer:Customer", key="customer_id")
    persons: list[AccountPerson] | None = many(AccountPerson, by="account_id")
    service_agreements: list[ServiceAgreement] | None = many(ServiceAgreement, by="account_id")
    programs: list[ProgramEnrollment] | None = many(ProgramEnrollment, by="account_id")

    @strawberry.field(metadata={"asks": ((AccountReference, ("account_id",)), (Premise, ("id",)))})
    async def premises(self, info: Info) -> list[Premise] | None:
        reference = records_of(await reference_of(info.context.loader, self))
        return await records_by_id(info, Premise, reference[0].premise_ids) if reference else None

    @strawberry.field(
        description="Alerts somebody set; with `activeOn` only those that hold on that day.",
        metadata={"asks": ((AccountAlert, ("account_id",)),)},
    )
    async def alerts(self, info: Info, active_on: date | None = None) -> list[AccountAlert] | None:
        found = await many_of(info.context.loader, AccountAlert, "account_id", self.id)
        return found if found is None or active_on is None else [a for a in found if a.is_in_force(active_on)]

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
        found = await usage_series(info, self, granularity, range, service_point_id)
        return (
            None
            if found is None
            else [
                each
                for each in found
                if (service_type is None or each.service_type is service_type) and unit in (None, each.unit)
            ]
        )

    @strawberry.field(
        description="What whoever opens the account should know, the most urgent first. With `areas`, only "
        "the systems that these need are asked; with `minSeverity`, what cannot be so urgent is left out."
    )
    async def insights(
        self,
        info: Info,
        areas: list[InsightArea] | None = None,
        min_severity: InsightSeverity | None = None,
    ) -> InsightSet | None:
        return await insights_of(info, self, areas, min_severity)

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


# The fields that start from the cross-reference.
REFERRING = (
    "premises",
    "outages",
    "usage",
    "usageComparison",
    "activities",
    "serviceOrders",
    "fieldOrders",
    "interactions",
    "insights",
)


async def account_of(info: Info, by: str, key: str) -> BillingAccount | None:
    """One account; its cross-reference is asked for at the same moment where the key allows it."""
    load = info.context.loader
    if by == "id" and load.has_lookup(AccountReference, "account_id") and selects(info, *REFERRING):
        load.load(AccountReference, "account_id", key)
    return await one_of(load, BillingAccount, by, key)  # type: ignore[no-any-return]  # by its class
