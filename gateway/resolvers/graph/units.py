"""Units of quantities: the symbol and the name of each, however a system writes it."""

from typing import NamedTuple

# Power does not add up: a month has its highest value, a series has no total.
POWER_UNITS = frozenset({"W", "KW", "MW", "VA", "KVA", "MVA", "VAR", "KVAR", "MVAR"})


class Unit(NamedTuple):
    """A unit as people read it.

    symbol: beside a number, such as kWh
    label: the name in the plural
    """

    symbol: str
    label: str


_NAMES: dict[Unit, str] = {
    Unit("Wh", "Watt-hours"): "wh",
    Unit("kWh", "Kilowatt-hours"): "kwh",
    Unit("MWh", "Megawatt-hours"): "mwh",
    Unit("GWh", "Gigawatt-hours"): "gwh",
    Unit("W", "Watts"): "w",
    Unit("kW", "Kilowatts"): "kw",
    Unit("MW", "Megawatts"): "mw",
    Unit("VA", "Volt-amperes"): "va",
    Unit("kVA", "Kilovolt-amperes"): "kva",
    Unit("MVA", "Megavolt-amperes"): "mva",
    Unit("var", "Vars"): "var",
    Unit("kvar", "Kilovars"): "kvar",
    Unit("Mvar", "Megavars"): "mvar",
    Unit("VAh", "Volt-ampere-hours"): "vah",
    Unit("kVAh", "Kilovolt-ampere-hours"): "kvah",
    Unit("varh", "Var-hours"): "varh",
    Unit("kvarh", "Kilovar-hours"): "kvarh",
    Unit("J", "Joules"): "j",
    Unit("kJ", "Kilojoules"): "kj",
    Unit("MJ", "Megajoules"): "mj",
    Unit("GJ", "Gigajoules"): "gj",
    Unit("therm", "Therms"): "therm therms thm",
    Unit("Dth", "Dekatherms"): "dth dekatherm dekatherms decatherm decatherms",
    Unit("Btu", "British thermal units"): "btu",
    Unit("MMBtu", "Million British thermal units"): "mmbtu",
    Unit("ft³", "Cubic feet"): "ft3 ft³ ft^3 cf cuft cubicfeet cubicfoot",
    Unit("ft³", "Cubic feet, compensated"): "ft3(compensated)",
    Unit("CCF", "Hundred cubic feet"): "ccf hcf",
    Unit("Mcf", "Thousand cubic feet"): "mcf",
    Unit("m³", "Cubic meters"): "m3 m³ m^3 cbm cubicmeter cubicmeters cubicmetre cubicmetres",
    Unit("m³", "Cubic meters, compensated"): "m3(compensated)",
    Unit("m³", "Cubic meters, uncompensated"): "m3(uncompensated)",
    Unit("L", "Liters"): "l liter liters litre litres",
    Unit("L", "Liters, compensated"): "l(compensated)",
    Unit("L", "Liters, uncompensated"): "l(uncompensated)",
    Unit("kL", "Kiloliters"): "kl",
    Unit("gal", "Gallons"): "gal gallon gallons usgal",
    Unit("kgal", "Thousand gallons"): "kgal",
    Unit("imp gal", "Imperial gallons"): "imperialgal impgal",
    Unit("lb", "Pounds"): "lb lbs",
    Unit("klb", "Thousand pounds"): "klb klbs",
}
UNITS = tuple(_NAMES)
_UNITS = {name: unit for unit, names in _NAMES.items() for name in names.split()}


def unit_of(name: str) -> Unit:
    """The unit of this name, in any case. One that is not in the table is called as its system calls it."""
    return _UNITS.get("".join(name.casefold().split()), Unit(name, name))


def is_summable(unit: str) -> bool:
    """Whether readings in this unit add up: those of energy and volume do, those of power do not."""
    return unit.upper() not in POWER_UNITS
