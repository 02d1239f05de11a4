"""An object around a list, and what it is: the envelope of an answer, or a record that holds the list.

Both have the same words: `total`, `done`, `status`. A record has its own number. An envelope has at most
those of the call and of the question. Beside an empty list that is not certain: a job has an id, too.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from gateway.contract.sign_names import Kinds, body_kinds, holds_any_rows, is_general, plain

Words = Mapping[str, Any]
KindsOf = Callable[[str], Kinds]
# Names that a record has, and an envelope does not: its number or its type, but not those of a call or a question.
_NUMBER = re.compile(r"(?:.*[_\-. ])?(?:id|number|no)|.*[a-z](?:Id|ID|Number|No)|.*_(?:ID|NO|NUMBER)")
_TYPE = re.compile(".+[a-z](?:Type|Kind)|.+_(?:type|kind|TYPE|KIND)")
_OF_A_CALL = re.compile(
    "request|trace|correlation|transaction|page|job|query|scroll|session|tenant|version|process|task|operation"
    "|execution|statement",
    re.IGNORECASE,
)
_TYPE_OF_A_CALL = re.compile(
    "request|response|result|content|media|mime|list|data|page|job|query|search|export|import|batch|operation"
    "|execution|statement|report|resource|entity|object|collection|sort",
    re.IGNORECASE,
)
_OF_AN_OWNER = re.compile("account|customer|client|user|org|company|realm|meter|premise|point", re.IGNORECASE)
_OWNER = re.compile(f".*(?:{_OF_AN_OWNER.pattern})(?:id|number|no)?", re.IGNORECASE)
_DONE = re.compile("(?:is)?(?:done|finished)")
_LIMIT = re.compile("limit(?:reached|exceeded)|(?:reached|exceeded)limit")
_STEPS_OF_LIMITS = (10, 16, 25)  # the number of rows at a limit is a multiple of one of these
_LARGE = 10  # times the number of rows
_DIGITS = 20
_BOUNDS = frozenset({"from", "to", "start", "end", "first", "last", "page", "currentpage", "pagenumber"})


@dataclass(frozen=True, slots=True)
class Around:
    """An object that may say something about the rows: its path, its words, and how its names are read.

    rows: the name of the list, or of what leads to it
    holds_rows: the list is in it
    listed: the rows of the list; None where there is no list
    """

    at: str
    words: Words
    kinds_of: KindsOf = body_kinds
    rows: str = ""
    holds_rows: bool = False
    listed: Sequence[Any] | None = None

    @property
    def is_empty(self) -> bool:
        """Whether the list has no rows."""
        return self.listed is not None and not self.listed

    @property
    def is_record(self) -> bool:
        """Whether the object is a record that holds the list: it has its own number."""
        return self._holds_own_list and has_own_number(self.words)

    @property
    def is_summary(self) -> bool:
        return plain(self.at.rstrip(".").rpartition(".")[2]).endswith("summary")

    @property
    def _holds_own_list(self) -> bool:
        """Whether the list has rows, and its own name."""
        return self.holds_rows and not self.is_empty and not holds_any_rows(self.rows)

    def is_about_holder(self, name: str) -> bool:
        """Whether a word is about the record that holds the list, or about its owner, not about the list."""
        if not self._holds_own_list or not is_general(name):
            return False
        word = plain(name)
        if word.endswith("of"):
            return self.is_record and _BOUNDS.isdisjoint(map(plain, self.words))
        if _DONE.fullmatch(word):
            return _has_number(self.words) or ((self.is_record or _has_owner(self.words)) and _has_type(self.words))
        if self.is_record or not _has_owner(self.words):
            return self.is_record
        if _LIMIT.fullmatch(word):
            return not any(len(self.listed or ()) % step == 0 for step in _STEPS_OF_LIMITS)
        return word == "final"

    def is_sum(self, name: str, total: int) -> bool:
        """Whether a total adds up amounts: beside a unit or a currency, in a summary of money, or those of the rows."""
        if plain(name) != "total":
            return False
        if has_kind(self.words, "unit") or (self.is_summary and has_kind(self.words, "money")):
            return True
        rows = self.listed or ()
        is_large = total > _LARGE * len(rows)  # a small one may add up by chance
        return (
            is_large and self._holds_own_list and _has_owner(self.words) and any(total == each for each in _sums(rows))
        )


def has_kind(words: Words, kind: str) -> bool:
    return any(kind in body_kinds(name) for name in words)


def has_own_number(words: Words) -> bool:
    """Whether an object has an id or number that is not that of the answer or of the question."""
    return has_kind(words, "identity") or _has_number(words)


def _has_number(words: Words) -> bool:
    """Whether an object has a number that says of what. A bare id may be that of a job."""
    return any(
        _NUMBER.fullmatch(name)
        and not (_OF_A_CALL.search(name) or _OF_AN_OWNER.search(name))
        and not body_kinds(name)  # a `pageNumber` has a kind
        for name in words
    )


def _has_owner(words: Words) -> bool:
    """Whether an object names whose list it has, which an answer may do, too."""
    return any(_OWNER.fullmatch(plain(name)) and isinstance(value, str | int) for name, value in words.items())


def _has_type(words: Words) -> bool:
    return any(
        _TYPE.fullmatch(name) and not (_TYPE_OF_A_CALL.search(name) or _OF_AN_OWNER.search(name)) for name in words
    )


def _sums(rows: Sequence[Any]) -> Iterator[Decimal]:
    """What the numbers of each column add up to, and how far a register has gone."""
    objects = [row for row in rows if isinstance(row, dict)]
    for name in dict.fromkeys(name for row in objects for name in row):
        values = (row.get(name) for row in objects)
        numbers = [Decimal(each) for each in values if isinstance(each, int | Decimal) and not isinstance(each, bool)]
        if numbers and not _NUMBER.fullmatch(name) and all(abs(number.adjusted()) < _DIGITS for number in numbers):
            yield from (sum(numbers, Decimal()), max(numbers) - min(numbers))
