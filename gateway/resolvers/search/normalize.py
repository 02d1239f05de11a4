"""Search texts in the normal form of the indexes.

Different notations of one thing become one text. Which records it finds depends on each system's index.
"""

import re
import unicodedata

from gateway.contract.batch import Spelling

# Letters that Unicode does not decompose, as typed on keyboards without them.
_TYPED = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "\u0131": "i", "æ": "ae", "œ": "oe", "þ": "th"}
)
_ACCENTS = re.compile("[\u0300-\u036f]")
_APOSTROPHES = re.compile("['\u2019\u2018\u02bc\u02b9\u0060\u00b4\u2032]")
_INTERNATIONAL = re.compile(r"^(?:011|00)(?=\d{8})")
_EXTENSION = re.compile(r"\s*(?:extension|ext|x|#)[\s.:=]*\d+\s*$", re.IGNORECASE)


def fold(text: str) -> str:
    """Remove case, accents and variants of letters. Idempotent."""
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return unicodedata.normalize("NFC", _ACCENTS.sub("", decomposed.translate(_TYPED)))


def name(text: str) -> str:
    """The words of a name. Apostrophes join; all other punctuation separates."""
    joined = fold(_APOSTROPHES.sub("", text))
    in_words = (letter if unicodedata.category(letter)[0] in "LNM" else " " for letter in joined)
    return " ".join("".join(in_words).split())


def apostrophes_apart(text: str) -> str:
    """A name whose words are separated where an apostrophe joins them."""
    return _APOSTROPHES.sub(" ", text)


def phone(text: str) -> str:
    """The digits of a number, without extension and international prefix (00, 011).

    A country code is kept as typed.
    """
    number = without_extension(text)
    digits = "".join(str(unicodedata.decimal(character)) for character in number if character.isdecimal())
    return _INTERNATIONAL.sub("", digits)


def without_extension(text: str) -> str:
    """A telephone number without its extension, as typed."""
    return _EXTENSION.sub("", text)


def email(text: str) -> str:
    """An e-mail address in lower case; no system distinguishes mailboxes by case."""
    return text.strip().lower()


def last4(text: str) -> str:
    """Letters and digits of an identifier's end, in upper case."""
    return "".join(character for character in text.upper() if character.isalnum())


def address(text: str) -> str:
    """A street address in upper case and without accents, as address files are printed."""
    return fold(text).upper()


# Of the searches that a column may answer, how its texts must be written to be found.
SPELLINGS = {
    "name": Spelling("lower case without accents", fold),
    "phone": Spelling("digits alone", phone),
    "email": Spelling("lower case", email),
    "identifier_last4": Spelling("letters in upper case and digits", last4),
    "address": Spelling("upper case without accents", address),
}
