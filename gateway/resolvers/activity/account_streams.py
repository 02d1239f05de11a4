"""Streams of an owner's records: the lookups by which each type of record is found."""

from collections.abc import Callable, Collection, Sequence
from typing import Any

import strawberry

from gateway.errors import InvalidResponse, NotConfigured, SourceError
from gateway.loading.merge import Stream, every
from gateway.resolvers.account.core import REFERENCE, AccountCore, AccountReference
from gateway.resolvers.activity.owners import Owner, account_owner
from gateway.resolvers.billing import bills, payments
from gateway.resolvers.collections import credit, processes, promises
from gateway.resolvers.contact import conversations
from gateway.resolvers.graph.activity import CustomerActivity
from gateway.resolvers.graph.connections import Connection, ConnectionPage, connection_page
from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.list_requests import ListFilter, ListOrder, ListRequest, ReplacedRange, list_request
from gateway.resolvers.graph.record import Record
from gateway.resolvers.graph.relations import loads, relation
from gateway.resolvers.service import cases, orders, outages, requests

ACCOUNT = ("account_id",)
CONVERSATION = ("account_id", "customer_id")
REFERENCE_KEYS = frozenset({"service_point_id", "premise_id"})

# Record types of the activity feed in the order of ActivityType; at one instant, later ones come first.
ACTIVITIES: tuple[type[CustomerActivity], ...] = (
    conversations.Call,
    conversations.Chat,
    conversations.EmailMessage,
    requests.ServiceTask,
    bills.Bill,
    payments.Payment,
    requests.ServiceRequest,
    cases.CustomerContact,
    cases.Case,
    cases.RebateClaim,
    orders.ServiceOrder,
    orders.FieldOrder,
    processes.CollectionProcess,
    processes.SeveranceProcess,
    processes.WriteOffProcess,
    processes.PayPlanOverdueProcess,
    promises.PaymentArrangement,
    processes.CutProcess,
    credit.CreditRatingHistory,
    credit.CashOnlyHistory,
    outages.OutageCall,
)


def owned_stream(info: Info, owner: Owner, record: type[Record], rank: int) -> Stream:
    """The stream of the owner's records of one type, by the best lookup of the catalog.

    Conversations of all accounts of a customer are also looked up by customer: only so are those
    without an account found (ACT-CALL-4, ACT-CHAT-2).
    """
    configured = [by for by in record.ACCOUNT_LOOKUPS if info.context.loader.has_lookup(record, by)]
    keys = {by: owner.keys(by) for by in configured}
    lookups = [by for by in configured if keys[by] is not None]
    is_conversation = record.ACCOUNT_LOOKUPS == CONVERSATION
    if not (is_conversation and owner.is_whole):
        lookups = lookups[:1]
    error = _lookup_error(owner, record, [by for by in configured if owner.has_keys(info, by)], lookups)
    by_reference = is_conversation or not REFERENCE_KEYS.isdisjoint(lookups)
    return Stream(
        record.__name__,
        record,
        () if error else tuple((by, key) for by in lookups for key in keys[by] or ()),
        rank,
        matches=_filter(owner, record, lookups),
        # Records of all accounts of a customer: one load for all of them, of which each shows its own.
        unlimited=lookups == ["customer_id"] and not is_conversation and not owner.is_whole,
        error=error,
        via=owner.via(info, by_reference=by_reference),
    )


def _lookup_error(
    owner: Owner, record: type[Record], configured: Sequence[str], lookups: Collection[str]
) -> SourceError | None:
    """Why the records cannot be looked up.

    If the best lookup depends on a reference that failed, a worse lookup is no substitute: it would miss
    records for good, those at service points or without an account.
    """
    if owner.failure is not None and ("customer_id" in configured or owner.accounts is not None):
        return owner.failure
    depends = not REFERENCE_KEYS.isdisjoint(configured[:1])
    if record.ACCOUNT_LOOKUPS == CONVERSATION:
        depends = "customer_id" in configured and owner.customer_id is not None and owner.accounts is None
    if depends and owner.reference.failure:
        return owner.reference.failure
    if lookups:
        return None
    if not configured:
        return NotConfigured(record.__name__)
    return owner.reference.error or InvalidResponse(AccountReference.SYSTEM.name, "no keys of the account")


def _filter(owner: Owner, record: type[Record], lookups: list[str]) -> Callable[[Any], bool]:
    if lookups == [*ACCOUNT]:
        return every
    without = owner.is_whole or record.ACCOUNT_LOOKUPS != CONVERSATION
    return lambda record: owner.accepts(record.account_id, without_account=without)


def needs_reference(records: Sequence[type[Record]]) -> bool:
    """Whether a lookup of these types may need the cross-reference."""
    return any(record.ACCOUNT_LOOKUPS != ACCOUNT for record in records)


def owned_streams(info: Info, owner: Owner, records: Sequence[type[Record]]) -> list[Stream]:
    """One stream for each type of record."""
    return [owned_stream(info, owner, record, rank) for rank, record in enumerate(records)]


async def account_streams(info: Info, account: AccountCore, records: Sequence[type[Record]]) -> list[Stream]:
    """One stream for each type of record. Loads the cross-reference only if a type needs it."""
    owner = await account_owner(info, account, needs_reference=needs_reference(records))
    return owned_streams(info, owner, records)


async def account_page(info: Info, account: AccountCore, record: type[Record], request: ListRequest) -> ConnectionPage:
    """Load a page of an account's records of one type."""
    streams = await account_streams(info, account, [record])
    return await connection_page(info.context, streams, (record.__name__, account.id), request, account.zone_in(info))


def paged(record: type[Record], kind: type[ListFilter]) -> Any:
    """A field of an account: a connection of its records of one type."""
    filter_type: Any = kind | None

    async def resolve(
        self: Any,
        info: Info,
        first: int | None = None,
        after: str | None = None,
        filter: filter_type = None,
        order_by: ListOrder = ListOrder.NEWEST_FIRST,
        range: ReplacedRange = None,
    ) -> Any:
        request = list_request(first, after, filter, order_by, range)
        return Connection(page=await account_page(info, self, record, request))

    lookups = record.ACCOUNT_LOOKUPS
    return strawberry.field(
        resolver=resolve,
        graphql_type=Connection[record] | None,  # type: ignore[valid-type]  # a value, for strawberry
        metadata=loads(relation(record, *lookups), *(() if lookups == ACCOUNT else (REFERENCE,))),
    )
