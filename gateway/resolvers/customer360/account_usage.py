"""What an account used beside what it used before."""

import strawberry

from gateway.resolvers.account.core import AccountCore
from gateway.resolvers.comparisons.usage import UsageComparison, UsageComparisonRequest, usage_comparison
from gateway.resolvers.comparisons.verdicts import ComparisonBase
from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.descriptions import described
from gateway.resolvers.service.premises import ServiceType
from gateway.resolvers.usage.readings import UsageGranularity


@described
class AccountUsage(AccountCore):
    """Usage of an account."""

    @strawberry.field(
        description="What was used lately beside the same dates last year, or beside the period before "
        "(PREVIOUS_BILL), at all service points of a service together; null where nothing was read. By "
        "MONTH and YEAR the last 12 whole months are compared, in 12 readings or in one; by BILL_PERIOD the "
        "last 12 bill periods; by DAY the last 30 whole days; by HOUR and INTERVAL the last 7."
    )
    async def usage_comparison(
        self,
        info: Info,
        service_type: ServiceType,
        unit: str | None = None,
        granularity: UsageGranularity = UsageGranularity.MONTH,
        base: ComparisonBase = ComparisonBase.SAME_PERIOD_LAST_YEAR,
    ) -> UsageComparison | None:
        return await usage_comparison(
            info, self, UsageComparisonRequest(service_type, unit, granularity, base)
        )
