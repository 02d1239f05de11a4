"""The current bill beside the one before and the one of a year ago (OVR-2)."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import Any

import strawberry

from gateway.loading.finder import LoadResult
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
    BillDriverKind.ADJUSTMENT: "{more} charged besides the services",
    BillDriverKind.OTHER: "{more} charged that is not counted by use",
}


@described
class BillDriver:
    """One reason why a bill is higher or lower than another.

    kind: which reason.
    service_type: of which service; null where it is of none.
    amount: how much of the change it is; all drivers add up to the change.
    text: the same in words.
    """

    kind: BillDriverKind
    service_type: ServiceType | None
    amount: Money
    text: str


@dataclass(frozen=True, slots=True)
class BillPair:
    """A bill and what it is compared with. A fact: whether that can be done, and what came out."""

    now: Bill | None
    base: Bill | None
    segments: LoadResult[BillSegment] = NO_SEGMENTS
    base_segments: LoadResult[BillSegment] = NO_SEGMENTS

    def comparable(self) -> bool:
        """Whether the two can be compared: both complete, none final, a currency and a service in common.

        Raises why segments are not known, where only they could say; where nobody keeps any, bills compare.
        """
        if self.now is None or self.base is None:
            return False
        charges = self.now.current_charges, self.base.current_charges
        if charges[0] is None or charges[1] is None or charges[0].currency != charges[1].currency:
            return False
        if any(each.status is not BillStatus.COMPLETE or each.is_final for each in (self.now, self.base)):
            return False
        return self._of_one_service()

    def _of_one_service(self) -> bool:
        segments = records_of(self.segments), records_of(self.base_segments)
        if segments[0] is None or segments[1] is None:
            return True
        mine, theirs = billed_services(segments[0]), billed_services(segments[1])
        return None in mine | theirs or bool(mine & theirs)

    def charges(self) -> tuple[Decimal, Decimal] | None:
        """What the two charge; None where they cannot be compared."""
        now, base = self.now and self.now.current_charges, self.base and self.base.current_charges
        return (now.amount, base.amount) if now and base and self.comparable() else None

    def change(self) -> Decimal | None:
        """By how much the current bill charges more."""
        charges = self.charges()
        return None if charges is None else EXACT.subtract(*charges)

    def percent(self) -> Decimal | None:
        """The change in percent of what the base charges."""
        charges = self.charges()
        return None if charges is None else percent_change(*charges)

    def verdict(self, about: Decimal) -> ComparisonVerdict:
        """How the charges stand to each other; beside nothing, any amount is more or less."""
        change, base = self.change(), self.charges()
        if change is None or base is None or base[1]:
            return verdict_of(self.percent(), about)
        return verdict_of((about + 1).copy_sign(change) if change else change, about)

    def days(self) -> tuple[int, int] | None:
        """How many days each is about; None where one does not say."""
        days = [each and billed_days(each) for each in (self.now, self.base)]
        return (days[0], days[1]) if days[0] and days[1] else None

    def percent_per_day(self) -> Decimal | None:
        """The same of what each charges for a day."""
        charges, days = self.charges(), self.days()
        if charges is None or days is None:
            return None
        # Both by both bills' days: no charge per day that would have to be rounded.
        return percent_change(EXACT.multiply(charges[0], days[1]), EXACT.multiply(charges[1], days[0]))

    def rises_by_percent(self, least: int) -> bool | None:
        """Whether a day costs at least so many percent more; None where nobody says how many there are."""
        charges, days = self.charges(), self.days()
        if charges is None or not charges[1]:
            return False
        if days is None:
            return None
        with localcontext(EXACT):
            now, base = charges[0] * days[1], charges[1] * days[0]
            return (now - base) * 100 >= least * abs(base)

    def drivers(self) -> list[Driver] | None:
        """What makes up the change; None where nobody knows the segments. Raises why they are not known."""
        if self.now is None or self.base is None or not self.comparable():
            return []
        segments = records_of(self.segments), records_of(self.base_segments)
        if segments[0] is None or segments[1] is None:
            return None
        return bill_drivers(self.now, segments[0], self.base, segments[1])


@described
class BillComparisonItem:
    """The current bill beside another.

    base: which other.
    bill: the other; null where there is none.
    verdict: how the current bill's charges stand to the other's; null where the segments, which say whether
        both are about the same services, are not known: then all that follows is not known, either.
    change: by how much the current bill charges more; negative = less. Null where they cannot be compared.
    change_percent: the same in percent, to a tenth; null where the other charges nothing.
    change_per_day_percent: the same of the charges per day: what a longer period makes of it left aside.
    drivers: what makes up the change, the greatest first; empty where they cannot be compared.
    """

    pair: strawberry.Private[BillPair]
    base: ComparisonBase
    bill: Bill | None

    @strawberry.field
    def verdict(self, info: Info) -> ComparisonVerdict | None:
        return self.pair.verdict(Decimal(info.context.thresholds.about_the_same_percent))

    @strawberry.field
    def change(self) -> Money | None:
        return self._money(self.pair.change())

    @strawberry.field
    def change_percent(self) -> float | None:
        found = self.pair.percent()
        return None if found is None else float(found)

    @strawberry.field
    def change_per_day_percent(self) -> float | None:
        found = self.pair.percent_per_day()
        return None if found is None else float(found)

    @strawberry.field
    def drivers(self) -> list[BillDriver] | None:
        found = self.pair.drivers()
        return None if found is None else [self._driver(each) for each in found]

    def _driver(self, each: Driver) -> BillDriver:
        amount = self._money(each.amount)
        assert amount is not None  # noqa: S101  # a driver has one
        return BillDriver(kind=each.kind, service_type=each.service, amount=amount, text=driver_text(each))

    def _money(self, amount: Decimal | None) -> Money | None:
        charges = self.pair.now.current_charges if self.pair.now else None
        return None if amount is None or charges is None else Money(amount=amount, currency=charges.currency)


@described
class BillComparison:
    """The current bill beside the one before and that of the same time last year.

    Charges are compared (`currentCharges`): what was owed before is left aside.

    current: the newest complete bill; null where there is none yet, or a newer one does not say its status.
    comparisons: with the bill before, and with the bill of the same period last year.
    """

    current: Bill | None
    comparisons: list[BillComparisonItem]


def driver_text(driver: Driver) -> str:
    """A driver in words."""
    more = driver.amount > 0
    said = DRIVER_TEXTS[driver.kind].format(
        more="more" if more else "less", higher="higher" if more else "lower"
    )
    return f"{driver.service.value.capitalize()}: {said}" if driver.service else said.capitalize()


def paired(bills: Sequence[Bill]) -> tuple[Bill | None, Bill | None, Bill | None]:
    """The current bill, the one before it, and the one of the same time last year."""
    now = current_bill(bills)
    return (None, None, None) if now is None else (now, previous_bill(bills, now), last_year_bill(bills, now))


async def bill_comparison(info: Info, account: Any) -> BillComparison | None:
    """The comparison of an account's bills; None where nobody bills."""
    load = info.context.loader
    bills = records_of(
        await load.load(Bill, "account_id", account.id, newest_bills_window(account.zone_in(info)))
    )
    if bills is None:
        return None
    now, *bases = paired(bills)
    asked = [load.load(BillSegment, "bill_id", each.id) for each in (now, *bases) if each is not None]
    founds = iter(await asyncio.gather(*asked))
    own, *others = [NO_SEGMENTS if each is None else next(founds) for each in (now, *bases)]
    return BillComparison(
        current=now,
        comparisons=[
            BillComparisonItem(base=base, bill=bill, pair=BillPair(now, bill, own, segments))
            for base, bill, segments in zip(ComparisonBase, bases, others, strict=True)
        ],
    )
