"""Bill comparisons by the documented formulas, from raw rows, without the gateway."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any

from support.demo.truth import opaque
from support.demo.truth_money import SERVICE
from support.demo.truth_raw import Account, day, dollars, months_before

FROZEN = "50"
YEAR, NEAR, SAME = 365, 20, 5
POWER = {"KW", "KVA", "KVAR"}  # of which no use is counted
Driver = tuple[str, str | None, Decimal]


@dataclass(frozen=True)
class Service:
    """A bill's charges for one service: cents, days, and quantities by unit."""

    cents: int
    days: int
    quantities: dict[str, Fraction]
    estimated: bool


@dataclass(frozen=True)
class Bill:
    """A bill's row and its valid segments."""

    row: Any
    segments: tuple[Any, ...]

    @property
    def id(self) -> str:
        return opaque("Bill", str(self.row["BILL_ID"]))

    @property
    def charges(self) -> int:
        """The charges in cents."""
        return int(self.row["CUR_CHRG_CENTS"])

    @property
    def counts(self) -> bool:
        """Whether it was issued, even if it was written off later, and not canceled."""
        return self.row["BILL_STAT"] in {"C", "W"}

    @property
    def first(self) -> date:
        return day(self.row["PER_START_DT"])

    @property
    def last(self) -> date:
        return day(self.row["PER_END_DT"]) - timedelta(days=1)

    @property
    def twice_middle(self) -> int:
        """The middle of the period, doubled to be a whole number of days."""
        return self.first.toordinal() + self.last.toordinal()

    @property
    def per_day(self) -> Fraction:
        """The charges per day in cents."""
        return Fraction(self.charges, self.row["PER_DAYS"])

    @property
    def newness(self) -> tuple[str, str]:
        """The sort key of bills."""
        return self.row["BILL_DT"], str(self.row["BILL_ID"])

    def services(self) -> dict[str, Service]:
        """The charges by service."""
        codes = dict.fromkeys(row["SVC_CD"] for row in self.segments)
        return {code: _service([row for row in self.segments if row["SVC_CD"] == code]) for code in codes}


def _service(rows: Sequence[Any]) -> Service:
    quantities: dict[str, Fraction] = {}
    for row in rows:
        for each in json.loads(row["QTYS"]):
            quantities[each["uom"]] = quantities.get(each["uom"], Fraction()) + Fraction(each["qty"])
    days = day(max(row["END_DT"] for row in rows)) - day(min(row["START_DT"] for row in rows))
    return Service(sum(row["AMT_CENTS"] for row in rows), days.days, quantities, any(row["EST_IND"] for row in rows))


def half_up(number: Fraction) -> int:
    """Round to an integer, halves away from zero."""
    size = int(abs(number) + Fraction(1, 2))
    return size if number >= 0 else -size


def percent(now: Fraction, base: Fraction) -> Fraction | None:
    """The relative change from the base; None for a base of zero."""
    return (now - base) * 100 / abs(base) if base else None


def tenth(number: Fraction | None) -> Decimal | None:
    """Round to a tenth."""
    return None if number is None else Decimal(half_up(number * 10)).scaleb(-1)


@cache
def bills_of(account: Account) -> list[Bill]:
    """The account's bills, newest first."""
    drivers = []
    for row in account.rows("billing", "BL_BILL"):
        segments = account.raw.rows("billing", "BL_BSEG", "BILL_ID", row["BILL_ID"])
        ordered = sorted(segments, key=lambda each: str(each["BSEG_ID"]))
        drivers.append(Bill(row, tuple(each for each in ordered if each["SEG_STAT"] == FROZEN)))
    return sorted(drivers, key=lambda bill: bill.newness, reverse=True)


def newest(bills: Sequence[Bill]) -> Bill | None:
    """The newest bill that counts."""
    return next((bill for bill in bills if bill.counts), None)


def previous(bills: Sequence[Bill], now: Bill) -> Bill | None:
    """The bill of the previous period."""
    before = [bill for bill in bills if bill.row["BILL_STAT"] != "P" and bill.last < now.first]
    if not before:
        return None
    start = max(before, key=lambda bill: bill.last).first
    period = [bill for bill in before if bill.first == start]
    return max(period, key=lambda bill: (bill.counts, bill.newness))


def last_year(bills: Sequence[Bill], now: Bill) -> Bill | None:
    """The bill of a year before."""

    def off(bill: Bill) -> int:
        return abs(bill.twice_middle - (now.twice_middle - 2 * YEAR))

    near = [bill for bill in bills if bill.row["BILL_STAT"] != "P" and off(bill) <= 2 * NEAR]
    return max(near, key=lambda bill: (bill.counts, -off(bill), bill.newness), default=None)


BASES: dict[str, Callable[[Sequence[Bill], Bill], Bill | None]] = {
    "PREVIOUS_BILL": previous,
    "SAME_PERIOD_LAST_YEAR": last_year,
}


def comparable(now: Bill | None, base: Bill | None) -> bool:
    """Whether two bills are comparable."""
    if now is None or base is None or not (now.counts and base.counts):
        return False
    final = now.row["FINAL_IND"] or base.row["FINAL_IND"]
    return not final and bool(now.services().keys() & base.services().keys())


def comparison(account: Account) -> dict[str, Any]:
    """The comparison of the newest bill that counts with the previous one and last year's."""
    bills = bills_of(account)
    now = newest(bills)
    return {"current": now and {"id": now.id}, "comparisons": [_item(name, bills, now) for name in BASES]}


def _item(name: str, bills: Sequence[Bill], now: Bill | None) -> dict[str, Any]:
    base = None if now is None else BASES[name](bills, now)
    item = {"base": name, "bill": base and {"id": base.id}}
    if now is None or base is None or not comparable(now, base):
        nothing = dict.fromkeys(("change", "changePercent", "changePerDayPercent"))
        return {**item, "verdict": "NOT_COMPARABLE", **nothing, "drivers": []}
    change = tenth(percent(Fraction(now.charges), Fraction(base.charges)))
    return {
        **item,
        "verdict": verdict(change),
        "change": dollars(now.charges - base.charges),
        "changePercent": change,
        "changePerDayPercent": tenth(percent(now.per_day, base.per_day)),
        "drivers": sorted(drivers(now, base), key=str),
    }


def verdict(change: Decimal | None) -> str:
    """The verdict, by the rounded percentage."""
    if change is None:
        return "NOT_COMPARABLE"
    if abs(change) < SAME:
        return "ABOUT_THE_SAME"
    return "MORE" if change > 0 else "LESS"


def drivers(now: Bill, base: Bill) -> list[Driver]:
    """The drivers of the change between two comparable bills."""
    drivers = [*_by_service(now.services(), base.services()), (None, "ADJUSTMENT", _outside(now) - _outside(base))]
    return [(kind, SERVICE[code] if code else None, dollars(cents)) for code, kind, cents in drivers if cents]


def _outside(bill: Bill) -> int:
    return bill.charges - sum(row["AMT_CENTS"] for row in bill.segments)


def _by_service(now: dict[str, Service], base: dict[str, Service]) -> Iterator[tuple[str, str, int]]:
    for code in sorted(now.keys() | base.keys()):
        if code in now and code in base:
            yield from ((code, kind, cents) for kind, cents in _of_service(now[code], base[code]))
        else:
            yield code, "OTHER", now[code].cents if code in now else -base[code].cents


def _of_service(now: Service, base: Service) -> Iterator[tuple[str, int]]:
    days = half_up(Fraction(base.cents * (now.days - base.days), base.days))
    rest = now.cents - base.cents - days
    yield "DAYS", days
    both = base.quantities.keys() & now.quantities.keys()
    unit = min((unit for unit in both - POWER if base.quantities[unit]), default=None)
    if unit is None:
        yield "OTHER", rest
        return
    expected = base.quantities[unit] * now.days / base.days
    usage = half_up((now.quantities[unit] - expected) * base.cents / base.quantities[unit])
    yield ("ESTIMATE" if now.estimated or base.estimated else "USAGE"), usage
    yield "RATE", rest - usage


def billed_in_a_year(account: Account) -> Decimal | None:
    """The charges of complete bills in the last twelve months; None without bills."""
    since, today = months_before(account.today, 12), account.today
    counted = [b.charges for b in bills_of(account) if b.counts and since < day(b.row["BILL_DT"]) <= today]
    return dollars(sum(counted)) if counted else None
