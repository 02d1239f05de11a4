"""Balances after each entry of a financial history, reckoned from the balances that bills state."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

from gateway.resolvers.activity.bill_days import BillDay, EntryKey, Posting, Run, Step, runs_through, total
from gateway.resolvers.graph.values import Money


@dataclass(slots=True)
class Reckoning:
    """Balances so far.

    balances: those after entries that no bill states.
    ends: those at the end of days with bills; None where unknown.
    slots: of entries of days with bills, how many bills of the day come before; 0 where not in here.
    opening: the balance before the first entry; None if unknown.
    """

    balances: dict[EntryKey, Money] = field(default_factory=dict)
    ends: dict[date, Money | None] = field(default_factory=dict)
    slots: dict[EntryKey, int] = field(default_factory=dict)
    opening: Money | None = None

    def settle(self, entries: Iterable[Posting], balance: Money | None) -> None:
        """Add up from a balance, as far as amounts are known."""
        for entry in entries:
            balance = total(balance, [entry])
            if balance is None:
                return
            self.balances[entry.key] = balance

    def settle_run(self, run: Run, *, is_first: bool) -> None:
        """Settle a run of bill days. Before the first run, balances lead back from what its first bill opens with."""
        for number, step in enumerate(run.steps):
            before = [*step.day.since, *step.day.slot(step.split, 0)]
            if number > run.uncertain and step.previous is not None:
                self.settle(before, step.previous.end)
            elif is_first and number == run.uncertain == 0:
                self.opening = total(step.day.bills[0].opening, before, sign=-1)
                self.settle(before, self.opening)
            self._settle_day(step, is_certain=number >= run.uncertain)

    def _settle_day(self, step: Step, *, is_certain: bool) -> None:
        day, split = step.day, step.split
        for number, bill in enumerate(day.bills, start=1):
            if is_certain or number < len(day.bills):
                self.settle(day.slot(split, number), bill.ending)
        self.ends[day.bills[0].day] = step.end if is_certain else None
        if any(split):
            self.slots |= {other.key: slot for other, slot in zip(day.others, split, strict=True)}
            self.slots |= {bill.key: number for number, bill in enumerate(day.bills)}


@dataclass(frozen=True, slots=True)
class Ledger:
    """The balances of an account.

    balances: those after entries that no bill states.
    ends: those at the end of days with entries, oldest first; None where unknown.
    slots: of entries of days with bills, how many bills of the day come before; 0 where not in here.
    opening: the balance before the first entry; None if unknown.
    cut: entries of this day, and of those before it, may be missing.
    """

    balances: Mapping[EntryKey, Money] = field(default_factory=dict)
    ends: Mapping[date, Money | None] = field(default_factory=dict)
    slots: Mapping[EntryKey, int] = field(default_factory=dict)
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


def ledger_of(postings: Iterable[Posting], cut: date = date.min, opening: Money | None = None) -> Ledger:
    """The ledger of entries that count or may count, oldest first and all after the day `cut`.

    opening: the balance before the first entry, where it does not follow from bills.

    Entries between two bills have a balance only if they lead from one bill to the next. Of the orders of a day
    that do, one is chosen: the systems tell days, not times.
    """
    days = {day: list(group) for day, group in groupby(postings, key=lambda posting: posting.day)}
    bill_days, newest = _bill_days(days.values())
    reckoning = Reckoning()
    for number, run in enumerate(runs_through(bill_days)):
        reckoning.settle_run(run, is_first=number == 0)
    if bill_days:
        reckoning.settle(newest, reckoning.ends[bill_days[-1].bills[0].day])
    if reckoning.opening is None:
        reckoning.opening = opening
        reckoning.settle(bill_days[0].since if bill_days else newest, opening)
    balances = reckoning.balances
    ends = {day: balances.get(entries[-1].key) for day, entries in days.items()} | reckoning.ends
    return Ledger(balances, ends, reckoning.slots, reckoning.opening, cut)


def _bill_days(days: Iterable[Sequence[Posting]]) -> tuple[list[BillDay], list[Posting]]:
    """The days with bills, and the entries after the last of them."""
    bill_days: list[BillDay] = []
    since: list[Posting] = []
    for entries in days:
        bills = [posting for posting in entries if posting.ending is not None]
        others = [posting for posting in entries if posting.ending is None]
        if bills:
            bill_days.append(BillDay(since, bills, others))
            since = []
        else:
            since = [*since, *others]
    return bill_days, since
