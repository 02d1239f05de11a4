"""Why a bill differs from another: days, usage, rate and adjustments, which add up to the change to the cent.

For each service, with charge c, quantity q and days d on the current bill; c', q' and d' on the base bill:

* `days = c' (d - d') / d'`, more days at the base's charge per day
* `usage = (q - q' d / d') c' / q'`, more use per day at the base's mean price
* `rate = c - c' - days - usage`, the rest: prices, and charges that do not follow use

This is a price-volume variance analysis, whose volume is split into days and use per day. Days and usage are
rounded half up to the cent, and the rest takes the rounding difference.

Usage is called ESTIMATE where either bill was estimated. A service that is on one bill only, or has no
quantity that can be summed, gives OTHER. Charges outside of all segments give an ADJUSTMENT.

Source: the requirements (BILL_DRIVER).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext

from gateway.resolvers.billing.bills import Bill, BillSegment, BillSegmentStatus
from gateway.resolvers.comparisons.verdicts import EXACT
from gateway.resolvers.graph.enums import DescribedEnum
from gateway.resolvers.graph.units import is_summable
from gateway.resolvers.service.premises import ServiceType

# A segment whose cancellation is pending is still on the bill; a system may not give a status at all.
COUNTED_STATUSES = (BillSegmentStatus.FROZEN, BillSegmentStatus.PENDING_CANCEL, None)
CENT_EXPONENT = -2


class BillDriverKind(DescribedEnum):
    """The kind of reason why a bill is higher or lower than another."""

    USAGE = "USAGE", "More or less use per day, at the mean price of the other bill."
    RATE = "RATE", "The rest of a service's change: prices, and charges that do not follow use, such as taxes."
    DAYS = "DAYS", "A longer or shorter period, at the other bill's charge per day.", "Length of the period"
    ESTIMATE = "ESTIMATE", "Like USAGE, where the meter read of either bill was estimated.", "Estimated reading"
    ADJUSTMENT = "ADJUSTMENT", "Charges outside of all services."
    OTHER = "OTHER", "A service that is on one bill only, or whose use is not measured."


@dataclass(frozen=True, slots=True)
class Driver:
    kind: BillDriverKind
    amount: Decimal
    service: ServiceType | None


@dataclass(frozen=True, slots=True)
class ServiceShare:
    """The part of a bill that one service makes up; `quantities` are by unit."""

    amount: Decimal
    days: int | None
    quantities: dict[str, Decimal]
    is_estimated: bool


Shares = dict[ServiceType | None, ServiceShare]


def counted_segments(segments: Sequence[BillSegment]) -> list[BillSegment]:
    """The segments whose amounts are part of the bill."""
    return [segment for segment in segments if segment.status in COUNTED_STATUSES]


def billed_days(bill: Bill) -> int | None:
    """The days of a bill's period; None where it is not known, or ends before it begins."""
    days = bill.period.days() if bill.period else None
    return days if days and days > 0 else None


def billed_services(segments: Sequence[BillSegment]) -> set[ServiceType | None]:
    """The services that a bill charges for; None stands for a segment without a service."""
    return {segment.service_type for segment in counted_segments(segments)}


def bill_drivers(
    now: Bill, segments: Sequence[BillSegment], base: Bill, base_segments: Sequence[BillSegment]
) -> list[Driver] | None:
    """The reasons for the change of current charges, the largest first.

    None where a bill does not give its charges, or amounts are in several currencies.
    """
    if not _share_a_currency(now, segments, base, base_segments):
        return None
    cent = _cent(now, base)
    with localcontext(EXACT):
        shares, base_shares = _shares(now, segments), _shares(base, base_segments)
        services = sorted({*shares, *base_shares}, key=lambda service: service.value if service else "")
        drivers: list[Driver] = []
        for service in services:
            drivers += _service_drivers(service, shares.get(service), base_shares.get(service), cent)
        adjustment = _outside_segments(now, shares) - _outside_segments(base, base_shares)
        drivers.append(Driver(BillDriverKind.ADJUSTMENT, adjustment, None))
        return sorted((driver for driver in drivers if driver.amount), key=lambda driver: -abs(driver.amount))


def _share_a_currency(
    now: Bill, segments: Sequence[BillSegment], base: Bill, base_segments: Sequence[BillSegment]
) -> bool:
    charges = [now.current_charges, base.current_charges]
    amounts = [*charges, *(segment.amount for segment in counted_segments([*segments, *base_segments]))]
    return None not in charges and len({amount.currency for amount in amounts if amount}) == 1


def _shares(bill: Bill, segments: Sequence[BillSegment]) -> Shares:
    groups: dict[ServiceType | None, list[BillSegment]] = {}
    for segment in counted_segments(segments):
        groups.setdefault(segment.service_type, []).append(segment)
    return {service: _share(bill, group) for service, group in groups.items()}


def _share(bill: Bill, group: Sequence[BillSegment]) -> ServiceShare:
    quantities: dict[str, Decimal] = {}
    for segment in group:
        for quantity in segment.quantities or ():
            quantities[quantity.unit] = quantities.get(quantity.unit, Decimal(0)) + quantity.quantity
    amount = sum((segment.amount.amount for segment in group), Decimal(0))
    return ServiceShare(amount, _days(bill, group), quantities, any(segment.is_estimated for segment in group))


def _days(bill: Bill, group: Sequence[BillSegment]) -> int | None:
    """The days from the first segment's start to the last one's end; else those of the bill."""
    periods = [segment.period for segment in group if segment.period is not None]
    ends = [period.end for period in periods if period.end is not None]
    if len(ends) < len(group):
        return billed_days(bill)
    return (max(ends) - min(period.start for period in periods)).days + 1


def _service_drivers(
    service: ServiceType | None, now: ServiceShare | None, base: ServiceShare | None, cent: Decimal
) -> Iterator[Driver]:
    change = (now.amount if now else Decimal(0)) - (base.amount if base else Decimal(0))
    if now is None or base is None or not now.days or not base.days:
        yield Driver(BillDriverKind.OTHER, change, service)
        return
    days = (base.amount * (now.days - base.days) / base.days).quantize(cent, ROUND_HALF_UP)
    yield Driver(BillDriverKind.DAYS, days, service)
    unit = _unit(now, base)
    if unit is None:
        yield Driver(BillDriverKind.OTHER, change - days, service)
        return
    quantity, base_quantity = now.quantities[unit], base.quantities[unit]
    more = quantity * base.days - base_quantity * now.days
    usage = (more * base.amount / (base_quantity * base.days)).quantize(cent, ROUND_HALF_UP)
    is_estimated = now.is_estimated or base.is_estimated
    yield Driver(BillDriverKind.ESTIMATE if is_estimated else BillDriverKind.USAGE, usage, service)
    yield Driver(BillDriverKind.RATE, change - days - usage, service)


def _unit(now: ServiceShare, base: ServiceShare) -> str | None:
    """The first unit, by name, of energy or volume that both bills give. It is not zero on the base."""
    common = (unit for unit, quantity in base.quantities.items() if quantity and unit in now.quantities)
    return min(filter(is_summable, common), default=None)


def _outside_segments(bill: Bill, shares: Shares) -> Decimal:
    charges = bill.current_charges.amount if bill.current_charges else Decimal(0)
    return charges - sum((share.amount for share in shares.values()), Decimal(0))


def _cent(*bills: Bill) -> Decimal:
    """The unit of rounding: a cent, or a finer unit that the bills' charges are given in."""
    exponents = [bill.current_charges.amount.as_tuple().exponent for bill in bills if bill.current_charges]
    return Decimal(1).scaleb(min(CENT_EXPONENT, *(int(exponent) for exponent in exponents)))
