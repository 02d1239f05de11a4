"""One form for letters, digits and separators that look alike. A folded text is as long as the text itself."""

import unicodedata
from typing import Final

INVISIBLE: Final = "\u200b"  # stands for all characters without a width
_DOTS: Final = frozenset("·•∙‧。｡")
_ZERO_WIDTH: Final = frozenset({"Cf", "Mn", "Me"})


class _Folds(dict[int, str]):
    """What each character is folded into, filled as texts have them."""

    def __missing__(self, code: int) -> str:
        self[code] = result = _fold(chr(code))
        return result


def folded(text: str) -> str:
    """The text with ASCII digits, hyphens, spaces and signs in place of their kin."""
    return text if text.isascii() else text.translate(_FOLDS)


def _fold(character: str) -> str:
    digit = unicodedata.digit(character, None)
    if digit is not None:
        return str(digit)
    category = unicodedata.category(character)
    if category in _ZERO_WIDTH:
        return INVISIBLE
    if category == "Pd" or character == "\N{MINUS SIGN}":
        return "-"
    if character in _DOTS:
        return "."
    compatible = unicodedata.normalize("NFKC", character)
    if category.startswith("Z"):
        return " "
    return compatible if len(compatible) == 1 and compatible.isascii() else character


_FOLDS: Final = _Folds()
