"""A currency is a code of ISO 4217, or it is not shown: a wrong one would stand before each amount."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.mappers import mapping_error, thing_mapper

from gateway.languages.locales import locale_of
from gateway.mapping.currencies import CURRENCIES, to_currency
from gateway.resolvers.graph.formats import money_text
from gateway.resolvers.graph.values import Money

SPEC = {"amount": "a", "currency": "c"}


@pytest.mark.parametrize("code", ["USD", "usd", " EUR ", "DEM"])
def test_a_code_is_read_in_any_case(code: str) -> None:
    thing = thing_mapper(money=SPEC).read({"id": "1", "a": 1, "c": code})
    assert thing.money == Money(amount=Decimal(1), currency=code.strip().upper())


@pytest.mark.parametrize("code", ["DOLLAR", "US", "840", 840, "$", "XXX", "XTS", "UsDollar", "U D", True, ["USD"]])
def test_another_text_is_no_currency(code: Any) -> None:
    assert "DOLLAR" not in mapping_error("money", SPEC, a=1, c=code)


@pytest.mark.parametrize("code", ["", "  ", None])
def test_an_amount_without_a_currency_is_unknown(code: Any) -> None:
    assert thing_mapper(money=SPEC).read({"id": "1", "a": 1, "c": code}).money is None


def test_odd_codes_are_named_by_the_catalog() -> None:
    spec = {**SPEC, "currency": {"path": "c", "values": {"840": "USD", "$": "USD"}}}
    assert thing_mapper(money=spec).read({"id": "1", "a": 1, "c": 840}).money.currency == "USD"


@given(st.text(max_size=4) | st.sampled_from(sorted(CURRENCIES)))
def test_what_is_read_is_a_code_with_a_text(text: str) -> None:
    try:
        code = to_currency(text)
    except ValueError:
        assert text.strip().upper() not in CURRENCIES
        return
    assert code in CURRENCIES
    assert money_text(Decimal(1), code, locale_of("en-US")) != money_text(Decimal(1), "", locale_of("en-US"))
