"""Streams of an account's records: the lookups by which each type of record is found."""

from collections.abc import Callable, Collection, Sequence
from typing import Any

import strawberry

from gateway.errors import InvalidResponse, NotConfigured, SourceError
from gateway.loading.finder import LoadResult
from gateway.loading.merge import Stream
from gateway.resolvers.account.core import REFERENCE, AccountCore, AccountReference, reference_of
from gateway.resolvers.billing import bills, payments
from gateway.resolvers.collections import credit, processes, promises
from gateway.resolvers.contact import conversations
from gateway.resolvers.graph.activity import CustomerActivity
from gateway.resolvers.graph.connections import Connection, ConnectionPage, connection_page
from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.list_requests import ListFilter, ListOrder, ListRequest, ReplacedRange, list_request
from gateway.resolvers.graph.record import Record
from gateway.resolvers.graph.relations import loads, relation
from gateway.resolvers.service import orders, outages, requests

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
    requests.CustomerContact,
    requests.Case,
    requests.RebateClaim,
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


def account_stream(
    info: Info, account: AccountCore, reference: LoadResult[AccountReference], record: type[Record], rank: int
) -> Stream:
    """The stream of an account's records of one type, by the best lookup of the catalog.

    Conversations of a customer with one account are also looked up by customer: only so are those
    without an account found (ACT-CALL-4, ACT-CHAT-2).
    """
    configured = [by for by in record.ACCOUNT_LOOKUPS if info.context.loader.has_lookup(record, by)]
    keys = {by: _keys(account, reference, by) for by in configured}
    lookups = [by for by in configured if keys[by] is not None]
    is_conversation = record.ACCOUNT_LOOKUPS == CONVERSATION
    if not (is_conversation and _has_one_account(reference)):
        lookups = lookups[:1]
    with_key = [by for by in configured if _is_mapped(info, account, by)]
    error = _lookup_error(account, reference, record, with_key, lookups)
    by_reference = is_conversation or not REFERENCE_KEYS.isdisjoint(lookups)
    return Stream(
        record.__name__,
        record,
        () if error else tuple((by, key) for by in lookups for key in keys[by] or ()),
        rank,
        matches=_filter(account, reference, record, lookups),
        # Records of all accounts of a customer: one load for all of them, of which each shows its own.
        unlimited=lookups == ["customer_id"] and not is_conversation and not _has_one_account(reference),
        error=error,
        via=(AccountReference, reference) if by_reference else None,
    )


def _keys(account: AccountCore, reference: LoadResult[AccountReference], by: str) -> list[str] | None:
    """Keys of the account for this lookup; None if they are unknown."""
    if by == "account_id":
        return [account.id]
    if by == "customer_id":
        return [account.customer_id] if account.failure is None and account.customer_id else None
    return getattr(reference.records[0], f"{by}s") if reference.records else None


def _is_mapped(info: Info, account: AccountCore, by: str) -> bool:
    """Whether the catalog maps the keys of this lookup."""
    owner, name = (type(account), by) if by == "customer_id" else (AccountReference, f"{by}s")
    return by == "account_id" or info.context.loader.fills(owner, name)


def _has_one_account(reference: LoadResult[AccountReference]) -> bool:
    return bool(reference.records) and reference.records[0].customer_accounts == 1


def _lookup_error(
    account: AccountCore,
    reference: LoadResult[AccountReference],
    record: type[Record],
    configured: Sequence[str],
    lookups: Collection[str],
) -> SourceError | None:
    """Why the records cannot be looked up.

    If the best lookup depends on a reference that failed, a worse lookup is no substitute: it would miss
    records for good, those at service points or without an account.
    """
    if account.failure is not None and "customer_id" in configured:
        return account.failure
    depends = not REFERENCE_KEYS.isdisjoint(configured[:1])
    if record.ACCOUNT_LOOKUPS == CONVERSATION:
        depends = "customer_id" in configured and account.customer_id is not None
    if depends and reference.failure:
        return reference.failure
    if lookups:
        return None
    if not configured:
        return NotConfigured(record.__name__)
    return reference.error or InvalidResponse(AccountReference.SYSTEM.name, "no keys of the account")


def _filter(
    account: AccountCore, reference: LoadResult[AccountReference], record: type[Record], lookups: list[str]
) -> Callable[[Any], bool]:
    if lookups == [*ACCOUNT]:
        return lambda _record: True
    only_account = record.ACCOUNT_LOOKUPS == CONVERSATION and not _has_one_account(reference)
    accounts = (account.id,) if only_account else (account.id, None)
    return lambda record: record.account_id in accounts


async def account_streams(info: Info, account: AccountCore, records: Sequence[type[Record]]) -> list[Stream]:
    """One stream for each type of record. Loads the cross-reference only if a type needs it."""
    reference: LoadResult[AccountReference] = LoadResult([], error=NotConfigured("AccountReference"))
    if any(record.ACCOUNT_LOOKUPS != ACCOUNT for record in records):
        reference = await reference_of(info.context.loader, account)
    return [account_stream(info, account, reference, record, rank) for rank, record in enumerate(records)]


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
