"""Work for an account: service requests, orders, outages and interactions."""

import strawberry

from gateway.resolvers.account.core import REFERENCE, AccountCore, reference_of
from gateway.resolvers.activity.account_streams import account_page, account_streams, paged
from gateway.resolvers.contact.history import InteractionConnection, interaction_history
from gateway.resolvers.contact.interactions import Interaction
from gateway.resolvers.graph.connections import Connection, PageRequest
from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.descriptions import described
from gateway.resolvers.graph.interaction_list import HistoryRequest, interaction_list
from gateway.resolvers.graph.relations import joined_records, loads, records_of, relation
from gateway.resolvers.service.orders import FieldOrder, ServiceOrder
from gateway.resolvers.service.outages import OutageEvent
from gateway.resolvers.service.requests import ServiceRequest, ServiceRequestState


@described
class AccountWork(AccountCore):
    """Work for an account.

    service_orders: Service orders, newest first; null if an argument is invalid.
    field_orders: Field orders, newest first; null if an argument is invalid.
    """

    @strawberry.field
    async def service_requests(
        self,
        info: Info,
        state: ServiceRequestState | None = None,
        first: int | None = None,
        after: str | None = None,
    ) -> Connection[ServiceRequest] | None:
        """Service requests, newest first; null if an argument is invalid.

        state: Only requests in this state; null for all.
        """
        matches = None if state is None else (lambda request: request.state is state)
        return Connection(
            page=await account_page(
                info, self, ServiceRequest, PageRequest(None, first, after), matches=matches, criterion=state
            )
        )

    service_orders = paged(ServiceOrder)
    field_orders = paged(FieldOrder)

    @interaction_list(REFERENCE, relation(Interaction, *Interaction.ACCOUNT_LOOKUPS, required=False))
    async def interactions(self, info: Info, request: HistoryRequest) -> InteractionConnection:
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
        loader = info.context.loader
        reference = records_of(await reference_of(loader, self))
        if not reference or reference[0].premise_ids is None:
            return None
        keys = reference[0].premise_ids
        outages = await joined_records(loader.load(OutageEvent, "premise_id", key) for key in keys)
        if outages is None:
            return None
        now = info.context.now()
        distinct = {outage.id: outage for outage in outages}.values()
        shown = [outage for outage in distinct if not active_only or outage.is_active(now)]
        return sorted(shown, key=lambda outage: (outage.started_at, outage.id), reverse=True)
