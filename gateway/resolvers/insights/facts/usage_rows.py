"""Readings as the rules about usage look at them: whose they are, of what, of which days."""

from collections.abc import Iterable
from datetime import date
from typing import TypeVar

from gateway.resolvers.insights.model.context import EvaluationContext
from gateway.resolvers.service.premises import ServiceAgreement, ServiceType
from gateway.resolvers.usage.account_usage import belongs_to_account
from gateway.resolvers.usage.readings import BilledUsage, DailyUsage, FlowDirection, IntervalUsage
from gateway.resolvers.usage.series import is_summable

Read = TypeVar("Read", BilledUsage, DailyUsage, IntervalUsage)


def own(on: EvaluationContext, rows: Iterable[Read]) -> list[Read]:
    """The readings that are the account's: a service point outlives its tenants."""
    return [each for each in rows if belongs_to_account(each, on.account, on.zone)]


def kinds(rows: Iterable[Read]) -> list[list[Read]]:
    """Readings of one service point, service, unit and flow together; in a steady order."""
    groups: dict[tuple[str, str, str, str], list[Read]] = {}
    for each in rows:
        key = (each.service_point_id, each.service_type.value, each.unit, each.flow.value)
        groups.setdefault(key, []).append(each)
    return [groups[key] for key in sorted(groups)]


def delivered(rows: Iterable[Read]) -> list[list[Read]]:
    """Of these, what came to the customer and adds up: neither what was fed back, nor power."""
    counted = [each for each in rows if each.flow is FlowDirection.DELIVERED and is_summable(each.unit)]
    return kinds(counted)


def last_days(on: EvaluationContext, days: int) -> list[date]:
    """The last so many whole days, yesterday first: today is not over."""
    return [on.days_ago(back) for back in range(1, days + 1)]


def supplies(agreement: ServiceAgreement, point_id: str, service: ServiceType) -> bool:
    """Whether service is given there under this agreement; one that names no points is for its service."""
    if agreement.service_point_ids is None:
        return agreement.service_type is service
    return point_id in agreement.service_point_ids
