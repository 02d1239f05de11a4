"""Why one bill is higher than another: days, usage, rate, adjustments, adding up to the change to the cent.

For each service with c charged, q used and d days on the current bill, and c', q', d' on the base bill:

    days  = c' (d - d') / d'                      what the base's charges a day make of more days
    usage = (q - q' d / d') c' / q'               what more use a day costs at the base's price
    rate  = c - c' - days - usage                 the rest: prices, and what does not follow use

Usage is called an estimate where either read was one. A service on one of the two bills only, or without a
quantity that adds up, gives what it charges as OTHER; charges outside of all segments are an ADJUSTMENT.
Days and usage are rounded half up to the cent, the rest takes what rounding leaves.

Source: domain facts, section 4 (BILL_DRIVER).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext
from enum import Enum

from gateway.resolvers.billing.bills import Bill, BillSegment, BillSegmentStatus
from gateway.resolvers.comparisons.verdicts import EXACT
from gateway.resolvers.graph.descriptions import described_enum
from gateway.resolvers.service.premises import ServiceType
from gateway.resolvers.usage.series import is_summable

# One whose cancellation is pending still counts: it is on the bill.
COUNTED_STATUSES = (BillSegmentStatus.FROZEN, BillSegmentStatus.PENDING_CANCEL, None)
CENT = -2


@described_enum
class BillDriverKind(Enum):
    """What makes a bill higher or lower than another.

    USAGE: more use a day, at the base's mean price. RATE: the rest of a service: prices, and fixed charges,
    taxes and credits, which do not follow use. OTHER: a service on one bill only, or one whose use nobody
    counts. ADJUSTMENT: what is charged outside of the segments.
    """

    USAGE = "USAGE"
    RATE = "RATE"
    DAYS = "DAYS"
    ESTIMATE = "ESTIMATE"
    ADJUSTMENT = "ADJUSTMENT"
    OTHER = "OTHER"


@dataclass(frozen=True, slots=True)
class Driver:
    """One reason: how much of the change it is, and of which service."""

    kind: BillDriverKind
    amount: Decimal
    service: ServiceType | None


@dataclass(frozen=True, slots=True)
class ServiceShare:
    """One service's share of a bill."""

    amount: Decimal
    days: int | None
    quantities: dict[str, Decimal]
    estimated: bool


def counted_segments(segments: Sequence[BillSegment]) -> list[BillSegment]:
    """The segments that count: frozen ones, and those of a system that does not say."""
    return [each for each in segments if each.status in COUNTED_STATUSES]


def billed_days(bill: Bill) -> int | None:
    """How many days a bill charges for; None where it does not say, or its period ends before it begins."""
    days = bill.period.days() if bill.period else None
    return days if days and days > 0 else None


def billed_services(segments: Sequence[BillSegment]) -> set[ServiceType | None]:
    """What a bill charges for; None among them is a service that nobody names."""
    return {each.service_type for each in counted_segments(segments)}


def bill_drivers(
    now: Bill, segments: Sequence[BillSegment], base: Bill, base_segments: Sequence[BillSegment]
) -> list[Driver] | None:
    """What makes up the change of current charges, by size.

    None where a bill says no charges, or a segment charges in another currency than its bill.
    """
    if not _of_one_currency(now, segments, base, base_segments):
        return None
    cent = _cent(now, base)
    with localcontext(EXACT):
        new, old = _parts(now, segments), _parts(base, base_segments)
        found = [
            driver
            for service in sorted({*new, *old}, key=lambda each: each.value if each else "")
            for driver in _of_service(service, new.get(service), old.get(service), cent)
        ]
        outside = _outside(now, new) - _outside(base, old)
        found.append(Driver(BillDriverKind.ADJUSTMENT, outside, None))
        return sorted((each for each in found if each.amount), key=lambda each: -abs(each.amount))


def _of_one_currency(
    now: Bill, segments: Sequence[BillSegment], base: Bill, base_segments: Sequence[BillSegment]
) -> bool:
    charges = [now.current_charges, base.current_charges]
    amounts = [*charges, *(each.amount for each in counted_segments([*segments, *base_segments]))]
    return None not in charges and len({each.currency for each in amounts if each}) == 1


def _parts(bill: Bill, segments: Sequence[BillSegment]) -> dict[ServiceType | None, ServiceShare]:
    groups: dict[ServiceType | None, list[BillSegment]] = {}
    for each in counted_segments(segments):
        groups.setdefault(each.service_type, []).append(each)
    return {service: _part(bill, group) for service, group in groups.items()}


def _part(bill: Bill, group: Sequence[BillSegment]) -> ServiceShare:
    quantities: dict[str, Decimal] = {}
    for each in group:
        for quantity in each.quantities or ():
            quantities[quantity.unit] = quantities.get(quantity.unit, Decimal(0)) + quantity.quantity
    amount = sum((each.amount.amount for each in group), Decimal(0))
    return ServiceShare(amount, _days(bill, group), quantities, any(each.is_estimated for each in group))


def _days(bill: Bill, group: Sequence[BillSegment]) -> int | None:
    """From the first day of the service's segments to the last; the bill's own days where they do not say."""
    periods = [each.period for each in group if each.period is not None]
    ends = [each.end for each in periods if each.end is not None]
    if len(ends) < len(group):
        return billed_days(bill)
    return (max(ends) - min(each.start for each in periods)).days + 1


def _of_service(
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
    before = base.quantities[unit]
    more = now.quantities[unit] * base.days - before * now.days
    usage = (more * base.amount / (before * base.days)).quantize(cent, ROUND_HALF_UP)
    estimated = now.estimated or base.estimated
    yield Driver(BillDriverKind.ESTIMATE if estimated else BillDriverKind.USAGE, usage, service)
    yield Driver(BillDriverKind.RATE, change - days - usage, service)


def _unit(now: ServiceShare, base: ServiceShare) -> str | None:
    """What use is counted in: the first by name that both have, the base not zero of; power is no use."""
    common = (each for each, used in base.quantities.items() if used and each in now.quantities)
    return min(filter(is_summable, common), default=None)


def _outside(bill: Bill, parts: dict[ServiceType | None, ServiceShare]) -> Decimal:
    charges = bill.current_charges.amount if bill.current_charges else Decimal(0)
    return charges - sum((each.amount for each in parts.values()), Decimal(0))


def _cent(*bills: Bill) -> Decimal:
    """What is rounded to: a cent, or the finer unit that the bills are written in."""
    exponents = [each.current_charges.amount.as_tuple().exponent for each in bills if each.current_charges]
    return Decimal(1).scaleb(min(CENT, *(int(each) for each in exponents)))
