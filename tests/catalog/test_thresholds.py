"""A utility's own thresholds: errors are reported with their lines, and comparisons use their threshold.

Those of insights are in tests/resolvers/test_insight_thresholds.py.
"""

from typing import Any

from support.catalogs import catalog, catalog_errors
from support.harness import catalog_text, harness
from support.rows import row
from support.utility import ACCOUNT, utility

from gateway.catalog.thresholds import Thresholds

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
ERRORS = {
    2: "insights: bill_higher_percnt is an unknown word; there are arrangement_broken",
    3: "insights: bill_higher_amount must be a whole number, at least 0 and at most 100000",
    4: "insights: due_soon_days must be a whole number",
    5: "insights: leak_hours must be a whole number, at least 0",
    6: "insights: visit_hours must be a whole number",
    7: "insights: returned_reasons must be a list, each text",
    8: "insights: unresolved_codes must be a list, each text",
    9: "insights: on_time_percent must be a whole number",
}


def test_every_error_is_reported_with_its_line() -> None:
    errors = catalog_errors(WRONG)
    assert len(errors) == len(ERRORS)
    for line, message in ERRORS.items():
        assert [error for error in errors if error.startswith(f"catalog.toml:{line}: {message}")], (line, errors)


def test_thresholds_must_be_a_table() -> None:
    assert catalog_errors("insights = 3\n" + catalog_text()) == ["catalog.toml:1: insights must be a table"]


def test_errors_of_thresholds_hide_no_others() -> None:
    assert len(catalog_errors(WRONG + '[sources.x]\nkind = "memry"\n')) > len(ERRORS)


def test_thresholds_have_defaults() -> None:
    text = catalog_text()
    assert catalog(f"{text}\n[insights]\nleak_hours = 24\n").thresholds == Thresholds(leak_hours=24)
    assert catalog(text).thresholds == Thresholds()


def bill(issued: str, charges: str, *days: str) -> dict[str, Any]:
    """A complete bill of account A1."""
    fields = {"status": "COMPLETE", "issued_on": issued, "period": {"start": days[0], "end": days[1]}}
    return row("Bill", id=issued, account_id="A1", current_charges=charges, **fields)


BILLS = [
    bill("2026-11-02", "104.00", "2026-10-01", "2026-10-31"),
    bill("2026-10-02", "100.00", "2026-09-01", "2026-09-30"),
]


SEGMENTS = [row("BillSegment", id=each["id"], bill_id=each["id"], status="FROZEN") for each in BILLS]


async def verdict(settings: str) -> str:
    """The comparison of the newest bill with the previous one, by these thresholds."""
    text = f"{catalog_text()}\n[insights]\n{settings}\n"
    async with harness(utility(1) | {"Bill": BILLS, "BillSegment": SEGMENTS}, text=text) as at:
        account = (await at.ask(QUERY, account=ACCOUNT))["billingAccount"]
    return str(account["billComparison"]["comparisons"][0]["verdict"])


async def test_a_comparison_uses_its_threshold() -> None:
    assert await verdict("unchanged_percent = 5") == "ABOUT_THE_SAME"
    assert await verdict("unchanged_percent = 4") == "MORE"
