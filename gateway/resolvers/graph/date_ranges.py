"""Ranges of days in the time zone of an account, and the windows of a search."""

from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol, TypeVar
from zoneinfo import ZoneInfo

from gateway.config.query_rules import QueryRules
from gateway.contract.times import midnight, moved
from gateway.errors import BadInput
from gateway.errors.reasons import Reason


@dataclass(frozen=True, slots=True)
class DateSpan:
    """A range of days, first and last day included."""

    since: date
    until: date

    def start(self, zone: ZoneInfo) -> datetime:
        """The first instant of the first day."""
        return midnight(self.since, zone)

    def end(self, zone: ZoneInfo) -> datetime:
        """The first instant after the last day."""
        return midnight(moved(self.until, timedelta(days=1)), zone)


# Days that Python and every source can represent.
CALENDAR = DateSpan(date(1900, 1, 1), date(2199, 12, 31))


class Dated(Protocol):
    """Something that is in force from its first day to its last; None is an open end."""

    @property
    def since(self) -> date | None: ...

    @property
    def until(self) -> date | None: ...


D = TypeVar("D", bound=Dated)


def in_force(items: Iterable[D], day: date | None) -> list[D]:
    """The items that are in force on a day; all of them without a day."""
    return [item for item in items if day is None or is_in_force(item.since, item.until, day)]


def is_in_force(since: date | None, until: date | None, day: date) -> bool:
    """Whether a day lies between two days, both included; None is an open end."""
    return (since is None or since <= day) and (until is None or day <= until)


def months_before(day: date, months: int) -> date:
    """The same day of an earlier month, or the last day of a shorter month; not beyond the calendar's ends."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    if not date.min.year <= year <= date.max.year:
        return date.min if months > 0 else date.max
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def earliest_day(today: date, rules: QueryRules) -> date:
    """The earliest day that can be searched."""
    return months_before(today, 12 * rules.history_years)


def search_windows(anchor: date, rules: QueryRules) -> Iterator[DateSpan]:
    """Windows of whole months back to the earliest day, newest first.

    Each window is counted from the anchor, so that short months do not make the windows drift.
    """
    floor, until, count = earliest_day(anchor, rules), anchor, 0
    while until >= floor:
        count += 1
        since = max(floor, months_before(anchor, count * rules.window_months))
        yield DateSpan(since, until)
        until = since - timedelta(days=1)


def valid_span(since: date, until: date) -> DateSpan:
    """A span of any length. Raises BadInput if it is reversed or leaves the calendar."""
    if since > until:
        raise BadInput(f"The range is reversed: since {since} is after until {until}.", Reason.RANGE_REVERSED, "range")
    if not (CALENDAR.since <= since and until <= CALENDAR.until):
        message = f"The range leaves the calendar: from {CALENDAR.since} to {CALENDAR.until}."
        raise BadInput(message, Reason.RANGE_OUTSIDE_CALENDAR, "range")
    return DateSpan(since, until)


def valid_days(since: date | None, until: date | None, argument: str) -> None:
    """Check the days of a filter; None is an open end. Raises BadInput as `valid_span` does."""
    if since is not None and until is not None and since > until:
        message = f"No day fits: `{argument}.since` is {since}, after {until}, the last day."
        raise BadInput(message, Reason.RANGE_REVERSED, f"{argument}.since", limit=str(until))
    for name, day in (("since", since), ("until", until)):
        if day is not None and not CALENDAR.since <= day <= CALENDAR.until:
            message = f"`{argument}.{name}` leaves the calendar: from {CALENDAR.since} to {CALENDAR.until}."
            raise BadInput(message, Reason.RANGE_OUTSIDE_CALENDAR, f"{argument}.{name}")


def searchable_span(since: date, until: date, today: date, rules: QueryRules) -> DateSpan:
    """A span that may be searched. Raises BadInput with the limit that it exceeds (ACT-DATE-2, -3)."""
    valid_span(since, until)
    if until > today:
        message = f"The range ends in the future: until may be {today} at the latest."
        raise BadInput(message, Reason.RANGE_IN_FUTURE, "range.until", limit=str(today))
    floor = earliest_day(today, rules)
    if since < floor:
        message = f"The range begins too early: the earliest day is {floor}."
        raise BadInput(message, Reason.RANGE_TOO_EARLY, "range.since", limit=str(floor))
    limit = rules.window_months
    if months_before(until, limit) > since:
        message = f"The range is too long: at most {limit} calendar months at once."
        raise BadInput(message, Reason.RANGE_TOO_LONG, "range", limit=limit, limitUnit="MONTH")
    return DateSpan(since, until)
