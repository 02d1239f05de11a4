"""The root type of queries."""

import strawberry
from strawberry.utils.str_converters import to_camel_case

from gateway.access.audiences import PARTNER
from gateway.errors import BadInput
from gateway.errors.reasons import Reason
from gateway.ids import key_from_global_id, parse_global_id
from gateway.resolvers.contact.interactions import Interaction
from gateway.resolvers.contact.media import MediaItem
from gateway.resolvers.customer360.account import BillingAccount, account_of
from gateway.resolvers.customer360.customer import Customer
from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.costs import QUESTION, ListSize, sliced_by
from gateway.resolvers.graph.descriptions import described
from gateway.resolvers.graph.known import state_of
from gateway.resolvers.graph.node import Node
from gateway.resolvers.graph.record import Record, SourceSystem
from gateway.resolvers.graph.relations import loads, one_of, relation
from gateway.resolvers.graph.source_status import SourceStatus, system_statuses
from gateway.resolvers.graph.tags import known_to
from gateway.resolvers.search.search import CustomerSearch, SearchConnection, search


@described
@known_to(PARTNER, without=("sources",))
class Query:
    """Entry points of queries."""

    @strawberry.field(metadata={"cost": QUESTION})
    async def node(self, info: Info, id: strawberry.ID) -> Node | None:
        """Any record by its id; null if there is no such record.

        id: Id as returned in a field `id`.
        """
        return await node_of(info, id)

    node_state = state_of(node)

    @strawberry.field(metadata={"list_size": sliced_by("ids", 1)})
    def nodes(self, info: Info, ids: list[strawberry.ID]) -> list[Node | None] | None:
        """Records by their ids, in the same order; null for an id without a record.

        The list itself is null if there are too many ids.

        ids: Ids as returned in fields `id`.
        """
        limit = info.context.rules.max_nodes
        if len(ids) > limit:
            raise BadInput(f"At most {limit} ids at once, not {len(ids)}.", Reason.TOO_MANY_IDS, "ids", limit=limit)
        # GraphQL awaits all items at once, so that each error belongs to its own place.
        return [node_of(info, text, "ids") for text in ids]  # type: ignore[misc]  # awaitables

    @strawberry.field(metadata=loads(relation(Customer, "id", "customer_number")))
    async def customer(
        self, info: Info, id: strawberry.ID | None = None, customer_number: str | None = None
    ) -> Customer | None:
        """One customer, by id or by number; null if there is none.

        id: Id of the customer; null to look up by number.
        customer_number: Number of the customer in the CRM; null to look up by id.
        """
        by, key = _one_key(Customer, id=id, customer_number=customer_number)
        return await one_of(info.context.loader, Customer, by, key)

    customer_state = state_of(customer)

    @strawberry.field(metadata=loads(relation(BillingAccount, "id", "account_number")))
    async def billing_account(
        self, info: Info, id: strawberry.ID | None = None, account_number: str | None = None
    ) -> BillingAccount | None:
        """One billing account, by id or by number; null if there is none.

        id: Id of the account; null to look up by number.
        account_number: Account number, as printed on bills; null to look up by id.
        """
        by, key = _one_key(BillingAccount, id=id, account_number=account_number)
        return await account_of(info, by, key)

    billing_account_state = state_of(billing_account)

    @strawberry.field(metadata=loads(relation(Interaction, "id")))
    async def interaction(self, info: Info, id: strawberry.ID) -> Interaction | None:
        """One interaction by its id; null if there is none.

        id: Id of the interaction.
        """
        return await one_of(info.context.loader, Interaction, "id", key_from_global_id(id, "Interaction"))

    interaction_state = state_of(interaction)

    @strawberry.field(metadata=loads(relation(MediaItem, "id")))
    async def media_item(self, info: Info, id: strawberry.ID) -> MediaItem | None:
        """One media item by its id, of a known party or not; null if there is none.

        id: Id of the media item.
        """
        return await one_of(info.context.loader, MediaItem, "id", key_from_global_id(id, "MediaItem"))

    media_item_state = state_of(media_item)

    @strawberry.field(metadata={"cost": 6 * QUESTION})  # one box asks up to six indexes
    async def search(
        self,
        info: Info,
        by: CustomerSearch | None = None,
        text: str | None = None,
        first: int | None = None,
        after: str | None = None,
    ) -> SearchConnection | None:
        """Search for customers, billing accounts and premises; null if an argument is invalid.

        by: Criteria of the search, which all hits fit; null to search by `text`.
        text: What a person types into one box; null to search by `by`. It may be a number of an account, a
            customer, a meter, a bill or a payment. It may also be a telephone number, an e-mail address, a name in
            either order, or a street address. At least 2 letters or digits, and at least 3 if
            there are only digits; an error with the reason CRITERION_TOO_SHORT has that number as `limit`.
        """
        return await search(info, by, text, first, after)

    @strawberry.field(metadata={"list_size": ListSize(assumed_size=len(SourceSystem))})
    async def sources(self, info: Info) -> list[SourceStatus]:
        """Current status of every system behind the gateway."""
        return await system_statuses(info)


def _one_key(record: type[Record], **arguments: str | None) -> tuple[str, str]:
    """The lookup and key of the only argument that is set. Raises BadInput for none or several."""
    keys = [(by, key) for by, key in arguments.items() if key is not None]
    if len(keys) != 1:
        names = ", ".join(to_camel_case(name) for name in arguments)
        raise BadInput(f"Say exactly one of {names}.", Reason.ONE_ARGUMENT_NEEDED)
    by, key = keys[0]
    return by, key_from_global_id(key, record.__name__) if by == "id" else key


async def node_of(info: Info, text: str, argument: str = "id") -> Node | None:
    """The record of a global id. Raises BadInput if no node type has such ids."""
    node_types = info.context.node_types
    kind, key = parse_global_id(text, node_types, argument)
    record = node_types[kind]
    if record is BillingAccount:
        return await account_of(info, "id", key)
    node = await one_of(info.context.loader, record, "id", key)
    return node if isinstance(node, Node) else None
