"""The financial history of an account: bills, payments and adjustments in one list."""

import asyncio
from dataclasses import replace
from datetime import date
from functools import partial
from typing import ClassVar

import strawberry

from gateway.access.audiences import PARTNER
from gateway.errors import SourceError
from gateway.loading.merge import Stream
from gateway.resolvers.account.core import AccountCore
from gateway.resolvers.activity.account_ledger import (
    LAST_DAY,
    RANKS,
    Entry,
    account_ledger,
    amount_of,
    balance_after,
    balance_before,
    counts_of,
    day_of,
    key_of,
    rank_of,
)
from gateway.resolvers.activity.account_streams import account_streams
from gateway.resolvers.activity.balances import Ledger
from gateway.resolvers.activity.financial_entry import BALANCES, FinancialHistoryEntry, FinancialKind
from gateway.resolvers.billing.bills import Adjustment, Bill
from gateway.resolvers.billing.payments import Payment
from gateway.resolvers.graph.connections import Connection, ConnectionPage, connection_page
from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.descriptions import described, described_input
from gateway.resolvers.graph.known import nullable, state_of
from gateway.resolvers.graph.list_requests import ListFilter, ListRequest, Values
from gateway.resolvers.graph.record import Record
from gateway.resolvers.graph.selections import mentions
from gateway.resolvers.graph.tags import known_to
from gateway.resolvers.graph.values import Money

RECORDS: dict[FinancialKind, type[Record]] = {
    FinancialKind.PAYMENT: Payment,
    FinancialKind.ADJUSTMENT: Adjustment,
    FinancialKind.BILL: Bill,
}

_KINDS: dict[type[Record], FinancialKind] = {record: kind for kind, record in RECORDS.items()}


@described_input
class FinancialHistoryFilter(ListFilter):
    """Which entries a financial history has, by kind and day.

    kinds: Only entries of these kinds; null for all.
    """

    VALUES: ClassVar[Values] = {"kinds": lambda record: _KINDS[type(record)]}

    kinds: list[FinancialKind] | None = None


@described
@known_to(PARTNER)
class FinancialHistoryConnection(Connection[FinancialHistoryEntry]):
    """A page of a financial history, in the order of `orderBy`.

    opening_balance: Balance before the first day of the list; without one, before the first entry. 0 before the
        account was opened; null if unknown.
    closing_balance: Balance after the last day of the list; without one, after the newest entry. Where entries do
        not tell, and the list reaches today, it is the current balance; null if unknown.
    """

    account: strawberry.Private[AccountCore]
    since: strawberry.Private[date | None]
    until: strawberry.Private[date | None]

    async def _opening(self, info: Info) -> Money:
        return await balance_before(info, self.account, self.since or date.min)

    async def _closing(self, info: Info) -> Money:
        return await balance_after(info, self.account, self.until or LAST_DAY)

    opening_balance = nullable(_opening, Money)
    opening_balance_state = state_of(opening_balance)
    closing_balance = nullable(_closing, Money)
    closing_balance_state = state_of(closing_balance)


def entry(record: Entry, ledger: Ledger | SourceError) -> FinancialHistoryEntry:
    stated = record.ending_balance if isinstance(record, Bill) else None
    reckoned = ledger if isinstance(ledger, SourceError) else ledger.balances.get(key_of(record))
    counts = counts_of(record)
    return FinancialHistoryEntry(
        kind=_KINDS[type(record)],
        date=day_of(record),
        amount=amount_of(record),
        counts=counts,
        cancel_reason=None if isinstance(record, Bill) else record.cancel_reason,
        balance=None if counts is False else stated or reckoned,
        transaction=record,
    )


async def financial_history(info: Info, account: AccountCore, request: ListRequest) -> FinancialHistoryConnection:
    """Load a page of an account's financial history.

    One unreadable entry makes the page unreadable: balances count every entry.
    """
    kinds = request.accepted.get("kinds") or RECORDS
    records = [record for kind, record in RECORDS.items() if kind in kinds]
    streams = [replace(each, whole=True) for each in await account_streams(info, account, records)]
    scope = ("financialHistory", account.id, [record.__name__ for record in records])
    # The kinds decide which records are asked for: nothing is left to filter.
    of_kinds = replace(request, accepted={})

    async def load_page(order: Ledger) -> ConnectionPage:
        placed = streams if len(streams) == 1 else [_placed(stream, order) for stream in streams]
        return await connection_page(info.context, placed, scope, of_kinds, account.zone_in(info))

    ledger: Ledger | SourceError = Ledger()
    if len(records) > 1 or (records != [Bill] and any(mentions(info, name) for name in BALANCES)):
        page, ledger = await asyncio.gather(load_page(Ledger()), account_ledger(info, account))
    else:
        page = await load_page(Ledger())
    if isinstance(ledger, Ledger) and ledger.slots:
        page = await load_page(ledger)  # the same questions, which have their answers
    page = replace(page, merged=page.merged.mapped(partial(entry, ledger=ledger)))
    return FinancialHistoryConnection(page=page, account=account, since=request.since, until=request.until)


def _placed(stream: Stream, ledger: Ledger) -> Stream:
    """The stream with its entries where the ledger has them among those of their day."""
    return replace(stream, rank=RANKS[stream.record], rank_of=lambda record: rank_of(record, ledger.slots))
