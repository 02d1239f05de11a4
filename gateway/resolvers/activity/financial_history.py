"""The financial history of an account: bills, payments and adjustments in one list."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Annotated, Any, ClassVar

import strawberry

from gateway.contract.batch import Window
from gateway.contract.times import moved
from gateway.errors import SourceError
from gateway.loading.merge import Stream
from gateway.resolvers.account.core import AccountCore
from gateway.resolvers.activity.account_streams import account_streams
from gateway.resolvers.activity.balances import Ledger, ledger_of
from gateway.resolvers.activity.bill_days import EntryKey, Posting, negative
from gateway.resolvers.billing.bills import Adjustment, Bill
from gateway.resolvers.billing.payments import Payment, PaymentStatus
from gateway.resolvers.graph.connections import Connection, ConnectionPage, connection_page
from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.descriptions import described, described_input
from gateway.resolvers.graph.enums import DescribedEnum
from gateway.resolvers.graph.known import NotKnown, nullable, state_of
from gateway.resolvers.graph.list_requests import ListFilter, ListRequest, Values
from gateway.resolvers.graph.record import Record
from gateway.resolvers.graph.selections import mentions
from gateway.resolvers.graph.values import CodedValue, Money


class FinancialKind(DescribedEnum):
    """Kinds of entry in a financial history."""

    BILL = "BILL", "Charges of a bill; they raise the balance."
    PAYMENT = "PAYMENT", "Money paid; it lowers the balance."
    ADJUSTMENT = "ADJUSTMENT", "A correction; it raises or lowers the balance."


RECORDS: dict[FinancialKind, type[Record]] = {
    FinancialKind.PAYMENT: Payment,
    FinancialKind.ADJUSTMENT: Adjustment,
    FinancialKind.BILL: Bill,
}

_KINDS: dict[type[Record], FinancialKind] = {record: kind for kind, record in RECORDS.items()}
_RANKS: dict[type[Any], int] = {record: rank for rank, record in enumerate(_KINDS)}
ONE_DAY = timedelta(days=1)
LAST_DAY = date(9998, 12, 31)
MAX_ENTRIES = 500  # of each kind, from which balances are reckoned: forty years of monthly bills

FinancialTransaction = Annotated[
    Bill | Payment | Adjustment,
    strawberry.union("FinancialTransaction", description="The record behind a financial history entry."),
]


@described_input
class FinancialHistoryFilter(ListFilter):
    """Which entries a financial history has, by kind and day.

    kinds: Only entries of these kinds; null for all.
    """

    VALUES: ClassVar[Values] = {"kinds": lambda record: _KINDS[type(record)]}

    kinds: list[FinancialKind] | None = None


@described
class FinancialHistoryEntry:
    """One entry of a financial history.

    kind: Kind of the entry.
    date: Day of issue, payment or adjustment.
    amount: Charges are positive, payments and credits negative; null if unknown.
    counts: False if the entry is no part of the balance: pending, canceled or returned. Null if unknown.
    cancel_reason: Why the entry was canceled or returned; null if it was not, or the reason is unknown.
    transaction: The bill, payment or adjustment behind the entry.
    """

    kind: FinancialKind
    date: date
    amount: Money | None
    counts: bool | None
    cancel_reason: CodedValue | None
    balance: strawberry.Private[Money | SourceError | None]
    transaction: FinancialTransaction

    @strawberry.field
    def balance_after(self) -> Money | None:
        """Balance after the entry; null if the entry does not count, or the balance is unknown.

        A bill states it. After other entries it is reckoned from the bills around them.
        """
        if isinstance(self.balance, SourceError):
            raise self.balance
        return self.balance


async def _opening(history: "FinancialHistoryConnection", info: Info) -> Money:
    return await _balance_before(history, info, history.since or date.min)


async def _closing(history: "FinancialHistoryConnection", info: Info) -> Money:
    return await _balance_before(history, info, moved(history.until or LAST_DAY, ONE_DAY))


async def _balance_before(history: "FinancialHistoryConnection", info: Info, day: date) -> Money:
    ledger = await _ledger(info, history.account)
    if isinstance(ledger, SourceError):
        raise ledger
    balance = ledger.opening_balance() if day == date.min else ledger.before(day)
    if balance is None:
        raise NotKnown
    return balance


@described
class FinancialHistoryConnection(Connection[FinancialHistoryEntry]):
    """A page of a financial history, in the order of `orderBy`.

    opening_balance: Balance before the first day of the list; without one, before the first entry. Null if
        unknown.
    closing_balance: Balance after the last day of the list; without one, after the newest entry. Null if
        unknown.
    """

    account: strawberry.Private[AccountCore]
    since: strawberry.Private[date | None]
    until: strawberry.Private[date | None]

    opening_balance = nullable(_opening, Money)
    opening_balance_state = state_of(opening_balance)
    closing_balance = nullable(_closing, Money)
    closing_balance_state = state_of(closing_balance)


def entry(record: Bill | Payment | Adjustment, ledger: Ledger | SourceError) -> FinancialHistoryEntry:
    stated = record.ending_balance if isinstance(record, Bill) else None
    reckoned = ledger if isinstance(ledger, SourceError) else ledger.balances.get(_key(record))
    counts = _counts(record)
    return FinancialHistoryEntry(
        kind=_KINDS[type(record)],
        date=_day(record),
        amount=_amount(record),
        counts=counts,
        cancel_reason=None if isinstance(record, Bill) else record.cancel_reason,
        balance=None if counts is False else stated or reckoned,
        transaction=record,
    )


def _key(record: Bill | Payment | Adjustment) -> EntryKey:
    return type(record).__name__, record.id


def _day(record: Bill | Payment | Adjustment) -> date:
    return getattr(record, record.TIME or "")  # type: ignore[no-any-return]  # TIME names a day


def _amount(record: Bill | Payment | Adjustment) -> Money | None:
    match record:
        case Bill():
            return record.current_charges
        case Payment():
            return negative(record.amount)
        case Adjustment():
            return record.amount


def _counts(record: Bill | Payment | Adjustment) -> bool | None:
    if isinstance(record, Payment):
        return None if record.status is None else record.status is PaymentStatus.FROZEN
    return record.counts()


def _posting(record: Bill | Payment | Adjustment) -> Posting:
    counts = _counts(record)
    ending = record.ending_balance if isinstance(record, Bill) and counts else None
    return Posting(_key(record), _day(record), _amount(record) if counts else None, ending)


async def _ledger(info: Info, account: AccountCore) -> Ledger | SourceError:
    """The ledger of an account's newest entries of each kind, or why it is not known."""
    loader, window = info.context.loader, Window(limit=MAX_ENTRIES, zone=account.zone_in(info))
    results = await asyncio.gather(*(loader.load(record, "account_id", account.id, window) for record in _KINDS))
    failure = next((result.failure for result in results if result.failure), None)
    if failure is not None or any(result.not_configured for result in results):
        return failure or Ledger(cut=date.max)
    lists: list[list[Any]] = [result.records for result in results]
    records = [record for each in lists for record in each if _counts(record) is not False]
    cut = max((_day(each[-1]) for each in lists if len(each) >= MAX_ENTRIES), default=date.min)
    ordered = sorted(records, key=lambda record: (_day(record), _rank(record, {}), record.id))
    return ledger_of([_posting(record) for record in ordered if _day(record) > cut], cut)


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
    if len(records) > 1 or (records != [Bill] and mentions(info, "balanceAfter")):
        page, ledger = await asyncio.gather(load_page(Ledger()), _ledger(info, account))
    else:
        page = await load_page(Ledger())
    if isinstance(ledger, Ledger) and ledger.slots:
        page = await load_page(ledger)  # the same questions, which have their answers
    page = replace(page, merged=page.merged.mapped(partial(entry, ledger=ledger)))
    return FinancialHistoryConnection(page=page, account=account, since=request.since, until=request.until)


def _placed(stream: Stream, ledger: Ledger) -> Stream:
    """The stream with its entries where the ledger has them among those of their day."""
    return replace(stream, rank=_RANKS[stream.record], rank_of=lambda record: _rank(record, ledger.slots))


def _rank(record: Bill | Payment | Adjustment, slots: Mapping[EntryKey, int]) -> int:
    """The place of an entry among those of its day; a bill that states its balance ends its slot."""
    is_end = _posting(record).ending is not None
    return slots.get(_key(record), 0) * (len(_RANKS) + 1) + (len(_RANKS) if is_end else _RANKS[type(record)])
