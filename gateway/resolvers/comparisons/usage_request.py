"""What a caller wants compared, checked before anything is loaded."""

from dataclasses import dataclass
from datetime import date

from gateway.config.query_rules import QueryRules
from gateway.errors import BadInput
from gateway.errors.reasons import Reason
from gateway.resolvers.comparisons.usage_sides import MONTHLY
from gateway.resolvers.comparisons.verdicts import ComparisonBase
from gateway.resolvers.graph.date_ranges import DateSpan, earliest_day, valid_span
from gateway.resolvers.graph.enums import DescribedEnum
from gateway.resolvers.graph.units import is_summable
from gateway.resolvers.graph.values import DateRange
from gateway.resolvers.service.premises import ServiceType
from gateway.resolvers.usage.account_usage import check_length
from gateway.resolvers.usage.readings import FlowDirection, UsageGranularity


class ComparedUsage(DescribedEnum):
    """Which usage is compared."""

    RECENT = "RECENT", "The last whole months, days, hours or bill periods, or the range if one is given.", "Recent use"
    LAST_BILL = "LAST_BILL", "The newest bill period alone, with the one before or that of a year ago."


@dataclass(frozen=True, slots=True)
class UsageRequest:
    """The arguments of a usage comparison; without a `range`, the newest usage is compared.

    service: None for the most used one
    """

    service: ServiceType | None
    unit: str | None
    granularity: UsageGranularity
    base: ComparisonBase
    flow: FlowDirection | None
    range: DateSpan | None
    of: ComparedUsage


def check_unit(unit: str | None) -> None:
    """Raise BadInput for a unit of power, whose readings do not add up."""
    if unit is not None and not is_summable(unit):
        message = f"{unit} does not add up: choose a unit of energy or volume to compare usage."
        raise BadInput(message, Reason.UNIT_DOES_NOT_ADD_UP, "unit")


def granularity_of(of: ComparedUsage, granularity: UsageGranularity, range_: DateRange | None) -> UsageGranularity:
    """The length of readings: a last bill has one reading. Raises BadInput for arguments that contradict that."""
    if of is ComparedUsage.RECENT:
        return granularity
    if range_ is not None:
        raise BadInput("LAST_BILL and `range` exclude each other.", Reason.ARGUMENTS_CONFLICT, "range")
    if granularity not in (*MONTHLY, UsageGranularity.BILL_PERIOD):
        message = "LAST_BILL compares whole bill periods: leave out `granularity`, or pass BILL_PERIOD."
        raise BadInput(message, Reason.ARGUMENTS_CONFLICT, "granularity")
    return UsageGranularity.BILL_PERIOD


def checked_range(
    range_: DateRange | None, granularity: UsageGranularity, today: date, rules: QueryRules
) -> DateSpan | None:
    """The range as a span. Raises BadInput if it is too long, or leaves the days that can be searched."""
    if range_ is None:
        return None
    span = valid_span(range_.since, range_.until)
    check_length(span, granularity)
    if span.until > today:
        message = f"The range ends in the future: until may be {today} at the latest."
        raise BadInput(message, Reason.RANGE_IN_FUTURE, "range.until", limit=str(today))
    floor = earliest_day(today, rules)
    if span.since < floor:
        message = f"The range begins too early: the earliest day is {floor}."
        raise BadInput(message, Reason.RANGE_TOO_EARLY, "range.since", limit=str(floor))
    return span
