"""Where a GraphQL service holds the rows of a lookup, and the documents that ask for them."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
from yarl import URL

from gateway.contract.batch import Lookup, Path
from gateway.sources.base.place import WindowedPlace, duplicate_diagnostics, place_of
from gateway.sources.base.windows import RowSelection, window_bounds
from gateway.sources.http.transport import HttpRequest

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


@dataclass(slots=True)
class Documents:
    """The documents of one lookup: one for a list of keys, else one for each number of keys."""

    lookup: Lookup
    _by_count: dict[int, str] = field(default_factory=dict)

    def request(self, url: str, selection: RowSelection) -> HttpRequest:
        place = place_of(GraphqlPlace, self.lookup)
        count = 0 if place.keys else len(selection.keys)
        if count not in self._by_count:
            self._by_count[count] = document(self.lookup, count)
        body = {"query": self._by_count[count], "variables": _variables(place, self.lookup, selection)}
        encoded = msgspec.json.encode(body)
        return HttpRequest(f"query {place.field}", "POST", URL(url, encoded=True), encoded)


def document(lookup: Lookup, count: int) -> str:
    """A query for `count` single keys; 0 for a list of any length. Raises ValueError for an invalid name."""
    place = place_of(GraphqlPlace, lookup)
    key_argument = place.keys or place.key or ""
    aliases = {"": "keys"} if place.keys else {f"k{n}: ": f"k{n}" for n in range(count)}
    shared, rows = _shared_arguments(place), _selection_set(place, _tree(_paths(lookup)))
    fields = [
        f"{alias}{place.field}({_arguments({key_argument: variable, **shared})}){rows}"
        for alias, variable in aliases.items()
    ]
    types = {variable: place.type_of(key_argument) for variable in aliases.values()}
    types |= {variable: place.type_of(argument) for argument, variable in shared.items()}
    return f"query({', '.join(f'${name}: {kind}' for name, kind in types.items())}) {{ {' '.join(fields)} }}"


def _shared_arguments(place: GraphqlPlace) -> dict[str, str]:
    """Arguments that are the same for every key, with their variables."""
    bounds = {place.since: "since", place.until: "until", place.limit: "limit"}
    constants = {name: f"p{n}" for n, name in enumerate(place.params)}
    return {argument: variable for argument, variable in bounds.items() if argument} | constants


def _arguments(variables: Mapping[str, str]) -> str:
    return ", ".join(f"{argument}: ${variable}" for argument, variable in variables.items())


def _paths(lookup: Lookup) -> Iterable[Path]:
    yield from lookup.paths or ((name,) for name in lookup.columns)
    if lookup.id:
        yield lookup.id
    if lookup.key:
        yield lookup.key
    if lookup.time:
        yield lookup.time.path


def _tree(paths: Iterable[Path]) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for path in paths:
        inner = tree
        for name in path:
            if not NAME.fullmatch(name):
                raise ValueError(f"{name!r} is not a GraphQL name")
            inner = inner.setdefault(name, {})
    return tree


def _selection_set(place: GraphqlPlace, tree: Mapping[str, Any]) -> str:
    for name in reversed(place.item_path):
        tree = {name: tree}
    return _written(tree)


def _written(tree: Mapping[str, Any]) -> str:
    return f" {{ {' '.join(f'{name}{_written(inner)}' for name, inner in tree.items())} }}" if tree else ""


def _variables(place: GraphqlPlace, lookup: Lookup, selection: RowSelection) -> dict[str, Any]:
    arguments = {**window_bounds(place, lookup, selection.window), **place.params}
    if place.limit and selection.limit:
        arguments[place.limit] = selection.limit
    variables = _shared_arguments(place)
    keys: dict[str, Any] = {f"k{n}": key for n, key in enumerate(selection.keys)}
    return ({"keys": selection.keys} if place.keys else keys) | {
        variables[argument]: value for argument, value in arguments.items()
    }
