"""Usage without a service: that of the most used one, in one request."""

from datetime import date, timedelta
from typing import Any

import pytest
from support.harness import Harness
from support.resolvers.usage_comparisons import billed, on
from support.resolvers.usage_queries import between
from support.utility import ACCOUNT

NOW = between(date(2026, 10, 1), date(2026, 10, 31))
BASE = [day - timedelta(days=365) for day in NOW]
QUERY = """query($account: ID!, $type: ServiceType) { billingAccount(id: $account) {
  usageComparison(serviceType: $type, granularity: DAY, range: {since: "2026-10-01", until: "2026-10-31"}) {
    serviceType unit series { total totalFormatted averagePerDayFormatted unitSymbol } } } }"""
GAS, WATER = ({"service_type": service, "unit": unit} for service, unit in (("GAS", "THM"), ("WATER", "CCF")))


async def compared(at: Harness, **arguments: Any) -> Any:
    return (await at.ask(QUERY, account=ACCOUNT, **arguments))["billingAccount"]["usageComparison"]


@pytest.mark.parametrize(("gas_days", "service"), [(NOW, "GAS"), (NOW[:-1], "WATER")])
async def test_the_service_of_most_readings_is_compared(at: Harness, gas_days: list[date], service: str) -> None:
    at.held["DailyUsage"] = on([*gas_days, *BASE], "2", **GAS) + on([*NOW, *BASE], "3", **WATER)
    comparison = await compared(at)
    assert comparison["serviceType"] == service
    assert comparison == await compared(at, type=service)


async def test_sums_for_people_have_the_symbol_of_their_unit(at: Harness) -> None:
    at.held["DailyUsage"] = on([*NOW, *BASE], "2", unit="KWH")
    now, _ = (await compared(at))["series"]
    assert (now["totalFormatted"], now["averagePerDayFormatted"]) == (
        "62\N{NO-BREAK SPACE}kWh",
        "2\N{NO-BREAK SPACE}kWh",
    )
    assert now["unitSymbol"] == "kWh"


async def test_power_does_not_choose_the_service(at: Harness) -> None:
    at.held["DailyUsage"] = on([*NOW, *BASE], "2", unit="kW") + on(NOW[:3], "3", **WATER)
    assert (await compared(at))["serviceType"] == "WATER"


async def test_without_readings_bill_periods_choose_the_service(at: Harness) -> None:
    at.held["DailyUsage"] = at.held["IntervalUsage"] = []
    at.held["BilledUsage"] = billed(("2026-09-01", "2026-09-30", "9"), **GAS)
    assert (await compared(at))["serviceType"] == "GAS"
    at.held["BilledUsage"] = []
    assert await compared(at) is None


async def test_to_choose_a_service_costs_no_batch(at: Harness) -> None:
    at.held["DailyUsage"] = on([*NOW, *BASE], "3", **WATER)
    await compared(at, type="WATER")
    batches = at.gate.batch_names()
    at.gate.batches.clear()
    await compared(at)
    assert at.gate.batch_names() == batches


async def test_usage_has_only_the_chosen_direction(at: Harness) -> None:
    at.held["DailyUsage"] = on(NOW, "5") + on(NOW, "2", flow="RECEIVED")
    query = """query($account: ID!, $flow: FlowDirection) { billingAccount(id: $account) { usage(
      granularity: DAY, range: {since: "2026-10-01", until: "2026-10-31"}, flow: $flow) { flow total } } }"""
    series = (await at.ask(query, account=ACCOUNT, flow="RECEIVED"))["billingAccount"]["usage"]
    assert series == [{"flow": "RECEIVED", "total": "62"}]
    assert len((await at.ask(query, account=ACCOUNT))["billingAccount"]["usage"]) == 2
