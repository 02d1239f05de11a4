"""Usage comparisons of account A1, and rows for them."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from gateway.contract.times import midnight
from support.harness import Harness
from support.resolvers.usage_queries import POINT, daily
from support.rows import row
from support.utility import ACCOUNT

COMPARISON = """
query($account: ID!, $type: ServiceType!, $unit: String, $by: UsageGranularity!, $base: ComparisonBase!,
  $flow: FlowDirection, $range: DateRange, $of: ComparedUsage!) {
  billingAccount(id: $account) {
    usageComparison(
      serviceType: $type, unit: $unit, granularity: $by, base: $base, flow: $flow, range: $range, of: $of
    ) {
      unit unitSymbol flow isNetted granularity changePercent changePercentState verdict
      notComparableReason notComparableReasonLabel notComparableText
      series { period { start end days } total totalState averagePerDay averagePerDayState coverage }
      points {
        current { start end value } currentState earlier { start end value } earlierState
        changePercent changePercentState notComparableReason notComparableText isRepeatedHour
      }
    }
    usageComparisonState(
      serviceType: $type, unit: $unit, granularity: $by, base: $base, flow: $flow, range: $range, of: $of)
  }
}"""
LAST_YEAR, BEFORE = "SAME_PERIOD_LAST_YEAR", "PREVIOUS_BILL"


def asked(since: str = "", until: str = "", **arguments: Any) -> dict[str, Any]:
    """The variables of a comparison; by default by day, with the year before."""
    span = {"since": since, "until": until} if since else None
    defaults = {"type": "ELECTRIC", "by": "DAY", "base": LAST_YEAR, "of": "RECENT", "range": span}
    return {"account": ACCOUNT, **defaults, **arguments}


async def compare(at: Harness, since: str = "", until: str = "", **arguments: Any) -> Any:
    """The comparison of account A1's usage."""
    data = (await at.ask(COMPARISON, **asked(since, until, **arguments)))["billingAccount"]
    comparison, state = data["usageComparison"], data["usageComparisonState"]
    assert (state == "KNOWN") == (comparison is not None)
    return comparison


def on(days: Iterable[date], value: str, **fields: Any) -> list[dict[str, Any]]:
    """Daily usage of one value on each of these days."""
    return daily(dict.fromkeys(days, Decimal(value)), **fields)


def billed(*periods: tuple[str, str, str | None], **fields: Any) -> list[dict[str, Any]]:
    """Billed usage: first day, last day and value of each period."""
    return [
        row("BilledUsage", id=f"{since}{fields}", since=since, until=until, value=value, **{**POINT, **fields})
        for since, until, value in periods
    ]


def hours(first: date, last: date, zone: ZoneInfo, minutes: int = 60, **fields: Any) -> list[dict[str, Any]]:
    """A reading of 1 for each interval of these days, by the clock of a zone."""
    moment, end = (midnight(day, zone).astimezone(UTC) for day in (first, last + timedelta(days=1)))
    rows = []
    while moment < end:
        after = min(end, moment + timedelta(minutes=minutes))
        times = {"starts_at": moment.isoformat(), "ends_at": after.isoformat()}
        rows.append(row("IntervalUsage", id=f"{moment}{fields}", value="1", **times, **{**POINT, **fields}))
        moment = after
    return rows


def clock(reading: Mapping[str, Any] | None) -> str | None:
    """When a reading begins, by the wall clock."""
    return reading and datetime.fromisoformat(reading["start"]).strftime("%m-%d %H:%M")
