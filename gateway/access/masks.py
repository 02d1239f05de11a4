"""Masks of personal values: enough is left to recognize a value, too little to use it.

Three asterisks in a value say that a part of it is hidden.
"""

import re
from datetime import date
from typing import Final

HIDDEN: Final = "***"
VISIBLE: Final = 4
# A number of a telephone, without an extension behind it.
_DIALED: Final = re.compile(r"\d[^A-Za-z#]*")
_MARKS: Final = re.compile("[*•#]")  # by which systems hide a part
_SHORTEST_PHONE: Final = 7
_SSN: Final = 9


class Cleared(str):
    """A text that masks leave as it is: it is masked already, or was revealed."""

    __slots__ = ()


class ClearedDay(date):
    """A day that was revealed."""

    __slots__ = ()


def digits_of(text: str) -> str:
    return "".join(each for each in text if each.isdigit())


def ending(signs: str) -> str:
    """The last four of many signs, and fewer of a few: four are always hidden."""
    return signs[max(VISIBLE, len(signs) - VISIBLE) :]


def mask_secret(_: str) -> Cleared:
    """Nothing of a code, or of what concerns health."""
    return Cleared(HIDDEN)


def mask_phone(text: str) -> Cleared:
    """The last four digits of a telephone number."""
    dialed = _DIALED.search(text)
    digits = digits_of(dialed[0]) if dialed else ""
    return Cleared(f"***-***-{digits[-VISIBLE:]}" if len(digits) >= _SHORTEST_PHONE else HIDDEN)


def mask_email(text: str) -> Cleared:
    """The first letters of an e-mail address, and its top domain."""
    local, _, domain = "".join(text.split()).rpartition("@")
    name, dot, top = domain.rpartition(".")
    first = local[0] if len(local) > 1 else ""
    return Cleared(f"{first}{HIDDEN}@{name[:1]}{HIDDEN}{dot}{top if dot else ''}")


def mask_identifier(text: str) -> Cleared:
    """The last four characters of an identifier, or what its system has left of them."""
    signs = "".join(each for each in text if each.isalnum())
    if len(signs) <= VISIBLE:
        return Cleared(text if HIDDEN in text else f"{HIDDEN}{text}")
    *_, rest = _MARKS.split(text)
    if len(rest) <= VISIBLE:
        return Cleared(f"{HIDDEN}{rest}")
    return mask_ssn(text) if len(signs) == _SSN and signs.isdigit() else Cleared(f"{HIDDEN}{ending(signs)}")


def mask_ssn(text: str) -> Cleared:
    """The last four of nine digits."""
    return Cleared(f"***-**-{digits_of(text)[-VISIBLE:]}")


def mask_card(text: str) -> Cleared:
    """The last four digits of a card."""
    return Cleared(f"****-****-****-{digits_of(text)[-VISIBLE:]}")
