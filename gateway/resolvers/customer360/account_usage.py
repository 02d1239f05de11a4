"""Usage of an account: series, comparisons, and what there is to ask for (USE-1)."""

import strawberry

from gateway.ids import key_from_global_id
from gateway.resolvers.account.core import REFERENCE, AccountCore
from gateway.resolvers.comparisons.usage import UsageComparison
from gateway.resolvers.comparisons.usage_compared import usage_comparison
from gateway.resolvers.comparisons.usage_request import (
    ComparedUsage,
    UsageRequest,
    check_unit,
    checked_range,
    granularity_of,
)
from gateway.resolvers.comparisons.verdicts import ComparisonBase
from gateway.resolvers.customer360.account_work import AccountWork
from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.descriptions import described
from gateway.resolvers.graph.known import nullable, state_of
from gateway.resolvers.graph.relations import loads, relation
from gateway.resolvers.graph.shared import once
from gateway.resolvers.graph.values import DateRange
from gateway.resolvers.service.premises import ServiceType
from gateway.resolvers.usage.account_usage import usage_series
from gateway.resolvers.usage.options import UsageOptions, usage_options
from gateway.resolvers.usage.readings import STORED_READING, FlowDirection, UsageGranularity, UsageSeries

USAGE_RELATIONS = tuple(relation(reading, "service_point_id") for reading in dict.fromkeys(STORED_READING.values()))


async def _usage_comparison(
    account: AccountCore,
    info: Info,
    service_type: ServiceType | None = None,
    unit: str | None = None,
    granularity: UsageGranularity = UsageGranularity.MONTH,
    base: ComparisonBase = ComparisonBase.SAME_PERIOD_LAST_YEAR,
    flow: FlowDirection | None = None,
    range: DateRange | None = None,
    of: ComparedUsage = ComparedUsage.RECENT,
) -> UsageComparison | None:
    """Usage of one service compared with an earlier period; null if there are no readings.

    All service points of the service are added up. Without a range, the last 12 whole months or bill periods
    are compared. By DAY it is the last 30 whole days, by HOUR and INTERVAL the last 7. A closed account is
    compared up to its last day.

    service_type: The service to compare. Null for the one that most readings have, of several the first in the order
        of ServiceType: `serviceType` of the answer says which.
    unit: Unit to compare in, such as kWh; null for the unit of most readings.
    granularity: Period of each reading.
    base: Which earlier period to compare with.
    flow: Only this direction. Null for what counts at each service point: its net meter, else delivered less
        received usage.
    range: Days to compare, today at the latest: with the same days of the year before, or those right before.
        Whole months are compared with as many whole months. Of bill periods, those that end in the range.
        Null for the newest usage.
    of: Which usage to compare. LAST_BILL takes no range, and its granularity is BILL_PERIOD.
    """
    if account.failure is not None:
        raise account.failure
    check_unit(unit)
    readings = granularity_of(of, granularity, range)
    span = checked_range(range, readings, account.today(info), info.context.rules)
    request = UsageRequest(service_type, unit, readings, base, flow, span, of)
    return await usage_comparison(info, account, request)


async def _usage_options(
    account: AccountCore,
    info: Info,
    service_type: ServiceType | None = None,
    service_point_id: strawberry.ID | None = None,
) -> UsageOptions | None:
    """Which services, directions, units and lengths of readings there are; null if unknown.

    Not all readings are loaded: of days and intervals, only the newest ones.

    service_type: Only usage of this service; null for all.
    service_point_id: Only usage at this service point; null for all.
    """
    only = key_from_global_id(service_point_id, "ServicePoint", "servicePointId") if service_point_id else None
    return await usage_options(info, account, service_type, only)


@described
class AccountUsage(AccountWork):
    """Usage of an account."""

    @strawberry.field(metadata=loads(REFERENCE, *USAGE_RELATIONS))
    async def usage(
        self,
        info: Info,
        service_type: ServiceType | None = None,
        service_point_id: strawberry.ID | None = None,
        unit: str | None = None,
        granularity: UsageGranularity = UsageGranularity.BILL_PERIOD,
        range: DateRange | None = None,
        flow: FlowDirection | None = None,
    ) -> list[UsageSeries] | None:
        """Usage as one series for each service point, service, unit and flow; null if unknown.

        service_type: Only usage of this service; null for all.
        service_point_id: Only usage at this service point; null for all.
        unit: Only usage in this unit, such as kWh; null for all.
        granularity: Period of each reading.
        range: Days to cover. If null, it depends on the granularity. By bill period, all searchable years. By month
            or year, 13 months. By day, 31 days. By hour or interval, 7 days. Of a closed account, the last ones.
        flow: Only usage that is measured in this direction; null for all. `usageComparison` reckons NET usage.
        """
        series = await usage_series(info, self, granularity, range, service_point_id)
        if series is None:
            return None
        of_service = [one for one in series if service_type in (None, one.service_type)]
        return [one for one in of_service if unit in (None, one.unit) and flow in (None, one.flow)]

    usage_comparison = nullable(once(_usage_comparison), UsageComparison, REFERENCE)
    usage_comparison_state = state_of(usage_comparison)

    usage_options = nullable(once(_usage_options), UsageOptions, REFERENCE, *USAGE_RELATIONS)
    usage_options_state = state_of(usage_options)
