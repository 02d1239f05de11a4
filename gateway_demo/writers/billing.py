"""Simulates an account's bills in its ledger: periods, charges, fees and payments."""

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
LATE_FEE = 15  # per mille of the past due amount
NSF_FEE = 3_000
LONGER = 5
SHORTEST = 10
ARRANGED_BILLS = 6  # instalments of a payment arrangement
# Age of the bill at which an arrangement starts.
ARRANGED_AT = {"arr_active": 4, "arr_broken": 4, "arr_kept": 16}
GOODWILL_DAY = days_ago(6)
BROKEN_AT = 3  # the instalment at which a broken arrangement breaks
INSTALMENT_DAYS = 25
REBILLED_AT = 3
WRITTEN_OFF_DAYS = 100


@dataclass(frozen=True, slots=True)
class Period:
    """The time between two meter readings."""

    start: date
    end: date


def readings(account: Account, rng: Random) -> list[date]:
    """The reading days of an account's meters."""
    year, month = FIRST_DAY.year, FIRST_DAY.month
    days = []
    while (year, month) <= (TODAY.year, TODAY.month + 1):
        planned = date(year, month, account.traits.cycle)
        exact = account.traits.quiet or planned >= TODAY
        days.append(planned if exact else add_days(planned, rng.choice((-1, 0, 0, 0, 1))))
        year, month = next_month(year, month)
    return days


def periods(account: Account, rng: Random) -> tuple[list[Period], date | None]:
    """The billed periods, and the date of the next bill."""
    traits = account.traits
    first = max(traits.opened, FIRST_DAY)
    ends = [day for day in readings(account, rng) if day >= add_days(first, SHORTEST)]
    if traits.closed:
        ends = [day for day in ends if day < add_days(traits.closed, -SHORTEST)] + [traits.closed]
    if not ends:
        return [], None
    starts = [first, *ends[:-1]]
    all_periods = [Period(start, end) for start, end in zip(starts, ends, strict=True)]
    billed = [period for period in all_periods if add_days(period.end, ISSUE_DAYS) <= TODAY]
    if traits.held:
        billed = billed[:-1]
    if traits.long_period:
        billed[-1] = Period(billed[-1].start, add_days(billed[-1].end, LONGER))
    upcoming = all_periods[len(billed)].end if len(billed) < len(all_periods) else None
    return billed, add_days(upcoming, ISSUE_DAYS) if upcoming else None


@dataclass(frozen=True, slots=True)
class Biller:
    """Bills one account into its ledger."""

    account: Account
    meters: Sequence[Meter]
    rng: Random
    ledger: Ledger

    def bill_periods(self, spans: Sequence[Period]) -> None:
        """Bill the periods in turn, and settle the payments between them."""
        if self.account.traits.credit:
            self.ledger.plan(GOODWILL_DAY, PlannedEntry("GOODW", -self.account.traits.credit))
        for index, period in enumerate(spans):
            age = len(spans) - 1 - index
            issued = add_days(period.end, ISSUE_DAYS)
            plan_installments(self.account, self.ledger, index, len(spans), issued)
            self.ledger.settle(issued)
            self._late_fee(issued)
            bill = self.ledger.issue(self.bill(index, period, age=age))
            plan_payments(self.account.traits, self.rng, self.ledger, bill, age)
            self._returned_payment(bill, age)
            self._arrangement_entries(bill, age)
        self._final_entries(spans)
        self.ledger.settle(add_days(TODAY, 1))

    def bill(self, index: int, period: Period, *, age: int, status: str = "C") -> Bill:
        """A bill of a period, not yet in the ledger; its `age` is 0 for the newest bill."""
        number = self.account.value * 1000 + index + 1
        estimated = age < self.account.traits.estimated
        segments = self._segments(number, period, estimated=estimated)
        issued = add_days(period.end, ISSUE_DAYS)
        charges = sum(segment.amount for segment in segments)
        final = self.account.traits.closed == period.end
        due = add_days(issued, DUE_DAYS)
        return Bill(
            number, status, issued, due, period.start, period.end, final, estimated, 0, 0, 0,
            segments, charges,
        )  # fmt: skip

    def _segments(self, number: int, period: Period, *, estimated: bool) -> tuple[Segment, ...]:
        segments: list[Segment] = []
        for meter, agreement in zip(self.meters, self.account.served, strict=True):
            unit = UNITS[meter.point.service]
            used = meter.quantity(period.start, period.end, 0.85 + 0.3 * self.rng.random())
            received = meter.returned(period.start, period.end)
            charged = bill_lines(agreement, period.end, unit, used, received)
            segment_id = number * 10 + len(segments)
            charges = tuple(self._with_budget_billing(charged, first=not segments))
            segments.append(
                Segment(segment_id, agreement, period.start, period.end, used, received, charges, estimated)
            )
        return tuple(segments)

    def _with_budget_billing(self, charged: list[Line], *, first: bool) -> list[Line]:
        if not first or "BUDG" not in self.account.traits.programs:
            return charged
        actual = sum(line.amount for line in charged)
        budget_amount = self.meters[0].point.base * 30 * 17 // 1000 + 1500
        self.ledger.deferred += actual - budget_amount
        return [*charged, Line("Budget billing, to the even amount", budget_amount - actual)]

    def _late_fee(self, issued: date) -> None:
        not_yet_due = sum(bill.charges for bill in self.ledger.bills[-2:] if bill.due >= issued)
        past_due = max(0, self.ledger.balance - not_yet_due)
        fee = past_due * LATE_FEE // 1000
        if fee:
            self.ledger.adjust(add_days(issued, -1), fee, "LPC")

    def _returned_payment(self, bill: Bill, age: int) -> None:
        if age not in self.account.traits.returned or bill.ending <= 0:
            return
        returned = PlannedEntry("return", bill=bill, paid_before=self.ledger.paid, channel="WEB", tender="ACH")
        self.ledger.plan(add_days(bill.issued, 8), returned)
        self.ledger.plan(add_days(bill.issued, 12), PlannedEntry("NSF", NSF_FEE))

    def _arrangement_entries(self, bill: Bill, age: int) -> None:
        """Move debt to an arrangement; it returns in instalments, or at once if the arrangement breaks."""
        ledger, stage = self.ledger, self.account.traits.stage
        number = ARRANGED_AT.get(stage, -1) - age
        if not 0 <= number < ARRANGED_BILLS or ARRANGED_AT.get(stage) is None:
            return
        if number == 0:
            ledger.deferred = ledger.balance
            ledger.adjust(bill.issued, -ledger.balance, "PATRF")
        breaks = stage == "arr_broken" and number == BROKEN_AT
        day = add_days(bill.issued, INSTALMENT_DAYS)
        if day > TODAY or not ledger.deferred:
            return
        remaining = ARRANGED_BILLS - number
        amount = ledger.deferred if breaks or remaining == 1 else ledger.deferred // remaining
        ledger.deferred -= amount
        ledger.plan(day, PlannedEntry("PABRK" if breaks else "PAINS", amount))

    def _final_entries(self, spans: Sequence[Period]) -> None:
        plan_installments(self.account, self.ledger, len(spans), len(spans), add_days(TODAY, 1))
        if self.account.traits.stage == "written_off" and spans:
            day = add_days(spans[-1].end, WRITTEN_OFF_DAYS)
            self.ledger.settle(day)
            self.ledger.adjust(day, -self.ledger.balance, "WOFF")
