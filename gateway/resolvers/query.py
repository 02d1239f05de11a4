"""Where a query may start."""

from typing import Any

import strawberry
from strawberry.utils.str_converters import to_camel_case

from gateway.errors import BadInput
from gateway.ids import key_from_global_id, parse_global_id
from gateway.resolvers.contact.interactions import Interaction
from gateway.resolvers.contact.media import MediaItem
from gateway.resolvers.customer360.account import BillingAccount, account_of
from gateway.resolvers.customer360.customer import Customer
from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.node import Node
from gateway.resolvers.graph.relations import one_of
from gateway.resolvers.graph.source_status import SourceStatus, statuses
from gateway.resolvers.graph.system_status import system_states
from gateway.resolvers.graph.systems import SourceSystem
from gateway.resolvers.search.search import CustomerSearch, SearchConnection, search


def _one_key(record: type, **given: str | None) -> tuple[str, str]:
    """The one key that was given. BadInput when it is none, or more than one."""
    said = [(by, key) for by, key in given.items() if key is not None]
    if len(said) != 1:
        raise BadInput(f"Say exactly one of {', '.join(to_camel_case(each) for each in given)}.")
    by, key = said[0]
    return by, key_from_global_id(key, record.__name__) if by == "id" else key


@strawberry.type(description="Where a query may start.")
class Query:
    """Every field here begins with something the caller has in hand."""

    @strawberry.field(description="Any record by its id; null where there is no such record.")
    async def node(self, info: Info, id: strawberry.ID) -> Node | None:
        return await node_of(info, id)  # type: ignore[no-any-return]  # by its kind

    @strawberry.field(
        description="Records by their ids, in the same order; null where there is no such record."
    )
    def nodes(self, info: Info, ids: list[strawberry.ID]) -> list[Node | None]:
        most = info.context.rules.max_nodes
        if len(ids) > most:
            raise BadInput(f"At most {most} ids at once, not {len(ids)}.")
        # Awaited by whoever puts the answer together, all at once: an error is that of its own place.
        return [node_of(info, each) for each in ids]  # type: ignore[misc]  # awaitables, as said

    @strawberry.field(description="One customer, by id or by number; null where there is none.")
    async def customer(
        self,
        info: Info,
        id: strawberry.ID | None = None,
        customer_number: str | None = None,
    ) -> Customer | None:
        by, key = _one_key(Customer, id=id, customer_number=customer_number)
        return await one_of(info.context.loader, Customer, by, key)  # type: ignore[no-any-return]  # by its class

    @strawberry.field(description="One billing account, by id or by number; null where there is none.")
    async def billing_account(
        self,
        info: Info,
        id: strawberry.ID | None = None,
        account_number: str | None = None,
    ) -> BillingAccount | None:
        by, key = _one_key(BillingAccount, id=id, account_number=account_number)
        return await account_of(info, by, key)

    @strawberry.field(description="One interaction by its id; null where there is none.")
    async def interaction(self, info: Info, id: strawberry.ID) -> Interaction | None:
        key = key_from_global_id(id, "Interaction")
        return await one_of(info.context.loader, Interaction, "id", key)  # type: ignore[no-any-return]  # by its class

    @strawberry.field(description="One media item by its id, whether or not anybody knows whose it is.")
    async def media_item(self, info: Info, id: strawberry.ID) -> MediaItem | None:
        key = key_from_global_id(id, "MediaItem")
        return await one_of(info.context.loader, MediaItem, "id", key)  # type: ignore[no-any-return]  # by its class

    @strawberry.field(description="Person and premise search.")
    async def search(
        self, info: Info, by: CustomerSearch, first: int | None = None, after: str | None = None
    ) -> SearchConnection:
        return await search(info, by, first, after)

    @strawberry.field(description="The systems behind this gateway, and how each is doing.")
    async def sources(self, info: Info) -> list[SourceStatus]:
        found = await system_states(info)
        return statuses(((SourceSystem[name], each) for name, each in found))


async def node_of(info: Info, text: str) -> Any:
    """The record of a global id. BadInput when the id is of nothing that can be asked for."""
    kind, key = parse_global_id(text)
    record = info.context.node_types.get(kind)
    if record is None:
        raise BadInput("That is not an id of this graph: hand back an `id` as it was given.")
    if record is BillingAccount:
        return await account_of(info, "id", key)
    return await one_of(info.context.loader, record, "id", key)
