"""Work for an account: service requests, service and field orders, outages, interactions."""

import asyncio

import strawberry

from gateway.resolvers.account.core import AccountCore
from gateway.resolvers.account.cross_reference import reference_of
from gateway.resolvers.activity.contributions import account_page, account_streams
from gateway.resolvers.contact.history import HistoryRequest, InteractionConnection, interaction_history
from gateway.resolvers.contact.interactions import Interaction
from gateway.resolvers.graph.connections import Connection
from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.descriptions import described
from gateway.resolvers.graph.relations import records_of
from gateway.resolvers.graph.values import DateRange
from gateway.resolvers.service.orders import FieldOrder, OutageEvent, ServiceOrder
from gateway.resolvers.service.requests import ServiceRequest, ServiceRequestState


@described
class AccountWork(AccountCore):
    """Work for an account."""

    @strawberry.field(description="Service requests, newest first.")
    async def service_requests(
        self,
        info: Info,
        state: ServiceRequestState | None = None,
        first: int | None = None,
        after: str | None = None,
    ) -> Connection[ServiceRequest] | None:
        keep = None if state is None else (lambda request: request.state is state)
        made = await account_page(info, self, ServiceRequest, None, first, after, keep=keep, told=state)
        return Connection(made=made)

    @strawberry.field(description="Service orders, newest first.")
    async def service_orders(
        self,
        info: Info,
        range: DateRange | None = None,
        first: int | None = None,
        after: str | None = None,
    ) -> Connection[ServiceOrder] | None:
        return Connection(made=await account_page(info, self, ServiceOrder, range, first, after))

    @strawberry.field(description="Field orders, newest first.")
    async def field_orders(
        self,
        info: Info,
        range: DateRange | None = None,
        first: int | None = None,
        after: str | None = None,
    ) -> Connection[FieldOrder] | None:
        return Connection(made=await account_page(info, self, FieldOrder, range, first, after))

    @strawberry.field(
        description="Interactions about this account, newest first; those about no account only where it is "
        "the customer's only one. Without a range those of the newest months, as `window` tells; `all` has "
        "no limit."
    )
    async def interactions(
        self,
        info: Info,
        range: DateRange | None = None,
        all: bool = False,
        first: int | None = None,
        after: str | None = None,
    ) -> InteractionConnection | None:
        [own] = await account_streams(info, self, [Interaction])
        asked = HistoryRequest(range, all, first, after)
        return await interaction_history(info, own, f"BillingAccount {self.id}", asked, self.zone_in(info))

    @strawberry.field(
        description="Outages at the premises of this account; `activeOnly` leaves out those that are over: "
        "restored, canceled, or planned until a moment that has passed.",
        metadata={"asks": ((OutageEvent, ("premise_id",)),)},
    )
    async def outages(
        self,
        info: Info,
        active_only: bool = True,
    ) -> list[OutageEvent] | None:
        load = info.context.loader
        reference = records_of(await reference_of(load, self))
        if not reference or reference[0].premise_ids is None:
            return None
        keys = reference[0].premise_ids
        found = await asyncio.gather(*(load.load(OutageEvent, "premise_id", key) for key in keys))
        lists = [records_of(each) for each in found]
        if lists and all(each is None for each in lists):
            return None
        events = {event.id: event for each in lists for event in each or ()}
        now = info.context.now()
        kept = [event for event in events.values() if not active_only or event.is_active(now)]
        return sorted(kept, key=lambda event: (event.started_at, event.id), reverse=True)
