"""Environment variables as metadata of the dataclass fields that they fill."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from typing import Any

VARIABLE = "environment variable"  # the metadata key
MAX_DIGITS = 10  # int() itself refuses texts of thousands of digits


@dataclass(frozen=True, slots=True)
class Variable:
    """One environment variable.

    expected: completes the error "NAME must be ...".
    parse: raises ValueError for any other text.
    empty_is_unset: an empty text counts as not set.
    secret: errors and `repr` do not show the value.
    """

    name: str
    expected: str
    meaning: str
    parse: Callable[[str], Any] = str
    empty_is_unset: bool = False
    secret: bool = False

    def read(self, environment: Mapping[str, str], default: Any) -> Any:
        """The parsed value. Raises ValueError with a complete sentence."""
        text = environment.get(self.name)
        if text is None or (not text and self.empty_is_unset):
            if default is MISSING:
                raise ValueError(f"{self.name} is not set; it must be {self.expected}.")
            return default
        try:
            return self.parse(text)
        except ValueError as error:
            value = "" if self.secret else f", not {text!r}"
            raise ValueError(f"{self.name} must be {self.expected}{value}.") from error


def setting(default: Any, variable: Variable) -> Any:
    """A dataclass field that an environment variable fills."""
    return field(default=default, repr=not variable.secret, metadata={VARIABLE: variable})


def whole_number(name: str, default: int, low: int, high: int, meaning: str) -> Any:
    """A dataclass field for a whole number from `low` to `high`."""

    def parse(text: str) -> int:
        if text.isascii() and text.isdigit() and len(text) <= MAX_DIGITS and low <= int(text) <= high:
            return int(text)
        raise ValueError

    return setting(default, Variable(name, f"a whole number from {low} to {high}", meaning, parse))


def choice(*choices: str) -> Callable[[str], str]:
    """Accept one of these texts."""
    return matching(choices.__contains__)


def matching(predicate: Callable[[str], bool]) -> Callable[[str], str]:
    """Accept a text that satisfies the predicate."""

    def parse(text: str) -> str:
        if predicate(text):
            return text
        raise ValueError

    return parse


def variables_of(cls: type) -> Iterator[tuple[Variable, Any]]:
    """Every variable of a dataclass and of the dataclasses inside it, with its default."""
    for each in fields(cls):
        if VARIABLE in each.metadata:
            yield each.metadata[VARIABLE], each.default
        elif isinstance(each.type, type) and is_dataclass(each.type):
            yield from variables_of(each.type)


def read_fields(cls: type, environment: Mapping[str, str], errors: list[str]) -> dict[str, Any]:
    """The values of a dataclass's fields. Appends a sentence to `errors` for each invalid variable."""
    values: dict[str, Any] = {}
    for each in fields(cls):
        if VARIABLE in each.metadata:
            try:
                values[each.name] = each.metadata[VARIABLE].read(environment, each.default)
            except ValueError as error:
                errors.append(str(error))
        elif isinstance(each.type, type) and is_dataclass(each.type):
            values[each.name] = each.type(**read_fields(each.type, environment, errors))
    return values
