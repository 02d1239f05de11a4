"""Finds numbers of cards, identifiers and telephones in a folded text.

A run is a row of digits with nothing but separators in between; digits without a separator are a group. A number
begins and ends with a group, as people write it.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Final, NamedTuple

from gateway.access.folding import INVISIBLE
from gateway.access.spans import Span

# Whitespace, control characters, and what people write between digits.
_SEPARATOR = rf"[\s\x00-\x1f{INVISIBLE}\-./()\[\],_>|*+]"
_RUN: Final = re.compile(rf"\d(?:{_SEPARATOR}{{0,6}}\d){{6,}}")
_GROUP: Final = re.compile(rf"\d(?:{INVISIBLE}{{0,6}}\d)*")
_DATE: Final = re.compile(
    r"(?<!\d)(?<!\d[-/.])(?:(?:19|20)\d\d([-/.])(?:0?[1-9]|1[0-2])\1(?:0?[1-9]|[12]\d|3[01])"
    r"|(?:0?[1-9]|[12]\d|3[01])([-/.])(?:0?[1-9]|[12]\d|3[01])\2(?:19|20)\d\d)(?![-/.]?\d)"
)
_AMOUNT: Final = re.compile(r"(?<![\d.,])\d{1,6}[.,]\d\d(?![.,]?\d)")
_BREAK: Final = re.compile("[,+]")  # no telephone or identifier has these in between
_SHORTEST_CARD: Final = 13
_LONGEST: Final = 19
_SSN, _PHONE, _LOCAL_PHONE = 9, 10, 7
_INTERNATIONAL: Final = range(8, 16)
# With other digits right beside it, only what begins like a card is one.
_ISSUED: Final = re.compile(r"(?=(3[47]\d{13}|[2456]\d{15}))")
_DOUBLED: Final = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)


class _Group(NamedTuple):
    """Digits without a separator: their place, and whether they are part of a day or an amount."""

    start: int
    end: int
    digits: str
    in_date: bool
    in_amount: bool
    before: str  # the separators before it


class _Run:
    """Groups of digits, with sums of their check digits up to each place: any window is checked at once."""

    def __init__(self, groups: Sequence[_Group]) -> None:
        self.groups = groups
        self.starts = [0, *accumulate(len(group.digits) for group in groups)]
        self._sums = _check_sums("".join(group.digits for group in groups)) if self.starts[-1] >= _SHORTEST_CARD else ()

    def is_card(self, first: int, last: int) -> bool:
        """Whether the groups up to `last` have the length and the check digit of a card (Luhn)."""
        start, end = self.starts[first], self.starts[last]
        if not _SHORTEST_CARD <= end - start <= _LONGEST:
            return False
        sums = self._sums[end % 2]
        return (sums[end] - sums[start]) % 10 == 0 and not all(
            group.in_date or group.in_amount for group in self.groups[first:last]
        )


def number_spans(text: str) -> Iterator[Span]:
    """What may be a card, an identifier or a telephone number."""
    matches = list(_RUN.finditer(text))
    if not matches:
        return
    dates, amounts = _covered(_DATE, text), _covered(_AMOUNT, text)
    for match in matches:
        run = _Run(_groups(text, match, dates, amounts))
        for first, group in enumerate(run.groups):
            yield from _cards_inside(group)
            windows = _windows(run, first, is_international=_has_plus(text, group.start))
            yield from (_with_prefix(text, span) for span in windows)


def _with_prefix(text: str, span: Span) -> Span:
    """The number with its plus, or with the parenthesis that opens its area code."""
    before = text[max(0, span.start - 1) : span.start]
    is_prefix = before == "+" or (before == "(" and ")" in text[span.start : span.end])
    return span._replace(start=span.start - 1) if is_prefix else span


def _covered(pattern: re.Pattern[str], text: str) -> set[int]:
    return {place for match in pattern.finditer(text) for place in range(*match.span())}


def _groups(text: str, run: re.Match[str], dates: set[int], amounts: set[int]) -> list[_Group]:
    groups, end = [], run.start()
    for match in _GROUP.finditer(text, run.start(), run.end()):
        start, digits = match.start(), match[0].replace(INVISIBLE, "")
        groups.append(_Group(start, match.end(), digits, start in dates, start in amounts, text[end:start]))
        end = match.end()
    return groups


def _windows(run: _Run, first: int, *, is_international: bool) -> Iterator[Span]:
    """The numbers that begin with this group."""
    groups, starts = run.groups, run.starts
    for last in range(first + 1, len(groups) + 1):
        length = starts[last] - starts[first]
        if length > _LONGEST:
            return
        if length < _LOCAL_PHONE:
            continue
        if run.is_card(first, last):
            kind: str | None = "card"
        elif is_international and length in _INTERNATIONAL:
            kind = "phone" if _is_one_number(groups[first:last]) else None
        else:
            kind = _kind_of(groups[first:last], length)
        if kind is not None:
            yield Span(groups[first].start, groups[last - 1].end, kind)


def _kind_of(window: Sequence[_Group], length: int) -> str | None:
    """What groups of this length are; an identifier may have any form."""
    if length not in (_LOCAL_PHONE, _SSN, _PHONE, _PHONE + 1) or not _is_one_number(window):
        return None
    if length == _SSN:
        return "ssn"
    return "phone" if _is_phone("".join(group.digits for group in window), window) else None


def _is_one_number(window: Sequence[_Group]) -> bool:
    """Whether nothing in these groups speaks against a number: no day, no amount, and no list."""
    if any(group.in_date for group in window) or all(group.in_amount for group in window):
        return False
    return not any(_BREAK.search(group.before) for group in window[1:])


def _is_phone(digits: str, window: Sequence[_Group]) -> bool:
    """Whether it is a number of North America, with or without its country code; a local one has a hyphen."""
    shape = [len(group.digits) for group in window]
    if len(digits) == _LOCAL_PHONE:
        return shape == [3, 4] and window[1].before == "-" and digits[0] > "1"
    if len(digits) == _PHONE + 1:
        if digits[0] != "1":
            return False
        digits, shape = digits[1:], shape[1:]
    return shape == [3, 3, 4] or (digits[0] > "1" and digits[3] > "1")


def _cards_inside(group: _Group) -> Iterator[Span]:
    """A number with a card in it."""
    if any(_Run([group._replace(digits=match[1])]).is_card(0, 1) for match in _ISSUED.finditer(group.digits)):
        yield Span(group.start, group.end, "card")


def _has_plus(text: str, start: int) -> bool:
    return text[max(0, start - 3) : start].rstrip(f" ({INVISIBLE}").endswith("+")


def _check_sums(digits: str) -> tuple[list[int], list[int]]:
    """Sums up to each place, with every even digit doubled, and with every odd one."""
    values = [int(each) for each in digits]
    even = [_DOUBLED[value] if place % 2 == 0 else value for place, value in enumerate(values)]
    odd = [_DOUBLED[value] if place % 2 else value for place, value in enumerate(values)]
    return [0, *accumulate(even)], [0, *accumulate(odd)]
