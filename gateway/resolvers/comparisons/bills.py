"""The current bill compared with the one before and with that of a year ago (OVR-2)."""

import asyncio
from dataclasses import dataclass
from decimal import Decimal, localcontext

import strawberry

from gateway.loading.finder import LoadResult
from gateway.resolvers.account.core import AccountCore
from gateway.resolvers.billing.bills import Bill, BillSegment, BillStatus
from gateway.resolvers.comparisons.bill_pairs import (
    current_bill,
    last_year_bill,
    newest_bills_window,
    previous_bill,
)
from gateway.resolvers.comparisons.drivers import (
    BillDriverKind,
    Driver,
    bill_drivers,
    billed_days,
    billed_services,
)
from gateway.resolvers.comparisons.verdicts import (
    EXACT,
    ComparisonBase,
    ComparisonVerdict,
    percent_change,
    verdict_of,
)
from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.descriptions import described
from gateway.resolvers.graph.relations import records_of
from gateway.resolvers.graph.values import Money
from gateway.resolvers.service.premises import ServiceType

NO_SEGMENTS: LoadResult[BillSegment] = LoadResult([])
DRIVER_TEXTS = {
    BillDriverKind.USAGE: "{more} used a day",
    BillDriverKind.ESTIMATE: "{more} used a day, by an estimated read",
    BillDriverKind.RATE: "{more} by price, fixed charges, taxes or credits",
    BillDriverKind.DAYS: "{more} days",
    BillDriverKind.ADJUSTMENT: "{more} charged outside of the services",
    BillDriverKind.OTHER: "{more} charged that does not depend on measured use",
}


@described
class BillDriver:
    """One reason why a bill is higher or lower than another.

    kind: the kind of reason.
    service_type: the service whose charges changed. Null for charges that belong to no service, or to one
        that the billing system does not name.
    amount: the part of the change that this reason explains; negative where it lowers the bill. The amounts
        of all drivers add up to the change.
    text: the reason in words, in English.
    """

    kind: BillDriverKind
    service_type: ServiceType | None
    amount: Money
    text: str


@dataclass(frozen=True, slots=True)
class BillPair:
    """The current bill (`now`) and the bill that it is compared with (`base`), with their segments.

    Methods raise the error of segments that failed to load, where these decide the answer.
    """

    now: Bill | None
    base: Bill | None
    segments: LoadResult[BillSegment] = NO_SEGMENTS
    base_segments: LoadResult[BillSegment] = NO_SEGMENTS

    def comparable(self) -> bool:
        """Whether both are complete, neither is final, and they share a currency and a service.

        Where no system keeps segments, services are not compared.
        """
        if self.now is None or self.base is None:
            return False
        now, base = self.now.current_charges, self.base.current_charges
        if now is None or base is None or now.currency != base.currency:
            return False
        if any(each.status is not BillStatus.COMPLETE or each.is_final for each in (self.now, self.base)):
            return False
        return self._share_a_service()

    def _share_a_service(self) -> bool:
        now, base = records_of(self.segments), records_of(self.base_segments)
        if now is None or base is None:
            return True
        services, base_services = billed_services(now), billed_services(base)
        return None in services | base_services or bool(services & base_services)

    def charges(self) -> tuple[Decimal, Decimal] | None:
        """The current charges of both; None where the bills cannot be compared."""
        now, base = self.now and self.now.current_charges, self.base and self.base.current_charges
        return (now.amount, base.amount) if now and base and self.comparable() else None

    def change(self) -> Decimal | None:
        """How much more the current bill charges."""
        charges = self.charges()
        return None if charges is None else EXACT.subtract(*charges)

    def percent(self) -> Decimal | None:
        """The change in percent of the base's charges."""
        charges = self.charges()
        return None if charges is None else percent_change(*charges)

    def verdict(self, threshold: Decimal) -> ComparisonVerdict:
        """The verdict on the change. Compared with zero charges, any amount is more or less."""
        charges = self.charges()
        if charges is None or charges[1]:
            return verdict_of(self.percent(), threshold)
        return verdict_of((threshold + 1).copy_sign(charges[0]) if charges[0] else charges[0], threshold)

    def days(self) -> tuple[int, int] | None:
        """The days in the period of each; None where one is not known."""
        days, base_days = (each and billed_days(each) for each in (self.now, self.base))
        return (days, base_days) if days and base_days else None

    def percent_per_day(self) -> Decimal | None:
        """The change of the charges per day, in percent.

        From `(c/d - c'/d') / |c'/d'|`, both sides multiplied by d d': no charge per day has to be rounded.
        """
        charges, days = self.charges(), self.days()
        if charges is None or days is None:
            return None
        return percent_change(EXACT.multiply(charges[0], days[1]), EXACT.multiply(charges[1], days[0]))

    def rises_by_percent(self, minimum: int) -> bool | None:
        """Whether the charges per day rise by at least this percent; None where the days are not known."""
        charges, days = self.charges(), self.days()
        if charges is None or not charges[1]:
            return False
        if days is None:
            return None
        with localcontext(EXACT):
            now, base = charges[0] * days[1], charges[1] * days[0]
            return (now - base) * 100 >= minimum * abs(base)

    def drivers(self) -> list[Driver] | None:
        """The reasons for the change; None where no system keeps segments."""
        if self.now is None or self.base is None or not self.comparable():
            return []
        segments, base_segments = records_of(self.segments), records_of(self.base_segments)
        if segments is None or base_segments is None:
            return None
        return bill_drivers(self.now, segments, self.base, base_segments)


@described
class BillComparisonItem:
    """The current bill compared with one other bill.

    base: which bill it is compared with.
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
        where no system keeps bill segments, or they failed to load.
    """

    pair: strawberry.Private[BillPair]
    base: ComparisonBase
    bill: Bill | None

    @strawberry.field
    def verdict(self, info: Info) -> ComparisonVerdict | None:
        return self.pair.verdict(Decimal(info.context.thresholds.unchanged_percent))

    @strawberry.field
    def change(self) -> Money | None:
        return self._money(self.pair.change())

    @strawberry.field
    def change_percent(self) -> float | None:
        percent = self.pair.percent()
        return None if percent is None else float(percent)

    @strawberry.field
    def change_per_day_percent(self) -> float | None:
        percent = self.pair.percent_per_day()
        return None if percent is None else float(percent)

    @strawberry.field
    def drivers(self) -> list[BillDriver] | None:
        drivers = self.pair.drivers()
        return None if drivers is None else [self._driver(each) for each in drivers]

    def _driver(self, driver: Driver) -> BillDriver:
        amount = self._money(driver.amount)
        assert amount is not None  # noqa: S101  # a driver has one
        text = driver_text(driver)
        return BillDriver(kind=driver.kind, service_type=driver.service, amount=amount, text=text)

    def _money(self, amount: Decimal | None) -> Money | None:
        charges = self.pair.now.current_charges if self.pair.now else None
        return None if amount is None or charges is None else Money(amount=amount, currency=charges.currency)


@described
class BillComparison:
    """The current bill compared with the bill before and with that of the same period last year.

    Current charges are compared (`currentCharges`), without what was owed before.

    current: the newest complete bill. Null where there is none yet, or where a newer bill has no status.
    comparisons: one item for the bill before, and one for the bill of the same period last year.
    """

    current: Bill | None
    comparisons: list[BillComparisonItem]


def driver_text(driver: Driver) -> str:
    """A driver in words, such as "Electric: more used a day"."""
    text = DRIVER_TEXTS[driver.kind].format(more="more" if driver.amount > 0 else "less")
    return f"{driver.service.value.capitalize()}: {text}" if driver.service else text.capitalize()


async def bill_comparison(info: Info, account: AccountCore) -> BillComparison | None:
    """The comparison of an account's bills; None where no system keeps bills."""
    loader = info.context.loader
    window = newest_bills_window(account.zone_in(info))
    bills = records_of(await loader.load(Bill, "account_id", account.id, window))
    if bills is None:
        return None
    current = current_bill(bills)
    bases = [base_of(bills, current) if current else None for base_of in (previous_bill, last_year_bill)]
    pending = [loader.load(BillSegment, "bill_id", each.id) for each in (current, *bases) if each is not None]
    results = iter(await asyncio.gather(*pending))
    segments, *base_segments = [NO_SEGMENTS if each is None else next(results) for each in (current, *bases)]
    return BillComparison(
        current=current,
        comparisons=[
            BillComparisonItem(base=base, bill=bill, pair=BillPair(current, bill, segments, others))
            for base, bill, others in zip(ComparisonBase, bases, base_segments, strict=True)
        ],
    )
