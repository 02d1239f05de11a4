"""Expected usage comparisons, from raw reads by plain SQL, without the gateway."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from support.demo.demo_folders import DemoFolder

UNIT = {"ELECTRIC": "KWH", "GAS": "THM", "WATER": "CCF"}
RECEIVED = "19"
# (granularity, base): first and last day of the newest span, and of the one it is compared with.
SPANS = {
    ("MONTH", "SAME_PERIOD_LAST_YEAR"): ("2025-11-01", "2026-10-31", "2024-11-01", "2025-10-31"),
    ("MONTH", "PREVIOUS_BILL"): ("2025-11-01", "2026-10-31", "2024-11-01", "2025-10-31"),
    ("DAY", "SAME_PERIOD_LAST_YEAR"): ("2026-10-16", "2026-11-14", "2025-10-16", "2025-11-14"),
    ("DAY", "PREVIOUS_BILL"): ("2026-10-16", "2026-11-14", "2026-09-16", "2026-10-15"),
}
Reads = dict[tuple[str, str], dict[str, Decimal | None]]  # by point and flow, then by day


@dataclass(frozen=True, slots=True)
class Compared:
    """The totals of two spans, and the change in percent of the average day."""

    totals: tuple[Decimal | None, Decimal | None]
    percent: float | None


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
