"""The points of the chart of a billing history, and what each of them explains."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import strawberry

from gateway.access.audiences import PARTNER
from gateway.resolvers.account.core import AccountCore
from gateway.resolvers.billing.bills import Bill, BillSegment, ServiceQuantity
from gateway.resolvers.comparisons.billing_history import MonthOfBills, may_be_replaced, months_of_bills, replacement
from gateway.resolvers.comparisons.drivers import counted_segments
from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.decimals import exact_sum
from gateway.resolvers.graph.descriptions import described
from gateway.resolvers.graph.known import KnownState, known_state, own_state
from gateway.resolvers.graph.relations import joined_records, loads, relation
from gateway.resolvers.graph.tags import known_to
from gateway.resolvers.graph.units import is_summable
from gateway.resolvers.graph.values import Money, money_sum
from gateway.resolvers.graph.wording import day_text, phrase
from gateway.resolvers.service.premises import ServiceType


@described
@known_to(PARTNER)
class BilledService:
    """What the bills of a month charge for one service.

    service_type: The service; null for charges that belong to none, or to one that is not named.
    charges: Sum of its charges; null if they are in several currencies.
    quantities: Quantities supplied, by unit and time of use; null if a bill does not say them. Those that do not
        add up, such as power, are there if there is one.
    is_estimated: True if any of it was estimated; null if unknown.
    """

    service_type: ServiceType | None
    charges: Money | None
    quantities: list[ServiceQuantity] | None
    is_estimated: bool | None


@described
@known_to(PARTNER)
class BillCorrection:
    """A bill that was canceled, and the bill that took its place.

    canceled_bill: The canceled bill; it does not count.
    replaced_by: The bill of these months that charges the same days; null if there is none, or it is unknown.
    text: The correction in words, in the language of the request.
    """

    canceled_bill: Bill
    replaced_by: Bill | None
    is_open: strawberry.Private[bool]

    replaced_by_state = own_state(lambda each: known_state(each.replaced_by, unknown=each.is_open))

    @strawberry.field
    def text(self) -> str:
        bill = self.canceled_bill
        values = {"number": bill.bill_number, "amount": bill.amount_due.text}
        if self.replaced_by is not None:
            values |= {"other": self.replaced_by.bill_number, "day": day_text(self.replaced_by.issued_on)}
            return phrase(
                "Bill {number} over {amount} was canceled; bill {other} of {day} charges the same days.", **values
            )
        if self.is_open:
            return phrase("Bill {number} over {amount} was canceled.", **values)
        return phrase("Bill {number} over {amount} was canceled; no other bill charges the same days.", **values)


@described
@known_to(PARTNER)
class BillingHistoryMonth:
    """The bills of one calendar month, by the day of issue.

    Pending and canceled bills do not count. A month without a bill has none; a month with a bill that cannot be
    read, or has no status, is unknown.

    since: First day of the month, in the account's time zone.
    until: Last day of the month.
    bills: Bills of the month that count, newest first; null if unknown.
    charges: Sum of the current charges of these bills; null without a bill, or if unknown.
    amount_due: Amount to be paid by the newest of these bills; null without a bill, or if unknown.
    ending_balance: Balance after the newest of these bills; null without a bill, or if unknown.
    services: Charges and quantities of these bills by service; null if unknown.
    corrections: Bills of the month that were canceled, each with the bill that took its place; null if unknown.
    """

    month: strawberry.Private[MonthOfBills]
    months: strawberry.Private[Sequence[MonthOfBills]]
    since: date
    until: date

    @strawberry.field
    def bills(self) -> list[Bill] | None:
        if self.month.failure is not None:
            raise self.month.failure
        return list(self.month.bills) if self.month.is_known else None

    @strawberry.field
    def charges(self) -> Money | None:
        return self._charges()

    charges_state = own_state(lambda each: each.state_of(each._charges()))  # noqa: SLF001  # its own

    @strawberry.field
    def amount_due(self) -> Money | None:
        newest = self._newest()
        return newest.amount_due if newest else None

    amount_due_state = own_state(lambda each: each.state_of(each._newest()))  # noqa: SLF001  # the same

    @strawberry.field
    def ending_balance(self) -> Money | None:
        return self._ending_balance()

    ending_balance_state = own_state(lambda each: each.state_of(each._ending_balance()))  # noqa: SLF001  # the same

    @strawberry.field(metadata=loads(relation(BillSegment, "bill_id")))
    async def services(self, info: Info) -> list[BilledService] | None:
        if not self.month.is_known:
            return None
        loader = info.context.loader
        segments = await joined_records(loader.load(BillSegment, "bill_id", bill.id) for bill in self.month.bills)
        return None if segments is None else billed_services(segments)

    @strawberry.field
    def corrections(self) -> list[BillCorrection] | None:
        if not self.month.is_known:
            return None
        return [
            BillCorrection(
                canceled_bill=bill,
                replaced_by=replacement(bill, self.months),
                is_open=may_be_replaced(bill, self.months),
            )
            for bill in self.month.canceled
        ]

    def state_of(self, value: object) -> KnownState:
        """The state of a value of the month: none without a bill."""
        return known_state(value, unknown=bool(self.month.bills) or not self.month.is_known)

    def _newest(self) -> Bill | None:
        return self.month.bills[0] if self.month.is_known and self.month.bills else None

    def _charges(self) -> Money | None:
        return money_sum([bill.current_charges for bill in self.month.bills]) if self.month.is_known else None

    def _ending_balance(self) -> Money | None:
        newest = self._newest()
        return newest.ending_balance if newest else None


def billed_services(segments: Sequence[BillSegment]) -> list[BilledService]:
    """The segments that count, added up by service."""
    by_service: dict[ServiceType | None, list[BillSegment]] = {}
    for segment in counted_segments(segments):
        by_service.setdefault(segment.service_type, []).append(segment)
    return [_service(service, group) for service, group in by_service.items()]


def _service(service: ServiceType | None, group: Sequence[BillSegment]) -> BilledService:
    estimates = {segment.is_estimated for segment in group}
    return BilledService(
        service_type=service,
        charges=money_sum([segment.amount for segment in group]),
        quantities=_quantities(group),
        is_estimated=True if True in estimates else None if None in estimates else False,
    )


def _quantities(group: Sequence[BillSegment]) -> list[ServiceQuantity] | None:
    if any(segment.quantities is None for segment in group):
        return None
    parts: dict[tuple[str, str | None], list[Decimal]] = {}
    for segment in group:
        for each in segment.quantities or ():
            parts.setdefault((each.unit, each.time_of_use), []).append(each.quantity)
    return [
        ServiceQuantity(unit=unit, time_of_use=time_of_use, quantity=exact_sum(values))
        for (unit, time_of_use), values in parts.items()
        if len(values) == 1 or is_summable(unit)
    ]


async def billing_history(info: Info, account: AccountCore, months: int) -> list[BillingHistoryMonth] | None:
    """The points of the chart, oldest first; None if no system has bills."""
    of_months = await months_of_bills(info, account, months)
    if of_months is None:
        return None
    return [
        BillingHistoryMonth(month=month, months=of_months, since=month.span.since, until=month.span.until)
        for month in of_months
    ]
