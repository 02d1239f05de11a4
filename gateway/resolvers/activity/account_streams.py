"""Streams of an account's records: the lookups by which each type of record is found."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import strawberry

from gateway.errors import InvalidResponse, NotConfigured, SourceError
from gateway.loading.finder import LoadResult
from gateway.loading.loader import Loader
from gateway.loading.merge import Stream
from gateway.resolvers.account.core import REFERENCE, AccountCore, AccountReference, reference_of
from gateway.resolvers.billing.bills import Bill
from gateway.resolvers.billing.payments import Payment
from gateway.resolvers.collections.credit import CashOnlyHistory, CreditRatingHistory
from gateway.resolvers.collections.processes import (
    CollectionProcess,
    CutProcess,
    PayPlanOverdueProcess,
    SeveranceProcess,
    WriteOffProcess,
)
from gateway.resolvers.collections.promises import PaymentArrangement
from gateway.resolvers.contact.conversations import Call, Chat, EmailMessage
from gateway.resolvers.graph.activity import CustomerActivity
from gateway.resolvers.graph.connections import Connection, ConnectionPage, PageRequest, connection_page
from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.record import Record
from gateway.resolvers.graph.relations import loads, relation
from gateway.resolvers.graph.values import DateRange
from gateway.resolvers.service.orders import FieldOrder, ServiceOrder
from gateway.resolvers.service.outages import OutageCall
from gateway.resolvers.service.requests import Case, CustomerContact, RebateClaim, ServiceRequest, ServiceTask

ACCOUNT = ("account_id",)
CONVERSATION = ("account_id", "customer_id")
REFERENCE_KEYS = ("service_point_id", "premise_id")

# Record types of the activity feed in the order of ActivityType; at one instant, later ones come first.
ACTIVITIES: tuple[type[CustomerActivity], ...] = (
    Call,
    Chat,
    EmailMessage,
    ServiceTask,
    Bill,
    Payment,
    ServiceRequest,
    CustomerContact,
    Case,
    RebateClaim,
    ServiceOrder,
    FieldOrder,
    CollectionProcess,
    SeveranceProcess,
    WriteOffProcess,
    PayPlanOverdueProcess,
    PaymentArrangement,
    CutProcess,
    CreditRatingHistory,
    CashOnlyHistory,
    OutageCall,
)


def account_stream(
    info: Info,
    account: AccountCore,
    reference: LoadResult[AccountReference],
    record: type[Record],
    rank: int,
) -> Stream:
    """The stream of an account's records of one type."""
    return _Lookups(info.context.loader, account, reference, record).stream(rank)


@dataclass(frozen=True, slots=True)
class _Lookups:
    """Chooses the lookups for an account's records of one type."""

    loader: Loader
    account: AccountCore
    reference: LoadResult[AccountReference]
    record: type[Record]

    def stream(self, rank: int) -> Stream:
        lookups = self._chosen()
        keys = tuple((by, key) for by in lookups for key in self._keys(by) or ())
        error = self._reference_error() or (None if lookups else self._missing_lookup())
        by_reference = self._is_conversation() or not {*lookups}.isdisjoint(REFERENCE_KEYS)
        return Stream(
            self.record.__name__,
            self.record,
            () if error else keys,
            rank,
            matches=self._filter(lookups),
            error=error,
            via=(AccountReference, self.reference) if by_reference else None,
        )

    def _chosen(self) -> tuple[str, ...]:
        """The best lookup of the catalog.

        Conversations of a customer with one account are also looked up by customer: only so are those
        without an account found (ACT-CALL-4, ACT-CHAT-2).
        """
        lookups = tuple(by for by in self._configured() if self._keys(by) is not None)
        one_account = self._has_one_account() and self.account.customer_id is not None
        return lookups if self._is_conversation() and one_account else lookups[:1]

    def _configured(self) -> list[str]:
        return [by for by in self.record.ACCOUNT_LOOKUPS if self.loader.has_lookup(self.record, by)]

    def _keys(self, by: str) -> tuple[str, ...] | None:
        """Keys of the account for this lookup; None if they are unknown."""
        if by == "account_id":
            return (self.account.id,)
        if by == "customer_id":
            return (self.account.customer_id,) if self.account.customer_id else None
        reference = self._reference()
        keys = None if reference is None else getattr(reference, f"{by}s")
        return None if keys is None else tuple(keys)

    def _reference(self) -> AccountReference | None:
        return self.reference.records[0] if self.reference.records else None

    def _is_conversation(self) -> bool:
        return self.record.ACCOUNT_LOOKUPS == CONVERSATION

    def _has_one_account(self) -> bool:
        reference = self._reference()
        return reference is not None and reference.customer_accounts == 1

    def _reference_error(self) -> SourceError | None:
        """The error of the reference, if the best lookup depends on it.

        A worse lookup would miss records for good: those at service points, or without an account.
        """
        error = self.reference.error
        if error is None or isinstance(error, NotConfigured):
            return None
        configured = self._configured()
        if self._is_conversation():
            return error if self.account.customer_id is not None and "customer_id" in configured else None
        return error if configured and configured[0] in REFERENCE_KEYS else None

    def _missing_lookup(self) -> SourceError:
        """Why there is no lookup: none is configured, or its keys are unknown."""
        if not self._configured():
            return NotConfigured(self.record.__name__)
        return self.reference.error or InvalidResponse(AccountReference.SYSTEM.name, "no keys of the account")

    def _filter(self, lookups: tuple[str, ...]) -> Callable[[Any], bool]:
        if self.record.OF_CUSTOMER or lookups == ACCOUNT:
            return lambda _record: True
        only_account = self._is_conversation() and not self._has_one_account()
        accounts = (self.account.id,) if only_account else (self.account.id, None)
        return lambda record: record.account_id in accounts


async def account_streams(info: Info, account: AccountCore, records: Sequence[type[Record]]) -> list[Stream]:
    """One stream for each type of record. Loads the cross-reference only if a type needs it."""
    reference: LoadResult[AccountReference] = LoadResult([], error=NotConfigured("AccountReference"))
    if any(record.ACCOUNT_LOOKUPS != ACCOUNT for record in records):
        reference = await reference_of(info.context.loader, account)
    return [account_stream(info, account, reference, record, rank) for rank, record in enumerate(records)]


async def account_page(
    info: Info,
    account: AccountCore,
    record: type[Record],
    request: PageRequest,
    *,
    matches: Callable[[Any], bool] | None = None,
    criterion: object = None,
) -> ConnectionPage:
    """Load a page of an account's records of one type.

    matches: filter of the records
    criterion: what the filter was made from, so that cursors belong to one filter
    """
    [stream] = await account_streams(info, account, [record])
    if matches is not None:
        belongs = stream.matches
        stream = replace(
            stream, matches=lambda candidate: matches(candidate) and belongs(candidate), unlimited=True
        )
    scope = (record.__name__, account.id, criterion)
    return await connection_page(info.context, [stream], scope, request, account.zone_in(info))


def paged(record: type[Record]) -> Any:
    """A field of an account: a connection of its records of one type, newest first."""

    async def resolve(
        self: Any,
        info: Info,
        range: DateRange | None = None,
        first: int | None = None,
        after: str | None = None,
    ) -> Any:
        return Connection(page=await account_page(info, self, record, PageRequest(range, first, after)))

    lookups = record.ACCOUNT_LOOKUPS
    return strawberry.field(
        resolver=resolve,
        graphql_type=Connection[record] | None,  # type: ignore[valid-type]  # a value, for strawberry
        metadata=loads(relation(record, *lookups), *(() if lookups == ACCOUNT else (REFERENCE,))),
    )
