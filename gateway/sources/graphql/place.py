"""Where a GraphQL service keeps a lookup's rows, in the catalog's words, and which words do not fit."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import msgspec

from gateway.contract.times import TimeFormat, TimeFormatName

AtLeastOne = Annotated[int, msgspec.Meta(ge=1)]
NAME = re.compile(r"[_A-Za-z][_0-9A-Za-z]*", re.ASCII)
_TYPE = re.compile(r"[\[\]!_0-9A-Za-z]+", re.ASCII)


class GraphqlPlace(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a GraphQL service is asked for one lookup, and where in its answer the rows are.

    field         the field of Query
    keys, key     its argument that takes a list of keys, or the one that takes a single key: then the field
                  is asked once for each key, under other names, in one document
    types         the GraphQL types of arguments, where they are not [ID!]! (keys), ID! (key), DateTime
                  (since and until), Int (limit), or what a constant looks like
    items         the dotted path below the field to the list (`edges.node`); else the field is the list
    params        constants sent along
    since, until  the arguments that bound the time of the rows, written as `time_format` says
    zone          whose wall clock or days the bounds are, where `time_format` is local or date
    limit, max_limit the argument that bounds the rows of each key, and the largest value that is honoured
    max_rows      one answer's rows at most; more are an error, never cut
    """

    field: str
    keys: str | None = None
    key: str | None = None
    types: dict[str, str] = msgspec.field(default_factory=dict)
    items: str | None = None
    params: dict[str, Any] = msgspec.field(default_factory=dict)
    since: str | None = None
    until: str | None = None
    time_format: TimeFormatName = "iso"
    zone: str | None = None
    limit: str | None = None
    max_limit: AtLeastOne | None = None
    max_rows: AtLeastOne = 20_000

    @property
    def clock(self) -> TimeFormat:
        """How the bounds are written."""
        return TimeFormat(self.time_format, ZoneInfo(self.zone) if self.zone else None)

    def type_of(self, argument: str) -> str:
        """The GraphQL type of an argument."""
        usual: dict[str | None, str] = {
            self.keys: "[ID!]!",
            self.key: "ID!",
            self.since: "DateTime",
            self.until: "DateTime",
            self.limit: "Int",
        }
        named = self.types.get(argument) or _looks(self.params).get(argument)
        return named or usual[argument]


def complaints(place: GraphqlPlace) -> list[str]:
    """What makes no sense about a place, each in a sentence."""
    return [*_names(place), *_keys(place), *_types(place), *_times(place)]


def _names(place: GraphqlPlace) -> Iterator[str]:
    arguments = _arguments(place)
    for name in (place.field, *dict.fromkeys(arguments), *(place.items.split(".") if place.items else ())):
        if not NAME.fullmatch(name):
            yield f"{name!r} is no name in GraphQL"
    for name, times in Counter(arguments).items():
        if times > 1:
            yield f"the argument {name!r} is given {times} meanings"


def _keys(place: GraphqlPlace) -> Iterator[str]:
    if (place.keys is None) == (place.key is None):
        yield "say either keys or key: the argument for a list of keys, or for one"
    if place.max_limit and not place.limit:
        yield "max_limit is for a place with a limit"


def _types(place: GraphqlPlace) -> Iterator[str]:
    for argument, written in place.types.items():
        if argument not in _arguments(place):
            yield f"types names {argument!r}, which is no argument of this place"
        if not _TYPE.fullmatch(written):
            yield f"{written!r} is no type in GraphQL"
    for argument in place.params:
        if argument not in place.types and argument not in _looks(place.params):
            yield f"say the type of {argument!r} in types"


def _times(place: GraphqlPlace) -> Iterator[str]:
    if not (place.since or place.until) and (place.time_format != "iso" or place.zone):
        yield "time_format and zone are for since and until, which are not named"
    if place.zone and place.time_format not in ("local", "date"):
        yield f"zone means nothing to time_format = {place.time_format!r}"
    if place.time_format == "local" and not place.zone:
        yield 'time_format = "local" needs the zone whose wall clock it is'
    try:
        _ = place.clock
    except (KeyError, ValueError, OSError):  # not found, or no name of a zone at all
        yield f"there is no zone {place.zone!r}"


def _arguments(place: GraphqlPlace) -> list[str]:
    named = [*place.params, place.keys, place.key, place.since, place.until, place.limit]
    return [name for name in named if name is not None]


def _looks(params: Mapping[str, Any]) -> dict[str, str]:
    words = {str: "String!", bool: "Boolean!", int: "Int!", float: "Float!"}
    return {name: words[type(value)] for name, value in params.items() if type(value) in words}
