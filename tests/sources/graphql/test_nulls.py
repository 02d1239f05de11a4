"""Nulls in responses of GraphQL services: absence by position, and rows that say nothing."""

from dataclasses import replace
from typing import Any

import pytest
from support.sources.graphql_service import ask, graphql_source, note, outcomes
from support.sources.harness_graphql import lookup

from gateway.contract.batch import Lookup
from gateway.errors import InvalidResponse, InvalidRow
from gateway.sources.graphql.documents import GraphqlPlace

MANY = lookup(GraphqlPlace(field="notes", keys="owners"))
ALONE = lookup(GraphqlPlace(field="notes", key_param="owner"))


def by_id(**words: Any) -> Lookup:
    return replace(lookup(GraphqlPlace(field="notes", keys="ids", **words)), by="id", key=("id",), time=None)


async def outcomes_of(at: Lookup, notes: Any, *keys: str, errors: Any = ()) -> dict[str, Any]:
    data = notes if at is ALONE else {"notes": notes}
    async with graphql_source({"data": data, "errors": list(errors)}) as (source, _):
        return outcomes(await ask(source, at, *keys))


@pytest.mark.parametrize(
    ("notes", "expected"),
    [([note("1", "7"), None], {"1": ["1"]}), ([None, note("2", "7")], {"2": ["2"]}), ([None, None], {})],
)
async def test_null_at_the_place_of_an_id_is_absence(notes: Any, expected: Any):
    assert await outcomes_of(by_id(), notes, "1", "2") == expected


async def test_null_in_an_edge_is_absence_by_position():
    edges = {"edges": [{"node": note("1", "7")}, {"node": None}, None]}
    assert await outcomes_of(by_id(items="edges.node"), edges, "1", "2", "3") == {"1": ["1"]}


@pytest.mark.parametrize("notes", [[None, note("1", "7")], [note("1", "7"), None, None]])
async def test_a_null_at_an_unknown_place_is_unreadable(notes: Any):
    assert await outcomes_of(by_id(), notes, "1", "2") == {"1": InvalidRow, "2": InvalidRow}


async def test_an_error_at_a_null_belongs_to_its_id():
    errors = [{"message": "", "path": ["notes", 1]}]
    assert await outcomes_of(by_id(), [note("1", "7"), None], "1", "2", errors=errors) == {"1": ["1"], "2": InvalidRow}


async def test_null_in_place_of_a_keys_list_is_absence():
    groups = [[note("1", "7"), note("2", "7")], None, []]
    assert await outcomes_of(MANY, groups, "7", "8", "9") == {"7": ["2", "1"]}


async def test_a_null_row_costs_only_the_key_of_its_list():
    groups = [[note("1", "7"), None], [note("2", "8")]]
    assert await outcomes_of(MANY, groups, "7", "8") == {"7": InvalidRow, "8": ["2"]}


async def test_a_null_in_a_flat_list_of_rows_is_unreadable():
    assert await outcomes_of(MANY, [note("1", "7"), None], "7", "8") == {"7": InvalidRow, "8": InvalidRow}


async def test_nulls_are_absence_where_the_catalog_says_so():
    at = lookup(GraphqlPlace(field="notes", keys="owners", absent=("null",)))
    assert await outcomes_of(at, [note("1", "7"), None, None], "7", "8") == {"7": ["1"]}
    assert await outcomes_of(at, None, "7", "8") == {}


async def test_null_in_place_of_a_batch_is_unreadable():
    assert await outcomes_of(MANY, None, "7", "8") == {"7": InvalidResponse, "8": InvalidResponse}


async def test_null_for_a_single_key_is_absence():
    assert await outcomes_of(ALONE, {"k0": [note("1", "7")], "k1": None}, "7", "8") == {"7": ["1"]}


async def test_a_null_row_of_a_single_key_costs_that_key():
    data = {"k0": [note("1", "7")], "k1": [note("2", "8"), None]}
    assert await outcomes_of(ALONE, data, "7", "8") == {"7": ["1"], "8": InvalidRow}
