"""A label of 0 is "not applicable": such a row is a total where it is the sum of the parts, else a part."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.green_button_documents import Read, block, feed, meter, point, reading_type, usage

from gateway.sources.greenbutton.format import decoded
from gateway.sources.greenbutton.values import Espi

LABELS = {"tou": "tou", "consumptionTier": "tier", "cpp": "cpp"}
Amounts = st.lists(st.integers(0, 999), min_size=1, max_size=5)


def rows(body: bytes) -> list[dict[str, Any]]:
    return list(decoded(body, Espi())["readings"])


def part(start: int, value: Any, cost: int | None = None, **labels: Any) -> Read:
    return Read(start, value, 900, cost=cost, more=labels)


def divided(label: str, start: int, zero: int | None, amounts: list[int]) -> list[Read]:
    """The parts of an interval from 1 on, and the row with a label of 0."""
    parts = [part(start, value, value, **{label: n}) for n, value in enumerate(amounts, 1)]
    return parts if zero is None else [*parts, part(start, zero, zero, **{label: 0})]


@pytest.mark.parametrize("label", LABELS)
@given(amounts=Amounts, order=st.randoms(use_true_random=False))
def test_a_total_with_label_zero_is_the_value(label: str, amounts: list[int], order: Any) -> None:
    reads = divided(label, 0, sum(amounts), amounts)
    order.shuffle(reads)
    [row] = rows(usage("1", reads))
    assert (row["value"], row["cost"]) == (sum(amounts), Decimal(sum(amounts)) / 100_000)
    if sum(amounts):
        assert sorted(each[LABELS[label]] for each in row["parts"]) == [*range(1, len(amounts) + 1)]


@pytest.mark.parametrize("label", LABELS)
@given(zero=st.integers(0, 999), amounts=Amounts)
def test_another_amount_with_label_zero_is_a_part(label: str, zero: int, amounts: list[int]) -> None:
    [row] = rows(usage("1", divided(label, 0, zero, amounts)))
    assert row["value"] == (zero if zero == sum(amounts) else zero + sum(amounts))


@pytest.mark.parametrize("label", LABELS)
def test_a_label_zero_alone_divides_nothing(label: str) -> None:
    [row] = rows(usage("1", [part(0, 7, **{label: 0})]))
    assert (row["value"], row["parts"]) == (7, [])


@pytest.mark.parametrize("label", LABELS)
def test_totals_of_one_register_are_totals_everywhere(label: str) -> None:
    odd = divided(label, 900, 11, [7, 3])
    totals = [each for start in (0, 1800) for each in divided(label, start, 10, [7, 3])]
    assert [row["value"] for row in rows(usage("1", [*totals, *odd]))] == [10, 10, None]
    rest = [each for start in (900, 2700, 3600) for each in divided(label, start, 4, [7, 3])]
    assert {row["value"] for row in rows(usage("1", [*totals, *rest]))} == {None, 14}


def test_labels_that_do_not_apply_are_no_labels() -> None:
    tiers = [part(0, 600, consumptionTier=1, tou=0, cpp=0), part(0, 400, consumptionTier=2, tou=0, cpp=0)]
    times = [part(0, 700, consumptionTier=0, tou=1, cpp=0), part(0, 300, consumptionTier=0, tou=2, cpp=0)]
    total = part(0, 1000, consumptionTier=0, tou=0, cpp=0)
    for reads in ([*tiers], [*tiers, *times], [*tiers, total], [*tiers, *times, total], [total]):
        [row] = rows(usage("1", reads))
        assert row["value"] == 1000
        assert len(row["parts"]) == len([each for each in reads if each is not total])


def test_every_cell_of_two_divisions_counts_once() -> None:
    cells = [part(0, 100 * n, tou=tou, cpp=cpp) for n, (tou, cpp) in enumerate([(1, 0), (1, 1), (2, 0), (2, 1)], 1)]
    assert [row["value"] for row in rows(usage("1", cells))] == [1000]


def test_a_total_tells_what_a_part_lacks() -> None:
    reads = [part(0, 600, tou=1), part(0, "secret", tou=2), part(0, 1000)]
    assert [row["value"] for row in rows(usage("1", reads))] == [1000]
    reads = [part(0, 600, 4, tou=1), part(0, 400, 5, tou=2), part(0, 1000)]
    assert [row["cost"] for row in rows(usage("1", reads))] == [Decimal("0.00009")]


def registers(values: dict[str, int | None], **types: dict[str, Any]) -> bytes:
    """A document with one register for each value, by the name of its type."""
    entries = [each for name in values for each in (meter("1", name, name), reading_type(name, **types[name]))]
    return feed(point("1"), *entries, *(block("1", [Read(0, value, cost=value)], n) for n, value in values.items()))


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("zero", [{}, {"tou": 0}, {"consumptionTier": 0}, {"cpp": 0, "tou": 0}])
def test_a_total_register_beside_its_parts_is_the_value(label: str, zero: dict[str, int]) -> None:
    types: dict[str, Any] = {"all": zero, "one": {label: 1}, "two": {label: 2}, "back": {"flowDirection": 19}}
    read_rows = rows(registers({"one": 600, "all": 1000, "two": 400, "back": 5}, **types))
    assert [(row["flow"], row["value"]) for row in read_rows] == [(1, 1000), (19, 5)]
    assert [each[LABELS[label]] for each in read_rows[0]["parts"]] == [1, 2]
    wrong = rows(registers({"one": 600, "all": 999, "two": 400, "back": 5}, **types))
    assert [row["value"] for row in wrong] == [None, 5]


def test_two_registers_without_label_are_no_total() -> None:
    types: dict[str, Any] = {"a": {}, "b": {}, "one": {"tou": 1}}
    assert sorted(row["value"] for row in rows(registers({"a": 1, "b": 2, "one": 3}, **types))) == [1, 2, 3]


def test_the_currency_of_a_sum_is_that_of_its_costs() -> None:
    plain = {"currency": None, "uom": 72}
    [row] = rows(registers({"all": None, "one": 600, "two": 400}, all=plain, one={"tou": 1}, two={"tou": 2}))
    assert (row["value"], row["cost"], row["currency_code"]) == (1000, Decimal("0.01"), "USD")
    mixed = {"one": {"tou": 1}, "two": {"tou": 2, "currency": 978}}
    assert [row["cost"] for row in rows(registers({"one": 600, "two": 400}, **mixed))] == [None]
