"""Search windows cover every day once, and a range beyond a limit is refused."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.config.query_rules import QueryRules
from gateway.errors import BadInput
from gateway.resolvers.graph.date_ranges import DateSpan, earliest_day, months_before, search_windows, searchable_span

DAYS = st.dates(date(1990, 1, 1), date(2090, 12, 31))
RULES = st.builds(QueryRules, history_years=st.integers(1, 12), window_months=st.integers(1, 12))
TODAY = date(2026, 11, 15)


@given(day=DAYS, months=st.integers(0, 60))
def test_months_before_keeps_the_day_or_takes_the_last(day: date, months: int) -> None:
    before = months_before(day, months)
    assert (day.year * 12 + day.month) - (before.year * 12 + before.month) == months
    assert before.day == day.day or (before.day < day.day and (before + timedelta(days=1)).day == 1)


@given(day=DAYS, rules=RULES)
def test_windows_cover_every_searchable_day_once(day: date, rules: QueryRules) -> None:
    spans = list(search_windows(day, rules))
    assert spans[0].until == day
    assert spans[-1].since == earliest_day(day, rules)
    assert all(newer.since - older.until == timedelta(days=1) for newer, older in pairwise(spans))
    assert all(span.since <= span.until for span in spans)


@given(day=DAYS, rules=RULES)
def test_no_window_is_longer_than_the_longest_range(day: date, rules: QueryRules) -> None:
    for span in search_windows(day, rules):
        assert months_before(span.until, rules.window_months) <= span.since


@given(day=DAYS, rules=RULES, data=st.data())
def test_a_range_is_kept_or_refused_but_never_changed(day: date, rules: QueryRules, data: st.DataObject) -> None:
    near = st.integers(-60, 24 * 366).map(lambda back: day - timedelta(days=back))
    since, until = data.draw(near), data.draw(near)
    allowed = earliest_day(day, rules) <= since <= until <= day and months_before(until, rules.window_months) <= since
    try:
        assert searchable_span(since, until, day, rules) == DateSpan(since, until)
        assert allowed
    except BadInput:
        assert not allowed


@pytest.mark.parametrize(
    ("since", "until", "message"),
    [
        (date(2026, 5, 14), TODAY, "at most 6 calendar months"),
        (date(2023, 11, 14), date(2023, 12, 1), "the earliest day is 2023-11-15"),
        (TODAY, date(2026, 11, 14), "reversed"),
        (TODAY, date(2026, 11, 16), "until may be 2026-11-15 at the latest"),
    ],
)
def test_a_range_beyond_a_limit_is_refused_with_the_limit(since: date, until: date, message: str) -> None:
    with pytest.raises(BadInput, match=message):
        searchable_span(since, until, TODAY, QueryRules())


@pytest.mark.parametrize(
    ("since", "until"),
    [
        (date(2026, 5, 15), TODAY),
        (TODAY, TODAY),
        (date(2023, 11, 15), date(2024, 5, 15)),
        (date(2024, 2, 29), date(2024, 8, 31)),
    ],
)
def test_a_range_at_the_limit_is_allowed(since: date, until: date) -> None:
    assert searchable_span(since, until, TODAY, QueryRules()) == DateSpan(since, until)


def test_earliest_day_of_a_leap_day_is_february_28() -> None:
    assert earliest_day(date(2028, 2, 29), QueryRules()) == date(2025, 2, 28)


@pytest.mark.parametrize(
    ("zone", "start", "end"),
    [
        ("America/New_York", "2026-11-01T04:00:00+00:00", "2026-11-02T05:00:00+00:00"),
        ("America/Chicago", "2026-11-01T05:00:00+00:00", "2026-11-02T06:00:00+00:00"),
        ("Asia/Kolkata", "2026-10-31T18:30:00+00:00", "2026-11-01T18:30:00+00:00"),
        ("America/Havana", "2026-11-01T04:00:00+00:00", "2026-11-02T05:00:00+00:00"),
    ],
)
def test_a_day_is_as_long_as_in_its_zone(zone: str, start: str, end: str) -> None:
    day = DateSpan(date(2026, 11, 1), date(2026, 11, 1))
    assert day.start(ZoneInfo(zone)) == datetime.fromisoformat(start).astimezone(UTC)
    assert day.end(ZoneInfo(zone)) == datetime.fromisoformat(end).astimezone(UTC)
