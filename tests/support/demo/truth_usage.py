"""Expected usage comparisons, from raw reads by plain SQL, without the gateway."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from support.demo.demo_folders import DemoFolder

UNIT = {"ELECTRIC": "KWH", "GAS": "THM", "WATER": "CCF"}
RECEIVED = "19"
TODAY = date(2026, 11, 15)
DAY = timedelta(days=1)
KINDS = [(by, base) for by in ("MONTH", "DAY") for base in ("SAME_PERIOD_LAST_YEAR", "PREVIOUS_BILL")]
Reads = dict[tuple[str, str], dict[str, Decimal | None]]  # by point and flow, then by day


@dataclass(frozen=True, slots=True)
class Compared:
    """The totals of two spans, and the change in percent of the average day."""

    totals: tuple[Decimal | None, Decimal | None]
    percent: float | None


def spans_of(by: str, base: str, closed_on: str | None) -> tuple[str, ...]:
    """First and last day of the newest span, and of the one it is compared with.

    They end before today, or on the day on which the account was closed.
    """
    after = min(TODAY, date.fromisoformat(closed_on) + DAY) if closed_on else TODAY
    if by == "MONTH":
        first = after.replace(day=1)
        days = [_year_before(first), first - DAY, _year_before(_year_before(first)), _year_before(first) - DAY]
    else:
        since, until = after - 30 * DAY, after - DAY
        is_year = base == "SAME_PERIOD_LAST_YEAR"
        days = [since, until, *((_year_before(each) if is_year else each - 30 * DAY) for each in (since, until))]
    return tuple(f"{each}" for each in days)


def _year_before(day: date) -> date:
    return day.replace(year=day.year - 1, day=min(day.day, 28) if day.month == 2 else day.day)  # February


def compared(demo: DemoFolder, points: list[str], service: str, spans: tuple[str, ...]) -> Compared | None:
    """Both sides of a comparison; None without reads in either."""
    reads = _reads(demo, points, UNIT[service], spans)
    if not reads:
        return None
    now, base = _total(reads, *spans[:2]), _total(reads, *spans[2:])
    percent = None
    if now is not None and base:
        change = (now / _days(*spans[:2])) / (base / _days(*spans[2:])) - 1
        exact = change * 100 if base > 0 else -change * 100
        percent = float(exact.quantize(Decimal("0.1"), ROUND_HALF_UP))
    return Compared((now, base), percent)


def _reads(demo: DemoFolder, points: list[str], unit: str, spans: tuple[str, ...]) -> Reads:
    reads: Reads = {}
    inside = "(read_day BETWEEN ? AND ? OR read_day BETWEEN ? AND ?)"
    statement = f"SELECT * FROM daily_read WHERE sp_id = ? AND uom = ? AND {inside}"  # noqa: S608  # our own words
    for point in points:
        for row in demo.ask("usage", statement, point, unit, *spans):
            value = None if row["qty"] is None else Decimal(str(row["qty"]))
            reads.setdefault((point, row["flow"]), {})[row["read_day"]] = value
    return reads


def _total(reads: Reads, first: str, last: str) -> Decimal | None:
    start, flows = date.fromisoformat(first), {flow for _, flow in reads}
    total = Decimal(0)
    for (_, flow), days in reads.items():
        sign = -1 if flow == RECEIVED and len(flows) > 1 else 1
        for n in range(_days(first, last)):
            value = days.get(f"{start + timedelta(days=n)}")
            if value is None:
                return None
            total += sign * value
    return total


def _days(first: str, last: str) -> int:
    return (date.fromisoformat(last) - date.fromisoformat(first)).days + 1
