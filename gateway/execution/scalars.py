"""Custom scalars: their specifications, and values that are not of their type.

GraphQL refuses a whole request for one scalar that cannot be parsed. Here such a value costs its field alone: parsing
gives an UnreadableValue, and the field that is passed one raises BadInput.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import graphql
import strawberry

from gateway.errors import BadInput
from gateway.errors.reasons import Reason
from gateway.resolvers.graph.values import Url

RFC = "https://datatracker.ietf.org/doc/html/"
XSD = "https://www.w3.org/TR/xmlschema11-2/"
_DECIMAL = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)", re.ASCII)
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+", re.ASCII)


@dataclass(frozen=True, slots=True)
class UnreadableValue:
    """What stands in for a value that is not of its type. `form` says what is expected."""

    form: str


def _parser(parse: Callable[[str], object], form: str) -> Callable[[Any], object]:
    def parse_value(value: Any) -> object:
        try:
            return parse(value)
        except (TypeError, ValueError):
            return UnreadableValue(form)

    return parse_value


def _decimal(text: str) -> Decimal:
    if not _DECIMAL.fullmatch(text):
        raise ValueError
    return Decimal(text)


def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError
    return instant


def _url(text: str) -> Url:
    if not _URL.fullmatch(text):
        raise ValueError
    return Url(text)


DECIMAL = strawberry.scalar(
    name="Decimal",
    description='A decimal number as text, such as "12.50"; never a float.',
    specified_by_url=f"{XSD}#decimal",
    serialize=lambda value: format(value, "f"),
    parse_value=_parser(_decimal, 'a decimal number as text, such as "12.50"'),
)
DATE = strawberry.scalar(
    name="Date",
    description="A calendar day as YYYY-MM-DD (ISO 8601).",
    specified_by_url=f"{RFC}rfc3339#section-5.6",
    serialize=date.isoformat,
    parse_value=_parser(date.fromisoformat, "a day, such as 2026-11-15"),
)
DATE_TIME = strawberry.scalar(
    name="DateTime",
    description="An instant in RFC 3339 format, always with an offset.",
    specified_by_url=f"{RFC}rfc3339#section-5.6",
    serialize=datetime.isoformat,
    parse_value=_parser(_instant, "an instant with offset, such as 2026-11-15T12:00:00-05:00"),
)
URL = strawberry.scalar(
    name="Url",
    description="An absolute URL (RFC 3986).",
    specified_by_url=f"{RFC}rfc3986",
    serialize=str,
    parse_value=_parser(_url, "an absolute URL"),
)
SCALARS: Mapping[object, Any] = {Decimal: DECIMAL, date: DATE, datetime: DATE_TIME, Url: URL}
_NAMES = {"Decimal", "Date", "DateTime", "Url"}


def refuse_unreadable_values(schema: graphql.GraphQLSchema) -> None:
    """Make every field that takes such a scalar raise BadInput for an unreadable one. Other fields stay as they are."""
    for kind in schema.type_map.values():
        if isinstance(kind, graphql.GraphQLObjectType) and not kind.name.startswith("__"):
            for field in kind.fields.values():
                if field.resolve and any(_holds_scalar(each.type, set()) for each in field.args.values()):
                    field.resolve = _checked(field.resolve)


def _holds_scalar(kind: graphql.GraphQLInputType, above: set[str]) -> bool:
    """Whether a type is, or has a field of, one of the scalars. `above` are the input types around it."""
    named = graphql.get_named_type(kind)
    if not isinstance(named, graphql.GraphQLInputObjectType):
        return named.name in _NAMES
    if named.name in above:
        return False
    return any(_holds_scalar(field.type, above | {named.name}) for field in named.fields.values())


def _checked(resolve: graphql.GraphQLFieldResolver) -> graphql.GraphQLFieldResolver:
    def checked(source: Any, info: graphql.GraphQLResolveInfo[Any], **arguments: Any) -> Any:
        for path, form in _unreadable(arguments, ""):
            raise BadInput(f"{path} is not valid: write {form}.", Reason.INVALID_VALUE, path)
        return resolve(source, info, **arguments)

    return checked


def _unreadable(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """The path and the expected form of each unreadable value."""
    if isinstance(value, UnreadableValue):
        yield path, value.form
    elif isinstance(value, dict):
        for name, each in value.items():
            yield from _unreadable(each, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for each in value:
            yield from _unreadable(each, path)
