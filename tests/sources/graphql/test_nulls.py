"""Nulls in responses of GraphQL services: absence by position, and rows that say nothing."""

from dataclasses import replace
from typing import Any

import msgspec
import pytest
from support.sources.graphql_service import ask, graphql_source, note, outcomes
from support.sources.harness_graphql import lookup

from gateway.catalog.loader import parse_catalog
from gateway.contract.batch import Lookup
from gateway.errors import InvalidResponse, InvalidRow
from gateway.resolvers.records import RECORDS, RELATIONS
from gateway.sources.base.place import place_of
from gateway.sources.graphql.documents import GraphqlPlace

MANY = lookup(GraphqlPlace(field="notes", keys="owners"))
ALONE = lookup(GraphqlPlace(field="notes", key_param="owner"))
ABSENT = GraphqlPlace(field="notes", keys="owners", absent=("null",))


def replace_place(at: Lookup, **words: Any) -> GraphqlPlace:
    return msgspec.structs.replace(place_of(GraphqlPlace, at), **words)


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


async def test_null_in_place_of_a_keys_list_costs_that_key():
    groups = [[note("1", "7"), note("2", "7")], None, []]
    assert await outcomes_of(MANY, groups, "7", "8", "9") == {"7": ["2", "1"], "8": InvalidRow}
    assert await outcomes_of(lookup(ABSENT), groups, "7", "8", "9") == {"7": ["2", "1"]}
    one = replace(MANY, unique=True)
    assert await outcomes_of(one, groups[1:], "8", "9") == {}
    assert await outcomes_of(one, [note("1", "7"), None], "7", "8") == {"7": ["1"]}


async def test_a_null_row_costs_only_the_key_of_its_list():
    groups = [[note("1", "7"), None], [note("2", "8")]]
    assert await outcomes_of(MANY, groups, "7", "8") == {"7": InvalidRow, "8": ["2"]}


async def test_a_null_in_a_flat_list_of_rows_is_unreadable():
    assert await outcomes_of(MANY, [note("1", "7"), None], "7", "8") == {"7": InvalidRow, "8": InvalidRow}


async def test_nulls_are_absence_where_the_catalog_says_so():
    at = lookup(ABSENT)
    assert await outcomes_of(at, [note("1", "7"), None, None], "7", "8") == {"7": ["1"]}
    assert await outcomes_of(at, None, "7", "8") == {}


async def test_null_in_place_of_a_batch_is_unreadable():
    assert await outcomes_of(MANY, None, "7", "8") == {"7": InvalidResponse, "8": InvalidResponse}


ONE = GraphqlPlace(field="note", key_param="id")
CATALOG = """
[sources.desk]
kind = "graphql"
url = "http://127.0.0.1:1/"
spelling = "camelCase"
[records.AccountAlert]
source = "desk"
fields = { alert_type = "type" }
defaults = { field = "alerts", key_param = "account" }
by.account_id = {}
[records.CreditProfile]
source = "desk"
defaults = { field = "credit", key_param = "account" }
by.account_id = {}
"""


@pytest.mark.parametrize("items", [None, "edges.node"])
async def test_null_in_place_of_a_list_is_not_absence(items: str | None):
    at = lookup(GraphqlPlace(field="notes", key_param="owner", items=items))
    row = note("1", "7") if items is None else {"edges": [{"node": note("1", "7")}]}
    async with graphql_source({"data": {"k0": row, "k1": None}}) as (source, _):
        answers = await ask(source, at, "7", "8")
        assert outcomes(answers) == {"7": ["1"], "8": InvalidRow}
        failed = answers["8"]
        assert isinstance(failed, InvalidRow)
        assert failed.reason == "Note by owner: notes is null; if it means absence, say so with absent"
        absent = replace(at, place=replace_place(at, absent=("null",)))
        assert outcomes(await ask(source, absent, "7", "8")) == {"7": ["1"]}


@pytest.mark.parametrize("changes", [{"by": "id", "key": ("id",), "time": None}, {"unique": True}])
async def test_null_in_place_of_one_record_is_absence(changes: dict[str, Any]):
    async with graphql_source({"data": {"k0": None, "k1": None}}) as (source, _):
        assert outcomes(await ask(source, replace(lookup(ONE), **changes), "7", "8")) == {}


async def test_null_below_one_record_is_not_absence():
    at = replace(lookup(GraphqlPlace(field="account", key_param="id", items="credit")), unique=True)
    async with graphql_source({"data": {"k0": {"credit": None}}}) as (source, _):
        assert outcomes(await ask(source, at, "7")) == {"7": InvalidRow}


def test_the_schema_says_which_lookups_find_one_record():
    catalog = parse_catalog(CATALOG, {}, RECORDS, RELATIONS)
    finds_one = {entry.lookup.name: entry.lookup.finds_one for entry in catalog.entries.values()}
    assert finds_one == {"AccountAlert by account_id": False, "CreditProfile by account_id": True}
    unique = {(each.record, each.by) for each in RELATIONS if each.unique and each.by != ("id",)}
    assert {("AccountBalance", ("account_id",)), ("BillingAccount", ("account_number",))} <= unique
    assert ("ServicePoint", ("meter_number",)) not in unique


async def test_a_null_row_of_a_single_key_costs_that_key():
    data = {"k0": [note("1", "7")], "k1": [note("2", "8"), None]}
    assert await outcomes_of(ALONE, data, "7", "8") == {"7": ["1"], "8": InvalidRow}
