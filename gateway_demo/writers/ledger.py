"""One account's money, played from its first bill to today: bills, payments, adjustments."""

import heapq
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import count

from gateway_demo.plan.clock import TODAY
from gateway_demo.plan.model import ServiceAgreement
from gateway_demo.writers.rates import Line


@dataclass(frozen=True, slots=True)
class Segment:
    """One service on one bill."""

    id: int
    agreement: ServiceAgreement
    start: date
    end: date
    used: int
    received: int
    lines: tuple[Line, ...]
    estimated: bool

    @property
    def amount(self) -> int:
        """The sum of the lines."""
        return sum(line.amount for line in self.lines)


@dataclass(frozen=True, slots=True)
class Bill:
    """A bill as it was issued."""

    id: int
    status: str  # P, C, W, X
    issued: date
    due: date
    start: date
    end: date
    final: bool
    estimated: bool
    previous: int
    payments: int
    adjustments: int
    segments: tuple[Segment, ...]
    charges: int

    @property
    def ending(self) -> int:
        """What was owed when it was issued."""
        return self.previous + self.payments + self.adjustments + self.charges


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment; returned ones count for nothing."""

    day: date
    amount: int
    channel: str
    tender: str
    returned: bool = False


@dataclass(frozen=True, slots=True)
class Adjustment:
    """An adjustment of the debt."""

    day: date
    amount: int
    kind: str


@dataclass(frozen=True, slots=True)
class PlannedEntry:
    """Something that will happen to the money unless today comes first."""

    kind: str  # a kind of adjustment, "pay", "return", "flat": this amount
    amount: int = 0  # of an adjustment
    bill: Bill | None = None
    paid_before: int = 0
    share: float = 1.0
    channel: str = ""
    tender: str = ""


@dataclass(slots=True)
class Ledger:
    """The running ledger of one account, alive while its history is played."""

    balance: int = 0
    deferred: int = 0  # owed, but not yet billed: arrangements and budget billing
    paid: int = 0
    bills: list[Bill] = field(default_factory=list)
    payments: list[Payment] = field(default_factory=list)
    adjustments: list[Adjustment] = field(default_factory=list)
    since_payments: int = 0
    since_adjustments: int = 0
    planned: list[tuple[date, int, PlannedEntry]] = field(default_factory=list)
    order: "count[int]" = field(default_factory=count)

    def plan(self, day: date, what: PlannedEntry) -> None:
        """Let something happen on a day."""
        heapq.heappush(self.planned, (day, next(self.order), what))

    def settle(self, until: date) -> None:
        """Let happen what was planned before that day."""
        while self.planned and self.planned[0][0] < until:
            day, _, what = heapq.heappop(self.planned)
            if day <= TODAY:
                self._happen(day, what)

    def adjust(self, day: date, amount: int, kind: str) -> None:
        """Change the debt by something that is no charge of a bill."""
        self.adjustments.append(Adjustment(day, amount, kind))
        self.balance += amount
        self.since_adjustments += amount

    def issue(self, bill: Bill) -> Bill:
        """Close the account's period with this bill."""
        final = replace(
            bill,
            previous=self.bills[-1].ending if self.bills else 0,
            payments=self.since_payments,
            adjustments=self.since_adjustments,
        )
        self.since_payments = self.since_adjustments = 0
        self.balance += bill.charges
        self.bills.append(final)
        return final

    def _happen(self, day: date, what: PlannedEntry) -> None:
        if what.kind == "flat":
            self._pay(Payment(day, what.amount, what.channel, what.tender))
            return
        if what.bill is None:
            self.adjust(day, what.amount, what.kind)
            return
        owed = what.bill.ending - (self.paid - what.paid_before)
        amount = round(owed * what.share)
        if amount <= 0:
            return
        self._pay(Payment(day, amount, what.channel, what.tender, what.kind == "return"))

    def _pay(self, paid: Payment) -> None:
        self.payments.append(paid)
        if not paid.returned:
            self.paid += paid.amount
            self.balance -= paid.amount
            self.since_payments -= paid.amount
