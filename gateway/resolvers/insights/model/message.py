"""Messages of insights: sentences that are filled with the facts that are there.

A message is a sequence of groups. Of each group, the first sentence is said whose values are all there; a group
without such a sentence says nothing. So a client can write the same message from the facts alone.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from string import Formatter
from typing import ClassVar

from gateway.access.masks import Cleared
from gateway.access.redaction import redacted
from gateway.languages.texts import translated, translated_plural
from gateway.resolvers.graph.enums import DescribedEnum
from gateway.resolvers.graph.units import unit_of
from gateway.resolvers.graph.values import Money
from gateway.resolvers.graph.wording import day_text, inside, instant_text, list_text, number_text, sentence

Values = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Plural:
    """A sentence in the singular and in the plural, by the number named `by`."""

    one: str
    other: str
    by: str = "count"


@dataclass(frozen=True, slots=True)
class Where:
    """A sentence that is said only where a value is there that it does not name."""

    name: str
    text: str


Sentence = str | Plural | Where
Group = Sentence | tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit, as the system writes it."""

    value: Decimal
    unit: str

    @property
    def text(self) -> str:
        return f"{number_text(self.value)} {unit_of(self.unit).symbol}"


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time in whole units: "30 days". The number is a fact, and the unit is that of the class."""

    number: int
    UNIT: ClassVar[str]
    TEXTS: ClassVar[tuple[str, str]]

    @property
    def text(self) -> str:
        return translated_plural(*self.TEXTS, self.number).format(count=number_text(self.number))


class Hours(Span):
    UNIT, TEXTS = "hour", ("{count} hour", "{count} hours")


class Days(Span):
    UNIT, TEXTS = "day", ("{count} day", "{count} days")


class Months(Span):
    UNIT, TEXTS = "month", ("{count} month", "{count} months")


@dataclass(frozen=True, slots=True)
class Coded:
    """An enum value that a sentence puts into its own words, in the language of the request."""

    write: Callable[[], str]
    value: DescribedEnum

    @property
    def text(self) -> str:
        return self.write()


def message_text(groups: Iterable[Group], values: Values) -> str:
    """The sentences of all groups, in the language of the request."""
    present = {name: value for name, value in values.items() if is_present(value)}
    sentences = (_chosen(group if isinstance(group, tuple) else (group,), present) for group in groups)
    return " ".join(sentence(_filled(chosen, present)) for chosen in sentences if chosen is not None)


def is_present(value: object) -> bool:
    return value is not None and value is not False and value not in ("", ())


def texts_of(chosen: Sentence) -> tuple[str, ...]:
    """The sentence in English; in the singular and the plural, where it has both."""
    match chosen:
        case Plural():
            return chosen.one, chosen.other
        case Where():
            return (chosen.text,)
    return (chosen,)


@cache
def names_in(text: str) -> frozenset[str]:
    """The placeholders of a text."""
    return frozenset(name for _, name, _, _ in Formatter().parse(text) if name)


def _chosen(group: Sequence[Sentence], present: Values) -> Sentence | None:
    return next((each for each in group if _needed_by(each) <= present.keys()), None)


def _needed_by(chosen: Sentence) -> frozenset[str]:
    names = frozenset().union(*map(names_in, texts_of(chosen)))
    return names | {chosen.name} if isinstance(chosen, Where) else names


def _filled(chosen: Sentence, present: Values) -> str:
    match chosen:
        case Plural():
            number = present[chosen.by]
            assert isinstance(number, int)  # noqa: S101  # nothing else is counted
            text = translated_plural(chosen.one, chosen.other, number)
        case Where():
            text = translated(chosen.text)
        case _:
            text = translated(chosen)
    return text.format(**{name: value_text(present[name]) for name in names_in(text)})


def value_text(value: object) -> str:  # noqa: PLR0911  # one for each kind of value
    """A value inside a sentence, in the language of the request."""
    match value:
        case Money() | Quantity() | Span() | Coded():
            return value.text
        case DescribedEnum():
            return inside(value.label)
        case tuple():
            return list_text([value_text(each) for each in value])
        case datetime():
            return instant_text(value)
        case date():
            return day_text(value)
        case int() | Decimal():
            return number_text(value)
    return plain(value)


def plain(value: object) -> str:
    """A text of a system inside a sentence: masked, and without its own full stop."""
    text = value if isinstance(value, Cleared) else redacted(str(value))
    return text.strip().rstrip(".")
