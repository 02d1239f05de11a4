"""Limits of requests, all in one table: each is off, only measured, or enforced."""

from dataclasses import dataclass, field, replace
from enum import StrEnum

from gateway.config.query_rules import MAX_DEFAULT_PAGE_SIZE
from gateway.config.variables import MAX_INTEGER_DIGITS, VARIABLE, Kind, Variable


class Mode(StrEnum):
    """OFF: not looked at. MEASURE: what is above it is counted and logged. ENFORCE: and refused."""

    OFF = "off"
    MEASURE = "measure"
    ENFORCE = "enforce"


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit. Its name stands in errors, logs and metrics."""

    name: str
    maximum: int
    mode: Mode = Mode.ENFORCE

    @property
    def bound(self) -> float:
        """The maximum if it is enforced, else infinity."""
        return self.maximum if self.mode is Mode.ENFORCE else float("inf")

    def is_exceeded(self, measured: float) -> bool:
        return measured > self.maximum and self.mode is not Mode.OFF

    def __str__(self) -> str:
        if self.mode is Mode.OFF:
            return self.mode.value
        return str(self.maximum) if self.mode is Mode.ENFORCE else f"{self.maximum}:{self.mode.value}"


def limit(name: str, variable: str, default: int, low: int, high: int) -> Limit:
    """A dataclass field for a limit from `low` to `high`, with its mode."""
    kind = limit_kind(Limit(name, default), low, high)
    return field(default=Limit(name, default), metadata={VARIABLE: Variable(variable, kind)})


def limit_kind(default: Limit, low: int, high: int) -> Kind:
    """The values of a limit from `low` to `high`, with its mode."""

    def parse(text: str) -> Limit:
        if text == Mode.OFF:
            return replace(default, mode=Mode.OFF)
        digits, separator, mode = text.partition(":")
        is_number = digits.isascii() and digits.isdigit() and len(digits) <= MAX_INTEGER_DIGITS
        if is_number and low <= int(digits) <= high and mode != Mode.OFF:
            return Limit(default.name, int(digits), Mode(mode) if separator else Mode.ENFORCE)
        raise ValueError

    return Kind(f"a whole number from {low} to {high}, also with `:measure`, or `off`", parse)


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one request.

    body: Maximum bytes of a request body.
    tokens: Maximum tokens of a document.
    fields: Maximum fields of a document, with its fragments expanded.
    depth: Maximum depth of a document: fields inside each other, with fragments expanded.
    aliases: Maximum aliases of a document, with its fragments expanded.
    root_fields: Maximum root fields of an operation, with its fragments expanded.
    directives: Maximum directives of a document, with its fragments expanded.
    introspection: Maximum objects of the schema that an operation asks for, as estimated from the schema.
    cost: Maximum estimated cost of an operation, in points.
    page: Maximum entries on a page of a list, which `first` asks for.
    objects: Maximum records in one answer, each counted as often as it is shown.
    response: Maximum bytes of a response, before compression.
    time: Maximum milliseconds of a request; the header `X-Request-Deadline` can shorten them.
    """

    body: Limit = limit("body", "GATEWAY_MAX_BODY_BYTES", 1_000_000, 1_000, 100_000_000)
    tokens: Limit = limit("tokens", "GATEWAY_MAX_QUERY_TOKENS", 10_000, 100, 100_000)
    fields: Limit = limit("fields", "GATEWAY_MAX_QUERY_FIELDS", 2_000, 10, 100_000)
    depth: Limit = limit("depth", "GATEWAY_MAX_QUERY_DEPTH", 20, 3, 100)
    aliases: Limit = limit("aliases", "GATEWAY_MAX_QUERY_ALIASES", 500, 10, 100_000)
    root_fields: Limit = limit("root_fields", "GATEWAY_MAX_ROOT_FIELDS", 200, 1, 100_000)
    directives: Limit = limit("directives", "GATEWAY_MAX_QUERY_DIRECTIVES", 200, 10, 100_000)
    introspection: Limit = limit("introspection", "GATEWAY_MAX_INTROSPECTION", 100_000, 100, 10_000_000)
    cost: Limit = limit("cost", "GATEWAY_MAX_COST", 100_000, 10, 1_000_000_000)
    page: Limit = limit("page", "GATEWAY_MAX_PAGE_SIZE", 500, MAX_DEFAULT_PAGE_SIZE, 100_000)
    objects: Limit = limit("objects", "GATEWAY_MAX_OBJECTS", 50_000, 100, 10_000_000)
    response: Limit = limit("response", "GATEWAY_MAX_RESPONSE_BYTES", 20_000_000, 10_000, 1_000_000_000)
    time: Limit = limit("time", "GATEWAY_DEADLINE_MS", 10_000, 100, 600_000)
