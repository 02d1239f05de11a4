"""Three documents, each with 200 different variables."""

import re
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from gateway.ids import global_id
from gateway_demo.cases.index import CASES

QUERIES = Path(__file__).parent.parent / "gateway" / "server" / "queries"
VARIABLES = 200
ACCOUNTS_AT_ONCE = 50
# The handwritten server has no insights, comparisons or summaries, and looks for activities in the newest window only.
# Former customers are quiet: the gateway finds theirs in older ones.
_CUSTOMERS = """SELECT "CUST_ID" FROM "CI_ACCT" GROUP BY 1 HAVING max("STAT_CD") <= '20' ORDER BY 1"""
_STATES = re.compile(r"\b(party|dashboard|balance|nextEvent|creditProfile|total)State ")
_WORDS = re.compile(r" (needsNotice notice|occurredLabel|isPastDue|content)\b|(?<= since) isActive\b")
_CURSORS = re.compile(r" pageInfo \{ hasNextPage endCursor \}(?= sources)")
_DERIVED = re.compile(r"^\s*(billComparison|usageComparison|financialSummary|insights)\b.*$", re.MULTILINE)
_WIDGET = re.compile(r"^query BalanceWidget.*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Document:
    """One document, its short name, and its request bodies."""

    name: str
    text: str
    bodies: tuple[bytes, ...]


def documents(folder: Path) -> tuple[Document, ...]:
    """The widget, the 360 and the fan-out, for customers of the demo."""
    with closing(sqlite3.connect(f"{(folder / 'cis.db').resolve().as_uri()}?mode=ro", uri=True)) as cis:
        customers = _column(cis, _CUSTOMERS)[len(CASES) :]
        accounts = _column(cis, 'SELECT "ACCT_ID" FROM "CI_ACCT" ORDER BY 1')[len(CASES) :]
    ids = [global_id("BillingAccount", each) for each in accounts]
    fifties = [_fifty(ids, n) for n in range(VARIABLES)]
    whole = [global_id("Customer", each) for each in spread(customers)]
    return (
        _document("W", widget(), [{"account": each} for each in spread(ids)]),
        _document("360", customer(), [{"customer": each} for each in whole]),
        _document("F", fanout(), [{"accounts": each} for each in fifties]),
    )


def widget() -> str:
    """BalanceWidget, without the states that the handwritten server lacks."""
    match = _WIDGET.search((QUERIES / "widgets.graphql").read_text())
    if match is None:
        raise LookupError("widgets.graphql has no BalanceWidget")
    return _STATES.sub("", match.group())


def customer() -> str:
    """customer-360 without the derived fields and states that the handwritten server lacks."""
    text = (QUERIES / "customer-360.graphql").read_text()
    for each in (_DERIVED, _STATES, _WORDS, _CURSORS):
        text = each.sub("", text)
    return text


def fanout() -> str:
    """Fifty accounts with their balance and last bills."""
    return Path(__file__).with_name("fanout.graphql").read_text()


def spread(of: Sequence[str]) -> list[str]:
    """`VARIABLES` keys, spread evenly over the list."""
    return [of[n * len(of) // VARIABLES] for n in range(VARIABLES)]


def _fifty(ids: Sequence[str], n: int) -> list[str]:
    first = n * len(ids) // VARIABLES
    return [ids[(first + k * 3) % len(ids)] for k in range(ACCOUNTS_AT_ONCE)]


def _document(name: str, text: str, variables: Sequence[dict[str, Any]]) -> Document:
    bodies = (msgspec.json.encode({"query": text, "variables": each}) for each in variables)
    return Document(name, text, tuple(bodies))


def _column(database: sqlite3.Connection, statement: str) -> list[str]:
    return [value for (value,) in database.execute(statement)]
