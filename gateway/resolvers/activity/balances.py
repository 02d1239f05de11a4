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
    """

    balances: dict[EntryKey, Money] = field(default_factory=dict)
    balance: Money | None = None
    since: list[Posting] = field(default_factory=list)

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
            return
        elif opening is None:
            self.settle(self.since)
        elif self.balance is None:
            self.settle_backwards(opening, self.since)
        self.balance, self.since = bills[-1].ending, later

    def _leads_to(self, opening: Money | None, entries: Sequence[Posting]) -> bool:
        return opening is not None and money_sum([self.balance, *(entry.amount for entry in entries)]) == opening


def balances_after(postings: Iterable[Posting]) -> Mapping[EntryKey, Money]:
    """The balance after each entry, for entries oldest first that count or may count.

    Entries between two bills have a balance only if they lead from one bill to the next.
    """
    reckoning = Reckoning()
    for _, group in groupby(postings, key=lambda posting: posting.day):
        day = list(group)
        bills = [posting for posting in day if posting.ending is not None]
        others = [posting for posting in day if posting.ending is None]
        if bills:
            reckoning.pass_bills(bills, others)
        else:
            reckoning.since += others
    reckoning.settle(reckoning.since)
    return reckoning.balances


def negative(amount: Money | None) -> Money | None:
    return None if amount is None else Money(amount=-amount.amount, currency=amount.currency)
