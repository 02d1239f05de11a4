"""Rules about how much is used, how meters are read, and water that never stops (the requirements)."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from gateway.resolvers.comparisons.usage_pairs import span_days, usage_change
from gateway.resolvers.graph.date_ranges import is_in_force
from gateway.resolvers.insights.facts import by_account, by_reference
from gateway.resolvers.insights.facts.usage_rows import delivered, rows_of_account, supplies
from gateway.resolvers.insights.model.fact import EvaluationContext
from gateway.resolvers.insights.model.insight import Area, Severity
from gateway.resolvers.insights.model.phrases import enumerated, local_time
from gateway.resolvers.insights.model.rule import Facts, Finding, Findings, Rule
from gateway.resolvers.insights.rules.usage_vacant import usage_vacant
from gateway.resolvers.service.premises import ServiceAgreementStatus, ServicePointState
from gateway.resolvers.usage.readings import BilledUsage, DailyUsage, IntervalUsage, ReadQuality
from gateway.resolvers.usage.series import by_register

HOUR = timedelta(hours=1)
CONNECTED = (ServicePointState.CONNECTED, None)
Change = tuple[BilledUsage, BilledUsage, Decimal]


@Rule("USAGE_UP", Area.USAGE, Severity.WARNING, "Usage is up",
      "{percent} % more {service} usage a day ({now}) than before ({base}){outside}.",
      required=(by_reference.BILLED_USAGE,))  # fmt: skip
def usage_up(context: EvaluationContext, facts: Facts) -> Findings:
    """The newest bill period used 25 % more a day than its base; the largest change of each service.

    The base is the period of a year ago, else the one before. Both have about the same length.
    """
    registers = delivered(rows_of_account(context, facts[by_reference.BILLED_USAGE]))
    changes = [change for rows in registers if (change := usage_change(rows))]
    risen = [change for change in changes if _is_up(change, context.thresholds.usage_up_percent)]
    largest = {change[0].service_type: change for change in sorted(risen, key=lambda change: change[2])}
    for service, (now, base, percent) in largest.items():
        values = {"service": service.value.lower(), "outside": _temperature_text(now, base)}
        periods = {"now": f"{now.since} to {now.until}", "base": f"{base.since} to {base.until}"}
        yield Finding({"percent": percent, **values, **periods}, at=now.until)


def _is_up(change: Change, percent: int) -> bool:
    """Whether use a day rose by this percent: (v/d - v'/d') * 100 >= p * |v'/d'|, multiplied by d d'.

    The percent in a `Change` is rounded, and so would be the use of a day.
    """
    now, base, _ = change
    days, base_days = span_days(now.period), span_days(base.period)
    value, base_value = now.value or Decimal(0), base.value or Decimal(0)
    difference = value * base_days - base_value * days
    return difference * 100 >= percent * abs(base_value) * days


def _temperature_text(now: BilledUsage, base: BilledUsage) -> str:
    """How much warmer or colder it was outside, in whole °F; empty where that is not known."""
    if now.average_temperature is None or base.average_temperature is None:
        return ""
    change = round(now.average_temperature - base.average_temperature)
    return f"; outside it was {abs(change)} °F {'warmer' if change > 0 else 'colder'}" if change else ""


@Rule("USAGE_ZERO", Area.USAGE, Severity.WARNING, "No usage",
      "No {service} usage on {days} days, since {since}: the meter was read as zero.",
      required=(by_reference.DAILY_USAGE, by_account.AGREEMENTS, by_reference.SERVICE_POINTS))  # fmt: skip
def usage_zero(context: EvaluationContext, facts: Facts) -> Findings:
    """A service point of an active agreement was read as zero on each of the last 30 days; one for each.

    Service points that are not connected do not count.
    """
    agreements = facts[by_account.AGREEMENTS]
    active = [agreement for agreement in agreements if agreement.status is ServiceAgreementStatus.ACTIVE]
    points = {point.id: point for point in facts[by_reference.SERVICE_POINTS]}
    days = set(context.last_days(context.thresholds.usage_zero_days))
    registers = delivered(rows_of_account(context, facts[by_reference.DAILY_USAGE]))
    for point_id, rows in _zero_rows(registers, days).items():
        point, service = points.get(point_id), rows[0].service_type
        supplied = [agreement for agreement in active if supplies(agreement, point_id, service)]
        if supplied and (point is None or point.state in CONNECTED):
            values = {"service": service.value.lower(), "days": len(days), "since": min(days)}
            yield Finding(values, at=min(days), evidence=[*([point] if point else []), *supplied])


def _zero_rows(registers: Sequence[list[DailyUsage]], days: set[date]) -> dict[str, list[DailyUsage]]:
    """By service point, the rows of a register that was read as zero on each of these days."""
    zero: dict[str, list[DailyUsage]] = {}
    for register in registers:
        rows = [row for row in register if row.day in days]
        is_zero = all(row.quality is ReadQuality.ACTUAL and row.value == 0 for row in rows)
        if rows and is_zero and {row.day for row in rows} == days:
            zero.setdefault(register[0].service_point_id, rows)
    return zero


@Rule("READS_ESTIMATED", Area.USAGE, Severity.WARNING, "Meter not read",
      "{what}.", any_of=(by_reference.BILLED_USAGE, by_reference.DAILY_USAGE))  # fmt: skip
def reads_estimated(context: EvaluationContext, facts: Facts) -> Findings:
    """A meter's last 2 bill periods were estimated, or more than 20 % of the last 30 days were unread.

    A day without a row was not read, if the service point has daily rows and the account existed.
    """
    estimated = _estimated_periods(context, rows_of_account(context, facts[by_reference.BILLED_USAGE]))
    unread = _unread_days(context, rows_of_account(context, facts[by_reference.DAILY_USAGE]))
    periods = context.thresholds.estimated_periods
    phrases = [f"the last {periods} bill periods of {service} were estimated" for service in estimated]
    for service, (count, days) in unread.items():
        phrases.append(f"{count} of the last {days} days of {service} were not read")
    if phrases:
        at = max(estimated.values(), default=context.days_ago(1))
        yield Finding({"what": enumerated(phrases)}, at=at)


def _estimated_periods(context: EvaluationContext, rows: Sequence[BilledUsage]) -> dict[str, date]:
    """Services with a register whose newest periods are all estimated, and the last day of these."""
    number = context.thresholds.estimated_periods
    services: dict[str, date] = {}
    for register in by_register(rows).values():
        periods: dict[tuple[date, date], bool] = {}
        for row in register:
            period = row.until, row.since
            periods[period] = periods.get(period, True) and row.quality is ReadQuality.ESTIMATED
        newest = sorted(periods, reverse=True)[:number]
        if newest and len(newest) == number and all(periods[period] for period in newest):
            services[register[0].service_type.value.lower()] = newest[0][0]
    return services


def _unread_days(context: EvaluationContext, rows: Sequence[DailyUsage]) -> dict[str, tuple[int, int]]:
    """Services with too many days not read: how many, and of how many days."""
    opened, closed = context.account.opened_on, context.account.closed_on
    days = {day for day in context.last_days(context.thresholds.estimated_days) if is_in_force(opened, closed, day)}
    services: dict[str, tuple[int, int]] = {}
    for register in by_register(row for row in rows if row.day in days).values():
        read = {row.day for row in register if row.quality is ReadQuality.ACTUAL}
        unread = len(days) - len(read)
        if unread * 100 > context.thresholds.estimated_percent * len(days):
            services[register[0].service_type.value.lower()] = unread, len(days)
    return services


@Rule("WATER_LEAK", Area.USAGE, Severity.WARNING, "Water may leak",
      "Water ran in each of {hours} hours until {until}, at least {least} an hour.",
      required=(by_reference.WATER_INTERVALS,))  # fmt: skip
def water_leak(context: EvaluationContext, facts: Facts) -> Findings:
    """Water ran in each of the 72 hours up to a meter's newest reading, at most 24 hours old.

    One for each meter. Hours are counted back from that reading, so that clock changes do not matter. An
    hour does not count if a part of it is missing, overlaps, or was read only with another hour.
    """
    hours = context.thresholds.leak_hours
    for register in delivered(rows_of_account(context, facts[by_reference.WATER_INTERVALS])):
        read = [row for row in register if row.value is not None and row.quality is not ReadQuality.MISSING]
        newest = max((interval.ends_at for interval in read), default=None)
        if newest is not None and newest >= context.now - by_reference.MAX_READING_AGE:
            least = min(_hourly_sums(read, newest, hours) or [Decimal(0)])
            if least > 0:
                values = {"least": f"{least:,} {register[0].unit}", "hours": hours}
                yield Finding({**values, "until": local_time(context, newest)}, at=newest)


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


RULES = (usage_up, usage_zero, usage_vacant, reads_estimated, water_leak)
