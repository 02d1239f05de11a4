"""Billing accounts, where the records of all systems meet."""

from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

import strawberry

from gateway.access.audiences import PARTNER
from gateway.access.caller import Scope
from gateway.access.ties import Tie, tied
from gateway.resolvers.account.core import (
    REFERENCE,
    AccountAlert,
    AccountPerson,
    AccountReference,
    ProgramEnrollment,
    referenced_keys,
)
from gateway.resolvers.activity.account_streams import account_streams
from gateway.resolvers.activity.feed_fields import account_activities
from gateway.resolvers.contact.history import InteractionConnection, interaction_history
from gateway.resolvers.contact.interactions import Interaction
from gateway.resolvers.customer360.account_usage import AccountUsage
from gateway.resolvers.customer360.header import AccountHeader
from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.costs import QUESTION
from gateway.resolvers.graph.date_ranges import in_force
from gateway.resolvers.graph.descriptions import described
from gateway.resolvers.graph.interaction_list import InteractionRequest, interaction_list
from gateway.resolvers.graph.known import state_of
from gateway.resolvers.graph.record import SourceSystem
from gateway.resolvers.graph.record_names import CUSTOMER
from gateway.resolvers.graph.relations import (
    changed,
    fields_loading,
    joined_records,
    lazy_type,
    loads,
    many,
    many_of,
    one_of,
    relation,
)
from gateway.resolvers.graph.selections import selects
from gateway.resolvers.graph.tags import known_to
from gateway.resolvers.insights.engine import insights_of
from gateway.resolvers.insights.facts.power import depends_on_power, loading_power
from gateway.resolvers.insights.model.insight import InsightArea, InsightSet, InsightSeverity
from gateway.resolvers.service.outages import OutageEvent
from gateway.resolvers.service.premises import Premise, ServiceAgreement, ServicePoint, records_by_id


@described
@known_to(PARTNER)
class BillingAccount(AccountUsage):
    """An account that is billed, with everything that belongs to it.

    It is what a customer has with the utility.

    customer: The customer of the account; null if unknown.
    persons: Persons with a role on the account; null if unknown.
    premises: Premises that the account serves; null if unknown.
    service_agreements: Service agreements under the account; null if unknown.
    """

    SYSTEM = SourceSystem.CIS
    SCOPE = Scope.CUSTOMER_READ
    TIES = tied(id=Tie.ACCOUNT)

    persons: list[AccountPerson] | None = many(AccountPerson, by="account_id")
    service_agreements: list[ServiceAgreement] | None = many(ServiceAgreement, by="account_id")

    @strawberry.field(metadata=loads(relation(ProgramEnrollment, "account_id")))
    async def programs(self, info: Info) -> list[ProgramEnrollment] | None:
        """Programs that the account is enrolled in, also in the past; null if unknown."""
        programs = await many_of(info.context.loader, ProgramEnrollment, "account_id", self.id)
        return programs and [replace(program, day=self.today(info)) for program in programs]

    @strawberry.field(metadata=loads(relation(CUSTOMER, "id")), graphql_type=lazy_type(CUSTOMER) | None)
    async def customer(self, info: Info) -> Any:
        customer: Any = await one_of(info.context.loader, info.context.records["Customer"], "id", self.customer_id)
        return customer and changed(customer, viewed=self)

    customer_state = state_of(customer)

    @strawberry.field
    def header(self) -> AccountHeader | None:
        """The header of the dashboard of this account; null only after an error of the gateway itself."""
        customer_id = None if self.failure else self.customer_id
        return AccountHeader(customer_id=customer_id, customer=None, viewed=self, failure=self.failure)

    @strawberry.field(metadata=loads(REFERENCE, relation(Premise, "id")))
    async def premises(self, info: Info) -> list[Premise] | None:
        if selects(info, "lifeSupport"):
            loading_power(info, self)
        keys = await referenced_keys(info, self, "premise_ids")
        if selects(info, "servicePoints"):  # asked beside the premises, so that a slow CIS is waited for once
            for key in keys or ():
                info.context.loader.load(ServicePoint, "premise_id", key)
        premises = await records_by_id(info, Premise, keys)
        return premises and [replace(premise, power=partial(depends_on_power, account=self)) for premise in premises]

    @strawberry.field(metadata=loads(relation(AccountAlert, "account_id")))
    async def alerts(self, info: Info, active_on: date | None = None) -> list[AccountAlert] | None:
        """Alerts that staff set on the account, also past and future ones: `isActive` tells; null if unknown.

        active_on: Only alerts in force on this day; null for all.
        """
        alerts = await many_of(info.context.loader, AccountAlert, "account_id", self.id)
        day = active_on or self.today(info)
        return alerts and [replace(alert, day=day) for alert in in_force(alerts, active_on)]

    @strawberry.field(metadata={**loads(REFERENCE), "cost": 30 * QUESTION})  # what its rules ask
    async def insights(
        self, info: Info, areas: list[InsightArea] | None = None, min_severity: InsightSeverity | None = None
    ) -> InsightSet | None:
        """Warnings and hints about the account, the most urgent first; null after an internal error.

        areas: Only insights of these areas, and only their systems are asked; null for all.
        min_severity: Only insights of this severity or a higher one; null for all.
        """
        return await insights_of(info, self, areas, min_severity)

    activities = account_activities()

    @interaction_list(REFERENCE, relation(Interaction, *Interaction.ACCOUNT_LOOKUPS, required=False))
    async def interactions(self, info: Info, request: InteractionRequest) -> InteractionConnection:
        """Interactions about this account, newest first.

        Interactions about no account are included only if it is the customer's only account.
        """
        [stream] = await account_streams(info, self, [Interaction])
        owner = f"BillingAccount {self.id}"
        return await interaction_history(info, stream, owner, request, self.zone_in(info))

    @strawberry.field(metadata=loads(REFERENCE, relation(OutageEvent, "premise_id")))
    async def outages(self, info: Info, active_only: bool = True) -> list[OutageEvent] | None:
        """Outages at the premises of this account, newest first; null if unknown.

        active_only: True to leave out outages that are restored, canceled, or planned and over.
        """
        keys, loader = await referenced_keys(info, self, "premise_ids"), info.context.loader
        if keys is None:
            return None
        outages = await joined_records(loader.load(OutageEvent, "premise_id", key) for key in keys)
        if outages is None:
            return None
        now = info.context.now()
        distinct = {outage.id: outage for outage in outages}.values()
        matching = [outage for outage in distinct if not active_only or outage.is_active(now)]
        return sorted(matching, key=lambda outage: (outage.started_at, outage.id), reverse=True)


REFERENCE_FIELDS = fields_loading(BillingAccount, AccountReference)


async def account_of(info: Info, by: str, key: str) -> BillingAccount | None:
    """Load one account, and at the same time its cross-reference if a selected field needs it."""
    loader = info.context.loader
    if by == "id" and loader.has_lookup(AccountReference, "account_id") and selects(info, *REFERENCE_FIELDS):
        loader.load(AccountReference, "account_id", key)
    return await one_of(loader, BillingAccount, by, key)
