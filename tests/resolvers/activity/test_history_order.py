"""Two neighbours in a financial history differ by the amount of the newer one, on all pages."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.harness import Harness
from support.resolvers.answers import account, all_pages, page_loader
from support.rows import row
from support.utility import ACCOUNT, utility

HISTORY = """query($account: ID!, $kinds: [FinancialKind!], $range: DateRange, $first: Int, $after: String,
    $order: ListOrder! = NEWEST_FIRST) {
  billingAccount(id: $account) {
    financialHistory(kinds: $kinds, range: $range, first: $first, after: $after, orderBy: $order) {
      nodes { date counts amount { amount } balanceAfter { amount } transaction { ... on Node { id } } }
      pageInfo { hasNextPage endCursor }
    }
  }
}"""
CENTS = st.integers(-5000, 5000).filter(bool)
ENTRIES = st.lists(st.tuples(st.sampled_from(("Payment", "Adjustment")), CENTS), max_size=2)
# A day: entries before its bill, charges of the bill or none, entries after it, and a canceled bill or none.
DAYS = st.lists(st.tuples(ENTRIES, st.none() | CENTS, ENTRIES, st.booleans()), max_size=6)
FIRST = date(2026, 10, 1)
often = settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])


def dollars(cents: int) -> str:
    """Cents as the systems write dollars."""
    return str(Decimal(cents) / 100)


def rows_of(days: Any) -> Iterator[tuple[str, Any]]:
    """Rows of the systems, whose bills state the balances of this order."""
    balance, number = 4200, 0
    for offset, (before, charges, after, is_canceled) in enumerate(days):
        day, of = str(FIRST + timedelta(offset)), {"account_id": "A1"}
        bills = [] if charges is None else [("Bill", charges)]
        for kind, cents in (*before, *bills, *after):
            balance, number = balance + cents, number + 1
            key = f"{number:03}"
            match kind:
                case "Bill":
                    money = {"current_charges": dollars(cents), "ending_balance": dollars(balance)}
                    yield kind, row(kind, id=key, issued_on=day, status="COMPLETE", **of) | money
                case "Payment":
                    yield kind, row(kind, id=key, paid_on=day, amount=dollars(-cents), status="FROZEN", **of)
                case _:
                    yield kind, row(kind, id=key, created_on=day, amount=dollars(cents), **of)
        if is_canceled:
            yield "Bill", row("Bill", id=f"{number:03}x{offset}", issued_on=day, status="CANCELED", **of)


def fill(at: Harness, days: Any) -> int:
    """Fill the systems with these days; the number of entries."""
    held = utility(1)
    rows = list(rows_of(days))
    for name in ("Bill", "Payment", "Adjustment"):
        held[name] = [each for kind, each in rows if kind == name]
    at.fill(held)
    return len(rows)


def contradictions(nodes: Sequence[Any]) -> list[Any]:
    """Neighbours, among those that count, whose balances do not differ by the amount of the newer one."""
    counted = [
        (each, each["balanceAfter"] and Decimal(each["balanceAfter"]["amount"])) for each in nodes if each["counts"]
    ]
    return [
        (older, newer)
        for (newer, after), (older, before) in pairwise(counted)
        if None not in (after, before) and before + Decimal(newer["amount"]["amount"]) != after
    ]


@often
@given(days=DAYS, first=st.sampled_from((1, 2, 3, 7, 500)))
async def test_neighbours_differ_by_the_newer_amount_across_pages(shared: Harness, days: Any, first: int) -> None:
    count = fill(shared, days)
    pages = await all_pages(page_loader(shared, HISTORY, "financialHistory", first=first))
    nodes = [node for page in pages for node in page["nodes"]]
    assert contradictions(nodes) == []
    assert any(each["balanceAfter"] for each in nodes) or not any(charges for _, charges, _, _ in days)
    assert len({each["transaction"]["id"] for each in nodes}) == len(nodes) == count
    assert nodes == (await account(shared, HISTORY, first=500))["financialHistory"]["nodes"]


@often
@given(days=DAYS, first=st.sampled_from((1, 2, 3, 500)))
async def test_the_oldest_first_are_the_newest_first_reversed(shared: Harness, days: Any, first: int) -> None:
    fill(shared, days)
    query = HISTORY.replace("NEWEST_FIRST", "OLDEST_FIRST")
    pages = await all_pages(page_loader(shared, query, "financialHistory", first=first))
    whole = (await account(shared, HISTORY, first=500))["financialHistory"]["nodes"]
    assert [node for page in pages for node in page["nodes"]] == whole[::-1]


@often
@given(days=DAYS, length=st.integers(1, 6), start=st.integers(0, 6))
async def test_a_range_has_the_order_and_balances_of_all(shared: Harness, days: Any, length: int, start: int) -> None:
    fill(shared, days)
    whole = (await account(shared, HISTORY, first=500))["financialHistory"]["nodes"]
    since, until = (str(FIRST + timedelta(each)) for each in (start, start + length))
    history = await account(shared, HISTORY, first=500, range={"since": since, "until": until})
    part = history["financialHistory"]["nodes"]
    assert part == [each for each in whole if since <= each["date"] <= until]


@often
@given(days=DAYS)
async def test_the_order_is_the_same_without_balances(shared: Harness, days: Any) -> None:
    fill(shared, days)
    query = HISTORY.replace("balanceAfter { amount }", "")
    ids = [
        [each["transaction"]["id"] for each in (await account(shared, text))["financialHistory"]["nodes"]]
        for text in (HISTORY, query)
    ]
    assert ids[0] == ids[1]


BILL_FIRST = [([], 5000, [], False), ([], 3000, [("Payment", -5000)], False), ([], 100, [], False)]
BILL_LAST = [([], 5000, [], False), ([("Payment", -5000)], 3000, [], False), ([], 100, [], False)]
MIXED = [([], 5000, [], False), ([("Payment", -2000)], 3000, [("Payment", -700)], False), ([], 100, [], False)]


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (BILL_FIRST, ["73.00", "72.00", "122.00", "92.00"]),
        (BILL_LAST, ["73.00", "72.00", "42.00", "92.00"]),
        (MIXED, ["96.00", "95.00", "102.00", "72.00", "92.00"]),
    ],
)
async def test_bills_say_which_entries_of_their_day_precede_them(shared: Harness, days: Any, expected: Any) -> None:
    fill(shared, days)
    nodes = (await account(shared, HISTORY))["financialHistory"]["nodes"]
    assert [Decimal(each["balanceAfter"]["amount"]) for each in nodes] == [Decimal(each) for each in expected]


async def test_one_page_asks_each_system_once(shared: Harness) -> None:
    fill(shared, BILL_FIRST)
    await shared.ask(HISTORY, account=ACCOUNT, first=2)
    questions = [(batch.lookup.record, batch.window.limit) for batch in shared.gate.batches]
    assert sorted(questions, key=str) == [
        ("Adjustment", 500),
        ("Bill", 500),
        ("BillingAccount", None),
        ("Payment", 500),
    ]
    assert len(shared.gate.rounds) == 2
