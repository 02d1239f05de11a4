"""An account's standing today: unpaid amounts by bill, and the debt by age."""

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
    """The balance, unpaid bills and arrears; payments count for the oldest bill first."""

    current: int
    past_due: int
    unpaid: Mapping[int, int]  # by bill id
    covered: Mapping[int, date | None]  # by bill id: the day it was paid in full
    buckets: Sequence[tuple[str, int, int | None, int]]


def _debt(bill: Bill) -> int:
    return bill.charges + bill.adjustments


def compute_standing(ledger: Ledger) -> AccountStanding:
    """Compute the standing of a ledger."""
    unpaid = _unpaid(ledger)
    ages = [0] * len(BUCKETS)
    for bill in ledger.bills:
        ages[_bucket_index(bill)] += unpaid[bill.id]
    past_due = sum(ages[1:])
    ages[0] = ledger.balance - past_due
    buckets = [(*bucket, cents) for bucket, cents in zip(BUCKETS, ages, strict=True)]
    return AccountStanding(ledger.balance, past_due, unpaid, _covered(ledger), buckets)


def _bucket_index(bill: Bill) -> int:
    days = (TODAY - bill.due).days
    if days <= 0:
        return 0
    return next(at for at, (_, _, max_days) in enumerate(BUCKETS) if max_days is None or days <= max_days)


def _unpaid(ledger: Ledger) -> dict[int, int]:
    credits_left = sum(paid.amount for paid in ledger.payments if not paid.returned)
    credits_left -= sum(min(0, _debt(bill)) for bill in ledger.bills) + min(0, ledger.since_adjustments)
    unpaid = {}
    for bill in ledger.bills:
        debt = max(0, _debt(bill))
        covered = min(debt, credits_left)
        credits_left -= covered
        unpaid[bill.id] = debt - covered
    return unpaid


def _credits(ledger: Ledger) -> list[tuple[date, int]]:
    entries = [(paid.day, paid.amount) for paid in ledger.payments if not paid.returned]
    entries += [(bill.issued, -_debt(bill)) for bill in ledger.bills if _debt(bill) < 0]
    if ledger.since_adjustments < 0:
        entries.append((ledger.adjustments[-1].day, -ledger.since_adjustments))
    return sorted(entries)


def _covered(ledger: Ledger) -> dict[int, date | None]:
    upcoming = iter(_credits(ledger))
    credited, required, day = 0, 0, None
    covered: dict[int, date | None] = {}
    for bill in ledger.bills:
        required += max(0, _debt(bill))
        while credited < required:
            credit = next(upcoming, None)
            if credit is None:
                break
            day, credited = credit[0], credited + credit[1]
        covered[bill.id] = max(day or bill.issued, bill.issued) if credited >= required else None
    return covered
