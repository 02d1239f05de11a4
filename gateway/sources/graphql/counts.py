"""Counts at GraphQL services: the field of a connection that says how many rows there are."""

from collections.abc import Sequence
from dataclasses import replace

import msgspec

from gateway.contract.batch import COUNT, Lookup, Row
from gateway.contract.paths import value_at
from gateway.contract.sign_values import number_in
from gateway.errors import InvalidRow, SourceError
from gateway.sources.base.place import place_of
from gateway.sources.graphql.documents import GraphqlPlace


def total_lookup(lookup: Lookup) -> Lookup:
    """A lookup whose only row of a key is the object with the total: a document without records."""
    place = place_of(GraphqlPlace, lookup)
    items, _, name = (place.total or "").rpartition(".")
    size = {place.paging.size_param: 1} if place.paging and place.paging.size_param else {}
    params = place.params | size
    around = msgspec.structs.replace(place, items=items or None, params=params, paging=None, limit=None)
    return replace(lookup, place=around, key=None, id=None, columns=(name,), paths=((name,),))


def count_row(source: str, lookup: Lookup, rows: Sequence[Row] | SourceError) -> Sequence[Row] | SourceError:
    """The count that the row of such a lookup tells; no row is 0."""
    if isinstance(rows, SourceError):
        return rows
    numbers = [number_in(value_at(row, lookup.paths[0])) for row in rows]
    if None in numbers:
        return InvalidRow(source, f"{lookup.name}: the response has no number at total")
    return [{COUNT: sum(number or 0 for number in numbers)}]
