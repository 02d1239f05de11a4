"""Where a GraphQL service holds the rows of a lookup, and the documents that ask for them."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal

import msgspec

from gateway.contract.batch import Lookup
from gateway.contract.paths import parse_path
from gateway.sources.base.place import WindowedPlace, duplicate_diagnostics, path_diagnostics, place_of
from gateway.sources.base.windows import RowSelection, window_params
from gateway.sources.graphql.connections import NODES, ConnectionPaging, add_page_info

NAME = re.compile(r"[_A-Za-z][_0-9A-Za-z]*", re.ASCII)
_TYPE = re.compile(r"[\[\]!_0-9A-Za-z]+", re.ASCII)
_TYPE_OF_CONSTANT: Mapping[type, str] = {str: "String!", bool: "Boolean!", int: "Int!", float: "Float!"}


class GraphqlPlace(WindowedPlace, frozen=True, kw_only=True):
    """The query of one lookup, and the rows in its response.

    Parameters are arguments of the field, and `items` is a path below it (`edges.node`).

    field: the field of Query.
    keys: its argument that takes a list of keys.
    key_param: its argument that takes one key; a document then has one aliased field for each key.
    absent: ["null"] if null in place of a list says that there is no row. Null in place of one record always does.
    types: GraphQL types of arguments; the defaults are [ID!]! (keys), ID! (key), DateTime (since and until),
        Int (limit and size), String (after), and the type of a constant.
    paging: how the next page of a connection is requested; its rows are at `edges.node` or `nodes`.
    total: path below the field to the number of all rows of its arguments, by which lists are counted: totalCount.
    """

    field: str
    keys: str | None = None
    key_param: str | None = None
    absent: tuple[Literal["null"], ...] = ()
    types: dict[str, str] = msgspec.field(default_factory=dict)
    paging: ConnectionPaging | None = None
    total: str | None = None

    @property
    def can_count(self) -> bool:
        return self.total is not None

    def argument_types(self) -> dict[str, str]:
        """The GraphQL type of each argument; empty for a constant whose type is not known."""
        types: dict[str | None, str] = {self.keys: "[ID!]!", self.key_param: "ID!", self.limit: "Int"}
        types |= {self.since: "DateTime", self.until: "DateTime"}
        if self.paging:
            types |= {self.paging.after: "String", self.paging.size_param: "Int"}
        constants = {name: _TYPE_OF_CONSTANT.get(type(value), "") for name, value in self.params.items()}
        return {name: kind for name, kind in types.items() if name} | constants | self.types

    def diagnostics(self) -> list[str]:
        return [*self._names(), *self._types(), *self._pages(), *self._totals(), *self.window_diagnostics()]

    def _totals(self) -> Iterator[str]:
        if self.total is None:
            return
        if not self.key_param:
            yield "total needs key_param, as a total of several keys says nothing of one; remove it"
        wrong = list(path_diagnostics([("total", self.total)]))
        yield from wrong
        for name in () if wrong else parse_path(self.total):
            if not NAME.fullmatch(name):
                yield f"{name!r} is not a GraphQL name"

    def _pages(self) -> Iterator[str]:
        if not self.paging:
            return
        if self.limit:
            yield "limit and paging exclude each other; remove one"
        if (self.items or "").partition(".")[0] not in NODES:
            yield "paging needs a connection: items must begin with edges or nodes"
        if any(sign.partition(" = ")[0].lower() == "pageinfo.hasnextpage" for sign in self.ignored_signs):
            yield "paging follows pageInfo.hasNextPage; remove it from ignored_signs"
        if (self.paging.size is None) != (self.paging.size_param is None):
            yield "size and size_param of a paging need each other; set both, or none"

    def _arguments(self) -> list[str]:
        names = [*self.params, self.keys, self.key_param, self.since, self.until, self.limit]
        names += [self.paging.after, self.paging.size_param] if self.paging else []
        return [name for name in names if name is not None]

    def _names(self) -> Iterator[str]:
        arguments = self._arguments()
        wrong = list(path_diagnostics([("items", self.items or None)]))
        yield from wrong
        for name in (self.field, *dict.fromkeys(arguments), *(() if wrong else self.item_path)):
            if not NAME.fullmatch(name):
                yield f"{name!r} is not a GraphQL name"
        yield from duplicate_diagnostics("argument", arguments)
        if (self.keys is None) == (self.key_param is None):
            yield "name the argument for keys, with keys (a list) or key_param (a single one), here or in `defaults`"

    def _types(self) -> Iterator[str]:
        for argument, written in self.types.items():
            if argument not in self._arguments():
                yield f"types has {argument!r}, which is not an argument of this place; remove it"
            if not _TYPE.fullmatch(written):
                yield f"{written!r} is not a GraphQL type"
        for argument, kind in self.argument_types().items():
            if argument not in self.types and not kind:
                yield f"the type of {argument!r} is not known; add it to types"


def document(lookup: Lookup, count: int, *, page_info: bool = True) -> str:
    """A query for `count` single keys; 0 for a list of any length. Raises ValueError for an invalid name.

    page_info: whether connections are asked if more rows follow
    """
    place = place_of(GraphqlPlace, lookup)
    key_param = place.keys or place.key_param or ""
    aliases = {"": "keys"} if place.keys else {f"k{n}: ": f"k{n}" for n in range(count)}
    shared, rows = _shared_arguments(place), _selection_set(place, lookup, page_info=page_info)
    cursors = [{place.paging.after: f"after{n}"} if place.paging else {} for n in range(len(aliases))]
    fields = [
        f"{alias}{place.field}({_arguments({key_param: variable, **shared, **cursor})}){rows}"
        for (alias, variable), cursor in zip(aliases.items(), cursors, strict=True)
    ]
    argument_types = place.argument_types()
    types = dict.fromkeys(aliases.values(), argument_types[key_param])
    for arguments in (shared, *cursors):
        types |= {variable: argument_types[argument] for argument, variable in arguments.items()}
    return f"query({', '.join(f'${name}: {kind}' for name, kind in types.items())}) {{ {' '.join(fields)} }}"


def _shared_arguments(place: GraphqlPlace) -> dict[str, str]:
    """Arguments that are the same for every key, with their variables."""
    bounds = {place.since: "since", place.until: "until", place.limit: "limit"}
    bounds |= {place.paging.size_param: "size"} if place.paging else {}
    constants = {name: f"p{n}" for n, name in enumerate(place.params)}
    return {argument: variable for argument, variable in bounds.items() if argument} | constants


def _arguments(variables: Mapping[str, str]) -> str:
    return ", ".join(f"{argument}: ${variable}" for argument, variable in variables.items())


def _selection_set(place: GraphqlPlace, lookup: Lookup, *, page_info: bool) -> str:
    paths = [*(lookup.paths or ((name,) for name in lookup.columns)), lookup.id, lookup.key]
    tree: dict[str, Any] = {}
    for path in [*paths, lookup.time.path if lookup.time and lookup.id else None]:
        inner = tree
        for name in path or ():
            if not NAME.fullmatch(name):
                raise ValueError(f"{name!r} is not a GraphQL name")
            inner = inner.setdefault(name, {})
    for name in reversed(place.item_path):
        tree = {name: tree}
    if page_info:
        add_page_info(tree, ("hasNextPage", "endCursor") if place.paging else ("hasNextPage",))
    return _written(tree)


def _written(tree: Mapping[str, Any]) -> str:
    return f" {{ {' '.join(f'{name}{_written(inner)}' for name, inner in tree.items())} }}" if tree else ""


def variables(place: GraphqlPlace, lookup: Lookup, selection: RowSelection) -> dict[str, Any]:
    """The values of a document's variables."""
    arguments = {**window_params(place, lookup, selection), **place.params}
    if place.paging and place.paging.size_param:
        arguments[place.paging.size_param] = place.paging.size
    names = _shared_arguments(place)
    keys: dict[str, Any] = {f"k{n}": key for n, key in enumerate(selection.keys)}
    return ({"keys": selection.keys} if place.keys else keys) | {
        names[argument]: value for argument, value in arguments.items()
    }
