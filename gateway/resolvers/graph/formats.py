"""Money and quantities as text for people, by the rules of a locale."""

from collections.abc import Awaitable, Callable
from decimal import Decimal, localcontext
from typing import Any

import strawberry
from babel import Locale
from babel.numbers import format_currency, format_decimal
from strawberry.utils.str_converters import to_camel_case

from gateway.languages.locales import is_loaded, locale_of, ready
from gateway.resolvers.graph.decimals import EXACT
from gateway.resolvers.graph.units import unit_of

NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"


def money_text(amount: Decimal, currency: str, locale: Locale) -> str:
    """An amount with the symbol of its currency, rounded to the digits that the currency has."""
    with localcontext(EXACT):
        return format_currency(amount, currency, locale=locale)


def price_text(price: Decimal, currency: str | None, locale: Locale) -> str:
    """A price without rounding; without a symbol if the currency is unknown."""
    if currency is None:
        return quantity_text(price, None, locale)
    with localcontext(EXACT):
        return format_currency(price, currency, locale=locale, decimal_quantization=False)


def quantity_text(value: Decimal, unit: str | None, locale: Locale) -> str:
    """A number without rounding, and its unit if there is one."""
    with localcontext(EXACT):
        number = format_decimal(value, locale=locale, decimal_quantization=False)
    return f"{number}{NO_BREAK_SPACE}{unit}" if unit else number


def formatted(name: str, write: Callable[[Any, Decimal, Locale], str]) -> Any:
    """A field with the text of the decimal field `name` of the same object; null where that is null."""
    text_of = f"Text of `{to_camel_case(name)}` for people; null where that is null."

    def text(self: Any, locale: str | None = None) -> Any:
        value = getattr(self, name)
        number = value() if callable(value) else value
        return None if number is None else when_loaded(locale_of(locale), lambda chosen: write(self, number, chosen))

    return strawberry.field(resolver=text, graphql_type=str | None, description=text_of)


def when_loaded(locale: Locale, write: Callable[[Locale], str]) -> str | Awaitable[str]:
    """The text in a locale; later, if its data is not in memory yet."""

    async def later() -> str:
        return write(await ready(locale))

    return write(locale) if is_loaded(locale) else later()


def with_unit(holder: Any, value: Decimal, locale: Locale) -> str:
    """A quantity with the symbol of its unit."""
    return quantity_text(value, holder.unit and unit_of(holder.unit).symbol, locale)


def as_price(line: Any, price: Decimal, locale: Locale) -> str:
    """A price in the currency of the line's amount."""
    return price_text(price, line.amount.currency if line.amount else None, locale)


def without_unit(_: Any, value: Decimal, locale: Locale) -> str:
    return quantity_text(value, None, locale)
