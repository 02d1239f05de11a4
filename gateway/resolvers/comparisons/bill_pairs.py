"""Which bill is compared with which: the one before, and the one of the same time last year.

Sources: domain facts, section 4 (B0, B1, BY). Bills that are not made yet are no bills; a canceled or
written-off one is found where no complete one is, so that a comparison can say why there is none.
"""

from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo

from gateway.contract.batch import Window
from gateway.resolvers.billing.bills import Bill, BillStatus

MAX_BILLS = 30  # two years of monthly bills, a year of fortnightly ones
YEAR_DOUBLED = 2 * 365
TOLERANCE_DOUBLED = 2 * 20


def newest_bills_window(zone: ZoneInfo) -> Window:
    """The bills that comparisons, summaries and insights are made of: one question for all of them."""
    return Window(limit=MAX_BILLS, zone=zone)


def complete_bills(bills: Sequence[Bill]) -> list[Bill]:
    """The complete ones, newest first as they came."""
    return [each for each in bills if each.status is BillStatus.COMPLETE]


def current_bill(bills: Sequence[Bill]) -> Bill | None:
    """B0: the newest complete bill. None, too, where a newer one does not say how it stands."""
    newest = next((each for each in bills if each.status in (BillStatus.COMPLETE, None)), None)
    return newest if newest and newest.status else None


def previous_bill(bills: Sequence[Bill], current: Bill) -> Bill | None:
    """B1: the bill of the period before; of several for one period the complete one.

    Two bills are for one period where more than half of the shorter one's days are the other's too: who bills
    again often moves an edge.
    """
    earlier = [each for each in bills if _before(each, current)]
    newest = max(earlier, key=lambda each: (_ends(each), each.issued_on), default=None)
    same = [each for each in earlier if newest is not None and (each is newest or _one_period(each, newest))]
    return next(iter(complete_bills(same)), newest)


def last_year_bill(bills: Sequence[Bill], current: Bill) -> Bill | None:
    """BY: the bill whose period's middle is closest to 365 days before the current one's, within 20 days."""
    middle = _middle_doubled(current)
    if middle is None:
        return None
    near: list[tuple[bool, int, int, Bill]] = []
    for place, each in enumerate(bills):
        own = _middle_doubled(each)
        if own is not None and each.status is not BillStatus.PENDING:
            off = abs(own - middle + YEAR_DOUBLED)
            near.append((each.status is not BillStatus.COMPLETE, off, place, each))
    best = min((each for each in near if each[1] <= TOLERANCE_DOUBLED), key=lambda e: e[:3], default=None)
    return None if best is None else best[3]


def _before(bill: Bill, current: Bill) -> bool:
    if bill.id == current.id or bill.status is BillStatus.PENDING:
        return False
    if bill.period is None or current.period is None:
        return bill.issued_on < current.issued_on
    return bill.period.start < current.period.start and not _one_period(bill, current)


def _one_period(one: Bill, other: Bill) -> bool:
    if one.period is None or other.period is None:
        return False
    both = (min(_ends(one), _ends(other)) - max(one.period.start, other.period.start)).days + 1
    shorter = min((_ends(each) - each.period.start).days + 1 for each in (one, other) if each.period)
    return 2 * both > shorter


def _ends(bill: Bill) -> date:
    return bill.period.end if bill.period and bill.period.end else bill.issued_on


def _middle_doubled(bill: Bill) -> int | None:
    """Twice the ordinal of the period's middle: whole even where the middle falls between two days."""
    if bill.period is None or bill.period.end is None:
        return None
    return bill.period.start.toordinal() + bill.period.end.toordinal()
