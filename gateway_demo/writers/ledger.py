"""The ledger of one account: bills, payments and adjustments, simulated from its first bill to today."""

import heapq
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import count

from gateway_demo.plan.clock import TODAY
from gateway_demo.plan.model import ServiceAgreement
from gateway_demo.writers.rates import Line


@dataclass(frozen=True, slots=True)
class Segment:
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
        return sum(line.amount for line in self.lines)


@dataclass(frozen=True, slots=True)
class Bill:
    """A bill as issued."""

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
        """The ending balance on the bill."""
        return self.previous + self.payments + self.adjustments + self.charges


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment; a returned one does not reduce the balance."""

    day: date
    amount: int
    channel: str
    tender: str
    returned: bool = False


@dataclass(frozen=True, slots=True)
class Adjustment:
    day: date
    amount: int
    kind: str


@dataclass(frozen=True, slots=True)
class PlannedEntry:
    """A future payment or adjustment; it takes effect if its day is not after today."""

    kind: str  # "pay", "return", "flat" (a fixed amount), or an adjustment type
    amount: int = 0  # of an adjustment or a fixed payment
    bill: Bill | None = None
    paid_before: int = 0
    share: float = 1.0
    channel: str = ""
    tender: str = ""


@dataclass(slots=True)
class Ledger:
    """The mutable ledger of one account during the simulation."""

    balance: int = 0
    deferred: int = 0  # debt not yet billed: arrangements and budget billing
    paid: int = 0
    bills: list[Bill] = field(default_factory=list)
    payments: list[Payment] = field(default_factory=list)
    adjustments: list[Adjustment] = field(default_factory=list)
    since_payments: int = 0
    since_adjustments: int = 0
    planned: list[tuple[date, int, PlannedEntry]] = field(default_factory=list)
    order: "count[int]" = field(default_factory=count)

    def plan(self, day: date, entry: PlannedEntry) -> None:
        """Schedule an entry."""
        heapq.heappush(self.planned, (day, next(self.order), entry))

    def settle(self, until: date) -> None:
        """Apply the entries scheduled before `until`."""
        while self.planned and self.planned[0][0] < until:
            day, _, entry = heapq.heappop(self.planned)
            if day <= TODAY:
                self._apply(day, entry)

    def adjust(self, day: date, amount: int, kind: str) -> None:
        """Add an adjustment to the balance."""
        self.adjustments.append(Adjustment(day, amount, kind))
        self.balance += amount
        self.since_adjustments += amount

    def issue(self, bill: Bill) -> Bill:
        """Add a bill, with the payments and adjustments since the previous one."""
        issued = replace(
            bill,
            previous=self.bills[-1].ending if self.bills else 0,
            payments=self.since_payments,
            adjustments=self.since_adjustments,
        )
        self.since_payments = self.since_adjustments = 0
        self.balance += bill.charges
        self.bills.append(issued)
        return issued

    def _apply(self, day: date, entry: PlannedEntry) -> None:
        if entry.kind == "flat":
            self._pay(Payment(day, entry.amount, entry.channel, entry.tender))
            return
        if entry.bill is None:
            self.adjust(day, entry.amount, entry.kind)
            return
        owed = entry.bill.ending - (self.paid - entry.paid_before)
        amount = round(owed * entry.share)
        if amount <= 0:
            return
        self._pay(Payment(day, amount, entry.channel, entry.tender, entry.kind == "return"))

    def _pay(self, paid: Payment) -> None:
        self.payments.append(paid)
        if not paid.returned:
            self.paid += paid.amount
            self.balance -= paid.amount
            self.since_payments -= paid.amount
