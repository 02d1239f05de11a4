"""Readings as rules about usage need them: the account's own, by register, on whole days."""

from collections.abc import Iterable

from gateway.resolvers.insights.model.fact import EvaluationContext
from gateway.resolvers.service.premises import ServiceAgreement, ServiceType
from gateway.resolvers.usage.account_usage import belongs_to_account
from gateway.resolvers.usage.readings import FlowDirection
from gateway.resolvers.usage.series import Row, by_register, is_summable


def rows_of_account(context: EvaluationContext, rows: Iterable[Row]) -> list[Row]:
    """The rows that are the account's. A service point outlives its tenants."""
    return [row for row in rows if belongs_to_account(row, context.account, context.zone)]


def delivered(rows: Iterable[Row]) -> list[list[Row]]:
    """Rows of energy or volume delivered to the customer, by register; power does not add up."""
    summable = [row for row in rows if row.flow is FlowDirection.DELIVERED and is_summable(row.unit)]
    return [*by_register(summable).values()]


def supplies(agreement: ServiceAgreement, point_id: str, service: ServiceType) -> bool:
    """Whether an agreement covers a service point. One that lists no points covers its service."""
    if agreement.service_point_ids is None:
        return agreement.service_type is service
    return point_id in agreement.service_point_ids
