"""Filters of bills, payments and adjustments."""

from operator import attrgetter
from typing import ClassVar

from gateway.resolvers.billing.bills import BillStatus
from gateway.resolvers.billing.payments import PaymentStatus
from gateway.resolvers.graph.descriptions import described_input
from gateway.resolvers.graph.list_requests import ListFilter, Values


@described_input
class BillFilter(ListFilter):
    """Which bills a list has, by status and by day of issue.

    statuses: Only bills of these statuses; null for all, pending and canceled ones included.
    """

    VALUES: ClassVar[Values] = {"statuses": attrgetter("status")}

    statuses: list[BillStatus] | None = None


@described_input
class PaymentFilter(ListFilter):
    """Which payments a list has, by status and by day of payment.

    statuses: Only payments of these statuses; null for all, returned and canceled ones included.
    """

    VALUES: ClassVar[Values] = {"statuses": attrgetter("status")}

    statuses: list[PaymentStatus] | None = None


@described_input
class AdjustmentFilter(ListFilter):
    """Which adjustments a list has, by type and day.

    types: Only adjustments of types with these codes, as `adjustmentType` has them; null for all.
    """

    VALUES: ClassVar[Values] = {"types": attrgetter("adjustment_type.code")}

    types: list[str] | None = None
