"""Pairs of bills: which two are compared, whether they can be, and how they differ.

Which bills count is said by `Bill.counts`. A canceled bill is chosen where no other is: the comparison then says
that it is not comparable (the requirements: B0, B1, BY).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, localcontext
from zoneinfo import ZoneInfo

from gateway.contract.batch import Window
from gateway.errors import SourceError
from gateway.languages.texts import translated
from gateway.loading.finder import LoadResult
from gateway.resolvers.billing.bills import Bill, BillSegment, BillStatus
from gateway.resolvers.comparisons.drivers import Driver, bill_drivers, billed_days, billed_services
from gateway.resolvers.comparisons.reasons import BILL_TEXTS, NotComparable, NotComparableReason
from gateway.resolvers.comparisons.usage_pairs import days_off_a_year
from gateway.resolvers.comparisons.verdicts import EXACT, ComparisonVerdict, percent_change, verdict_of
from gateway.resolvers.graph.date_ranges import DateSpan
from gateway.resolvers.graph.relations import records_of

MAX_BILLS = 30  # two years of monthly bills, a year of fortnightly ones
NO_SEGMENTS: LoadResult[BillSegment] = LoadResult([])


def newest_bills_window(zone: ZoneInfo) -> Window:
    """The bills for comparisons, summaries and insights: one load for all of them."""
    return Window(limit=MAX_BILLS, zone=zone)


def counted_bills(bills: Sequence[Bill]) -> list[Bill]:
    return [bill for bill in bills if bill.counts()]


def current_bill(bills: Sequence[Bill]) -> Bill | None:
    """B0: the newest bill that counts; None where there is none, or a newer bill has no status."""
    newest = next((bill for bill in bills if bill.counts() is not False), None)
    return newest if newest and newest.status else None


def issued_since(bills: Sequence[Bill], day: date) -> bool | None:
    """Whether a bill that counts was issued on a day or later; None where a bill without a status leaves it open."""
    issued = [bill.counts() for bill in bills if bill.issued_on >= day]
    return True if True in issued else None if None in issued else False


def previous_bill(bills: Sequence[Bill], current: Bill) -> Bill | None:
    """B1: the bill of the period before the current one; of several for one period, the one that counts.

    Two bills are for one period where more than half of the shorter one's days are also the other's:
    rebilling may move the edge of a period.
    """
    earlier = [bill for bill in bills if _is_before(bill, current)]
    newest = max(earlier, key=lambda bill: (_end(bill), bill.issued_on), default=None)
    same = [bill for bill in earlier if newest is not None and (bill is newest or _same_period(bill, newest))]
    return next(iter(counted_bills(same)), newest)


def last_year_bill(bills: Sequence[Bill], current: Bill) -> Bill | None:
    """BY: the bill whose period's middle is closest to 365 days before the current one's, within 20 days.

    Bills that count come first, then the closest, then the newest.
    """
    now = _span(current)
    spans = [(bill, _span(bill)) for bill in bills if bill.status is not BillStatus.PENDING]
    near = [
        (not bill.counts(), days, bill)
        for bill, span in spans
        if now and span and (days := days_off_a_year(now, span)) is not None
    ]
    return min(near, key=lambda candidate: candidate[:2], default=(True, 0, None))[2]


def all_have_periods(bills: Sequence[Bill]) -> bool:
    """Whether every issued bill gives its period, so that none of a year ago can hide."""
    return all(_span(bill) for bill in bills if bill.status is not BillStatus.PENDING)


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
    shorter = min((_end(bill) - bill.period.start).days + 1 for bill in (one, other) if bill.period)
    return 2 * common > shorter


def _end(bill: Bill) -> date:
    return bill.period.end if bill.period and bill.period.end else bill.issued_on


def _span(bill: Bill) -> DateSpan | None:
    """The days of a bill's period; None where it is not known, or open."""
    return DateSpan(bill.period.start, bill.period.end) if bill.period and bill.period.end else None


@dataclass(frozen=True, slots=True)
class BillPair:
    """The current bill (`now`) and the bill that it is compared with (`base`), with their segments.

    Methods raise the error of segments that failed to load, where these decide the answer.

    undecided: whether a bill that is None may exist: a bill without a status or a period leaves it open
    """

    now: Bill | None
    base: Bill | None
    segments: LoadResult[BillSegment] = NO_SEGMENTS
    base_segments: LoadResult[BillSegment] = NO_SEGMENTS
    undecided: bool = field(default=False, kw_only=True)

    def comparable(self) -> bool:
        """Whether both count, neither is final, and they share a currency and a service.

        Where no system keeps segments, services are not compared.
        """
        return self._reason_of_bills() is None and self._share_a_service()

    def _reason_of_bills(self) -> NotComparableReason | None:
        """Why the bills alone cannot be compared, whatever their segments say."""
        if self.now is None:
            return NotComparableReason.CURRENT_NOT_KNOWN if self.undecided else NotComparableReason.NO_CURRENT
        if self.base is None:
            return NotComparableReason.BASE_NOT_KNOWN if self.undecided else NotComparableReason.NO_BASE
        now, base = self.now.current_charges, self.base.current_charges
        if not (self.now.counts() and self.base.counts()):
            return NotComparableReason.NOT_COMPLETE
        if self.now.is_final or self.base.is_final:
            return NotComparableReason.FINAL_BILL
        if now is None or base is None:
            return NotComparableReason.CHARGES_NOT_KNOWN
        return None if now.currency == base.currency else NotComparableReason.CURRENCIES_DIFFER

    def not_comparable(self) -> NotComparable | None:
        """Why the bills have no change in percent; None if they have one."""
        reason = self._reason_of_bills()
        try:
            if reason is None and not self._share_a_service():
                reason = NotComparableReason.SERVICES_DIFFER
            elif reason is None and self.percent() is None:
                reason = NotComparableReason.BASE_IS_ZERO
        except SourceError:
            reason = NotComparableReason.SERVICES_NOT_KNOWN
        return reason and NotComparable(reason, translated(BILL_TEXTS[reason]))

    def _share_a_service(self) -> bool:
        now, base = records_of(self.segments), records_of(self.base_segments)
        if now is None or base is None:
            return True
        services, base_services = billed_services(now), billed_services(base)
        return None in services | base_services or bool(services & base_services)

    def charges(self) -> tuple[Decimal, Decimal] | None:
        """The current charges of both; None where the bills cannot be compared."""
        now, base = self.now and self.now.current_charges, self.base and self.base.current_charges
        return (now.amount, base.amount) if now and base and self.comparable() else None

    def change(self) -> Decimal | None:
        charges = self.charges()
        return None if charges is None else EXACT.subtract(*charges)

    def percent(self) -> Decimal | None:
        charges = self.charges()
        return None if charges is None else percent_change(*charges)

    def verdict(self, threshold: Decimal) -> ComparisonVerdict:
        """The verdict on the change. Compared with zero charges, any amount is more or less."""
        charges = self.charges()
        if charges is None or charges[1]:
            return verdict_of(self.percent(), threshold)
        return verdict_of((threshold + 1).copy_sign(charges[0]) if charges[0] else charges[0], threshold)

    def days(self) -> tuple[int, int] | None:
        """The days in the period of each; None where one is not known."""
        days, base_days = (bill and billed_days(bill) for bill in (self.now, self.base))
        return (days, base_days) if days and base_days else None

    def percent_per_day(self) -> Decimal | None:
        """The change of the charges per day, in percent.

        From `(c/d - c'/d') / |c'/d'|`, both sides multiplied by d d': no charge per day has to be rounded.
        """
        charges, days = self.charges(), self.days()
        if charges is None or days is None:
            return None
        return percent_change(EXACT.multiply(charges[0], days[1]), EXACT.multiply(charges[1], days[0]))

    def rises_by_percent(self, minimum: int) -> bool | None:
        """Whether the charges per day rise by at least this percent; None where the days are not known."""
        charges, days = self.charges(), self.days()
        if charges is None or not charges[1]:
            return False
        if days is None:
            return None
        with localcontext(EXACT):
            now, base = charges[0] * days[1], charges[1] * days[0]
            return (now - base) * 100 >= minimum * abs(base)

    def drivers(self) -> list[Driver] | None:
        """The reasons for the change; None where no system keeps segments."""
        if self.now is None or self.base is None or not self.comparable():
            return []
        segments, base_segments = records_of(self.segments), records_of(self.base_segments)
        if segments is None or base_segments is None:
            return None
        return bill_drivers(self.now, segments, self.base, base_segments)
