"""Rules about how meters are read, and water that never stops (domain facts, section 4)."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from gateway.resolvers.insights.facts.place_facts import FRESH
from gateway.resolvers.insights.facts.usage_rows import delivered, kinds, last_days, own
from gateway.resolvers.insights.model.context import EvaluationContext
from gateway.resolvers.insights.model.phrases import enumerated, local_time
from gateway.resolvers.insights.model.rule import Finding
from gateway.resolvers.usage.readings import BilledUsage, DailyUsage, IntervalUsage, ReadQuality

HOUR = timedelta(hours=1)


def reads_estimated(
    on: EvaluationContext, billed: Sequence[BilledUsage], daily: Sequence[DailyUsage]
) -> Iterator[Finding]:
    """READS_ESTIMATED: the newest bill periods at a meter are all estimated, or too many days were not read.

    A day without a row was not read, where the point has daily rows at all and the account was there.
    """
    guessed = _guessed(on, own(on, billed))
    unread = _unread(on, own(on, daily))
    phrases = [
        f"the last {on.set.estimated_periods} bill periods of {each} were estimated" for each in guessed
    ]
    phrases += [
        f"{bad} of the last {days} days of {each} were not read" for each, (bad, days) in unread.items()
    ]
    if phrases:
        yield Finding({"what": enumerated(phrases)}, at=max(guessed.values(), default=on.days_ago(1)))


def _guessed(on: EvaluationContext, billed: Sequence[BilledUsage]) -> dict[str, date]:
    """Services whose newest bill periods are all estimated, and the last day of these."""
    number = on.set.estimated_periods
    found: dict[str, date] = {}
    for group in kinds(billed):
        periods: dict[tuple[date, date], bool] = {}
        for each in group:
            period = each.until, each.since
            periods[period] = periods.get(period, True) and each.quality is ReadQuality.ESTIMATED
        newest = sorted(periods, reverse=True)[:number]
        if newest and len(newest) == number and all(periods[each] for each in newest):
            found[group[0].service_type.value.lower()] = newest[0][0]
    return found


def _unread(on: EvaluationContext, daily: Sequence[DailyUsage]) -> dict[str, tuple[int, int]]:
    """Services of which too many days were not read: how many, of how many."""
    days = {each for each in last_days(on, on.set.estimated_days) if _lives(on, each)}
    found: dict[str, tuple[int, int]] = {}
    for group in kinds(each for each in daily if each.day in days):
        read = {each.day for each in group if each.quality is ReadQuality.ACTUAL}
        bad = len(days) - len(read)
        if bad * 100 > on.set.estimated_percent * len(days):
            found[group[0].service_type.value.lower()] = bad, len(days)
    return found


def _lives(on: EvaluationContext, day: date) -> bool:
    opened, closed = on.account.opened_on, on.account.closed_on
    return (opened is None or opened <= day) and (closed is None or day <= closed)


def water_leak(on: EvaluationContext, intervals: Sequence[IntervalUsage]) -> Iterator[Finding]:
    """WATER_LEAK: water runs in each of the last so many hours up to a meter's newest reading; one for each.

    Hours are counted back from that reading, so that no clock change touches them. One of which any part
    is missing, told twice differently, or told only together with another is not known: no leak is raised.
    """
    for group in delivered(own(on, intervals)):
        read = [each for each in group if each.value is not None and each.quality is not ReadQuality.MISSING]
        newest = max((each.ends_at for each in read), default=None)
        if newest is not None and newest >= on.now - FRESH:
            least = min(_hours(read, newest, on.set.leak_hours) or [Decimal(0)])
            if least > 0:
                words = {"least": f"{least:,} {group[0].unit}", "hours": on.set.leak_hours}
                yield Finding({**words, "until": local_time(on, newest)}, at=newest)


def _hours(read: Sequence[IntervalUsage], newest: datetime, number: int) -> list[Decimal] | None:
    """What each of these hours before `newest` had, the last first; None where one is not known."""
    first, end = newest - number * HOUR, None
    sums, covered = [Decimal(0)] * number, [timedelta(0)] * number
    told = {
        (each.starts_at, each.ends_at, each.value or Decimal(0)) for each in read if each.starts_at >= first
    }
    for starts, ends, value in sorted(told):
        if starts >= ends or (end is not None and starts < end):
            return None
        hour = (newest - ends) // HOUR  # one that reaches into the hour before leaves that one uncovered
        sums[hour], covered[hour], end = sums[hour] + value, covered[hour] + (ends - starts), ends
    return sums if all(each == HOUR for each in covered) else None
