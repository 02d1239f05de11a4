"""Cost expressions: compiled once for each document, evaluated with the variables of a request.

Constants are folded, so that most expressions are numbers. No expression is larger than the document: a part that
several others contain is `Shared`, and evaluated once.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

MAX_POINTS = 10**15  # a JSON number for every client; larger numbers are cut to it
Variables = Mapping[str, Any]


@dataclass(slots=True)
class Environment:
    """Made for one evaluation. `values` are those of shared parts, by name."""

    variables: Variables
    values: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Constant:
    points: int

    def value(self, _environment: Environment) -> int:
        return self.points

    def formula(self) -> str:
        return str(self.points)

    def parts(self) -> "Sequence[Expression]":
        return ()


@dataclass(frozen=True, slots=True, eq=False)
class Sum:
    points: int
    terms: "tuple[Expression, ...]"

    def value(self, environment: Environment) -> int:
        return min(MAX_POINTS, self.points + sum(term.value(environment) for term in self.terms))

    def formula(self) -> str:
        points = [str(self.points)] if self.points else []
        return "(" + " + ".join([*points, *(term.formula() for term in self.terms)]) + ")"

    def parts(self) -> "Sequence[Expression]":
        return self.terms


@dataclass(frozen=True, slots=True, eq=False)
class Product:
    size: "Expression"
    each: "Expression"

    def value(self, environment: Environment) -> int:
        size = self.size.value(environment)
        return min(MAX_POINTS, size * self.each.value(environment)) if size else 0

    def formula(self) -> str:
        return f"{self.size.formula()}*{self.each.formula()}"

    def parts(self) -> "Sequence[Expression]":
        return (self.size, self.each)


@dataclass(frozen=True, slots=True, eq=False)
class Largest:
    """Of an object that may be of several types: what the most expensive one costs."""

    terms: "tuple[Expression, ...]"

    def value(self, environment: Environment) -> int:
        return max(term.value(environment) for term in self.terms)

    def formula(self) -> str:
        return "max(" + ", ".join(term.formula() for term in self.terms) + ")"

    def parts(self) -> "Sequence[Expression]":
        return self.terms


@dataclass(frozen=True, slots=True, eq=False)
class Condition:
    """What `@skip` or `@include` leave in, or out."""

    variable: str
    include: bool
    term: "Expression"

    def value(self, environment: Environment) -> int:
        is_in = bool(environment.variables.get(self.variable)) is self.include
        return self.term.value(environment) if is_in else 0

    def formula(self) -> str:
        return f"[{'' if self.include else '!'}${self.variable}]*{self.term.formula()}"

    def parts(self) -> "Sequence[Expression]":
        return (self.term,)


@dataclass(frozen=True, slots=True, eq=False)
class Size:
    """The length of a list that a variable says: a number, or a list of arguments.

    assumed: without a value.
    maximum: the resolver refuses more, at once.
    """

    variable: str
    assumed: int
    maximum: int

    def value(self, environment: Environment) -> int:
        return sized(environment.variables.get(self.variable), self.assumed, self.maximum)

    def formula(self) -> str:
        return f"${self.variable}"

    def parts(self) -> "Sequence[Expression]":
        return ()


@dataclass(frozen=True, slots=True, eq=False)
class Shared:
    """A part of several others, such as a fragment."""

    name: str
    term: "Expression"

    def value(self, environment: Environment) -> int:
        value = environment.values.get(self.name)
        if value is None:
            value = environment.values[self.name] = self.term.value(environment)
        return value

    def formula(self) -> str:
        return self.name

    def parts(self) -> "Sequence[Expression]":
        return (self.term,)


Expression = Constant | Sum | Product | Largest | Condition | Size | Shared
NOTHING = Constant(0)
ONE = Constant(1)


def sized(value: object, assumed: int, maximum: int) -> int:
    """The length of a list that an argument says. One that the resolver refuses has no objects."""
    if value is None:
        return assumed
    size = len(value) if isinstance(value, list) else value
    if isinstance(size, bool) or not isinstance(size, int):
        return 1  # GraphQL takes a value for a list of one; what is no number is refused
    return size if 0 < size <= maximum else 0


def is_nothing(term: Expression) -> bool:
    return isinstance(term, Constant) and not term.points


def constant(points: int) -> Constant:
    return Constant(min(points, MAX_POINTS))


def sum_of(terms: Iterable[Expression]) -> Expression:
    points, others = 0, list[Expression]()
    for term in terms:
        if isinstance(term, Constant):
            points += term.points
        elif isinstance(term, Sum):
            points += term.points
            others.append(_single(0, term.terms))
        else:
            others.append(term)
    return _single(min(points, MAX_POINTS), tuple(others)) if others else constant(points)


def _single(points: int, terms: tuple[Expression, ...]) -> Expression:
    return Sum(points, terms) if points or len(terms) > 1 else terms[0]


def product(size: Expression, each: Expression) -> Expression:
    if isinstance(size, Constant):
        if isinstance(each, Constant):
            return constant(size.points * each.points)
        if size.points in (0, 1):
            return each if size.points else NOTHING
    return NOTHING if is_nothing(each) else Product(size, each)


def largest(terms: Iterable[Expression]) -> Expression:
    points, others = 0, list[Expression]()
    for term in terms:
        if isinstance(term, Constant):
            points = max(points, term.points)
        else:
            others.append(term)
    every = ([constant(points)] if points else []) + others
    return NOTHING if not every else every[0] if len(every) == 1 else Largest(tuple(every))


def formulas(expression: Expression) -> Iterator[str]:
    """The formula of an expression, and those of its shared parts."""
    yield expression.formula()
    left, names = [expression], set[str]()
    while left:
        part = left.pop()
        if isinstance(part, Shared):
            if part.name in names:
                continue
            names.add(part.name)
            yield f"{part.name} = {part.term.formula()}"
        left += part.parts()
