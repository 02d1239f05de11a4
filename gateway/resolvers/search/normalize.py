"""What people type, in the normal form that systems keep for searching.

Two writings of one thing become one text here; which records it finds is for each system's own index to say.
"""

import re
import unicodedata

# Letters that Unicode does not take apart, as those who have no key for them type them.
_TYPED = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "\u0131": "i", "æ": "ae", "œ": "oe", "þ": "th"}
)
_ACCENTS = re.compile("[\u0300-\u036f]")
_APOSTROPHES = re.compile("['\u2019\u2018\u02bc\u02b9\u0060\u00b4\u2032]")
_ABROAD = re.compile(r"^(?:011|00)(?=\d{8})")
_EXTENSION = re.compile(r"\s*(?:extension|ext|x|#)[\s.:=]*\d+\s*$", re.IGNORECASE)


def fold(text: str) -> str:
    """The same text without case, accents and other ways to write a letter. `plain` of it is itself."""
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return unicodedata.normalize("NFC", _ACCENTS.sub("", apart.translate(_TYPED)))


def name(text: str) -> str:
    """The words of a name: an apostrophe joins, all else but letters and digits parts."""
    joined = fold(_APOSTROPHES.sub("", text))
    return " ".join("".join(mark if _in_word(mark) else " " for mark in joined).split())


def phone(text: str) -> str:
    """The digits of a number, without its extension and the prefix of a call abroad (00, 011).

    Whether a country's digits stand before the rest is as typed.
    """
    marks = _EXTENSION.sub("", text)
    digits = "".join(str(unicodedata.decimal(mark)) for mark in marks if mark.isdecimal())
    return _ABROAD.sub("", digits)


def email(text: str) -> str:
    """An address: no system tells mailboxes apart by case."""
    return text.strip().lower()


def last4(text: str) -> str:
    """Letters and digits of an identifier's end."""
    return "".join(mark for mark in text.upper() if mark.isalnum())


def _in_word(mark: str) -> bool:
    return unicodedata.category(mark)[0] in "LNM"
