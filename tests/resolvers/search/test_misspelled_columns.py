"""A search of a column that keeps case and accents does not look like one without hits."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from support.harness import NEW_YORK
from support.sources.databases import sqlite

from gateway.catalog.loader import parse_catalog
from gateway.config.settings import Config
from gateway.execution.engine import Engine
from gateway.resolvers.records import RECORDS, RELATIONS
from gateway.runtime import open_runtime

CATALOG = """
[sources.crm]
kind = "sql"
url = "{url}"
[records.Customer]
source = "crm"
at = "customers"
by.id = {{}}
by.name = {{ key = "{column}", match = "prefix" }}
by.email = {{ key = "email" }}
[records.Customer.fields]
id = "id"
customer_number = "id"
"""
PAGE = """{ nodes { ... on Customer { customerNumber } } pageInfo { endCursor } totalCountState
  complete searchedOn notSearchedOn sources { state } }"""
BY = f"query($by: CustomerSearch!) {{ search(by: $by) {PAGE} }}"
TEXT = f"query($text: String!) {{ search(text: $text) {PAGE} }}"


@asynccontextmanager
async def gateway(column: str, tmp_path: Any) -> AsyncIterator[Engine]:
    """A gateway over a table with a name as people write it, and one in lower case."""
    async with sqlite() as place:
        await place.run(
            "CREATE TABLE customers (id TEXT, name TEXT, folded TEXT, email TEXT)",
            "INSERT INTO customers VALUES ('C1', 'Ada Lovelace', 'ada lovelace', 'ada@example.com')",
            "INSERT INTO customers VALUES ('C2', 'eva', 'eva', 'eva@example.com')",
        )
        catalog = parse_catalog(CATALOG.format(url=place.url, column=column), {}, RECORDS, RELATIONS)
        async with open_runtime(Config(catalog=tmp_path, zone=NEW_YORK), catalog) as runtime:
            yield runtime.engine


async def page(engine: Engine, query: str, **variables: Any) -> Any:
    result = await engine.execute(query, variables, None)
    assert result.errors == []
    return result.data["search"]


@pytest.mark.parametrize(("query", "variables"), [(BY, {"by": {"name": "Ada"}}), (TEXT, {"text": "Ada"})])
async def test_no_hit_in_an_unfolded_column_is_unknown(tmp_path: Any, query: str, variables: Any) -> None:
    async with gateway("name", tmp_path) as engine:
        for _ in range(2):
            answer = await page(engine, query, **variables)
            assert (answer["nodes"], answer["pageInfo"], answer["totalCountState"]) == (None, None, "UNKNOWN")
            assert (answer["complete"], answer["searchedOn"], answer["notSearchedOn"]) == (False, [], ["NAME"])
            assert answer["sources"] == [{"state": "OK"}]


@pytest.mark.parametrize(("query", "variables"), [(BY, {"by": {"name": "EVA"}}), (TEXT, {"text": "EVA"})])
async def test_hits_in_an_unfolded_column_are_shown(tmp_path: Any, query: str, variables: Any) -> None:
    async with gateway("name", tmp_path) as engine:
        answer = await page(engine, query, **variables)
        assert answer["nodes"] == [{"customerNumber": "C2"}]
        assert (answer["complete"], answer["notSearchedOn"], answer["totalCountState"]) == (False, ["NAME"], "UNKNOWN")


async def test_other_columns_of_the_table_are_searched_wholly(tmp_path: Any) -> None:
    async with gateway("name", tmp_path) as engine:
        await page(engine, TEXT, text="Ada")
        answer = await page(engine, TEXT, text="Ada@Example.com")
        assert (answer["nodes"], answer["complete"]) == ([{"customerNumber": "C1"}], True)
        answer = await page(engine, BY, by={"name": "eva", "email": "ada@example.com"})
        assert (answer["nodes"], answer["searchedOn"], answer["notSearchedOn"]) == (None, ["EMAIL"], ["NAME"])


@pytest.mark.parametrize(("query", "variables"), [(BY, {"by": {"name": "Ádá"}}), (TEXT, {"text": "LOVELACE, Ada"})])
async def test_a_folded_column_is_searched_wholly(tmp_path: Any, query: str, variables: Any) -> None:
    async with gateway("folded", tmp_path) as engine:
        answer = await page(engine, query, **variables)
        assert (answer["nodes"], answer["complete"]) == ([{"customerNumber": "C1"}], True)
        answer = await page(engine, query, **dict.fromkeys(variables, {"name": "zoe"} if query == BY else "zoe"))
        assert (answer["nodes"], answer["complete"], answer["searchedOn"]) == ([], True, ["NAME"])
