"""Plays an account's bills through its ledger: periods, charges, fees, and who pays when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from random import Random

from gateway_demo.plan.clock import FIRST_DAY, TODAY, add_days, days_ago, next_month
from gateway_demo.plan.model import Account
from gateway_demo.writers.ledger import Bill, Ledger, PlannedEntry, Segment
from gateway_demo.writers.pay_plan_schedule import plan_installments
from gateway_demo.writers.payer_behavior import plan_payments
from gateway_demo.writers.rates import Line, bill_lines
from gateway_demo.writers.usage import UNITS, Meter

ISSUE_DAYS = 2
DUE_DAYS = 21
LATE_FEE = 15  # per mille of what is past due
NSF_FEE = 3_000
LONGER = 5
SHORTEST = 10
ARRANGED_BILLS = 6  # instalments of a payment arrangement
ARRANGED_AT = {"arr_active": 4, "arr_broken": 4, "arr_kept": 16}  # after which bill it starts
GOODWILL_DAY = days_ago(6)
BROKEN_AT = 3  # the instalment at which a broken one breaks
INSTALMENT_DAYS = 25
REBILLED_AT = 3
WRITTEN_OFF_DAYS = 100


@dataclass(frozen=True, slots=True)
class Period:
    """From one reading to the next."""

    start: date
    end: date


def readings(account: Account, rng: Random) -> list[date]:
    """The days on which the meters of an account are read."""
    year, month = FIRST_DAY.year, FIRST_DAY.month
    days = []
    while (year, month) <= (TODAY.year, TODAY.month + 1):
        planned = date(year, month, account.traits.cycle)
        exact = account.traits.quiet or planned >= TODAY
        days.append(planned if exact else add_days(planned, rng.choice((-1, 0, 0, 0, 1))))
        year, month = next_month(year, month)
    return days


def periods(account: Account, rng: Random) -> tuple[list[Period], date | None]:
    """The periods billed until today, and the day of the next bill."""
    traits = account.traits
    begin = max(traits.opened, FIRST_DAY)
    stops = [day for day in readings(account, rng) if day >= add_days(begin, SHORTEST)]
    if traits.closed:
        stops = [day for day in stops if day < add_days(traits.closed, -SHORTEST)] + [traits.closed]
    if not stops:
        return [], None
    starts = [begin, *stops[:-1]]
    made = [Period(start, end) for start, end in zip(starts, stops, strict=True)]
    billed = [each for each in made if add_days(each.end, ISSUE_DAYS) <= TODAY]
    if traits.held:
        billed = billed[:-1]
    if traits.long_period:
        billed[-1] = Period(billed[-1].start, add_days(billed[-1].end, LONGER))
    upcoming = made[len(billed)].end if len(billed) < len(made) else None
    return billed, add_days(upcoming, ISSUE_DAYS) if upcoming else None


@dataclass(frozen=True, slots=True)
class Biller:
    """Bills one account; the book it fills is its result."""

    account: Account
    meters: Sequence[Meter]
    rng: Random
    book: Ledger

    def play(self, spans: Sequence[Period]) -> None:
        """Bill every period in turn, and let be paid what is paid."""
        if self.account.traits.credit:
            self.book.plan(GOODWILL_DAY, PlannedEntry("GOODW", -self.account.traits.credit))
        for index, span in enumerate(spans):
            newest = len(spans) - 1 - index
            issued = add_days(span.end, ISSUE_DAYS)
            plan_installments(self.account, self.book, index, len(spans), issued)
            self.book.settle(issued)
            self._late_fee(issued)
            bill = self.book.issue(self.bill(index, span, newest=newest))
            plan_payments(self.account.traits, self.rng, self.book, bill, newest)
            self._misfortunes(bill, newest)
            self._arrangement(bill, newest)
        self._after_all(spans)
        self.book.settle(add_days(TODAY, 1))

    def bill(self, index: int, span: Period, *, newest: int, status: str = "C") -> Bill:
        """A bill for a period, not yet in the book."""
        number = self.account.value * 1000 + index + 1
        estimated = newest < self.account.traits.estimated
        segments = self._segments(number, span, estimated=estimated)
        issued = add_days(span.end, ISSUE_DAYS)
        charges = sum(segment.amount for segment in segments)
        final = self.account.traits.closed == span.end
        due = add_days(issued, DUE_DAYS)
        return Bill(
            number, status, issued, due, span.start, span.end, final, estimated, 0, 0, 0,
            segments, charges,
        )  # fmt: skip

    def _segments(self, number: int, span: Period, *, estimated: bool) -> tuple[Segment, ...]:
        made: list[Segment] = []
        for meter, agreement in zip(self.meters, self.account.served, strict=True):
            unit = UNITS[meter.point.service]
            used = meter.quantity(span.start, span.end, 0.85 + 0.3 * self.rng.random())
            received = meter.returned(span.start, span.end)
            charged = bill_lines(agreement, span.end, unit, used, received)
            place = number * 10 + len(made)
            costs = tuple(self._budgeted(charged, first=not made))
            made.append(Segment(place, agreement, span.start, span.end, used, received, costs, estimated))
        return tuple(made)

    def _budgeted(self, charged: list[Line], *, first: bool) -> list[Line]:
        if not first or "BUDG" not in self.account.traits.programs:
            return charged
        actual = sum(line.amount for line in charged)
        even = self.meters[0].point.base * 30 * 17 // 1000 + 1500
        self.book.deferred += actual - even
        return [*charged, Line("Budget billing, to the even amount", even - actual)]

    def _late_fee(self, issued: date) -> None:
        young = sum(bill.charges for bill in self.book.bills[-2:] if bill.due >= issued)
        past = max(0, self.book.balance - young)
        fee = past * LATE_FEE // 1000
        if fee:
            self.book.adjust(add_days(issued, -1), fee, "LPC")

    def _misfortunes(self, bill: Bill, newest: int) -> None:
        if newest not in self.account.traits.returned or bill.ending <= 0:
            return
        back = PlannedEntry("return", bill=bill, paid_before=self.book.paid, channel="WEB", tender="ACH")
        self.book.plan(add_days(bill.issued, 8), back)
        self.book.plan(add_days(bill.issued, 12), PlannedEntry("NSF", NSF_FEE))

    def _arrangement(self, bill: Bill, newest: int) -> None:
        """Debt moved to an arrangement comes back in instalments, or at once if it breaks."""
        book, stage = self.book, self.account.traits.stage
        number = ARRANGED_AT.get(stage, -1) - newest
        if not 0 <= number < ARRANGED_BILLS or ARRANGED_AT.get(stage) is None:
            return
        if number == 0:
            book.deferred = book.balance
            book.adjust(bill.issued, -book.balance, "PATRF")
        breaks = stage == "arr_broken" and number == BROKEN_AT
        day = add_days(bill.issued, INSTALMENT_DAYS)
        if day > TODAY or not book.deferred:
            return
        rest = ARRANGED_BILLS - number
        amount = book.deferred if breaks or rest == 1 else book.deferred // rest
        book.deferred -= amount
        book.plan(day, PlannedEntry("PABRK" if breaks else "PAINS", amount))

    def _after_all(self, spans: Sequence[Period]) -> None:
        plan_installments(self.account, self.book, len(spans), len(spans), add_days(TODAY, 1))
        if self.account.traits.stage == "written_off" and spans:
            day = add_days(spans[-1].end, WRITTEN_OFF_DAYS)
            self.book.settle(day)
            self.book.adjust(day, -self.book.balance, "WOFF")
