"""Which bills are compared: the current one, the one before it, and that of the same time last year.

Pending bills do not count. A canceled or written-off bill is chosen where no complete one is, so that the
comparison can say that it is not comparable.

Source: domain facts, section 4 (B0, B1, BY).
"""

from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo

from gateway.contract.batch import Window
from gateway.resolvers.billing.bills import Bill, BillStatus

MAX_BILLS = 30  # two years of monthly bills, a year of fortnightly ones
# Middles of periods are kept doubled, because they may fall between two days.
YEAR_DOUBLED = 2 * 365
TOLERANCE_DOUBLED = 2 * 20


def newest_bills_window(zone: ZoneInfo) -> Window:
    """The bills for comparisons, summaries and insights: one load for all of them."""
    return Window(limit=MAX_BILLS, zone=zone)


def complete_bills(bills: Sequence[Bill]) -> list[Bill]:
    """The complete bills, in the order given."""
    return [each for each in bills if each.status is BillStatus.COMPLETE]


def current_bill(bills: Sequence[Bill]) -> Bill | None:
    """B0: the newest complete bill; None where there is none, or a newer bill has no status."""
    newest = next((each for each in bills if each.status in (BillStatus.COMPLETE, None)), None)
    return newest if newest and newest.status else None


def previous_bill(bills: Sequence[Bill], current: Bill) -> Bill | None:
    """B1: the bill of the period before the current one; of several for one period, the complete one.

    Two bills are for one period where more than half of the shorter one's days are also the other's:
    rebilling may move the edge of a period.
    """
    earlier = [each for each in bills if _is_before(each, current)]
    newest = max(earlier, key=lambda each: (_end(each), each.issued_on), default=None)
    same = [each for each in earlier if newest is not None and (each is newest or _same_period(each, newest))]
    return next(iter(complete_bills(same)), newest)


def last_year_bill(bills: Sequence[Bill], current: Bill) -> Bill | None:
    """BY: the bill whose period's middle is closest to 365 days before the current one's, within 20 days.

    Complete bills come first, then the closest, then the newest.
    """
    middle = _middle_doubled(current)
    if middle is None:
        return None
    candidates: list[tuple[bool, int, int, Bill]] = []
    for position, bill in enumerate(bills):
        bill_middle = _middle_doubled(bill)
        if bill_middle is not None and bill.status is not BillStatus.PENDING:
            distance = abs(bill_middle - middle + YEAR_DOUBLED)
            candidates.append((bill.status is not BillStatus.COMPLETE, distance, position, bill))
    near = [each for each in candidates if each[1] <= TOLERANCE_DOUBLED]
    best = min(near, key=lambda each: each[:3], default=None)
    return None if best is None else best[3]


def _is_before(bill: Bill, current: Bill) -> bool:
    if bill.id == current.id or bill.status is BillStatus.PENDING:
        return False
    if bill.period is None or current.period is None:
        return bill.issued_on < current.issued_on
    return bill.period.start < current.period.start and not _same_period(bill, current)


def _same_period(one: Bill, other: Bill) -> bool:
    if one.period is None or other.period is None:
        return False
    common = (min(_end(one), _end(other)) - max(one.period.start, other.period.start)).days + 1
    shorter = min((_end(each) - each.period.start).days + 1 for each in (one, other) if each.period)
    return 2 * common > shorter


def _end(bill: Bill) -> date:
    return bill.period.end if bill.period and bill.period.end else bill.issued_on


def _middle_doubled(bill: Bill) -> int | None:
    """Twice the ordinal of the period's middle, a whole number; None where the period is not known."""
    if bill.period is None or bill.period.end is None:
        return None
    return bill.period.start.toordinal() + bill.period.end.toordinal()
