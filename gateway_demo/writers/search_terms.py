"""Search terms: normalizes names, phones and account numbers for storing and searching."""

import re

from gateway_demo.plan.accounts import without_accents

_APOSTROPHES = re.compile("['\u2019\u02bc`]")
_NON_WORD = re.compile(r"[\W_]+")
_NATIONAL_DIGITS = 10


def name_words(text: str) -> list[str]:
    """The words of a searched name: O'Brien is one word, Nunez-Ostergard two."""
    return _NON_WORD.sub(" ", without_accents(_APOSTROPHES.sub("", text))).split()


def name_terms(name: str) -> set[str]:
    """The terms stored for a name: O'Brien gives obrien, o and brien."""
    separated = _APOSTROPHES.sub(" ", name).replace("-", " ")
    joined = name.replace("-", "")
    return {word for variant in (name, separated, joined) for word in name_words(variant)}


def phone_term(text: str) -> str:
    """Normalize a phone number to digits, with the country code."""
    digits = "".join(letter for letter in text if letter.isdecimal())
    return f"1{digits}" if len(digits) == _NATIONAL_DIGITS else digits


def account_term(text: str) -> str:
    """Normalize an account number to its letters and digits."""
    return "".join(letter for letter in text.upper() if letter.isalnum())
