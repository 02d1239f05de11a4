"""Filters of service requests, service orders and field orders."""

from operator import attrgetter
from typing import ClassVar

from gateway.resolvers.graph.descriptions import described_input
from gateway.resolvers.graph.list_requests import ListFilter, Values
from gateway.resolvers.service.orders import FieldOrderState, OrderKind, OrderState
from gateway.resolvers.service.requests import ServiceRequest, ServiceRequestState, Severity


def _category(request: ServiceRequest) -> str | None:
    return request.request_category.code if request.request_category else None


@described_input
class ServiceRequestFilter(ListFilter):
    """Which service requests a list has, by progress, matter and day of opening.

    states: Only requests in one of these states; null for all.
    categories: Only requests of categories with these codes, as `requestCategory` has them; null for all.
    severities: Only requests of these severities; null for all.
    """

    VALUES: ClassVar[Values] = {
        "states": attrgetter("state"),
        "categories": _category,
        "severities": attrgetter("severity"),
    }
    RARE: ClassVar[frozenset[str]] = frozenset({"states"})

    states: list[ServiceRequestState] | None = None
    categories: list[str] | None = None
    severities: list[Severity] | None = None


@described_input
class ServiceOrderFilter(ListFilter):
    """Which service orders a list has, by progress, purpose and day.

    states: Only orders in one of these states; null for all.
    kinds: Only orders of these kinds; null for all.
    """

    VALUES: ClassVar[Values] = {"states": attrgetter("state"), "kinds": attrgetter("kind")}
    RARE: ClassVar[frozenset[str]] = frozenset({"states", "kinds"})

    states: list[OrderState] | None = None
    kinds: list[OrderKind] | None = None


@described_input
class FieldOrderFilter(ListFilter):
    """Which field orders a list has, by progress, work and day.

    states: Only orders in one of these states; null for all.
    types: Only orders of types with these codes, as `taskType` has them; null for all.
    """

    VALUES: ClassVar[Values] = {"states": attrgetter("state"), "types": attrgetter("task_type.code")}
    RARE: ClassVar[frozenset[str]] = frozenset({"states", "types"})

    states: list[FieldOrderState] | None = None
    types: list[str] | None = None
