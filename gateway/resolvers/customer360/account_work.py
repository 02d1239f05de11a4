"""Work for an account: service requests, service orders and field orders."""

from typing import Annotated

import strawberry

from gateway.errors import BadInput
from gateway.errors.reasons import Reason
from gateway.resolvers.activity.account_streams import account_page, paged
from gateway.resolvers.customer360.account_money import AccountMoney
from gateway.resolvers.graph.connections import Connection
from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.costs import QUESTION
from gateway.resolvers.graph.descriptions import described
from gateway.resolvers.graph.list_requests import ListOrder, list_request, with_values
from gateway.resolvers.service.filters import FieldOrderFilter, ServiceOrderFilter, ServiceRequestFilter
from gateway.resolvers.service.orders import FieldOrder, ServiceOrder
from gateway.resolvers.service.requests import ServiceRequest, ServiceRequestState


@described
class AccountWork(AccountMoney):
    """Money of an account, and work for it.

    service_orders: Service orders, by instant of creation; null if an argument is invalid.
    field_orders: Field orders, by instant of creation; null if an argument is invalid.
    """

    @strawberry.field(metadata={"cost": QUESTION})
    async def service_requests(
        self,
        info: Info,
        first: int | None = None,
        after: str | None = None,
        filter: ServiceRequestFilter | None = None,
        order_by: ListOrder = ListOrder.NEWEST_FIRST,
        states: list[ServiceRequestState] | None = None,
        state: Annotated[
            ServiceRequestState | None, strawberry.argument(deprecation_reason="Use `states`. Since 2026-11-30.")
        ] = None,
    ) -> Connection[ServiceRequest] | None:
        """Service requests, by instant of opening; null if an argument is invalid.

        states: Short for `filter.states`; null or empty for all.
        state: Only requests in this state; null for all.
        """
        if state is not None and states:
            raise BadInput("Pass either `states` or `state`, not both.", Reason.ARGUMENTS_CONFLICT, "state")
        name, values = ("states", states) if states else ("state", [state] if state else None)
        criteria = with_values(ServiceRequestFilter, filter, "states", name, values)
        request = list_request(first, after, criteria, order_by)
        return Connection(page=await account_page(info, self, ServiceRequest, request))

    service_orders = paged(ServiceOrder, ServiceOrderFilter)
    field_orders = paged(FieldOrder, FieldOrderFilter)
