"""Balances reckoned between bills, from ledgers whose balances are known."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from gateway.resolvers.activity.balances import Posting, balances_after
from gateway.resolvers.graph.values import Money

AMOUNTS = st.decimals(-500, 500, places=2).filter(bool)
# A day: other entries, the charges of a bill or none, and whether the bill comes first.
DAY = st.tuples(st.lists(AMOUNTS, max_size=2), st.none() | AMOUNTS, st.booleans())
FIRST = date(2026, 1, 1)


def money(amount: Any) -> Money:
    """An amount in dollars."""
    return Money(amount=Decimal(amount), currency="USD")


def ledger(days: Any, balance: Decimal) -> tuple[list[Posting], dict[tuple[str, str], Money]]:
    """Postings, oldest first, and the balance after each."""
    postings: list[Posting] = []
    truth: dict[tuple[str, str], Money] = {}
    for number, (others, charges, bill_first) in enumerate(days):
        entries = [(amount, False) for amount in others]
        if charges is not None:
            entries.insert(0 if bill_first else len(entries), (charges, True))
        for amount, is_bill in entries:
            balance += amount
            key = ("entry", f"{len(truth)}")
            truth[key] = money(balance)
            postings.append(Posting(key, FIRST + timedelta(number), money(amount), truth[key] if is_bill else None))
    return postings, truth


def right(balances: Any, truth: Any) -> bool:
    """Whether every reckoned balance is the true one."""
    return all(truth[key] == balance for key, balance in balances.items())


@given(days=st.lists(DAY, max_size=20), start=AMOUNTS)
def test_a_balance_that_is_found_is_right(days: Any, start: Any) -> None:
    postings, truth = ledger(days, start)
    assert right(balances_after(postings), truth)


@given(days=st.lists(DAY, max_size=20), start=AMOUNTS)
def test_all_balances_are_found_where_bills_stand_alone(days: Any, start: Any) -> None:
    alone = [([], charges, True) if charges is not None else (others, None, True) for others, charges, _ in days]
    postings, truth = ledger(alone, start)
    others = [posting.key for posting in postings if posting.ending is None]
    expected = others if len(others) < len(postings) else []
    assert balances_after(postings) == {key: truth[key] for key in expected}


@given(days=st.lists(DAY, max_size=20), start=AMOUNTS, lost=st.integers(0, 9))
def test_a_lost_entry_makes_no_balance_wrong(days: Any, start: Any, lost: int) -> None:
    # Between two bills: before the first and after the last, nothing tells that an entry lacks.
    postings, truth = ledger([([], Decimal(1), True), *days, ([], Decimal(1), True)], start)
    others = [posting for posting in postings if posting.ending is None]
    remaining = [posting for posting in postings if posting not in others[lost : lost + 1]]
    assert right(balances_after(remaining), truth)


def test_an_unknown_amount_leaves_its_bill_period_unknown() -> None:
    days = [FIRST + timedelta(days=number) for number in range(5)]
    postings = [
        Posting(("Bill", "1"), days[0], money(10), money(10)),
        Posting(("Payment", "2"), days[1], money(-10)),
        Posting(("Payment", "3"), days[2], None),
        Posting(("Bill", "4"), days[3], money(7), money(9)),
        Posting(("Payment", "5"), days[4], money(-9)),
    ]
    assert {key[1]: str(each.amount) for key, each in balances_after(postings).items()} == {"5": "0"}


def test_another_currency_is_not_added_up() -> None:
    euros = Money(amount=Decimal(-10), currency="EUR")
    postings = [Posting(("Bill", "1"), FIRST, money(10), money(10)), Posting(("Payment", "2"), date.max, euros)]
    assert balances_after(postings) == {}
