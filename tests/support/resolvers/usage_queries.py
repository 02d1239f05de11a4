"""Usage queries and the rows of readings."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from support.harness import Harness
from support.rows import row
from support.utility import ACCOUNT

QUERY = """query($account: ID!, $by: UsageGranularity!, $range: DateRange, $type: ServiceType, $point: ID) {
  billingAccount(id: $account) {
    usage(granularity: $by, range: $range, serviceType: $type, servicePointId: $point) {
      serviceType unit flow granularity total servicePoint { id }
      readings { start end value quality cost { amount } }
    }
  }
}"""
POINT = {"service_point_id": "S1", "service_type": "ELECTRIC", "unit": "kWh", "flow": "DELIVERED"}


async def usage(at: Harness, by: str, since: str = "", until: str = "", **arguments: Any) -> Any:
    """The series of account A1."""
    span = {"since": since, "until": until} if since else None
    return (await at.ask(QUERY, account=ACCOUNT, by=by, range=span, **arguments))["billingAccount"]["usage"]


def daily(days: Mapping[date, Decimal | None], **fields: Any) -> list[dict[str, Any]]:
    """A reading for each of these days."""
    return [
        row("DailyUsage", id=f"{day}", day=f"{day}", value=value, **{**POINT, **fields}) for day, value in days.items()
    ]


def intervals(start: datetime, end: datetime, minutes: int = 15) -> list[dict[str, Any]]:
    """A reading of 0.25 for every interval of `minutes`, in UTC."""
    moments = []
    while start < end:
        moments.append((start, start := start + timedelta(minutes=minutes)))
    return [
        row("IntervalUsage", id=f"{s}", starts_at=s.isoformat(), ends_at=e.isoformat(), value="0.25", **POINT)
        for s, e in moments
    ]


def between(first: date, last: date) -> list[date]:
    """The days from the first to the last."""
    return [first + timedelta(days=offset) for offset in range((last - first).days + 1)]
