"""Rows of Green Button documents: exact values, each with its type."""

import random
import re
from decimal import Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.green_button_documents import WH, Read, at, block, entry, feed, meter, point, reading_type, usage

from gateway.sources.greenbutton.format import Document, decoded
from gateway.sources.greenbutton.values import QUALITIES, UNITS, Espi

NEW_YORK = ZoneInfo("America/New_York")
HERE = Espi(zone=NEW_YORK.key)
PATH = "/DataCustodian/espi/1_1/resource/RetailCustomer/1/UsagePoint/5446AF3F"
START = 1_793_505_600  # 2026-11-01T04:00:00Z, midnight in New York


def rows(body: bytes, espi: Espi = HERE) -> list[dict[str, Any]]:
    return list(decoded(body, espi)["readings"])


def test_a_reading_has_every_value_of_its_document() -> None:
    more = {"consumptionTier": 2, "tou": 3}
    body = usage("5446AF3F", [Read(START, 282, 900, [8], 974, more)], defaultQuality=0)
    assert rows(body) == [
        {
            "id": f"{PATH}/MeterReading/01/{START}/900",
            "asked": None,
            "usage_point": "5446AF3F",
            "usage_point_path": PATH,
            "has_namesake": False,
            "service": 0,
            "meter_reading": "01",
            "starts_at": START,
            "ends_at": START + 900,
            "duration": 900,
            "starts_on": None,
            "ends_on": None,
            "interval_length": 900,
            "grain": "interval",
            "value": Decimal(282),
            "unit": "Wh",
            "uom": 72,
            "commodity": 1,
            "flow": 1,
            "kind": 12,
            "accumulation": 4,
            "quality": 8,
            "qualities": [8],
            "cost": Decimal("0.00974"),
            "currency": 840,
            "currency_code": "USD",
            "tou": 3,
            "tier": 2,
            "cpp": None,
            "parts": [
                {
                    "tou": 3,
                    "tier": 2,
                    "cpp": None,
                    "value": Decimal(282),
                    "cost": Decimal("0.00974"),
                    "currency_code": "USD",
                }
            ],
        }
    ]


@given(st.integers(1 - 2**47, 2**47 - 1), st.integers(-12, 12), st.sampled_from(["Wh", "kWh"]))
def test_a_value_is_multiplied_exactly(value: int, power: int, unit: str) -> None:
    espi = Espi(kilo=["Wh"] if unit == "kWh" else [])
    [row] = rows(usage("1", [Read(START, value)], powerOfTenMultiplier=power), espi)
    assert Fraction(row["value"]) == value * Fraction(10) ** (power - (3 if unit == "kWh" else 0))
    assert row["unit"] == unit


@given(st.lists(st.sampled_from(QUALITIES), min_size=1))
def test_the_worst_of_several_qualities_counts(codes: list[int]) -> None:
    [row] = rows(usage("1", [Read(START, 1, qualities=codes)]))
    assert row["qualities"] == codes
    assert row["quality"] == max(codes, key=QUALITIES.index)


@pytest.mark.parametrize(("codes", "usual", "expected"), [([], None, 0), ([], 14, 14), ([8], 14, 8)])
def test_a_missing_quality_is_that_of_the_type_or_good(codes: list[int], usual: int | None, expected: int) -> None:
    [row] = rows(usage("1", [Read(START, 1, qualities=codes)], defaultQuality=usual))
    assert row["quality"] == expected


def test_an_unknown_quality_is_the_worst() -> None:
    [row] = rows(usage("1", [Read(START, 1, qualities=[10, 99, 0])]))
    assert row["quality"] == 99


def test_a_missing_reading_has_no_row_or_value() -> None:
    readings = rows(usage("1", [Read(START, 5), Read(START + 1800), Read(START + 2700, 0)]))
    assert [(row["starts_at"] - START, row["value"]) for row in readings] == [
        (0, Decimal(5)), (1800, None), (2700, Decimal(0)),
    ]  # fmt: skip


def test_readings_keep_the_type_of_their_meter_reading() -> None:
    body = feed(
        point("E"),
        point("G", 1),
        *(meter("E", n, n) for n in ("in", "out", "peak")),
        meter("G", "in", "gas"),
        reading_type("in"),
        reading_type("out", flowDirection=19, powerOfTenMultiplier=-3),
        reading_type("peak", uom=38, kind=8, accumulationBehaviour=6),
        reading_type("gas", uom=169, commodity=7, intervalLength=3600, powerOfTenMultiplier=-2),
        *(block("E", [Read(START, 7)], n) for n in ("in", "out", "peak")),
        block("G", [Read(START, 7, 3600)], "in"),
    )
    words = ("usage_point", "service", "commodity", "flow", "unit", "value", "accumulation")
    assert [tuple(row[word] for word in words) for row in rows(body)] == [
        ("E", 0, 1, 1, "Wh", Decimal(7), 4),
        ("E", 0, 1, 19, "Wh", Decimal("0.007"), 4),
        ("E", 0, 1, 1, "W", Decimal(7), 6),
        ("G", 1, 7, 1, "therm", Decimal("0.07"), 4),
    ]
    assert len({row["id"] for row in rows(body)}) == 4


@pytest.mark.parametrize(("code", "unit"), [*UNITS.items(), (111, "uom 111")])
def test_an_unknown_unit_has_only_its_code(code: int, unit: str | None) -> None:
    [row] = rows(usage("1", [Read(START, 1)], uom=code))
    assert (row["uom"], row["unit"]) == (code, unit)


def test_entry_order_and_prefix_names_are_irrelevant() -> None:
    parts = [point("1"), meter("1"), reading_type(), block("1", [Read(START, 1), Read(START + 900, 2)])]
    expected = rows(feed(*parts))
    for seed in range(10):
        mixed = random.Random(seed).sample(parts, len(parts))  # noqa: S311  # an order, no secret
        assert rows(feed(*mixed)) == expected
    body = feed(*parts).decode()
    for name in ("UsagePoint", "MeterReading", "ReadingType", "IntervalBlock"):
        assert f"<{name} " in body
    assert rows(_prefixed(body)) == expected


def _prefixed(body: str) -> bytes:
    """The same document with XML prefixes that are declared once."""
    ours = r"<(/?)(feed|entry|id|link|title|content|published|updated)(?=[ />])"
    theirs = re.sub(r"<(/?)(?=[A-Za-z])(?!a:)", r"<\1e:", re.sub(ours, r"<\1a:\2", body))
    theirs = theirs.replace(' xmlns="http://naesb.org/espi"', "")
    both = 'xmlns:a="http://www.w3.org/2005/Atom" xmlns:e="http://naesb.org/espi"'
    return theirs.replace('xmlns="http://www.w3.org/2005/Atom"', both).encode()


def test_links_with_and_without_a_host_are_equal() -> None:
    body = feed(point("1"), meter("1", host="/DataCustodian/espi/1_1/resource"), reading_type(),
                block("1", [Read(START, 1)]))  # fmt: skip
    assert [row["usage_point"] for row in rows(body)] == ["1"]


def test_names_are_unquoted_from_their_url() -> None:
    [row] = rows(usage("a/b ä", [Read(START, 1)]))
    assert row["usage_point"] == "a/b ä"


def test_readings_without_a_time_follow_the_start_of_their_block() -> None:
    body = feed(point("1"), meter("1"), reading_type(),
                block("1", [Read(None, 1), Read(None, 2), Read(None, 3)], begin=START))  # fmt: skip
    assert [(row["starts_at"], row["duration"]) for row in rows(body)] == [(START + 900 * n, 900) for n in range(3)]


def test_overlapping_blocks_give_each_reading_once_the_latest_version() -> None:
    def told(older: int, newer: int, updated: str) -> bytes:
        return feed(
            point("1"), meter("1"), reading_type(),
            block("1", [Read(START, newer), Read(START + 900, 9)], updated=updated),
            block("1", [Read(START, older)], number="2", updated="2026-11-02T00:00:00Z"),
        )  # fmt: skip

    assert len(rows(told(5, 5, "2026-11-02T00:00:00Z"))) == 2
    assert rows(told(5, 6, "2026-11-03T00:00:00Z"))[0]["value"] == 6
    assert rows(told(5, 6, "2026-11-01T00:00:00Z"))[0]["value"] == 5
    contradicted, other = rows(told(5, 6, "2026-11-02T00:00:00Z"))
    assert (contradicted["value"], contradicted["cost"], other["value"]) == (None, None, 9)


def test_the_later_version_of_a_type_counts_contradictions_are_refused() -> None:
    def told(updated: str) -> bytes:
        again = reading_type(updated=updated, powerOfTenMultiplier=3)
        return feed(point("1"), meter("1"), reading_type(), again, block("1", [Read(START, 1)]))

    assert rows(told("2027-01-01T00:00:00Z"))[0]["value"] == 1000
    [row] = rows(told("2026-11-15T06:00:00Z"))
    assert (row["fault"], row["usage_point"]) == ("two different entries of ReadingType share a link", "1")


def test_single_entries_and_empty_feeds_are_documents() -> None:
    assert decoded(feed(), HERE) == {"readings": [], "summaries": [], "next": None}
    person = '<Customer xmlns="http://naesb.org/espi/customer"><name>Ada Alder</name></Customer>'
    document = decoded(feed(point("1"), f"<entry><content>{person}</content></entry>"), HERE)
    assert (document["readings"], "Ada" in str(document)) == ([], False)
    alone = entry("UsagePoint", "", at("1")).replace("<entry>", '<entry xmlns="http://www.w3.org/2005/Atom">')
    assert decoded(alone.encode(), HERE)["readings"] == []


def test_a_next_page_is_returned() -> None:
    assert decoded(feed(head='<link rel="next" href="?start=10"/>'), HERE)["next"] == "?start=10"


def test_rows_have_the_key_of_the_request() -> None:
    body = usage("1", [Read(START, 1)])
    assert [row["asked"] for row in Document(body).rows("readings", Espi(), "SP-9")] == ["SP-9"]


def test_a_scaled_whole_number_has_no_exponent() -> None:
    [row] = rows(usage("1", [Read(START, 282)], powerOfTenMultiplier=6))
    assert str(row["value"]) == "282000000"
    assert WH["uom"] == row["uom"]
