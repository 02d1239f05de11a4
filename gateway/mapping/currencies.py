"""Currencies by their alphabetic codes of ISO 4217, those of earlier years included."""

from typing import Any, NewType

from babel.numbers import list_currencies

from gateway.mapping.values import EmptyText, expected, to_code

CURRENCY_CODE = "an ISO 4217 code of three capital letters, such as USD"
# Babel also lists the codes for no currency and for tests, and one that ISO does not have.
CURRENCIES = frozenset(list_currencies()) - {"XXX", "XTS", "CNH"}
Currency = NewType("Currency", str)  # the type of a field that holds such a code


def to_currency(raw: Any) -> str:
    """The code, in whatever case a row has it. Raises ValueError for any other text: it would be shown as a symbol."""
    if type(raw) is str and raw in CURRENCIES:
        return raw
    code = to_code(raw).strip().upper()
    if not code:
        raise EmptyText("empty text")
    if code not in CURRENCIES:
        raise expected("a currency of ISO 4217", raw)
    return code


def check_currency(code: Any) -> None:
    """Raise ValueError for a code of the catalog that is not written as ISO 4217 does."""
    if code not in CURRENCIES:
        raise ValueError(f"a currency must be {CURRENCY_CODE}")
