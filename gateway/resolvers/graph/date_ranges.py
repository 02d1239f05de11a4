"""Days and the windows they make, in an account's own time zone."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from gateway.config.query_rules import QueryRules
from gateway.contract.times import midnight
from gateway.errors import BadInput


@dataclass(frozen=True, slots=True)
class DateSpan:
    """Some days of one zone, both ends included."""

    since: date
    until: date

    def start(self, zone: ZoneInfo) -> datetime:
        """The first instant that belongs to it."""
        return midnight(self.since, zone)

    def end(self, zone: ZoneInfo) -> datetime:
        """The first instant that no longer belongs to it."""
        return midnight(self.until + timedelta(days=1), zone)


# Days that every system upstream, and Python, can say.
CALENDAR = DateSpan(date(1900, 1, 1), date(2199, 12, 31))


def in_force(since: date | None, until: date | None, day: date) -> bool:
    """Whether what lasts from one day to another, both included, holds on this day; None has no such end."""
    return (since is None or since <= day) and (until is None or day <= until)


def months_before(day: date, months: int) -> date:
    """The same day of an earlier month, or that month's last day where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def earliest_day(today: date, rules: QueryRules) -> date:
    """The earliest searchable day."""
    return months_before(today, 12 * rules.history_years)


def search_windows(anchor: date, rules: QueryRules) -> Iterator[DateSpan]:
    """Windows one after another, the newest first, until the earliest searchable day.

    Each begins whole months before the anchor, so that short months do not make them drift.
    """
    floor, until, steps = earliest_day(anchor, rules), anchor, 0
    while until >= floor:
        steps += 1
        since = max(floor, months_before(anchor, steps * rules.window_months))
        yield DateSpan(since, until)
        until = since - timedelta(days=1)


def valid_span(since: date, until: date) -> DateSpan:
    """The span asked for, of any length. BadInput when it is reversed, or no calendar of ours has it."""
    if since > until:
        raise BadInput(f"The range is reversed: since {since} is after until {until}.")
    if not (CALENDAR.since <= since and until <= CALENDAR.until):
        raise BadInput(f"The range leaves the calendar: from {CALENDAR.since} to {CALENDAR.until}.")
    return DateSpan(since, until)


def searchable_span(since: date, until: date, today: date, rules: QueryRules) -> DateSpan:
    """The span asked for. BadInput, naming the limit, when it may not be searched (ACT-DATE-2, -3)."""
    valid_span(since, until)
    if until > today:
        raise BadInput(f"The range ends in the future: until may be {today} at the latest.")
    floor = earliest_day(today, rules)
    if since < floor:
        raise BadInput(
            f"The range reaches too far back: {rules.history_years} years are kept, since {floor}."
        )
    if months_before(until, rules.window_months) > since:
        raise BadInput(f"The range is too long: at most {rules.window_months} calendar months at once.")
    return DateSpan(since, until)
