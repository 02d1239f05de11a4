"""Load the usage of an account, choose the meters that count, and compare the two sides."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from gateway.concurrency.slices import SLICE, off_loop
from gateway.contract.times import moved
from gateway.errors import BadInput
from gateway.errors.reasons import Reason
from gateway.resolvers.account.core import AccountCore
from gateway.resolvers.comparisons.combined_meters import (
    CombinedMeters,
    bill_periods,
    combine_meters,
    combined_readings,
    most_used_service,
    rows_overlapping,
    rows_within,
)
from gateway.resolvers.comparisons.coverage import coverage_of
from gateway.resolvers.comparisons.usage import UsageComparison, UsageComparisonSeries
from gateway.resolvers.comparisons.usage_pairing import Pairing
from gateway.resolvers.comparisons.usage_pairs import span_days, span_label
from gateway.resolvers.comparisons.usage_reasons import Limits, Side, reason_of
from gateway.resolvers.comparisons.usage_request import ComparedUsage, UsageRequest
from gateway.resolvers.comparisons.usage_sides import (
    Sides,
    billed_sides,
    last_bill_sides,
    range_sides,
    recent_sides,
    spans_to_load,
)
from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.date_ranges import DateSpan, earliest_day
from gateway.resolvers.graph.known import NotKnown
from gateway.resolvers.graph.wording import phrase
from gateway.resolvers.usage.account_usage import MAX_SUMMED_DAYS, any_finer_readings, load_readings
from gateway.resolvers.usage.readings import (
    FINER,
    STORED_READING,
    BilledUsage,
    FlowDirection,
    StoredReading,
    UsageGranularity,
)
from gateway.resolvers.usage.series import total_value


async def usage_comparison(info: Info, account: AccountCore, request: UsageRequest) -> UsageComparison | None:
    """The comparison of an account's usage; None where the account has no readings of the service and unit.

    Without a `service` or a `unit`, the most used one is compared. Raises NotKnown if nothing tells which readings
    there are.
    """
    zone, today = account.zone_in(info), account.today(info)
    limits = Limits(account.opened_on, account.closed_on, earliest_day(today, info.context.rules))
    sides, granularity = _calendar_sides(account, info, request), request.granularity
    rows = await _load(info, account, request, sides, limits)
    service = request.service or most_used_service(rows or await _billed(info, account))
    if service is None:
        return None
    request = replace(request, service=service)
    if sides is None:
        sides = _billed_sides(rows, request)
    if sides is None:
        return None
    select = rows_overlapping if request.of is ComparedUsage.LAST_BILL else rows_within
    is_large = len(rows) > SLICE
    within = await off_loop(is_large, select, rows, sides.spans, zone)
    meters = await off_loop(is_large, combine_meters, within, request.service, request.unit, request.flow)
    combined = meters or await _without_meters(info, account, request, [within, rows])
    if combined is None:
        return None
    compared = [await off_loop(is_large, _side, combined, granularity, zone, span) for span in sides.spans]
    # A flow that no reading tells is one thing, and no reading at all another.
    is_measured = meters is not None or combine_meters(within, request.service, request.unit) is None
    return UsageComparison(
        pairing=Pairing(sides, granularity, zone),
        why=reason_of(compared, limits, combined.flow, is_measured=is_measured),
        service_type=service,
        unit=combined.unit,
        flow=combined.flow,
        is_netted=combined.is_netted,
        granularity=granularity,
        base=request.base,
        series=[_series(side, combined, granularity, limits) for side in compared],
        earliest=max(limits.earliest, account.opened_on or limits.earliest),
    )


def _calendar_sides(account: AccountCore, info: Info, request: UsageRequest) -> Sides | None:
    """The days that are compared, none after the account was closed; None for bill periods."""
    if request.granularity is UsageGranularity.BILL_PERIOD:
        return None
    today, closed_on = account.today(info), account.closed_on
    after = today if closed_on is None else min(today, moved(closed_on, timedelta(days=1)))
    if request.range is None:
        return recent_sides(request.granularity, request.base, after)
    now = request.range
    if closed_on is not None and now.since <= closed_on < now.until:
        now = replace(now, until=closed_on)
    return range_sides(now, request.base)


def _billed_sides(rows: Sequence[StoredReading], request: UsageRequest) -> Sides | None:
    meters = combine_meters(rows, request.service, request.unit, request.flow) or combine_meters(
        rows, request.service, request.unit
    )
    periods = bill_periods(meters) if meters else []
    if request.of is ComparedUsage.LAST_BILL:
        return last_bill_sides(periods, request.base)
    return billed_sides(periods, request.base, request.range)


async def _load(
    info: Info, account: AccountCore, request: UsageRequest, sides: Sides | None, limits: Limits
) -> list[StoredReading]:
    today, record = account.today(info), STORED_READING[request.granularity]
    if sides is None:
        spans = [DateSpan(limits.earliest, today)]
    else:
        is_chosen = request.range is not None or (account.closed_on is not None and account.closed_on < today)
        spans = spans_to_load(sides, request.granularity, today, limits.earliest, chosen=is_chosen)
    rows = await load_readings(info, account, record, spans)
    if rows is None:
        raise NotKnown  # no system is connected, or the service points are not known
    is_too_long = record in FINER and sum(map(span_days, spans)) > MAX_SUMMED_DAYS
    if not rows and is_too_long and await any_finer_readings(info, account, record, spans):
        limit = MAX_SUMMED_DAYS // 2
        message = f"Only intervals are stored: compare a range of at most {limit} days."
        raise BadInput(message, Reason.RANGE_TOO_LONG, "range", limit=limit, limitUnit="DAY")
    return rows


async def _without_meters(
    info: Info, account: AccountCore, request: UsageRequest, loaded: Sequence[Sequence[StoredReading]]
) -> CombinedMeters | None:
    """Unit and flow of a comparison without readings: those of other readings, else of the bills."""
    usual = next((each for rows in loaded if (each := combine_meters(rows, request.service, request.unit))), None)
    if usual is None and STORED_READING[request.granularity] is not BilledUsage:
        usual = combine_meters(await _billed(info, account), request.service, request.unit)
    if usual is None:
        return None
    return CombinedMeters(usual.unit, request.flow or usual.flow, is_netted=False, meters={})


async def _billed(info: Info, account: AccountCore) -> list[StoredReading]:
    """The bill periods of the searchable years."""
    span = DateSpan(earliest_day(account.today(info), info.context.rules), account.today(info))
    return await load_readings(info, account, BilledUsage, [span]) or []


def _side(meters: CombinedMeters, granularity: UsageGranularity, zone: ZoneInfo, span: DateSpan) -> Side:
    readings = combined_readings(meters, granularity, zone, span)
    parts = (FlowDirection.DELIVERED, FlowDirection.RECEIVED) if meters.is_netted else ()
    return Side(
        span=span,
        readings=readings,
        total=total_value(readings),
        coverage=coverage_of(meters, span, zone),
        flows_covered=[coverage_of(meters, span, zone, flow) for flow in parts],
    )


def _series(side: Side, meters: CombinedMeters, granularity: UsageGranularity, limits: Limits) -> UsageComparisonSeries:
    return UsageComparisonSeries(
        side=side,
        is_in_life=limits.contain(side.span),
        label=_label(span_label(side.span, granularity), netted=meters.is_netted),
        period=side.period,
        unit=meters.unit,
        total=side.total,
        coverage=side.coverage,
        readings=[*side.readings],
    )


def _label(period: str, *, netted: bool) -> str:
    return phrase("{period}, delivered less received", period=period) if netted else period
