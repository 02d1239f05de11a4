"""Readings as rules about usage need them: the account's own, by register, on whole days."""

from collections.abc import Iterable
from typing import TypeVar

from gateway.resolvers.insights.model.fact import EvaluationContext
from gateway.resolvers.service.premises import ServiceAgreement, ServiceType
from gateway.resolvers.usage.account_usage import belongs_to_account
from gateway.resolvers.usage.readings import BilledUsage, DailyUsage, FlowDirection, IntervalUsage
from gateway.resolvers.usage.series import is_summable

Row = TypeVar("Row", BilledUsage, DailyUsage, IntervalUsage)


def rows_of_account(context: EvaluationContext, rows: Iterable[Row]) -> list[Row]:
    """The rows that are the account's. A service point outlives its tenants."""
    return [row for row in rows if belongs_to_account(row, context.account, context.zone)]


def by_register(rows: Iterable[Row]) -> list[list[Row]]:
    """Rows grouped by service point, service, unit and flow, in a stable order."""
    groups: dict[tuple[str, str, str, str], list[Row]] = {}
    for row in rows:
        register = (row.service_point_id, row.service_type.value, row.unit, row.flow.value)
        groups.setdefault(register, []).append(row)
    return [groups[key] for key in sorted(groups)]


def delivered(rows: Iterable[Row]) -> list[list[Row]]:
    """Rows of energy or volume delivered to the customer, by register; power does not add up."""
    return by_register(row for row in rows if row.flow is FlowDirection.DELIVERED and is_summable(row.unit))


def supplies(agreement: ServiceAgreement, point_id: str, service: ServiceType) -> bool:
    """Whether an agreement covers a service point. One that lists no points covers its service."""
    if agreement.service_point_ids is None:
        return agreement.service_type is service
    return point_id in agreement.service_point_ids
