"""Which days are compared, and the change from one bill period to another."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.resolvers.comparisons.usage_pairs import (
    average_per_day,
    calendar_spans,
    last_year_span,
    previous_span,
    similar_length,
    usage_change,
)
from gateway.resolvers.comparisons.verdicts import ComparisonBase
from gateway.resolvers.graph.date_ranges import DateSpan
from gateway.resolvers.service.premises import ServiceType
from gateway.resolvers.usage.readings import BilledUsage, FlowDirection, ReadQuality, UsageGranularity

CALENDAR = [granularity for granularity in UsageGranularity if granularity is not UsageGranularity.BILL_PERIOD]
NOW = ("2026-09-05", "2026-10-04")
BEFORE = ("2026-08-06", "2026-09-04")
YEAR_AGO = ("2025-09-04", "2025-10-03")


def billed(span: tuple[str, str], value: str | None, quality: ReadQuality = ReadQuality.ACTUAL) -> BilledUsage:
    """Billed usage of a period."""
    return BilledUsage(
        id=span[0],
        account_id="A1",
        service_point_id="S1",
        service_type=ServiceType.ELECTRIC,
        unit="kWh",
        flow=FlowDirection.DELIVERED,
        value=None if value is None else Decimal(value),
        quality=quality,
        cost=None,
        average_temperature=None,
        parts=None,
        since=date.fromisoformat(span[0]),
        until=date.fromisoformat(span[1]),
    )


@given(today=st.dates(date(1990, 1, 1), date(2100, 1, 1)), by=st.sampled_from(CALENDAR))
def test_spans_end_before_today_and_have_equal_lengths(today: date, by: UsageGranularity) -> None:
    for base in ComparisonBase:
        result = calendar_spans(by, base, today)
        assert result is not None
        now, before = result
        assert now.since <= now.until < today
        assert before.until < now.since
        lengths = [(insight.until - insight.since).days for insight in result]
        assert abs(lengths[0] - lengths[1]) <= 1
        if base is ComparisonBase.PREVIOUS_BILL:
            assert before.until + timedelta(days=1) == now.since


spans = st.builds(
    lambda first, days: DateSpan(first, first + timedelta(days=days)),
    st.dates(date(2024, 1, 1), date(2026, 12, 31)),
    st.integers(0, 70),
)


@given(now=spans, others=st.lists(spans))
def test_a_paired_span_is_about_a_year_or_just_before(now: DateSpan, others: list[DateSpan]) -> None:
    middle = (now.since.toordinal() + now.until.toordinal()) / 2
    year = last_year_span(now, others)
    near = [abs((e.since.toordinal() + e.until.toordinal()) / 2 + 365 - middle) for e in others]
    assert (year is None) == (min(near, default=99) > 20)
    if year is not None:
        assert abs((year.since.toordinal() + year.until.toordinal()) / 2 + 365 - middle) == min(near)
    before = previous_span(now, others)
    gaps = [gap for e in others if 0 <= (gap := (now.since - e.until).days - 1) <= 20]
    assert (before is None) == (not gaps)
    assert before is None or (now.since - before.until).days - 1 == min(gaps)


def test_months_have_similar_lengths_and_two_months_do_not() -> None:
    january, february = (DateSpan(date(2026, 1, 1), date(2026, 1, 31)), DateSpan(date(2026, 2, 1), date(2026, 2, 28)))
    assert similar_length(january, february)
    assert not similar_length(january, DateSpan(january.since, february.until))


def test_use_per_day_needs_a_known_value() -> None:
    assert average_per_day(billed(NOW, "300")) == 10
    assert average_per_day(billed(BEFORE, None)) is None
    assert average_per_day(billed(NOW, "0", ReadQuality.MISSING)) is None


@pytest.mark.parametrize(("others", "base", "change"), [
    ([billed(YEAR_AGO, "240"), billed(BEFORE, "600")], YEAR_AGO, "25.0"),
    ([billed(BEFORE, "600")], BEFORE, "-50.0"),
    ([billed(YEAR_AGO, None), billed(BEFORE, "600")], BEFORE, "-50.0"),
    ([billed(YEAR_AGO, "0"), billed(BEFORE, "600")], BEFORE, "-50.0"),
    ([billed(("2025-09-15", "2025-09-25"), "9"), billed(BEFORE, "600")], BEFORE, "-50.0")
])  # fmt: skip
def test_usage_compares_with_last_year_or_else_the_period_before(
    others: list[BilledUsage], base: tuple[str, str], change: str
) -> None:
    now = billed(NOW, "300")
    for rows in ([now, *others], [*reversed(others), now]):
        result = usage_change(rows)
        assert result is not None
        assert result[0] is now
        assert (result[1].id, result[2]) == (base[0], Decimal(change))


@pytest.mark.parametrize("rows", [
    [],
    [billed(NOW, "300")],
    [billed(NOW, None), billed(BEFORE, "600"), billed(YEAR_AGO, "600")],
    [billed(NOW, "300"), billed(NOW, "301"), billed(BEFORE, "600")],
    [billed(NOW, "300"), billed(("2026-06-01", "2026-06-30"), "600")]
])  # fmt: skip
def test_without_two_known_periods_there_is_no_change(rows: list[BilledUsage]) -> None:
    assert usage_change(rows) is None
