"""The ledger of an account: balances by its entries, its bills, the day it was opened, and its balance of today."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from gateway.contract.batch import Window
from gateway.contract.times import moved
from gateway.errors import SourceError
from gateway.resolvers.account.core import AccountCore
from gateway.resolvers.activity.balances import Ledger, ledger_of
from gateway.resolvers.activity.bill_days import EntryKey, Posting, negative
from gateway.resolvers.billing.balance import AccountBalance
from gateway.resolvers.billing.bills import Adjustment, Bill
from gateway.resolvers.billing.payments import Payment, PaymentStatus
from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.known import NotKnown
from gateway.resolvers.graph.relations import one_of
from gateway.resolvers.graph.values import Money

Entry = Bill | Payment | Adjustment
RANKS: dict[type[Any], int] = {Payment: 0, Adjustment: 1, Bill: 2}
ONE_DAY = timedelta(days=1)
LAST_DAY = date(9998, 12, 31)
MAX_ENTRIES = 500  # of each kind, from which balances are reckoned: forty years of monthly bills


def key_of(record: Entry) -> EntryKey:
    return type(record).__name__, record.id


def day_of(record: Entry) -> date:
    return getattr(record, record.TIME or "")  # type: ignore[no-any-return]  # TIME names a day


def amount_of(record: Entry) -> Money | None:
    match record:
        case Bill():
            return record.current_charges
        case Payment():
            return negative(record.amount)
        case Adjustment():
            return record.amount


def counts_of(record: Entry) -> bool | None:
    if isinstance(record, Payment):
        return None if record.status is None else record.status is PaymentStatus.FROZEN
    return record.counts()


def posting_of(record: Entry) -> Posting:
    counts = counts_of(record)
    ending = record.ending_balance if isinstance(record, Bill) and counts else None
    return Posting(key_of(record), day_of(record), amount_of(record) if counts else None, ending)


def rank_of(record: Entry, slots: Mapping[EntryKey, int]) -> int:
    """The place of an entry among those of its day; a bill that states its balance ends its slot."""
    is_end = posting_of(record).ending is not None
    return slots.get(key_of(record), 0) * (len(RANKS) + 1) + (len(RANKS) if is_end else RANKS[type(record)])


async def account_ledger(info: Info, account: AccountCore) -> Ledger | SourceError:
    """The ledger of an account's newest entries of each kind, or why it is not known."""
    loader, window = info.context.loader, Window(limit=MAX_ENTRIES, zone=account.zone_in(info))
    results = await asyncio.gather(*(loader.load(record, "account_id", account.id, window) for record in RANKS))
    failure = next((result.failure for result in results if result.failure), None)
    if failure is not None or any(result.not_configured for result in results):
        return failure or Ledger(cut=date.max)
    lists: list[list[Entry]] = [result.records for result in results]
    records = [record for each in lists for record in each if counts_of(record) is not False]
    cut = max((day_of(each[-1]) for each in lists if len(each) >= MAX_ENTRIES), default=date.min)
    ordered = sorted(records, key=lambda record: (day_of(record), rank_of(record, {}), record.id))
    postings = [posting_of(record) for record in ordered if day_of(record) > cut]
    return ledger_of(postings, cut, None if cut > date.min else _zero_before(account, postings))


def _zero_before(account: AccountCore, postings: Sequence[Posting]) -> Money | None:
    """Zero, if the account has no entries from before it was opened; None if that is not known."""
    if account.failure is not None or account.opened_on is None:
        return None
    if postings and postings[0].day < account.opened_on:
        return None
    amounts = [posting.amount for posting in postings if posting.amount]
    currency = amounts[0].currency if amounts else account.currency
    return Money(amount=Decimal(0), currency=currency) if currency else None


async def balance_before(info: Info, account: AccountCore, day: date) -> Money:
    """The balance at the beginning of a day. Raises NotKnown if the entries do not tell."""
    ledger = await account_ledger(info, account)
    if isinstance(ledger, SourceError):
        raise ledger
    balance = ledger.opening_balance() if day == date.min else ledger.before(day)
    if balance is None:
        raise NotKnown
    return balance


async def balance_after(info: Info, account: AccountCore, day: date) -> Money:
    """The balance at the end of a day. Of today or later, billing is asked where the entries do not tell."""
    try:
        return await balance_before(info, account, moved(day, ONE_DAY))
    except NotKnown:
        current = None if day < account.today(info) else await _current(info, account)
        if current is None:
            raise
        return current


async def _current(info: Info, account: AccountCore) -> Money | None:
    """The current balance; None if an entry is newer, or lies ahead."""
    balance = await one_of(info.context.loader, AccountBalance, "account_id", account.id)
    ledger = await account_ledger(info, account)
    if balance is None or isinstance(ledger, SourceError):
        return None
    until = account.today(info) if balance.as_of is None else balance.as_of.astimezone(account.zone_in(info)).date()
    return balance.current if max(ledger.ends, default=date.min) <= until else None
