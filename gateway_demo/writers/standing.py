"""Where an account stands today: what is unpaid of which bill, and how old the debt is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from gateway_demo.plan.clock import TODAY
from gateway_demo.writers.ledger import Bill, Ledger

BUCKETS = (
    ("Not yet due", 0, 0),
    ("1-30 days", 1, 30),
    ("31-60 days", 31, 60),
    ("61-90 days", 61, 90),
    ("Over 90 days", 91, None),
)


@dataclass(frozen=True, slots=True)
class AccountStanding:
    """The ledger's state, payments counted to the oldest bill first."""

    current: int
    past_due: int
    unpaid: Mapping[int, int]  # by bill id
    covered: Mapping[int, date | None]  # by bill id: the day it was paid in full
    buckets: Sequence[tuple[str, int, int | None, int]]


def _debt(bill: Bill) -> int:
    return bill.charges + bill.adjustments


def standing(book: Ledger) -> AccountStanding:
    """Work out where the account stands."""
    unpaid = _unpaid(book)
    ages = [0] * len(BUCKETS)
    for bill in book.bills:
        ages[_age(bill)] += unpaid[bill.id]
    past_due = sum(ages[1:])
    ages[0] = book.balance - past_due
    buckets = [(*bucket, cents) for bucket, cents in zip(BUCKETS, ages, strict=True)]
    return AccountStanding(book.balance, past_due, unpaid, _covered(book), buckets)


def _age(bill: Bill) -> int:
    days = (TODAY - bill.due).days
    if days <= 0:
        return 0
    return next(at for at, (_, _, most) in enumerate(BUCKETS) if most is None or days <= most)


def _unpaid(book: Ledger) -> dict[int, int]:
    pool = sum(paid.amount for paid in book.payments if not paid.returned)
    pool -= sum(min(0, _debt(bill)) for bill in book.bills) + min(0, book.since_adjustments)
    unpaid = {}
    for bill in book.bills:
        debt = max(0, _debt(bill))
        used = min(debt, pool)
        pool -= used
        unpaid[bill.id] = debt - used
    return unpaid


def _credits(book: Ledger) -> list[tuple[date, int]]:
    found = [(paid.day, paid.amount) for paid in book.payments if not paid.returned]
    found += [(bill.issued, -_debt(bill)) for bill in book.bills if _debt(bill) < 0]
    if book.since_adjustments < 0:
        found.append((book.adjustments[-1].day, -book.since_adjustments))
    return sorted(found)


def _covered(book: Ledger) -> dict[int, date | None]:
    coming = iter(_credits(book))
    got, need, day = 0, 0, None
    covered: dict[int, date | None] = {}
    for bill in book.bills:
        need += max(0, _debt(bill))
        while got < need:
            credit = next(coming, None)
            if credit is None:
                break
            day, got = credit[0], got + credit[1]
        covered[bill.id] = max(day or bill.issued, bill.issued) if got >= need else None
    return covered
