"""What the numbers of ESPI (NAESB REQ.21, espi.xsd 4.0) mean, where the gateway has to know it."""

# UnitSymbolKind: the units in which somebody is billed. Others are told by their number alone.
UNITS = {
    31: "J",
    38: "W",
    42: "m3",
    61: "VA",
    63: "VAr",
    71: "VAh",
    72: "Wh",
    73: "VArh",
    119: "ft3",
    120: "ft3(compensated)",
    128: "US gal",
    130: "imperial gal",
    132: "BTU",
    134: "L",
    156: "L(uncompensated)",
    157: "L(compensated)",
    166: "m3(uncompensated)",
    167: "m3(compensated)",
    169: "therm",
}

# QualityOfReading, from the best to the worst: good for billing, valid, validated in some way; set by a
# human; replaced, interpolated, calculated, adjusted to the weather, forecast; mixed, other, raw, failed.
QUALITIES = (19, 0, 17, 7, 8, 9, 11, 15, 12, 13, 16, 14, 18, 10)
GOOD = 0  # what the standard assumes of a reading of which nothing is said
NO_FLOW = 0  # no direction applies, and none is told
_RANK = {code: rank for rank, code in enumerate(QUALITIES)}


def worst(qualities: list[int]) -> int:
    """The worst of some qualities; a number the standard does not know is worse than all it knows."""
    return max(qualities, key=lambda code: (_RANK.get(code, len(_RANK)), code))
