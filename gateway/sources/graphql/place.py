"""Where a GraphQL service holds the rows of a lookup."""

import re
from collections.abc import Iterator, Mapping

import msgspec

from gateway.sources.base.place import WindowedPlace, duplicate_diagnostics

NAME = re.compile(r"[_A-Za-z][_0-9A-Za-z]*", re.ASCII)
_TYPE = re.compile(r"[\[\]!_0-9A-Za-z]+", re.ASCII)
_TYPE_OF_CONSTANT: Mapping[type, str] = {str: "String!", bool: "Boolean!", int: "Int!", float: "Float!"}


class GraphqlPlace(WindowedPlace, frozen=True, kw_only=True):
    """The query of one lookup, and the rows in its response.

    Parameters are arguments of the field, and `items` is a path below it (`edges.node`).

    field: the field of Query.
    keys: its argument that takes a list of keys.
    key: its argument that takes one key; a document then has one aliased field for each key.
    types: GraphQL types of arguments; the defaults are [ID!]! (keys), ID! (key), DateTime (since and until),
        Int (limit), and the type of a constant.
    """

    field: str
    keys: str | None = None
    key: str | None = None
    types: dict[str, str] = msgspec.field(default_factory=dict)

    def type_of(self, argument: str) -> str:
        """The GraphQL type of an argument."""
        default: dict[str | None, str] = {
            self.keys: "[ID!]!",
            self.key: "ID!",
            self.since: "DateTime",
            self.until: "DateTime",
            self.limit: "Int",
        }
        return self.types.get(argument) or self._constant_types().get(argument) or default[argument]

    def diagnostics(self) -> list[str]:
        return [*self._names(), *self._keys(), *self._types(), *self.window_diagnostics()]

    def _arguments(self) -> list[str]:
        names = [*self.params, self.keys, self.key, self.since, self.until, self.limit]
        return [name for name in names if name is not None]

    def _constant_types(self) -> dict[str, str]:
        types = {name: _TYPE_OF_CONSTANT.get(type(value)) for name, value in self.params.items()}
        return {name: kind for name, kind in types.items() if kind is not None}

    def _names(self) -> Iterator[str]:
        arguments = self._arguments()
        for name in (self.field, *dict.fromkeys(arguments), *self.item_path):
            if not NAME.fullmatch(name):
                yield f"{name!r} is not a GraphQL name"
        yield from duplicate_diagnostics("argument", arguments)

    def _keys(self) -> Iterator[str]:
        if (self.keys is None) == (self.key is None):
            yield "name the argument for keys, either with keys (a list) or with key (a single one)"

    def _types(self) -> Iterator[str]:
        for argument, written in self.types.items():
            if argument not in self._arguments():
                yield f"types has {argument!r}, which is not an argument of this place; remove it"
            if not _TYPE.fullmatch(written):
                yield f"{written!r} is not a GraphQL type"
        for argument in self.params:
            if argument not in self.types and argument not in self._constant_types():
                yield f"the type of {argument!r} is not known; add it to types"
