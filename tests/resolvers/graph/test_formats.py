"""Money and quantities as text: en-US, de-DE and fr-FR, and the refusal of other locales."""

from decimal import Context, Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from support.harness import Harness
from support.utility import ACCOUNT

from gateway.errors import BadInput
from gateway.languages.locales import LOCALES, locale_of
from gateway.mapping.values import to_exact
from gateway.resolvers.graph.decimals import exact_sum
from gateway.resolvers.graph.formats import money_text, price_text, quantity_text
from gateway.resolvers.graph.wording import amount_text, number_text

AMOUNT = "-1234567.5"
BALANCE = """query($id: ID!, $locale: String) {
  billingAccount(id: $id) { balance { current { amount formatted(locale: $locale) } } } }"""
TOTALS = """query($id: ID!) { billingAccount(id: $id) {
  usage(granularity: DAY, range: {since: "2026-11-14", until: "2026-11-14"}) {
    unit total totalFormatted(locale: "de-DE") readings { value valueFormatted(locale: "de-DE") } } } }"""
LINES = """query($id: ID!) { billingAccount(id: $id) { bills(first: 1) { nodes { segments { lines {
  quantityFormatted(locale: "fr-FR") unitPriceFormatted } } } } } }"""


@pytest.mark.parametrize(
    ("locale", "text"),
    [
        ("en-US", "-$1,234,567.50"),
        ("de-DE", "-1.234.567,50\xa0$"),
        ("fr-FR", "-1\u202f234\u202f567,50\xa0$US"),
        ("EN-us", "-$1,234,567.50"),
        (None, "-$1,234,567.50"),
    ],
)
async def test_money_is_formatted_for_a_locale(at: Harness, locale: str | None, text: str) -> None:
    for row in at.held["AccountBalance"]:
        row["current"] = AMOUNT
    data = await at.ask(BALANCE, id=ACCOUNT, locale=locale)
    assert data["billingAccount"]["balance"]["current"] == {"amount": AMOUNT, "formatted": text}


@pytest.mark.parametrize("locale", ["xx-XX", "en", "de_DE", "", "../en-US", "de-DE@currency=EUR", "é", "x" * 1000])
async def test_an_unknown_locale_costs_its_field_alone(at: Harness, locale: str) -> None:
    for row in at.held["AccountBalance"]:
        row["current"] = AMOUNT
    result = await at.answer(BALANCE, id=ACCOUNT, locale=locale)
    current = {"amount": AMOUNT, "formatted": None}
    assert result.data == {"billingAccount": {"balance": {"current": current}}}
    [error] = result.errors
    assert error["extensions"]["code"] == "BAD_INPUT"
    assert (error["extensions"]["reason"], error["extensions"]["argument"]) == ("UNKNOWN_LOCALE", "locale")
    assert "de-DE" in error["message"]


@pytest.mark.parametrize("name", LOCALES)
def test_every_locale_of_the_list_formats(name: str) -> None:
    locale = locale_of(name)
    assert money_text(Decimal("12.5"), "EUR", locale)
    assert quantity_text(Decimal("12.5"), "kWh", locale).endswith("\xa0kWh")


def test_money_has_the_digits_of_its_currency() -> None:
    assert money_text(Decimal("5.5"), "JPY", locale_of("en-US")) == "¥6"
    assert money_text(Decimal(5), "USD", locale_of("en-US")) == "$5.00"
    assert money_text(Decimal(5), "CAD", locale_of("en-CA")) == "$5.00"


def test_a_price_and_a_quantity_are_not_rounded() -> None:
    german = locale_of("de-DE")
    assert price_text(Decimal("0.12345"), "USD", german) == "0,12345\xa0$"
    assert price_text(Decimal("0.12345"), None, german) == "0,12345"
    assert quantity_text(Decimal("1234.5678"), "kWh", german) == "1.234,5678\xa0kWh"
    assert quantity_text(Decimal("0.00000001"), None, german) == "0,00000001"


NUMBERS = st.one_of(
    st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**300), max_value=10**300),
    st.integers(-(10**399), 10**399),
    st.builds("{}{}E{}".format, st.sampled_from(["", "-"]), st.integers(0, 10**60), st.integers(-330, 330)),
    st.floats(allow_nan=False, allow_infinity=False),
)


@given(NUMBERS)
@example("123456789012345678901234567")
@example(1e27)
@example("9" * 400)
@example("1E-400")
def test_every_number_that_is_read_has_its_exact_text(raw: Any) -> None:
    value, american = to_exact(raw), locale_of("en-US")
    assert plain(quantity_text(value, None, american)) == value
    assert plain(price_text(value, "USD", american)) == value
    assert plain(price_text(value, None, american)) == value
    cents = value.quantize(Decimal("0.01"), context=Context(prec=2_000))
    assert plain(money_text(value, "USD", american)) == cents
    assert plain(amount_text(value, "USD")) == cents
    assert plain(number_text(value)) == value


def plain(text: str) -> Decimal:
    """The number of an American text."""
    return Decimal(text.replace(",", "").replace("$", ""))


@pytest.mark.parametrize("owed", [1e27, "123456789012345678901234567", "-" + "9" * 60 + ".99"])
async def test_a_huge_amount_is_formatted_exactly(at: Harness, owed: Any) -> None:
    for row in at.held["AccountBalance"]:
        row["current"] = owed
    current = (await at.ask(BALANCE, id=ACCOUNT, locale="en-US"))["billingAccount"]["balance"]["current"]
    assert plain(current["formatted"]) == Decimal(current["amount"]) == Decimal(str(owed))


@given(st.lists(NUMBERS.map(to_exact), max_size=5))
def test_sums_are_exact(numbers: list[Decimal]) -> None:
    assert Fraction(exact_sum(numbers)) == sum(map(Fraction, numbers), Fraction(0))


def test_a_locale_outside_the_list_is_refused() -> None:
    with pytest.raises(BadInput, match="not one of"):
        locale_of("ar-EG")


async def test_a_total_has_its_unit_and_a_reading_none(at: Harness) -> None:
    series = (await at.ask(TOTALS, id=ACCOUNT))["billingAccount"]["usage"]
    assert [each["totalFormatted"] for each in series] == ["310,5\xa0kWh"]
    assert [reading["valueFormatted"] for each in series for reading in each["readings"]] == ["310,5"]


async def test_an_unknown_value_has_no_text(at: Harness) -> None:
    for row in at.held["DailyUsage"]:
        row["value"] = None
    [series] = (await at.ask(TOTALS, id=ACCOUNT))["billingAccount"]["usage"]
    assert (series["total"], series["totalFormatted"]) == (None, None)


async def test_lines_of_a_bill_are_formatted(at: Harness) -> None:
    for row in at.held["BillLine"]:
        row |= {"quantity": "1234.5", "unit": "kWh", "unit_price": "0.12345"}
    [bill] = (await at.ask(LINES, id=ACCOUNT))["billingAccount"]["bills"]["nodes"]
    lines = [line for segment in bill["segments"] for line in segment["lines"]]
    assert lines
    assert {line["quantityFormatted"] for line in lines} == {"1\u202f234,5\xa0kWh"}
    assert {line["unitPriceFormatted"].lstrip("$") for line in lines} == {"0.12345"}
