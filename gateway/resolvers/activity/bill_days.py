"""The order of the entries of one day, which leads from each balance of a bill to the next."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import product

from gateway.resolvers.graph.values import Money, money_sum

EntryKey = tuple[str, str]
Split = tuple[int, ...]
MAX_SPLITS = 256  # of one day; beyond it, its other entries stay together


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

    @property
    def opening(self) -> Money | None:
        """The balance before the entry, as a bill states it."""
        return money_sum([self.ending, negative(self.amount)])


@dataclass(frozen=True, slots=True)
class BillDay:
    """A day with bills.

    since: entries after the bill day before, oldest first.
    others: entries of the day that are no bills. A split says of each how many bills of the day come before it.
    """

    since: Sequence[Posting]
    bills: Sequence[Posting]
    others: Sequence[Posting]

    def splits(self) -> Iterator[Split]:
        """The orders of the day that lead from each of its bills to the next, with few groups first."""
        slots, count = range(len(self.bills) + 1), len(self.others)
        together = [(slot,) * count for slot in (slots if count else (0,))]
        every = product(slots, repeat=count) if len(slots) ** count <= MAX_SPLITS else ()
        seen = dict.fromkeys([*together, *every])
        return (split for split in seen if self._leads_through(split))

    def slot(self, split: Split, number: int) -> list[Posting]:
        """The other entries that come after this many bills of the day."""
        return [each for each, slot in zip(self.others, split, strict=True) if slot == number]

    def end(self, split: Split) -> Money | None:
        """The balance after the day."""
        return total(self.bills[-1].ending, self.slot(split, len(self.bills)))

    def before(self, split: Split) -> Money | None:
        """The balance before the day; None if its first bill does not tell."""
        return total(self.bills[0].opening, self.slot(split, 0), sign=-1)

    def _leads_through(self, split: Split) -> bool:
        between = range(1, len(self.bills))
        if any(each.amount is None for each in self.others):
            return False
        return all(
            total(self.bills[place - 1].ending, self.slot(split, place)) == self.bills[place].opening
            for place in between
        )


@dataclass(frozen=True, slots=True)
class Step:
    """A bill day in one of its orders.

    previous: the bill day before, from which it continues; None if it does not.
    is_forked: whether it continues from another end of the day before, too.
    is_possible: False if no order leads through the day.
    """

    day: BillDay
    split: Split
    previous: "Step | None" = None
    is_forked: bool = False
    is_possible: bool = True

    @property
    def end(self) -> Money | None:
        return self.day.end(self.split) if self.is_possible or not self.day.others else None


@dataclass(frozen=True, slots=True)
class Run:
    """Bill days in orders that lead from one to the next.

    uncertain: number of first days that other orders would end with other balances.
    """

    steps: Sequence[Step]
    uncertain: int


def runs_through(days: Iterable[BillDay]) -> Iterator[Run]:
    """Runs of bill days, oldest first. Between two runs, an entry lacks."""
    alternatives: list[Step] = []
    for day in days:
        following = _following(alternatives, day)
        if alternatives and not following:
            yield _run(alternatives)
        alternatives = following or _beginning(day)
    if alternatives:
        yield _run(alternatives)


def _beginning(day: BillDay) -> list[Step]:
    """The orders of a day that continues none, one for each balance at its end."""
    steps = {_key(day.end(split)): Step(day, split) for split in reversed(list(day.splits()))}
    return list(steps.values())[::-1] or [Step(day, (0,) * len(day.others), is_possible=False)]


def _following(alternatives: Sequence[Step], day: BillDay) -> list[Step]:
    """The orders of a day that continue one of these, one for each balance at its end."""
    before = {_key(total(step.end, day.since)): step for step in alternatives}
    following: dict[object, Step] = {}
    for split in day.splits():
        key, end = _key(day.before(split)), _key(day.end(split))
        previous = before.get(key)
        if key is None or previous is None:
            continue
        other = following.setdefault(end, Step(day, split, previous))
        if other.previous is not previous:
            following[end] = replace(other, is_forked=True)
    return list(following.values())


def _run(alternatives: Sequence[Step]) -> Run:
    steps = [alternatives[0]]
    while steps[-1].previous is not None:
        steps.append(steps[-1].previous)
    steps.reverse()
    if len(alternatives) > 1 or (steps[-1].day.others and not steps[-1].is_possible):
        return Run(steps, len(steps))
    return Run(steps, max((number for number, step in enumerate(steps) if step.is_forked), default=0))


def _key(money: Money | None) -> tuple[str, Decimal] | None:
    return None if money is None else (money.currency, money.amount)


def total(balance: Money | None, entries: Iterable[Posting], sign: int = 1) -> Money | None:
    """A balance after these entries, or with the sign -1, before them."""
    amounts = [entry.amount if sign > 0 else negative(entry.amount) for entry in entries]
    return money_sum([balance, *amounts])


def negative(amount: Money | None) -> Money | None:
    return None if amount is None else Money(amount=-amount.amount, currency=amount.currency)
