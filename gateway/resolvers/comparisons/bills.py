"""The current bill compared with the one before and with that of a year ago (OVR-2)."""

import asyncio
from decimal import Decimal

import strawberry

from gateway.access.audiences import PARTNER
from gateway.languages.texts import translated
from gateway.resolvers.account.core import AccountCore
from gateway.resolvers.billing.bills import Bill, BillSegment
from gateway.resolvers.comparisons.bill_pairs import (
    NO_SEGMENTS,
    BillPair,
    all_have_periods,
    current_bill,
    last_year_bill,
    newest_bills_window,
    previous_bill,
)
from gateway.resolvers.comparisons.drivers import BillDriverKind, Driver
from gateway.resolvers.comparisons.reasons import NotComparableReason, change_state
from gateway.resolvers.comparisons.verdicts import ComparisonBase, ComparisonVerdict
from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.descriptions import described
from gateway.resolvers.graph.known import KnownState, known_state, own_state
from gateway.resolvers.graph.relations import many_of
from gateway.resolvers.graph.tags import known_to
from gateway.resolvers.graph.values import Money
from gateway.resolvers.graph.wording import message, phrase, sentence
from gateway.resolvers.service.premises import ServiceType

# Where the driver raises the bill, and where it lowers the bill.
DRIVER_TEXTS = {
    BillDriverKind.USAGE: (message("more was used per day"), message("less was used per day")),
    BillDriverKind.ESTIMATE: (
        message("more was used per day, by an estimated reading"),
        message("less was used per day, by an estimated reading"),
    ),
    BillDriverKind.RATE: (
        message("higher prices, fixed charges or taxes, or lower credits"),
        message("lower prices, fixed charges or taxes, or higher credits"),
    ),
    BillDriverKind.DAYS: (message("a longer bill period"), message("a shorter bill period")),
    BillDriverKind.ADJUSTMENT: (
        message("more was charged outside of the services"),
        message("less was charged outside of the services"),
    ),
    BillDriverKind.OTHER: (
        message("more was charged that does not depend on measured use"),
        message("less was charged that does not depend on measured use"),
    ),
}


@described
@known_to(PARTNER)
class BillDriver:
    """One reason why a bill is higher or lower than another.

    kind: the kind of reason.
    service_type: the service whose charges changed. Null for charges that belong to no service, or to one
        that the billing system does not name.
    amount: the part of the change that this reason explains; negative where it lowers the bill. The amounts
        of all drivers add up to the change.
    text: the reason in words, in the language of the request.
    """

    kind: BillDriverKind
    service_type: ServiceType | None
    service_type_state = own_state(
        lambda driver: known_state(driver.service_type, unknown=driver.kind is not BillDriverKind.ADJUSTMENT)
    )
    amount: Money
    text: str


@described
@known_to(PARTNER)
class BillComparisonItem:
    """The current bill compared with one other bill.

    base: which bill the current one is compared with.
    bill: the other bill. Null where there is none.
    verdict: whether the current bill charges more, less or about the same. Null where the bills' segments
        failed to load: they say whether both bills charge for the same services.
    change: how much more the current bill charges; negative where it charges less. Null where the two
        cannot be compared.
    change_percent: the change in percent, rounded to a tenth. Null where the two cannot be compared, or the
        other bill charges nothing.
    change_per_day_percent: the change of the charges per day in percent, rounded to a tenth. It leaves out
        the effect of a longer or shorter period. Null where the two cannot be compared, a bill does not
        give its period, or the other bill charges nothing.
    drivers: the reasons for the change, the largest first. Empty where the two cannot be compared. Null
        where no system keeps bill segments, they failed to load, or amounts are in several currencies.
    not_comparable_reason: why there is no change in percent. Null where there is one.
    not_comparable_text: the same as a sentence for people, in the language of the request. Null where there is a
        change in percent.
    """

    pair: strawberry.Private[BillPair]
    base: ComparisonBase
    bill: Bill | None
    bill_state = own_state(lambda item: known_state(item.bill, unknown=item.pair.undecided))

    @strawberry.field
    def verdict(self, info: Info) -> ComparisonVerdict | None:
        return self.pair.verdict(Decimal(info.context.thresholds.unchanged_percent))

    verdict_state = own_state(lambda item: item.verdict_state_now())

    @strawberry.field
    def change(self) -> Money | None:
        return self._money(self.pair.change())

    change_state = own_state(lambda item: item.state_of_change())

    @strawberry.field
    def change_percent(self) -> float | None:
        percent = self.pair.percent()
        return None if percent is None else float(percent)

    change_percent_state = own_state(lambda item: change_state(item.pair.not_comparable()))

    @strawberry.field
    def change_per_day_percent(self) -> float | None:
        percent = self.pair.percent_per_day()
        return None if percent is None else float(percent)

    change_per_day_percent_state = own_state(lambda item: item.state_per_day())

    @strawberry.field
    def not_comparable_reason(self) -> NotComparableReason | None:
        why = self.pair.not_comparable()
        return why and why.reason

    @strawberry.field
    def not_comparable_text(self) -> str | None:
        why = self.pair.not_comparable()
        return why and why.text

    def verdict_state_now(self) -> KnownState:
        """The state of the verdict, which is missing only where the services are not known."""
        why = self.pair.not_comparable()
        is_unknown = why is not None and why.reason is NotComparableReason.SERVICES_NOT_KNOWN
        return KnownState.UNKNOWN if is_unknown else KnownState.KNOWN

    def state_of_change(self) -> KnownState:
        """The state of the change in money: compared with zero, it is there without a percentage."""
        why = self.pair.not_comparable()
        return change_state(None if why and why.reason is NotComparableReason.BASE_IS_ZERO else why)

    def state_per_day(self) -> KnownState:
        """The state of the change per day: without the days of both periods, it is not known."""
        why = self.pair.not_comparable()
        return KnownState.UNKNOWN if why is None and self.pair.days() is None else change_state(why)

    @strawberry.field
    def drivers(self) -> list[BillDriver] | None:
        drivers = self.pair.drivers()
        return None if drivers is None else [self._driver(driver) for driver in drivers]

    def _driver(self, driver: Driver) -> BillDriver:
        amount = self._money(driver.amount)
        assert amount is not None  # noqa: S101  # a driver has one
        text = driver_text(driver)
        return BillDriver(kind=driver.kind, service_type=driver.service, amount=amount, text=text)

    def _money(self, amount: Decimal | None) -> Money | None:
        charges = self.pair.now.current_charges if self.pair.now else None
        return None if amount is None or charges is None else Money(amount=amount, currency=charges.currency)


@described
@known_to(PARTNER)
class BillComparison:
    """The current bill compared with the bill before and with that of the same period last year.

    Current charges are compared (`currentCharges`), without what was owed before.

    current: the newest bill that counts: it was issued, and not canceled. Null where there is none yet, or where
        a newer bill has no status.
    current_state: whether there is a current bill, or it is not known.
    comparisons: one item for the bill before, and one for the bill of the same period last year.
    """

    current: Bill | None
    current_state: KnownState
    comparisons: list[BillComparisonItem]


def driver_text(driver: Driver) -> str:
    """A driver in words, such as "Electricity: more was used per day"."""
    raises, lowers = DRIVER_TEXTS[driver.kind]
    text = translated(raises if driver.amount > 0 else lowers)
    return phrase("{what}: {cause}", what=driver.service.label, cause=text) if driver.service else sentence(text)


async def bill_comparison(info: Info, account: AccountCore) -> BillComparison | None:
    """The comparison of an account's bills; None where no system keeps bills."""
    loader = info.context.loader
    window = newest_bills_window(account.zone_in(info))
    bills = await many_of(loader, Bill, "account_id", account.id, window)
    if bills is None:
        return None
    current = current_bill(bills)
    bases = [base_of(bills, current) if current else None for base_of in (previous_bill, last_year_bill)]
    pending = [loader.load(BillSegment, "bill_id", bill.id) for bill in (current, *bases) if bill is not None]
    results = iter(await asyncio.gather(*pending))
    segments, *base_segments = [NO_SEGMENTS if bill is None else next(results) for bill in (current, *bases)]
    is_undecided = any(bill.status is None for bill in bills)
    is_unclear = current is None and is_undecided
    unclear = [is_unclear, is_unclear or (current is not None and not all_have_periods(bills))]
    return BillComparison(
        current=current,
        current_state=known_state(current, unknown=is_undecided),
        comparisons=[
            BillComparisonItem(base=base, bill=bill, pair=BillPair(current, bill, segments, others, undecided=open_))
            for base, bill, others, open_ in zip(ComparisonBase, bases, base_segments, unclear, strict=True)
        ],
    )
