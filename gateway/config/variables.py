"""Environment variables as metadata of the dataclass fields that they fill."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from typing import Any, NamedTuple

from gateway.config.docstrings import field_descriptions

VARIABLE = "environment variable"  # the metadata key
MAX_INTEGER_DIGITS = 10  # int() itself refuses texts of thousands of digits


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of value.

    expected: completes the error "NAME must be ...".
    parse: raises ValueError for any other text.
    empty_is_unset: an empty text counts as not set.
    secret: errors and `repr` do not show the value.
    """

    expected: str
    parse: Callable[[str], Any]
    empty_is_unset: bool = False
    secret: bool = False


class Variable(NamedTuple):
    name: str
    kind: Kind

    def read(self, environment: Mapping[str, str], default: Any) -> Any:
        """The parsed value. Raises ValueError with a complete sentence."""
        text = environment.get(self.name)
        if text is None or (not text and self.kind.empty_is_unset):
            if default is MISSING:
                raise ValueError(f"{self.name} is not set; it must be {self.kind.expected}.")
            return default
        try:
            return self.kind.parse(text)
        except ValueError as error:
            value = "" if self.kind.secret else f", not {text!r}"
            raise ValueError(f"{self.name} must be {self.kind.expected}{value}.") from error


def setting(name: str, default: Any, kind: Kind) -> Any:
    """A dataclass field that an environment variable fills; required if `default` is MISSING."""
    return field(default=default, repr=not kind.secret, metadata={VARIABLE: Variable(name, kind)})


def number(name: str, default: int, low: int, high: int) -> Any:
    """A dataclass field for a whole number from `low` to `high`."""

    def parse(text: str) -> int:
        if text.isascii() and text.isdigit() and len(text) <= MAX_INTEGER_DIGITS and low <= int(text) <= high:
            return int(text)
        raise ValueError

    return setting(name, default, Kind(f"a whole number from {low} to {high}", parse))


def matching(predicate: Callable[[str], bool]) -> Callable[[str], str]:
    """Accept a text that satisfies the predicate, which may also raise ValueError."""

    def parse(text: str) -> str:
        if predicate(text):
            return text
        raise ValueError

    return parse


def choice(*choices: str) -> Kind:
    return Kind(" or ".join(choices), matching(choices.__contains__), empty_is_unset=True)


def variables_of(cls: type) -> Iterator[tuple[Variable, Any, str]]:
    """Every variable of a dataclass and its inner dataclasses, with its default and its meaning."""
    meanings = field_descriptions(cls)
    for each in fields(cls):
        if VARIABLE in each.metadata:
            yield each.metadata[VARIABLE], each.default, meanings[each.name]
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
