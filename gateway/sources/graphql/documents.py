"""Documents for a GraphQL service, each written once: keys and bounds are its variables, never its text."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import msgspec
from yarl import URL

from gateway.contract.batch import Lookup, Path, Window
from gateway.contract.times import RESOLUTION
from gateway.sources.graphql.place import NAME, GraphqlPlace
from gateway.sources.http.transport import HttpRequest
from gateway.sources.rest.requests import RowSelection

_TICK = timedelta(microseconds=1)


@dataclass(slots=True)
class Documents:
    """The documents of one lookup: one for a list of keys, else one for each number of keys."""

    lookup: Lookup
    _made: dict[int, str] = field(default_factory=dict)

    def call(self, url: str, asked: RowSelection) -> HttpRequest:
        """The request for these keys."""
        place: GraphqlPlace = self.lookup.place
        count = 0 if place.keys else len(asked.keys)
        if count not in self._made:
            self._made[count] = document(self.lookup, count)
        body = {"query": self._made[count], "variables": _variables(place, asked)}
        return HttpRequest(f"query {place.field}", "POST", URL(url, encoded=True), msgspec.json.encode(body))


def document(lookup: Lookup, count: int) -> str:
    """A query for `count` single keys; 0 for a list of any length. ValueError when a name is none."""
    place: GraphqlPlace = lookup.place
    key = {place.keys: "keys"} if place.keys else {f"{place.key}": f"k{n}" for n in range(count)}
    beside = _beside(place)
    selected = _selection(place, _tree(_paths(lookup)))
    if place.keys:
        fields = [f"{place.field}({_arguments({**key, **beside})}){selected}"]
        own = [("keys", place.type_of(place.keys))]
    else:
        name = f"{place.key}"
        fields = [
            f"k{n}: {place.field}({_arguments({name: f'k{n}', **beside})}){selected}" for n in range(count)
        ]
        own = [(f"k{n}", place.type_of(name)) for n in range(count)]
    declared = own + [(variable, place.type_of(name)) for name, variable in beside.items()]
    return f"query({', '.join(f'${name}: {kind}' for name, kind in declared)}) {{ {' '.join(fields)} }}"


def _beside(place: GraphqlPlace) -> dict[str, str]:
    """Arguments that are the same for every key, and their variables."""
    named = {place.since: "since", place.until: "until", place.limit: "limit"}
    bounds = {argument: variable for argument, variable in named.items() if argument}
    return {**bounds, **{name: f"p{n}" for n, name in enumerate(place.params)}}


def _arguments(named: Mapping[Any, str]) -> str:
    return ", ".join(f"{argument}: ${variable}" for argument, variable in named.items())


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
                raise ValueError(f"{name!r} is no name in GraphQL")
            inner = inner.setdefault(name, {})
    return tree


def _selection(place: GraphqlPlace, tree: Mapping[str, Any]) -> str:
    for name in reversed(place.items.split(".") if place.items else ()):
        tree = {name: tree}
    return _written(tree)


def _written(tree: Mapping[str, Any]) -> str:
    return f" {{ {' '.join(f'{name}{_written(inner)}' for name, inner in tree.items())} }}" if tree else ""


def _variables(place: GraphqlPlace, asked: RowSelection) -> dict[str, Any]:
    keys: dict[str, Any] = {f"k{n}": key for n, key in enumerate(asked.keys)}
    constants = {f"p{n}": value for n, value in enumerate(place.params.values())}
    limit = {"limit": asked.size} if place.limit and asked.size else {}
    return {
        **({"keys": asked.keys} if place.keys else keys),
        **constants,
        **_bounds(place, asked.window),
        **limit,
    }


def _bounds(place: GraphqlPlace, window: Window) -> Mapping[str, str | int]:
    """The window's ends, one step wider: whether an end belongs to it differs from service to service."""
    step = RESOLUTION[place.time_format]
    after = window.after.time + _TICK if window.after else None
    upper = min((end for end in (window.until, after) if end), default=None)
    ends = {
        "since": window.since - step if window.since and place.since else None,
        "until": upper + step if upper and place.until else None,
    }
    clock = place.clock
    return {name: clock.write(end, clock.zone or window.zone) for name, end in ends.items() if end}
