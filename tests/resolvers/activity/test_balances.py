"""Balances reckoned between bills, from ledgers whose balances are known."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from gateway.resolvers.activity.balances import ledger_of
from gateway.resolvers.activity.bill_days import Posting
from gateway.resolvers.graph.values import Money, money_sum

AMOUNTS = st.decimals(-500, 500, places=2).filter(bool)
# A day: other entries, the charges of a bill or none, and whether the bill comes first.
DAY = st.tuples(st.lists(AMOUNTS, max_size=2), st.none() | AMOUNTS, st.booleans())
# A day: other entries, charges of bills, and before which of the bills the others come.
FULL_DAY = st.tuples(st.lists(AMOUNTS, max_size=3), st.lists(AMOUNTS, max_size=2), st.integers(0, 2))
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


def apart(postings: list[Posting]) -> dict[Any, Money]:
    """Reckoned balances on days without a bill. Beside a bill the order of entries is open."""
    bill_days = {posting.day for posting in postings if posting.ending is not None}
    keys = {posting.key for posting in postings if posting.day not in bill_days}
    return {key: balance for key, balance in ledger_of(postings).balances.items() if key in keys}


def right(balances: Any, truth: Any) -> bool:
    """Whether every reckoned balance is the true one."""
    return all(truth[key] == balance for key, balance in balances.items())


@given(days=st.lists(DAY, max_size=20), start=AMOUNTS)
def test_a_balance_that_is_found_is_right(days: Any, start: Any) -> None:
    postings, truth = ledger(days, start)
    assert right(apart(postings), truth)


def placed(days: Any, balance: Decimal) -> list[tuple[Posting, Money]]:
    """Postings in the order in which they happened, and the balance after each."""
    entries: list[tuple[Posting, Money]] = []
    for number, (others, charges, place) in enumerate(days):
        order = [(amount, True) for amount in charges]
        order[place:place] = [(amount, False) for amount in others]
        for amount, is_bill in order:
            balance += amount
            key, after = ("Bill" if is_bill else "Payment", f"{len(entries):04}"), money(balance)
            entries.append((Posting(key, FIRST + timedelta(number), money(amount), after if is_bill else None), after))
    return entries


def shown(postings: list[Posting]) -> list[tuple[Posting, Money | None]]:
    """The postings in the order of the ledger, which need not be theirs, and its balance after each."""

    def place(posting: Posting, slots: Any) -> Any:
        return posting.day, slots.get(posting.key, 0), posting.ending is not None, posting.key[1]

    account = ledger_of(sorted(postings, key=lambda each: place(each, {})))
    ordered = sorted(postings, key=lambda each: place(each, account.slots))
    return [(posting, posting.ending or account.balances.get(posting.key)) for posting in ordered]


def contradictions(entries: list[tuple[Posting, Money | None]]) -> list[Any]:
    """Neighbours whose balances differ by another amount than that of the newer one."""
    return [
        (older, newer)
        for older, newer in pairwise(entries)
        if older[1] and newer[1] and money_sum([older[1], newer[0].amount]) != newer[1]
    ]


@given(days=st.lists(FULL_DAY, max_size=12), start=AMOUNTS, random=st.randoms(use_true_random=False))
def test_the_order_of_a_day_is_that_of_its_balances(days: Any, start: Any, random: Any) -> None:
    postings = [posting for posting, _ in placed(days, start)]
    ids = [posting.key[1] for posting in postings if posting.ending is None]
    random.shuffle(ids)
    assert (
        contradictions(shown([each if each.ending else replace(each, key=("Payment", ids.pop())) for each in postings]))
        == []
    )


@given(days=st.lists(st.tuples(st.lists(AMOUNTS, max_size=2), AMOUNTS, st.lists(AMOUNTS, max_size=2)), max_size=8))
def test_a_day_with_entries_around_its_bill_has_all_balances(days: Any) -> None:
    halves = [half for before, bill, after in days for half in ((before, [bill], 2), (after, [], 0))]
    postings = [posting for posting, _ in placed([([], [Decimal(1)], 0), ([], [], 0), *halves], Decimal(0))]
    same_day = [replace(each, day=FIRST + timedelta((each.day - FIRST).days // 2)) for each in postings]
    entries = shown(same_day)
    assert contradictions(entries) == []
    assert all(balance for _, balance in entries)


@given(days=st.lists(DAY, max_size=20), start=AMOUNTS)
def test_all_balances_are_found_where_bills_stand_alone(days: Any, start: Any) -> None:
    alone = [([], charges, True) if charges is not None else (others, None, True) for others, charges, _ in days]
    postings, truth = ledger(alone, start)
    others = [posting.key for posting in postings if posting.ending is None]
    expected = others if len(others) < len(postings) else []
    assert ledger_of(postings).balances == {key: truth[key] for key in expected}


def beginnings(days: Any, start: Decimal) -> dict[date, Money]:
    """The balance at the beginning of every day, and of the one after the last."""
    balance, result = start, {FIRST: money(start)}
    for number, (others, charges, _) in enumerate(days):
        balance += sum(others) + (charges or 0)
        result[FIRST + timedelta(number + 1)] = money(balance)
    return result


@given(days=st.lists(DAY, max_size=20), start=AMOUNTS)
def test_the_balance_at_the_beginning_of_a_day_is_right(days: Any, start: Any) -> None:
    account = ledger_of(ledger(days, start)[0])
    for day, balance in beginnings(days, start).items():
        assert account.before(day) in (None, balance)
    assert account.opening_balance() in (None, money(start))


@given(days=st.lists(st.tuples(AMOUNTS, st.booleans()), min_size=1, max_size=20), start=AMOUNTS)
def test_every_beginning_is_found_where_bills_stand_alone(days: Any, start: Any) -> None:
    alone = [([], amount, True) if is_bill else ([amount], None, True) for amount, is_bill in days]
    account = ledger_of(ledger(alone, start)[0])
    if any(is_bill for _, is_bill in days):
        assert {day: account.before(day) for day in beginnings(alone, start)} == beginnings(alone, start)


def test_days_that_may_lack_entries_have_no_balance() -> None:
    account = ledger_of(ledger([([], 5, True), ([1], None, True)], Decimal(0))[0], cut=FIRST - timedelta(3))
    assert [account.before(FIRST + timedelta(days)) for days in (-3, 0, 1)] == [None, None, money(5)]
    assert account.opening_balance() is None


@given(before=st.lists(DAY, max_size=9), after=st.lists(DAY, max_size=9), bill=st.none() | AMOUNTS, start=AMOUNTS)
def test_a_lost_entry_makes_no_balance_wrong(before: Any, after: Any, bill: Any, start: Any) -> None:
    # Between two bills: before the first and after the last, nothing tells that an entry lacks.
    ends = [([], Decimal(1), True)]
    lost = Decimal("0.001")  # other amounts add up to whole cents, so that none can pass for this one
    postings, truth = ledger([*ends, *before, ([lost], bill, True), *after, *ends], start)
    remaining = [posting for posting in postings if posting.amount != money(lost)]
    assert len(remaining) == len(postings) - 1
    assert right(apart(remaining), truth)


def test_an_unknown_amount_leaves_its_bill_period_unknown() -> None:
    days = [FIRST + timedelta(days=number) for number in range(5)]
    postings = [
        Posting(("Bill", "1"), days[0], money(10), money(10)),
        Posting(("Payment", "2"), days[1], money(-10)),
        Posting(("Payment", "3"), days[2], None),
        Posting(("Bill", "4"), days[3], money(7), money(9)),
        Posting(("Payment", "5"), days[4], money(-9)),
    ]
    assert {key[1]: str(each.amount) for key, each in ledger_of(postings).balances.items()} == {"5": "0"}


def test_another_currency_is_not_added_up() -> None:
    euros = Money(amount=Decimal(-10), currency="EUR")
    postings = [Posting(("Bill", "1"), FIRST, money(10), money(10)), Posting(("Payment", "2"), date.max, euros)]
    assert ledger_of(postings).balances == {}
