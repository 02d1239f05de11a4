"""Rules about how meters are read, and water that never stops."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial

from gateway.resolvers.graph.date_ranges import is_in_force
from gateway.resolvers.insights.facts import by_reference
from gateway.resolvers.insights.facts.by_reference import BILLED_USAGE, DAILY_USAGE
from gateway.resolvers.insights.model.action import Action, InsightScreen
from gateway.resolvers.insights.model.fact import Evaluation
from gateway.resolvers.insights.model.insight import WARNING, InsightArea
from gateway.resolvers.insights.model.message import Hours, Plural, Quantity, Values
from gateway.resolvers.insights.model.rule import Finding, Findings, Rule
from gateway.resolvers.insights.rules.usage import delivered, rows_of_account
from gateway.resolvers.service.premises import ServiceType
from gateway.resolvers.usage.readings import IntervalUsage, ReadQuality
from gateway.resolvers.usage.series import by_register

rule = partial(Rule, InsightArea.USAGE)
HOUR = timedelta(hours=1)


@rule("READS_ESTIMATED", WARNING, "Meter not read", [], any_of=(BILLED_USAGE, DAILY_USAGE),
      action=Action("Show the readings", InsightScreen.USAGE),
      each=((Plural("The last bill period was estimated ({service}).",
                    "The last {periods} bill periods were estimated ({service}).", by="periods"),
             Plural("{count} of the last {days} days was not read ({service}).",
                    "{count} of the last {days} days were not read ({service}).")),))  # fmt: skip
def reads_estimated(evaluation: Evaluation) -> Findings:
    """A meter's last 2 bill periods were estimated, or more than 20 % of the last 30 days were unread.

    A day without a row was not read, if the service point has daily rows and the account existed.
    """
    estimated, periods = _estimated_periods(evaluation), evaluation.thresholds.estimated_periods
    items: list[Values] = [{"periods": periods, "service": service} for service in estimated]
    for service, (count, days) in _unread_days(evaluation).items():
        items.append({"count": count, "days": days, "service": service})
    if items:
        at = max(estimated.values(), default=evaluation.days_ago(1))
        yield Finding(items=items, at=at)


def _estimated_periods(evaluation: Evaluation) -> dict[ServiceType, date]:
    """Services with a register whose newest periods are all estimated, and the last day of these."""
    number = evaluation.thresholds.estimated_periods
    services: dict[ServiceType, date] = {}
    for register in by_register(rows_of_account(evaluation, BILLED_USAGE)).values():
        periods: dict[tuple[date, date], bool] = {}
        for row in register:
            period = row.until, row.since
            periods[period] = periods.get(period, True) and row.quality is ReadQuality.ESTIMATED
        newest = sorted(periods, reverse=True)[:number]
        if newest and len(newest) == number and all(periods[period] for period in newest):
            services[register[0].service_type] = newest[0][0]
    return services


def _unread_days(evaluation: Evaluation) -> dict[ServiceType, tuple[int, int]]:
    """Services with too many days not read: how many, and of how many days."""
    account, last_days = evaluation.account, evaluation.last_days(evaluation.thresholds.estimated_days)
    days = {day for day in last_days if is_in_force(account.opened_on, account.closed_on, day)}
    services: dict[ServiceType, tuple[int, int]] = {}
    rows = [row for row in rows_of_account(evaluation, DAILY_USAGE) if row.day in days]
    for register in by_register(rows).values():
        read = {row.day for row in register if row.quality is ReadQuality.ACTUAL}
        unread = len(days) - len(read)
        if unread * 100 > evaluation.thresholds.estimated_percent * len(days):
            services[register[0].service_type] = unread, len(days)
    return services


@rule("WATER_LEAK", WARNING, "Water may leak",
      "Water ran without a break for {hours} until {until}, at least {least} per hour.",
      required=(by_reference.WATER_INTERVALS,),
      action=Action("Advise to look for a leak", InsightScreen.USAGE))  # fmt: skip
def water_leak(evaluation: Evaluation) -> Findings:
    """Water ran in each of the 72 hours up to a meter's newest reading, at most 24 hours old.

    One for each meter. Hours are counted back from that reading, so that clock changes do not matter. An
    hour does not count if a part of it is missing, overlaps, or was read only with another hour.
    """
    hours = evaluation.thresholds.leak_hours
    for register in delivered(rows_of_account(evaluation, by_reference.WATER_INTERVALS)):
        read = [row for row in register if row.value is not None and row.quality is not ReadQuality.MISSING]
        newest = max((interval.ends_at for interval in read), default=None)
        if newest is not None and newest >= evaluation.now - by_reference.MAX_READING_AGE:
            least = min(_hourly_sums(read, newest, hours) or [Decimal(0)])
            if least > 0:
                values = {"least": Quantity(least, register[0].unit), "hours": Hours(hours)}
                yield Finding({**values, "until": evaluation.local(newest)}, at=newest)


def _hourly_sums(read: Sequence[IntervalUsage], newest: datetime, hours: int) -> list[Decimal] | None:
    """The use of each hour before `newest`, the last first; None where one is not wholly known.

    Each hour must be covered without gaps by intervals that do not overlap.
    """
    first, previous_end = newest - hours * HOUR, None
    sums, covered = [Decimal(0)] * hours, [timedelta(0)] * hours
    recent = [interval for interval in read if interval.starts_at >= first]
    intervals = {(interval.starts_at, interval.ends_at, interval.value or Decimal(0)) for interval in recent}
    for start, end, value in sorted(intervals):
        if start >= end or (previous_end is not None and start < previous_end):
            return None
        hour = (newest - end) // HOUR  # an interval that crosses hours leaves the earlier one uncovered
        sums[hour], covered[hour], previous_end = sums[hour] + value, covered[hour] + (end - start), end
    return sums if all(duration == HOUR for duration in covered) else None
