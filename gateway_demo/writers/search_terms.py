"""The terms by which the CRM's search knows a customer, and the same form for what is asked."""

import re

from gateway_demo.plan.accounts import without_accents

_APOSTROPHES = re.compile("['\u2019\u02bc`]")
_NO_WORD = re.compile(r"[\W_]+")
_WITHOUT_COUNTRY = 10


def name_words(text: str) -> list[str]:
    """The words of a name that is asked for: O'Brien is one word, Nunez-Ostergard two."""
    return _NO_WORD.sub(" ", without_accents(_APOSTROPHES.sub("", text))).split()


def name_terms(name: str) -> set[str]:
    """Every word that a name may be asked by: O'Brien by obrien, and by o and brien."""
    apart = _APOSTROPHES.sub(" ", name).replace("-", " ")
    joined = name.replace("-", "")
    return {word for writing in (name, apart, joined) for word in name_words(writing)}


def phone_term(text: str) -> str:
    """A phone number as it is searched: only digits, and those of the country before ten others."""
    digits = "".join(letter for letter in text if letter.isdecimal())
    return f"1{digits}" if len(digits) == _WITHOUT_COUNTRY else digits


def account_term(text: str) -> str:
    """An account number as it is searched: only its letters and digits."""
    return "".join(letter for letter in text.upper() if letter.isalnum())
