"""Usage of an account compared with an earlier period."""

import strawberry

from gateway.resolvers.account.core import REFERENCE, AccountCore
from gateway.resolvers.comparisons.usage import UsageComparison, UsageComparisonRequest, usage_comparison
from gateway.resolvers.comparisons.verdicts import ComparisonBase
from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.descriptions import described
from gateway.resolvers.graph.relations import loads
from gateway.resolvers.service.premises import ServiceType
from gateway.resolvers.usage.readings import UsageGranularity


@described
class AccountUsage(AccountCore):
    """Usage of an account."""

    @strawberry.field(metadata=loads(REFERENCE))
    async def usage_comparison(
        self,
        info: Info,
        service_type: ServiceType,
        unit: str | None = None,
        granularity: UsageGranularity = UsageGranularity.MONTH,
        base: ComparisonBase = ComparisonBase.SAME_PERIOD_LAST_YEAR,
    ) -> UsageComparison | None:
        """Usage of one service compared with an earlier period; null if there are no readings.

        All service points of the service are added up. Compared are the last 12 bill periods or whole months,
        or the last year. By DAY the last 30 whole days are compared, by HOUR and INTERVAL the last 7.

        service_type: The service to compare.
        unit: Unit to compare in, such as kWh; null for the unit of most readings.
        granularity: Period of each reading.
        base: Which earlier period to compare with.
        """
        return await usage_comparison(
            info, self, UsageComparisonRequest(service_type, unit, granularity, base)
        )
