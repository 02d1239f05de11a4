"""Balances after each entry of a financial history, reckoned from the balances that bills state."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

from gateway.resolvers.graph.values import Money, money_sum

EntryKey = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Posting:
    """One entry of an account.

    amount: what it adds to the balance; None where that is not known, or whether it counts.
    ending: the balance after it as a bill states it.
    """

    key: EntryKey
    day: date
    amount: Money | None
    ending: Money | None = None


@dataclass(slots=True)
class Reckoning:
    """Balances so far.

    balance: the balance before the entries in `since`; None where it is not known.
    since: entries after the newest bill, oldest first.
    last: the entry that ends each day, as far as that is known.
    """

    balances: dict[EntryKey, Money] = field(default_factory=dict)
    balance: Money | None = None
    since: list[Posting] = field(default_factory=list)
    last: dict[date, Posting] = field(default_factory=dict)

    def settle(self, entries: Sequence[Posting]) -> None:
        """Add up from the balance, as far as amounts are known."""
        balance = self.balance
        for entry in entries:
            balance = money_sum([balance, entry.amount])
            if balance is None:
                return
            self.balances[entry.key] = balance

    def settle_backwards(self, opening: Money, entries: Sequence[Posting]) -> None:
        """Go back from the balance that a bill opens with."""
        self.balance = money_sum([opening, *(negative(entry.amount) for entry in entries)])
        self.settle(entries)

    def pass_bills(self, bills: Sequence[Posting], others: Sequence[Posting]) -> None:
        """Settle what came before the bills of a day, if it leads to the balance that they open with.

        That balance also says whether other entries of that day came before the bills or after them.
        """
        opening, later = money_sum([bills[0].ending, negative(bills[0].amount)]), list(others)
        before = self._leads_to(opening, self.since)
        if before and others and self._leads_to(opening, [*self.since, *others]):
            self.settle(self.since)
            later = []  # they cancel out: their place is unknown
        elif before:
            self.settle(self.since)
        elif self._leads_to(opening, [*self.since, *others]):
            self.settle([*self.since, *later])
            later = []
        elif others:
            self.balance, self.since = None, []
            return  # what ends the day is unknown
        elif opening is None:
            self.settle(self.since)
        elif self.balance is None:
            self.settle_backwards(opening, self.since)
        self.balance, self.since = bills[-1].ending, later
        self.last[bills[-1].day] = later[-1] if later else bills[-1]

    def _leads_to(self, opening: Money | None, entries: Sequence[Posting]) -> bool:
        return opening is not None and money_sum([self.balance, *(entry.amount for entry in entries)]) == opening


@dataclass(frozen=True, slots=True)
class Ledger:
    """The balances of an account.

    balances: those after entries that no bill states.
    ends: those at the end of days with entries, oldest first; None where unknown.
    opening: the balance before the first entry; None if unknown.
    cut: entries of this day, and of those before it, may be missing.
    """

    balances: Mapping[EntryKey, Money] = field(default_factory=dict)
    ends: Mapping[date, Money | None] = field(default_factory=dict)
    opening: Money | None = None
    cut: date = date.min

    def before(self, day: date) -> Money | None:
        """The balance at the beginning of a day; None if unknown."""
        if day <= self.cut:
            return None
        earlier = [end for end_day, end in self.ends.items() if end_day < day]
        return earlier[-1] if earlier else self.opening_balance()

    def opening_balance(self) -> Money | None:
        """The balance before all entries; None if unknown."""
        return self.opening if self.cut == date.min else None


def ledger_of(postings: Iterable[Posting], cut: date = date.min) -> Ledger:
    """The ledger of entries that count or may count, oldest first and all after the day `cut`.

    Entries between two bills have a balance only if they lead from one bill to the next.
    """
    ordered = list(postings)
    reckoning = Reckoning()
    days = {day: list(group) for day, group in groupby(ordered, key=lambda posting: posting.day)}
    for day, entries in days.items():
        bills = [posting for posting in entries if posting.ending is not None]
        others = [posting for posting in entries if posting.ending is None]
        if bills:
            reckoning.pass_bills(bills, others)
        else:
            reckoning.since += others
            reckoning.last[day] = others[-1]
    reckoning.settle(reckoning.since)
    balances = reckoning.balances
    ends = {day: _balance_after(reckoning.last.get(day), balances) for day in days}
    return Ledger(balances, ends, _opening(ordered, balances), cut)


def _opening(ordered: Sequence[Posting], balances: Mapping[EntryKey, Money]) -> Money | None:
    """The balance before the first entry, if that entry is alone on its day."""
    if not ordered or (len(ordered) > 1 and ordered[1].day == ordered[0].day):
        return None
    first = ordered[0]
    return money_sum([_balance_after(first, balances), negative(first.amount)])


def _balance_after(entry: Posting | None, balances: Mapping[EntryKey, Money]) -> Money | None:
    return None if entry is None else entry.ending or balances.get(entry.key)


def negative(amount: Money | None) -> Money | None:
    return None if amount is None else Money(amount=-amount.amount, currency=amount.currency)
