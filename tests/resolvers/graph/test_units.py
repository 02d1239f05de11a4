"""A unit has a symbol and a name for people, however its system writes it."""

import pytest
from graphql import GraphQLObjectType
from support.harness import Harness
from support.resolvers.answers import account

from gateway.execution.schema import GatewaySchema
from gateway.resolvers.graph.units import POWER_UNITS, unit_of
from gateway.sources.greenbutton.values import UNITS

CORE = GatewaySchema()._schema  # noqa: SLF001  # Strawberry shows it nowhere else
QUERY = """query($account: ID!) { billingAccount(id: $account) {
  usage(granularity: DAY) { unit unitSymbol unitLabel total totalFormatted }
  bills(first: 1) { nodes { segments { lines { unit unitSymbol unitLabel quantityFormatted } } } } } }"""


@pytest.mark.parametrize(
    ("name", "symbol", "label"),
    [
        ("KWH", "kWh", "Kilowatt-hours"),
        ("kWh", "kWh", "Kilowatt-hours"),
        ("THM", "therm", "Therms"),
        ("therm", "therm", "Therms"),
        ("m3", "m³", "Cubic meters"),
        ("US gal", "gal", "Gallons"),
        ("ccf", "CCF", "Hundred cubic feet"),
        ("KVAR", "kvar", "Kilovars"),
    ],
)
def test_a_unit_is_known_by_any_spelling(name: str, symbol: str, label: str) -> None:
    assert unit_of(name) == (symbol, label)


@pytest.mark.parametrize("name", ["lamp", "uom 111", "", "KWHR"])
def test_another_unit_is_called_as_its_system_calls_it(name: str) -> None:
    assert unit_of(name) == (name, name)


def test_every_unit_that_the_gateway_names_has_a_label() -> None:
    kilo = [f"k{name}" for name in ("Wh", "W", "VA", "VAr", "VAh", "VArh", "J")]
    names = [*UNITS.values(), *kilo, *POWER_UNITS]
    assert [name for name in names if unit_of(name).label == name] == []


def test_every_unit_of_the_schema_has_its_symbol_beside_it() -> None:
    holders = [kind for kind in CORE.type_map.values() if isinstance(kind, GraphQLObjectType) and "unit" in kind.fields]
    assert {kind.name for kind in holders} >= {"UsageSeries", "UsageComparison", "BillLine", "ServiceQuantity"}
    for kind in holders:
        types = {str(kind.fields[name].type) for name in ("unit", "unitSymbol", "unitLabel")}
        assert len(types) == 1, kind


async def test_a_symbol_stands_beside_the_unit_and_in_texts(at: Harness) -> None:
    at.held["DailyUsage"][0]["unit"] = "KWH"
    at.held["BillLine"][0] |= {"unit": None, "quantity": "3"}
    data = await account(at, QUERY)
    [series] = data["usage"]
    assert (series["unit"], series["unitSymbol"], series["unitLabel"]) == ("KWH", "kWh", "Kilowatt-hours")
    assert series["totalFormatted"] == "310.5\xa0kWh"
    [line] = data["bills"]["nodes"][0]["segments"][0]["lines"]
    assert line == {"unit": None, "unitSymbol": None, "unitLabel": None, "quantityFormatted": "3"}
