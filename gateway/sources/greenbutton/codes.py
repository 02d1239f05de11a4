"""Codes of ESPI (NAESB REQ.21, espi.xsd 4.0) that the gateway interprets."""

# UnitSymbolKind: the units of bills. Other units appear as their number alone.
UNITS = {
    31: "J", 38: "W", 42: "m3", 61: "VA", 63: "VAr", 71: "VAh", 72: "Wh", 73: "VArh", 119: "ft3",
    120: "ft3(compensated)", 128: "US gal", 130: "imperial gal", 132: "BTU", 134: "L",
    156: "L(uncompensated)", 157: "L(compensated)", 166: "m3(uncompensated)", 167: "m3(compensated)",
    169: "therm",
}  # fmt: skip

# QualityOfReading, from the best to the worst: revenue quality, valid, validated; manually edited; replaced,
# interpolated, calculated, weather adjusted, forecasted; mixed, other, raw, failed.
QUALITIES = (19, 0, 17, 7, 8, 9, 11, 15, 12, 13, 16, 14, 18, 10)
GOOD = 0  # the default of the standard
NO_FLOW = 0  # no direction applies
_RANK = {code: rank for rank, code in enumerate(QUALITIES)}


def worst(qualities: list[int]) -> int:
    """The worst of the qualities; a code outside the standard is the worst of all."""
    return max(qualities, key=lambda code: (_RANK.get(code, len(_RANK)), code))
