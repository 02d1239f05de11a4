"""Why two periods of usage cannot be compared: the reason that helps most, and a sentence for people."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from gateway.resolvers.comparisons.reasons import NotComparable, NotComparableReason
from gateway.resolvers.comparisons.usage_pairs import similar_length, span_days
from gateway.resolvers.comparisons.verdicts import TENTH
from gateway.resolvers.graph.date_ranges import DateSpan
from gateway.resolvers.graph.values import Period
from gateway.resolvers.graph.wording import day_text, inside, number_text, phrase
from gateway.resolvers.usage.readings import FlowDirection, UsageReading
from gateway.resolvers.usage.series import any_overlap


@dataclass(frozen=True, slots=True)
class Side:
    """One period with its readings.

    coverage: the share of its time with readings
    flows_covered: the same for each direction that the readings are reckoned from
    """

    span: DateSpan
    readings: Sequence[UsageReading]
    total: Decimal | None
    coverage: Decimal
    flows_covered: Sequence[Decimal] = ()

    @property
    def words(self) -> str:
        """When: "from Oct 2, 2026 to Oct 31, 2026", or "on Oct 2, 2026"."""
        if self.span.since == self.span.until:
            return phrase("on {day}", day=day_text(self.span.since))
        since, until = day_text(self.span.since), day_text(self.span.until)
        return phrase("from {since} to {until}", since=since, until=until)

    @property
    def period(self) -> Period:
        return Period(start=self.span.since, end=self.span.until)


@dataclass(frozen=True, slots=True)
class Limits:
    """What bounds a comparison: the life of the account, and the earliest day that can be searched."""

    opened_on: date | None
    closed_on: date | None
    earliest: date

    def contain(self, span: DateSpan) -> bool:
        """Whether any day of a span lies in the account's life."""
        is_after = self.closed_on is not None and span.since > self.closed_on
        return not is_after and (self.opened_on is None or span.until >= self.opened_on)


def reason_of(sides: Sequence[Side], limits: Limits, flow: FlowDirection, *, is_measured: bool) -> NotComparable | None:
    """Why there is no change in percent; None if there is one.

    is_measured: whether the readings tell the direction
    """
    now, *bases = sides
    if limits.closed_on is not None and now.span.since > limits.closed_on:
        text = phrase("The account was closed on {day}, before the range begins.", day=day_text(limits.closed_on))
        return NotComparable(NotComparableReason.ACCOUNT_CLOSED, text)
    if not is_measured:
        return _not_measured(flow)
    if not bases:
        return _no_base(now)
    incomplete = min((side for side in sides if side.total is None), key=lambda side: side.coverage, default=None)
    return _incomplete(incomplete, limits) if incomplete else _of_totals(now, bases[0])


def _not_measured(flow: FlowDirection) -> NotComparable:
    if flow is FlowDirection.NET:
        text = phrase("Delivered and received energy are not both measured, so net usage is not known.")
        return NotComparable(NotComparableReason.NET_NOT_KNOWN, text)
    text = phrase("No meter tells this usage apart: {flow}.", flow=inside(flow.label))
    return NotComparable(NotComparableReason.FLOW_NOT_MEASURED, text)


def _no_base(now: Side) -> NotComparable:
    if not now.readings or now.coverage == 0:
        text = phrase("No bill period ends in the days {when}.", when=now.words)
        return NotComparable(NotComparableReason.NO_CURRENT, text)
    return NotComparable(NotComparableReason.NO_BASE, phrase("There is no earlier bill period to compare with."))


def _of_totals(now: Side, base: Side) -> NotComparable | None:
    if not similar_length(now.span, base.span):
        days, other = span_days(now.span), span_days(base.span)
        text = phrase("The periods have {days} and {other} days: too different to compare.", days=days, other=other)
        return NotComparable(NotComparableReason.LENGTHS_DIFFER, text)
    if not base.total:
        text = phrase("There was no usage {when}, so no percentage follows.", when=base.words)
        return NotComparable(NotComparableReason.BASE_IS_ZERO, text)
    return None


def _incomplete(side: Side, limits: Limits) -> NotComparable:
    if limits.opened_on is not None and side.span.since < limits.opened_on:
        day = day_text(limits.opened_on)
        text = phrase("The account was opened on {day}: usage {when} is not all its own.", day=day, when=side.words)
        return NotComparable(NotComparableReason.BEFORE_ACCOUNT, text)
    if side.span.since < limits.earliest:
        text = phrase(
            "Usage can be searched from {day} on, which leaves out days {when}.",
            day=day_text(limits.earliest),
            when=side.words,
        )
        return NotComparable(NotComparableReason.BEFORE_EARLIEST, text)
    if len({*side.flows_covered}) > 1:
        text = phrase("Delivered and received energy are not known for the same times {when}.", when=side.words)
        return NotComparable(NotComparableReason.NET_NOT_KNOWN, text)
    if side.coverage == 0:
        return NotComparable(NotComparableReason.NO_READINGS, phrase("There is no reading {when}.", when=side.words))
    if side.coverage == 1 or any_overlap(side.readings):
        text = phrase("Readings {when} contradict each other.", when=side.words)
        return NotComparable(NotComparableReason.READINGS_OVERLAP, text)
    percent = number_text((side.coverage * 100).quantize(TENTH))
    text = phrase("Only {percent}% of the time {when} has readings.", percent=percent, when=side.words)
    return NotComparable(NotComparableReason.READINGS_MISSING, text)
