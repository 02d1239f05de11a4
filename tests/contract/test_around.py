"""Totals that add up the rows of their owner."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from support.sources.answers import signs

COLUMN = st.lists(st.integers(-(10**6), 10**6) | st.decimals(-1000, 1000, places=2), min_size=1, max_size=9)


@given(COLUMN, st.integers(-1, 1))
def test_a_total_is_a_sum_if_it_adds_up(column: list[Any], error: int):
    total = sum(column) + error
    rows = [{"amount": value} for value in column]
    adds_up = total in (sum(column), max(column) - min(column))
    is_sign = total == int(total) and total > len(rows) and not (adds_up and total > 10 * len(rows))
    assert signs("reads", {"meter": "1", "total": total, "reads": rows}) == (["total"] if is_sign else [])
    of_none = total == int(total) and total > len(rows)
    assert signs("reads", {"total": total, "reads": rows}) == (["total"] if of_none else [])
