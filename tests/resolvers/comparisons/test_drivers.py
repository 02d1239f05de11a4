"""Drivers follow their formulas and add up to the change of a bill."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal, localcontext
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.harness import catalog_text
from support.rows import row

from gateway.catalog.loader import parse_catalog
from gateway.resolvers.billing.bills import Bill, BillSegment
from gateway.resolvers.comparisons.bills import driver_text
from gateway.resolvers.comparisons.drivers import BillDriverKind, Driver, bill_drivers
from gateway.resolvers.comparisons.verdicts import EXACT
from gateway.resolvers.records import RECORDS, RELATIONS
from gateway.resolvers.service.premises import ServiceType

ENTRIES = parse_catalog(catalog_text(), {}, RECORDS, RELATIONS).entries
FIRST = date(2026, 1, 1)
BillAndSegments = tuple[Bill, list[BillSegment]]


def record(name: str, **fields: Any) -> Any:
    """A record of these fields."""
    return ENTRIES[name, "id"].mapper.read(row(name, **fields))


def period(days: int) -> dict[str, str]:
    """A period of this number of days."""
    return {"start": FIRST.isoformat(), "end": (FIRST + timedelta(days=days - 1)).isoformat()}


def segment(amount: str, days: int, service: str | None = "ELECTRIC", **fields: Any) -> BillSegment:
    """A segment of one service, with quantities by unit."""
    used = [{"unit": unit, "quantity": quantity} for unit, quantity in fields.pop("used", {}).items()]
    defaults = {"id": "S", "amount": amount, "period": period(days), "service_type": service, "quantities": used}
    result: BillSegment = record("BillSegment", **{**defaults, "status": "FROZEN", **fields})
    return result


def bill(charges: str | None, *segments: BillSegment, days: int | None = 30) -> BillAndSegments:
    """A bill of this period, and its segments."""
    return record("Bill", current_charges=charges, period=days and period(days)), list(segments)


def as_tuples(now: BillAndSegments, base: BillAndSegments) -> list[tuple[str, str | None, str]] | None:
    """Kind, service and amount of each driver."""
    drivers = bill_drivers(*now, *base)
    return drivers and [
        (driver.kind.name, driver.service and driver.service.name, str(driver.amount)) for driver in drivers
    ]


def test_days_and_usage_have_the_base_price() -> None:
    now = bill("150.00", segment("150.00", 33, used={"kWh": "440"}), days=33)
    base = bill("90.00", segment("90.00", 30, used={"kWh": "300"}))
    # Three days at 3.00; 440 - 330 kWh at 0.30; what is left of 60.00.
    assert as_tuples(now, base) == [
        ("USAGE", "ELECTRIC", "33.00"),
        ("RATE", "ELECTRIC", "18.00"),
        ("DAYS", "ELECTRIC", "9.00"),
    ]


def test_equal_use_per_day_and_price_gives_days_alone() -> None:
    now = bill("99.00", segment("99.00", 33, used={"kWh": "330"}))
    assert as_tuples(now, bill("90.00", segment("90.00", 30, used={"kWh": "300"}))) == [("DAYS", "ELECTRIC", "9.00")]


@pytest.mark.parametrize("estimated", [(True, False), (False, True), (True, True)])
def test_usage_by_an_estimated_read_is_an_estimate(estimated: tuple[bool, bool]) -> None:
    now = bill("20.00", segment("20.00", 30, used={"kWh": "20"}, is_estimated=estimated[0]))
    base = bill("10.00", segment("10.00", 30, used={"kWh": "10"}, is_estimated=estimated[1]))
    assert as_tuples(now, base) == [("ESTIMATE", "ELECTRIC", "10.00")]


def test_unmatched_services_are_other_and_unsegmented_charges_adjustments() -> None:
    now = bill("60.00", segment("40.00", 30, "GAS"), segment("15.00", 30))
    base = bill("32.00", segment("15.00", 30), segment("20.00", 30, "WATER"))
    assert as_tuples(now, base) == [
        ("OTHER", "GAS", "40.00"),
        ("OTHER", "WATER", "-20.00"),
        ("ADJUSTMENT", None, "8.00"),
    ]


@pytest.mark.parametrize(
    ("used", "before"),
    [({}, {"kWh": "1"}), ({"kWh": "1"}, {}), ({"kWh": "1"}, {"kWh": "0"}), ({"kW": "1"}, {"kWh": "1"})],
)
def test_without_a_common_unit_usage_and_rate_are_other(used: Any, before: Any) -> None:
    now = bill("44.00", segment("44.00", 33, used=used))
    base = bill("30.00", segment("30.00", 30, used=before))
    assert as_tuples(now, base) == [("OTHER", "ELECTRIC", "11.00"), ("DAYS", "ELECTRIC", "3.00")]


def test_the_first_common_unit_is_taken_and_never_power() -> None:
    now = bill("20.00", segment("20.00", 30, used={"kW": "9", "therm": "1", "kWh": "20"}))
    base = bill("10.00", segment("10.00", 30, used={"CCF": "5", "therm": "7", "kW": "3", "kWh": "10"}))
    assert as_tuples(now, base) == [("USAGE", "ELECTRIC", "10.00")]


def test_power_alone_is_no_use() -> None:
    now = bill("20.00", segment("20.00", 30, used={"KW": "9"}))
    assert as_tuples(now, bill("10.00", segment("10.00", 30, used={"KW": "3"}))) == [("OTHER", "ELECTRIC", "10.00")]


def test_segments_of_one_service_are_one() -> None:
    later = {"start": "2026-01-16", "end": "2026-01-30"}
    now = bill(
        "30.00", segment("20.00", 15, used={"kWh": "20"}), segment("10.00", 15, used={"kWh": "10"}, period=later)
    )
    base = bill("30.00", segment("30.00", 30, used={"kWh": "30"}))
    assert as_tuples(now, base) == []


def test_canceled_and_pending_segments_do_not_count() -> None:
    gone = [segment("500.00", 30, status=status) for status in ("CANCELED", "ERROR", "FREEZABLE", "INCOMPLETE")]
    now = bill("20.00", segment("20.00", 30, used={"kWh": "2"}, status=None), *gone)
    assert as_tuples(now, bill("10.00", segment("10.00", 30, used={"kWh": "1"}))) == [("USAGE", "ELECTRIC", "10.00")]


def test_segments_without_days_take_those_of_their_bill() -> None:
    now = bill("11.00", segment("11.00", 30, period=None, used={"kWh": "11"}), days=33)
    base = bill("10.00", segment("10.00", 30, period=None, used={"kWh": "10"}), days=30)
    assert as_tuples(now, base) == [("DAYS", "ELECTRIC", "1.00")]
    nowhere = bill("10.00", segment("10.00", 30, period=None, used={"kWh": "10"}), days=None)
    assert as_tuples(now, nowhere) == [("OTHER", "ELECTRIC", "1.00")]


def test_a_bill_without_charges_has_no_drivers() -> None:
    assert as_tuples(bill(None), bill("10.00")) is None
    assert as_tuples(bill("10.00"), bill(None)) is None


def test_a_segment_in_another_currency_leaves_drivers_unknown() -> None:
    now = bill("20.00", segment("20.00", 30))
    now[1][0].amount.currency = "EUR"
    assert as_tuples(now, bill("10.00", segment("10.00", 30))) is None


@pytest.mark.parametrize("charges", ["100", "1E+2", "100.0", "100.00"])
def test_drivers_are_rounded_half_up_to_the_cent(charges: str) -> None:
    now = bill(charges, segment(charges, 31, used={"kWh": "1"}))
    base = bill(charges, segment(charges, 30, used={"kWh": "1"}))
    # 100/30 = 3.33(3); (30 - 31)/30 * 100 = -3.33(3).
    assert as_tuples(now, base) == [("DAYS", "ELECTRIC", "3.33"), ("USAGE", "ELECTRIC", "-3.33")]
    half = bill("0.10", segment("0.10", 21, used={"kWh": "21"}))
    assert as_tuples(half, bill("0.10", segment("0.10", 20, used={"kWh": "20"}))) == [
        ("DAYS", "ELECTRIC", "0.01"),
        ("RATE", "ELECTRIC", "-0.01"),
    ]


def test_every_driver_has_a_text() -> None:
    texts = {
        driver_text(Driver(kind, Decimal(amount), service))
        for kind in BillDriverKind
        for amount in ("1", "-1")
        for service in (ServiceType.GAS, None)
    }
    assert len(texts) == 4 * len(BillDriverKind)
    assert driver_text(Driver(BillDriverKind.RATE, Decimal(1), ServiceType.GAS)) == (
        "Gas: higher prices, fixed charges or taxes, or lower credits"
    )
    assert driver_text(Driver(BillDriverKind.DAYS, Decimal(-1), None)) == "A shorter bill period"


cents = st.decimals(min_value=-(10**9), max_value=10**9, places=2)
amounts = st.one_of(cents, st.integers(-(10**15), 10**15).map(Decimal))
quantities = st.dictionaries(
    st.sampled_from(["kWh", "kW", "therm", "CCF"]),
    st.decimals(min_value=-(10**6), max_value=10**6, places=3).map(str),
    max_size=4,
)
segments = st.builds(
    lambda amount, days, service, used, estimated: segment(
        str(amount), days, service, used=used, is_estimated=estimated
    ),
    amounts,
    st.integers(1, 400),
    st.sampled_from(["ELECTRIC", "GAS", None]),
    quantities,
    st.sampled_from([True, False, None]),
)
some_bills = st.builds(
    lambda charges, parts, days: bill(str(charges), *parts, days=days),
    amounts,
    st.lists(segments, max_size=4),
    st.one_of(st.none(), st.integers(1, 400)),
)


@pytest.mark.parametrize("charges", ["1E+400", "1E-400", "12345678901234567890123456789012345678901.23"])
def test_drivers_add_up_for_large_and_fine_amounts(charges: str) -> None:
    now = bill(charges, segment(charges, 31, used={"kWh": "7E+300"}))
    base = bill("0.03", segment("0.01", 30, used={"kWh": "3E-300"}))
    drivers = bill_drivers(*now, *base)
    assert drivers is not None
    with localcontext(EXACT):
        assert sum(driver.amount for driver in drivers) == Decimal(charges) - Decimal("0.03")


def reordered(side: BillAndSegments) -> BillAndSegments:
    """The same bill, with its segments and their quantities in reverse order."""
    segments = [replace(segment, quantities=(segment.quantities or [])[::-1]) for segment in side[1]]
    return side[0], segments[::-1]


@given(some_bills, some_bills)
def test_the_order_in_which_rows_come_changes_no_driver(now: BillAndSegments, base: BillAndSegments) -> None:
    assert bill_drivers(*now, *base) == bill_drivers(*reordered(now), *reordered(base))


@given(some_bills, some_bills)
def test_drivers_always_add_up_to_the_change_to_the_cent(now: BillAndSegments, base: BillAndSegments) -> None:
    drivers = bill_drivers(*now, *base)
    charges = now[0].current_charges, base[0].current_charges
    assert drivers is not None
    assert charges[0] is not None
    assert charges[1] is not None
    assert sum(driver.amount for driver in drivers) == charges[0].amount - charges[1].amount
    assert all(driver.amount for driver in drivers)
    sizes = [abs(driver.amount) for driver in drivers]
    assert sizes == sorted(sizes, reverse=True)
    assert all(driver.amount == round(driver.amount, 2) for driver in drivers)
