"""Money and quantities as text for people, by the rules of a locale."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import strawberry
from babel import Locale
from babel.numbers import format_currency, format_decimal
from strawberry.utils.str_converters import to_camel_case

from gateway.errors import BadInput
from gateway.errors.reasons import Reason
from gateway.resolvers.graph.units import unit_of

DEFAULT = "en-US"
# Each locale that is used costs memory for the life of the process, so a caller may not choose any of hundreds.
NAMES = """
cs-CZ da-DK de-AT de-CH de-DE en-AU en-CA en-GB en-IE en-NZ en-US es-ES es-MX es-US fi-FI fr-BE fr-CA fr-CH
fr-FR hu-HU it-IT ja-JP ko-KR nb-NO nl-BE nl-NL pl-PL pt-BR pt-PT ro-RO sv-SE tr-TR uk-UA vi-VN zh-CN zh-TW
"""
LOCALES = {name.lower(): Locale.parse(name, sep="-") for name in str.split(NAMES)}
NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"


def locale_of(name: str | None) -> Locale:
    """The locale of a name, in any case. Raises BadInput for one that is not in the list."""
    locale = LOCALES.get((DEFAULT if name is None else name).lower())
    if locale is None:
        message = f"locale is not one of {', '.join(str.split(NAMES))}."
        raise BadInput(message, Reason.UNKNOWN_LOCALE, "locale")
    return locale


def money_text(amount: Decimal, currency: str, locale: Locale) -> str:
    """An amount with the symbol of its currency, rounded to the digits that the currency has."""
    return format_currency(amount, currency, locale=locale)


def price_text(price: Decimal, currency: str | None, locale: Locale) -> str:
    """A price without rounding; without a symbol if the currency is unknown."""
    if currency is None:
        return quantity_text(price, None, locale)
    return format_currency(price, currency, locale=locale, decimal_quantization=False)


def quantity_text(value: Decimal, unit: str | None, locale: Locale) -> str:
    """A number without rounding, and its unit if there is one."""
    number = format_decimal(value, locale=locale, decimal_quantization=False)
    return f"{number}{NO_BREAK_SPACE}{unit}" if unit else number


def formatted(name: str, write: Callable[[Any, Decimal, Locale], str]) -> Any:
    """A field with the text of the decimal field `name` of the same object; null where that is null."""
    text_of = f"Text of `{to_camel_case(name)}` for people; null where that is null."

    def text(self: Any, locale: str | None = None) -> str | None:
        chosen, value = locale_of(locale), getattr(self, name)
        number = value() if callable(value) else value
        return None if number is None else write(self, number, chosen)

    return strawberry.field(resolver=text, description=text_of)


def with_unit(holder: Any, value: Decimal, locale: Locale) -> str:
    """A quantity with the symbol of its unit."""
    return quantity_text(value, holder.unit and unit_of(holder.unit).symbol, locale)


def as_price(line: Any, price: Decimal, locale: Locale) -> str:
    """A price in the currency of the line's amount."""
    return price_text(price, line.amount.currency if line.amount else None, locale)


def without_unit(_: Any, value: Decimal, locale: Locale) -> str:
    return quantity_text(value, None, locale)
