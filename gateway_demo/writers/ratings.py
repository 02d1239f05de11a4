"""Writes an account's credit rating and cash-only entries, and sums them."""

from dataclasses import dataclass, field
from datetime import date
from random import Random

from sqlalchemy import Table

from gateway_demo.plan.clock import FIRST_DAY, HOUR, TODAY, add_days, midnight, random_day
from gateway_demo.plan.model import Account
from gateway_demo.plan.rows import Rows
from gateway_demo.stores import collections_tables as tables
from gateway_demo.writers.finances import Finances

BASE = 700
LOW = 500
CASH_LIMIT = 300
RATING_DAYS = 730
CASH_DAYS = 365
RETURNED_RATING, RETURNED_CASH = -50, 120


@dataclass(frozen=True, slots=True)
class Entry:
    """Points that count for `days` from `start`."""

    start: date
    days: int
    points: int
    source: tuple[str, str]

    @property
    def effective(self) -> bool:
        """Whether the entry counts today."""
        return add_days(self.start, self.days) >= TODAY


@dataclass(slots=True)
class Ratings:
    """Collects the entries of one account."""

    account: Account
    ratings: list[Entry] = field(default_factory=list)
    cash: list[Entry] = field(default_factory=list)

    def add(self, day: date, points: int, code: str, text: str) -> None:
        """Add an entry to the credit rating."""
        self.ratings.append(Entry(day, RATING_DAYS, points, (code, text)))

    def add_returned_payments(self, finances: Finances) -> None:
        """Add the entries of returned payments to the rating and the cash-only score."""
        reason = ("NSF", "Payment returned")
        for payment in finances.ledger.payments:
            if payment.returned:
                self.ratings.append(Entry(payment.day, RATING_DAYS, RETURNED_RATING, reason))
                self.cash.append(Entry(payment.day, CASH_DAYS, RETURNED_CASH, reason))

    def record(self, rng: Random, rows: Rows) -> None:
        """Write all entries, with those of credit reviews."""
        traits = self.account.traits
        if traits.stage == "low_rating":
            self.add(add_days(TODAY, -120), -260, "REV", "Credit review")
        if not traits.quiet:
            since = max(traits.opened, FIRST_DAY)
            until = min(traits.closed or TODAY, TODAY)
            self.add(random_day(rng, since, until), rng.choice((0, 5, 10)), "REV", "Credit review")
        for number, entry in enumerate(self.ratings, start=1):
            self._row(tables.RATING, f"{self.account.value:08d}R{number:03d}", entry, rows)
        for number, entry in enumerate(self.cash, start=1):
            self._row(tables.CASH_ONLY, f"{self.account.value:08d}H{number:03d}", entry, rows)

    @property
    def rating(self) -> int:
        """The credit rating today."""
        return BASE + sum(entry.points for entry in self.ratings if entry.effective)

    @property
    def score(self) -> int:
        """The cash-only score today."""
        return sum(entry.points for entry in self.cash if entry.effective)

    def _row(self, table: Table, entry_id: str, entry: Entry, rows: Rows) -> None:
        rows.add(
            table,
            ENTRY_ID=entry_id,
            ACCT_ID=self.account.id,
            CRE_DTTM=midnight(entry.start) + 5 * HOUR,
            START_DT=entry.start,
            END_DT=add_days(entry.start, entry.days),
            AFF_BY=entry.points,
            SRC_CD=entry.source[0],
            SRC_DESCR=entry.source[1],
            COMMENTS=None,
        )
