"""Tariffs: computes a segment's bill lines from a quantity.

Prices are millionths of a dollar, quantities thousandths of a unit, amounts cents.
"""

from dataclasses import dataclass
from datetime import date

from gateway_demo.plan.model import ServiceAgreement

RATE_YEAR_STARTS = (4, 1)
LEVELS = {2023: 940, 2024: 970, 2025: 1000, 2026: 1045}  # per mille, from April to April
PER_CENT = 10_000_000  # (thousandths of a unit) * (millionths of a dollar) in a cent


@dataclass(frozen=True, slots=True)
class Tariff:
    """The prices of a service: fixed, by tier, per unit, and the tax."""

    fixed: tuple[str, int]
    tiers: tuple[tuple[str, int], tuple[str, int]]
    limit: int  # thousandths per month in the first tier
    per_unit: tuple[tuple[str, int], ...]
    tax: tuple[str, int]  # per mille


TARIFFS = {
    "E": Tariff(
        ("Customer charge", 1250),
        (("Delivery, first 500 kWh", 62_000), ("Delivery, over 500 kWh", 74_000)),
        500_000,
        (("Energy supply", 81_300), ("Renewable portfolio charge", 4_120)),
        ("City franchise fee", 30),
    ),
    "G": Tariff(
        ("Customer charge", 1400),
        (("Distribution, first 50 therms", 480_000), ("Distribution, over 50 therms", 402_000)),
        50_000,
        (("Gas supply", 618_500), ("Public purpose charge", 21_400)),
        ("Gross receipts tax", 25),
    ),
    "W": Tariff(
        ("Service charge", 1050),
        (("Water, first 10 CCF", 3_120_000), ("Water, over 10 CCF", 4_390_000)),
        10_000,
        (("Infrastructure charge", 310_000),),
        ("Water utility tax", 15),
    ),
}
NET_METERING_PRICE = 79_000


@dataclass(frozen=True, slots=True)
class Line:
    description: str
    amount: int
    unit: str | None = None
    quantity: int | None = None
    price: int | None = None


def price_level(day: date) -> int:
    """The price level of a day's rate year, in per mille."""
    started = (day.month, day.day) >= RATE_YEAR_STARTS
    return LEVELS[day.year if started else day.year - 1] if day.year > min(LEVELS) else LEVELS[2023]


def cost(quantity: int, price: int) -> int:
    """The cost in cents, rounded half up."""
    return (quantity * price + PER_CENT // 2) // PER_CENT


def _unit_line(description: str, unit: str, quantity: int, price: int) -> Line:
    return Line(description, cost(quantity, price), unit, quantity, price)


def bill_lines(agreement: ServiceAgreement, end: date, unit: str, used: int, received: int) -> list[Line]:
    """The lines of a segment whose period ends on `end`."""
    tariff = TARIFFS[agreement.service or "E"]
    level = price_level(end)
    first = min(used, tariff.limit)
    (low, low_price), (high, high_price) = tariff.tiers
    lines = [Line(tariff.fixed[0], tariff.fixed[1] * level // 1000)]
    lines.append(_unit_line(low, unit, first, low_price * level // 1000))
    if used > first:
        lines.append(_unit_line(high, unit, used - first, high_price * level // 1000))
    for description, price in tariff.per_unit:
        lines.append(_unit_line(description, unit, used, price * level // 1000))
    if received:
        credit = cost(received, NET_METERING_PRICE)
        lines.append(Line("Net metering credit", -credit, unit, received, -NET_METERING_PRICE))
    taxed = sum(line.amount for line in lines)
    lines.append(Line(tariff.tax[0], max(0, taxed) * tariff.tax[1] // 1000))
    return lines
