"""A utility's own thresholds: what is wrong is told with its line, and that of comparisons decides them.

Those of insights are in tests/resolvers/test_insight_thresholds.py.
"""

from typing import Any

import pytest
from support.rows import row
from support.utility import ACCOUNT, utility
from support.world import catalog_text, world

from gateway.catalog.loader import parse_catalog
from gateway.catalog.thresholds import Thresholds
from gateway.errors import ConfigError
from gateway.resolvers.graph.descriptions import field_descriptions
from gateway.resolvers.records import RECORDS, RELATIONS

QUERY = "query($account: ID!) { billingAccount(id: $account) { billComparison { comparisons { verdict } } } }"
WRONG = """[insights]
bill_higher_percnt = 30
bill_higher_amount = "15"
due_soon_days = 2.5
leak_hours = -1
visit_hours = 100_001
returned_reasons = "NSF"
unresolved_codes = [1]
on_time_percent = true
"""
TOLD = {
    2: "insights: bill_higher_percnt is an unknown word; there are arrangement_broken",
    3: "insights: bill_higher_amount must be a whole number, at least 0 and at most 100000",
    4: "insights: due_soon_days must be a whole number",
    5: "insights: leak_hours must be a whole number, at least 0",
    6: "insights: visit_hours must be a whole number",
    7: "insights: returned_reasons must be a list, each text",
    8: "insights: unresolved_codes must be a list, each text",
    9: "insights: on_time_percent must be a whole number",
}


def complaints(text: str) -> list[str]:
    """Everything that is wrong with a catalog."""
    with pytest.raises(ConfigError) as caught:
        parse_catalog(text, {}, RECORDS, RELATIONS, name="catalog.toml")
    return list(caught.value.diagnostics)


def test_every_mistake_is_told_at_once_with_its_line() -> None:
    said = complaints(WRONG)
    assert len(said) == len(TOLD)
    for line, sentence in TOLD.items():
        assert [each for each in said if each.startswith(f"catalog.toml:{line}: {sentence}")], (line, said)


def test_thresholds_that_are_no_table_are_told() -> None:
    [said] = complaints("insights = 3\n" + catalog_text())
    assert said == "catalog.toml:1: insights must be a table"


def test_a_mistake_in_the_thresholds_hides_none_elsewhere() -> None:
    said = complaints(WRONG + '[sources.x]\nkind = "memry"\n')
    assert len(said) > len(TOLD)


def test_what_a_catalog_does_not_set_is_as_it_was() -> None:
    made = parse_catalog(catalog_text() + "\n[insights]\nleak_hours = 24\n", {}, RECORDS, RELATIONS)
    assert made.thresholds == Thresholds(leak_hours=24)
    assert parse_catalog(catalog_text(), {}, RECORDS, RELATIONS).thresholds == Thresholds()


def test_every_threshold_says_what_it_is_for() -> None:
    assert set(Thresholds.__struct_fields__) <= field_descriptions(Thresholds).keys()


def bill(issued: str, charges: str, *days: str) -> dict[str, Any]:
    """A complete bill of account A1."""
    stands = {"status": "COMPLETE", "issued_on": issued, "period": {"start": days[0], "end": days[1]}}
    return row("Bill", id=issued, account_id="A1", current_charges=charges, **stands)


BILLS = [
    bill("2026-11-02", "104.00", "2026-10-01", "2026-10-31"),
    bill("2026-10-02", "100.00", "2026-09-01", "2026-09-30"),
]


SEGMENTS = [row("BillSegment", id=each["id"], bill_id=each["id"], status="FROZEN") for each in BILLS]


async def verdict(settings: str) -> str:
    """What the newest bill is beside the one before, by these thresholds."""
    text = f"{catalog_text()}\n[insights]\n{settings}\n"
    async with world(utility(1) | {"Bill": BILLS, "BillSegment": SEGMENTS}, text=text) as made:
        found = (await made.ask(QUERY, account=ACCOUNT))["billingAccount"]
    told: str = found["billComparison"]["comparisons"][0]["verdict"]
    return told


async def test_a_threshold_decides_what_is_about_the_same() -> None:
    assert await verdict("unchanged_percent = 5") == "ABOUT_THE_SAME"
    assert await verdict("unchanged_percent = 4") == "MORE"
