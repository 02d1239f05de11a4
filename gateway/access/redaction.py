"""Hides numbers and addresses of people inside free text.

It finds e-mail addresses, cards, bank accounts, identifiers, telephone numbers and access codes. Digits of other
scripts count, and there may be separators and line breaks in between. What may be such a number counts as one: a
reading of nine digits is hidden, too. The time is linear in the length of the text.
"""

import re
from collections.abc import Callable, Iterator

from gateway.access.emails import email_spans
from gateway.access.folding import folded
from gateway.access.masks import (
    HIDDEN,
    VISIBLE,
    Cleared,
    digits_of,
    ending,
    mask_card,
    mask_email,
    mask_identifier,
    mask_phone,
    mask_secret,
    mask_ssn,
)
from gateway.access.numbers import number_spans
from gateway.access.spans import Span, merged

_MAY_HAVE = re.compile(r"[\d@]|[^\x00-\x7f]|passw", re.IGNORECASE)
_WORDS = ("code", "pin", "comb", "pass", "cv", "ssn", "social", "licen", "tax", "ein", "itin", "routing", "account")
_FILLER = r"(?:[\s:#=-]{1,3}(?:is|was|no|number)?\b\.?){0,3}[\s:#=-]{0,3}"
_BEHIND = r"([A-Za-z0-9*#](?:[\w*#.-]{0,40}[\w*#])?)"
_CODE = re.compile(
    r"\b(?:(?:access|gate|door|entry|alarm|lock ?box|key ?pad|key ?box|security|garage)[\s-]{1,2}"
    rf"(?:code|pin|comb\w{{0,8}})|pin(?: code)?|passcode|password|cvv|cvc)\b{_FILLER}{_BEHIND}",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"\b(?:ssn|social(?: security)?|driver'?s?'? licen[cs]e|licen[cs]e|passport|tax ?id|ein|itin"
    rf"|routing|(?:bank|checking|savings) account)\b{_FILLER}{_BEHIND}",
    re.IGNORECASE,
)
_IBAN = re.compile(r"\b[A-Z]{2}\d\d(?:[ -]?[A-Z0-9]){11,30}", re.IGNORECASE)
_MIN_IBAN = 15
_DIGITS = re.compile(r"\d(?:[ -]?\d){4,}")
MAX_LENGTH = 100_000  # characters of a text that is shown
_MASKS: dict[str, Callable[[str], str]] = {
    "card": mask_card,
    "ssn": mask_ssn,
    "phone": mask_phone,
    "email": mask_email,
    "identifier": mask_identifier,
    "code": mask_secret,
}


def redacted(text: str) -> Cleared:
    """The text, with what may be a number or an address of a person hidden."""
    if _MAY_HAVE.search(text) is None:
        return Cleared(text)
    if len(text) > MAX_LENGTH:
        return Cleared(f"{redacted(_beginning(text))}… {HIDDEN}")
    plain = folded(text)
    spans = merged([*email_spans(plain), *_named(plain), *_ibans(plain), *number_spans(plain)])
    return Cleared("".join(_parts(text, plain, spans)))


def _beginning(text: str) -> str:
    """The text up to its longest length; it ends behind a word, so that no number is cut."""
    end = MAX_LENGTH - 1
    while end > 0 and not (text[end - 1].isalpha() and text[end].isspace()):
        end -= 1
    return text[:end]


def contacts_redacted(text: str) -> Cleared:
    """The text, with e-mail addresses and telephone numbers hidden: a street address stays."""
    plain = folded(text)
    numbers = [span for span in number_spans(plain) if span.kind == "phone"]
    return Cleared("".join(_parts(text, plain, merged([*email_spans(plain), *numbers]))))


def mask_instrument(text: str) -> Cleared:
    """The last four digits of a card or a bank account, and the words beside them."""
    return Cleared(_DIGITS.sub(lambda match: f"{HIDDEN}{ending(digits_of(match[0]))}", redacted(text)))


def _parts(text: str, plain: str, spans: list[Span]) -> Iterator[str]:
    position = 0
    for span in spans:
        yield text[position : span.start]
        yield _MASKS[span.kind](plain[span.start : span.end])
        position = span.end
    yield text[position:]


def _named(text: str) -> Iterator[Span]:
    """Codes and identifiers behind the word for them."""
    lower = text.lower()
    if not any(word in lower for word in _WORDS):
        return
    for match in _CODE.finditer(text):
        if any(each.isdigit() for each in match[1]) or "passw" in match[0].lower():
            yield Span(match.start(1), match.end(1), "code")
    for match in _NUMBER.finditer(text):
        if sum(each.isdigit() for each in match[1]) > VISIBLE:
            yield Span(match.start(1), match.end(1), "identifier")


def _ibans(text: str) -> Iterator[Span]:
    """Bank accounts with valid check digits; a word behind one does not belong to it."""
    for match in _IBAN.finditer(text):
        for end in range(match.end(), match.start() + _MIN_IBAN - 1, -1):
            if not text[end - 1].isalnum():
                continue
            compact = re.sub("[ -]", "", text[match.start() : end]).upper()
            number = "".join(str(int(each, 36)) for each in compact[4:] + compact[:4])
            if len(compact) >= _MIN_IBAN and int(number) % 97 == 1:
                yield Span(match.start(), end, "identifier")
                break
