"""What a text in one box can be: the criteria to search by, and the forms of their keys."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from gateway.errors import BadInput
from gateway.errors.reasons import Reason
from gateway.resolvers.search import normalize
from gateway.resolvers.search.criteria import MAX_LENGTH, MAX_WORDS
from gateway.resolvers.search.matches import SearchCriterion

MIN_CHARACTERS = 2  # letters or digits of a text; fewer would fit half of the customers
MIN_DIGITS = 3  # of a text without letters, which is a number
NUMBERS = (
    SearchCriterion.ACCOUNT_NUMBER,
    SearchCriterion.CUSTOMER_NUMBER,
    SearchCriterion.METER_NUMBER,
    SearchCriterion.BILL_NUMBER,
    SearchCriterion.PAYMENT_NUMBER,
)
_NATIONAL_DIGITS = 10  # of a North American number without its country code, 1
_PHONE_DIGITS = (7, 15)  # a number within an area; the longest number of E.164
_PHONE = re.compile(r"(?:tel:)?[\d\s()./+;\u2010-\u2015-]+", re.IGNORECASE)
_NUMBER = re.compile(r"[A-Za-z\d\s#./_-]+")
_MAX_PREFIX = 3  # letters of a word before a number, as in AC 1234
_MAX_NUMBER = 40  # letters and digits of a number
_MAX_NAME_DIGITS = 4  # of one word of a name, such as Class of 2024
_MAX_HOUSE_NUMBER = 10  # letters and digits, as in N112W17975


@dataclass(frozen=True, slots=True)
class Candidate:
    """A criterion that a text may be.

    forms: its keys, the likeliest first; an index that searches by itself gets only the first
    """

    criterion: SearchCriterion
    forms: tuple[str, ...]


def candidates(text: str) -> tuple[Candidate, ...]:
    """What a text can be, at least one criterion. Raises BadInput, which never repeats the text."""
    words = text.split()
    _check_length(text, words)
    line = " ".join(words)
    if emails := [word for word in words if _is_email(word)]:
        return (Candidate(SearchCriterion.EMAIL, (_email(emails[0]),)),)
    every = tuple(_candidates(line, words))
    if not every:
        message = f"text needs at least {MIN_DIGITS} digits to search by, or a letter."
        raise BadInput(message, Reason.CRITERION_TOO_SHORT, "text", limit=MIN_DIGITS)
    return every


def _check_length(text: str, words: list[str]) -> None:
    length = sum(map(len, words)) + len(words) - 1
    if length > MAX_LENGTH or len(words) > MAX_WORDS:
        message = f"text may have at most {MAX_LENGTH} letters in {MAX_WORDS} words."
        raise BadInput(message, Reason.CRITERION_TOO_LONG, "text", limit=MAX_LENGTH)
    if sum(map(str.isalnum, text)) < MIN_CHARACTERS:
        message = f"text needs at least {MIN_CHARACTERS} letters or digits to search by."
        raise BadInput(message, Reason.CRITERION_TOO_SHORT, "text", limit=MIN_CHARACTERS)


def _candidates(line: str, words: list[str]) -> Iterator[Candidate]:
    phone = _phone(line)
    if phone:
        yield Candidate(SearchCriterion.PHONE, _phone_forms(phone))
    if phone and normalize.without_extension(line) != line:
        return  # a number with an extension is nothing else
    if _is_number(line, words):
        forms = _number_forms(line.lstrip("# "))
        yield from (Candidate(criterion, forms) for criterion in NUMBERS)
    if _is_address(words):
        yield Candidate(SearchCriterion.ADDRESS, (line,))
    if name := _name(line):
        yield Candidate(SearchCriterion.NAME, _name_forms(line, name))


def _is_email(word: str) -> bool:
    name, _, host = _email(word).rpartition("@")
    return any(map(str.isalnum, name)) and any(map(str.isalnum, host))


def _email(word: str) -> str:
    """An address without what surrounds it in letters and links: <, >, commas, mailto."""
    return normalize.email(word).strip("<>()[],;\"'").removeprefix("mailto:")


def _is_number(line: str, words: list[str]) -> bool:
    """Whether each word has a digit; a few letters may stand before all."""
    if not _NUMBER.fullmatch(line):
        return False
    begins_with_letters = len(words) > 1 and words[0].isalpha() and len(words[0]) <= _MAX_PREFIX
    numbers = words[1:] if begins_with_letters else words
    count = sum(map(str.isdigit, line))
    return (
        count >= MIN_DIGITS
        and sum(map(str.isalnum, line)) <= _MAX_NUMBER
        and all(any(map(str.isdigit, word)) or not any(map(str.isalnum, word)) for word in numbers)
    )


def _number_forms(line: str) -> tuple[str, ...]:
    """As typed, in upper case, and without separators."""
    compact = "".join(character for character in line if character.isalnum())
    return tuple(dict.fromkeys((line, line.upper(), compact.upper())))


def _phone(line: str) -> str | None:
    """The digits of a telephone number; None if the text is none."""
    number = normalize.without_extension(line)
    digits = normalize.phone(line)
    least, most = _PHONE_DIGITS
    return digits if _PHONE.fullmatch(number) and least <= len(digits) <= most else None


def _phone_forms(digits: str) -> tuple[str, ...]:
    """With and without the country code of North America."""
    if len(digits) == _NATIONAL_DIGITS:
        return digits, f"1{digits}"
    if len(digits) == _NATIONAL_DIGITS + 1 and digits.startswith("1"):
        return digits, digits[1:]
    return (digits,)


def _is_address(words: list[str]) -> bool:
    """Whether a house number begins the text, and a word with letters follows."""
    house, street = words[0].strip(",."), words[1:]
    return (
        any(map(str.isdigit, house))
        and len(house) <= _MAX_HOUSE_NUMBER
        and any(any(map(str.isalpha, word)) for word in street)
    )


def _name(line: str) -> str | None:
    """The words of a name; None if the text is none."""
    name = normalize.name(line)
    has_letter = any(map(str.isalpha, name))
    long_numbers = (word for word in name.split() if sum(map(str.isdigit, word)) > _MAX_NAME_DIGITS)
    if not has_letter or sum(map(str.isalnum, name)) < MIN_CHARACTERS or any(long_numbers):
        return None
    return name


def _name_forms(line: str, name: str) -> tuple[str, ...]:
    """Given name first, and family name first; a comma stands behind the family name."""
    family, comma, given = line.partition(",")
    before, behind = normalize.name(family), normalize.name(given)
    if comma and before and behind:
        return f"{behind} {before}", f"{before} {behind}"
    *rest, last = name.split()
    return tuple(dict.fromkeys((name, " ".join((last, *rest)))))
