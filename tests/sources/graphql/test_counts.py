"""Counts at GraphQL services: the total of a connection, for many keys in one document."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from sources.graphql.test_connections import PAGED, graphql_source
from support.sources.harness_graphql import lookup

from gateway.contract.batch import COUNT, Answer, Batch, Window
from gateway.errors import InvalidRow
from gateway.sources.graphql.documents import GraphqlPlace
from gateway.sources.graphql.source import GraphqlSource

PLACE = GraphqlPlace(field="notes", key_param="owner", items="edges.node", paging=PAGED, total="totalCount")
DEEP = GraphqlPlace(field="account", key_param="id", items="notes.nodes", total="notes.totalCount", absent=("null",))
BOUNDED = GraphqlPlace(
    field="notes", key_param="owner", items="nodes", since="from", until="to", total="totalCount", limit="newest"
)
JULY, AUGUST = datetime(2026, 7, 1, tzinfo=UTC), datetime(2026, 8, 1, tzinfo=UTC)


async def counts(source: GraphqlSource, place: GraphqlPlace, *keys: str, window: Window | None = None) -> Any:
    assert place.diagnostics() == []
    answers = await source.fetch(Batch(lookup(place), keys, window or Window(count=True)))
    return {key: answer.rows[0][COUNT] if isinstance(answer, Answer) else answer for key, answer in answers.items()}


async def test_one_document_counts_many_keys_without_records() -> None:
    data = {"data": {"k0": {"totalCount": 12}, "k1": {"totalCount": 0}}}
    async with graphql_source(lambda _: data) as (source, sent):
        assert await counts(source, PLACE, "7", "8") == {"7": 12, "8": 0}
    [body] = sent
    aliases = "k0: notes(owner: $k0, first: $p0) { totalCount } k1: notes(owner: $k1, first: $p0) { totalCount }"
    assert body["query"] == f"query($k0: ID!, $k1: ID!, $p0: Int!) {{ {aliases} }}"
    assert body["variables"] == {"k0": "7", "k1": "8", "p0": 1}


async def test_a_total_may_stand_below_the_field() -> None:
    data = {"data": {"k0": {"notes": {"totalCount": 3}}, "k1": None}}
    async with graphql_source(lambda _: data) as (source, _):
        assert await counts(source, DEEP, "7", "8") == {"7": 3, "8": 0}


async def test_bounds_are_asked_a_step_wider_and_narrower() -> None:
    async with graphql_source(lambda _: {"data": {"k0": {"totalCount": 5}}}) as (source, sent):
        assert await counts(source, BOUNDED, "7", window=Window(JULY, AUGUST, count=True)) == {"7": 5}
    bounds = sorted((body["variables"]["since"], body["variables"]["until"]) for body in sent)
    assert [since[:19] for since, _ in bounds] == ["2026-06-30T23:59:59", "2026-07-01T00:00:01"]
    assert [until[:19] for _, until in bounds] == ["2026-08-01T00:00:01", "2026-07-31T23:59:59"]


async def test_different_numbers_of_both_bounds_are_unknown() -> None:
    def answer(body: dict[str, Any]) -> Any:
        return {"data": {"k0": {"totalCount": 5 if body["variables"]["since"] < "2026-07" else 4}}}

    async with graphql_source(answer) as (source, _):
        assert await counts(source, BOUNDED, "7", window=Window(JULY, AUGUST, count=True)) == {"7": None}


@pytest.mark.parametrize("value", [None, "many", {}])
async def test_a_total_that_is_no_number_fails_its_key(value: Any) -> None:
    data = {"data": {"k0": {"totalCount": value}, "k1": {"totalCount": 2}}}
    async with graphql_source(lambda _: data) as (source, _):
        numbers = await counts(source, PLACE, "7", "8")
    assert (type(numbers["7"]), numbers["8"]) == (InvalidRow, 2)


async def test_an_error_is_that_of_its_key() -> None:
    errors = [{"message": "no", "path": ["k0"]}]
    data = {"data": {"k0": None, "k1": {"totalCount": 2}}, "errors": errors}
    async with graphql_source(lambda _: data) as (source, _):
        numbers = await counts(source, PLACE, "7", "8")
    assert (type(numbers["7"]), numbers["8"]) == (InvalidRow, 2)


async def test_rows_are_read_as_before_a_total_was_named() -> None:
    page = {"edges": [], "pageInfo": {"hasNextPage": False, "endCursor": None}}
    async with graphql_source(lambda _: {"data": {"k0": page}}) as (source, sent):
        assert await source.fetch(Batch(lookup(PLACE), ("7",))) == {}
    assert "totalCount" not in sent[0]["query"]


def test_a_total_needs_a_field_for_each_key() -> None:
    of_all = GraphqlPlace(field="notes", keys="owners", total="totalCount")
    assert of_all.diagnostics() == ["total needs key_param, as a total of several keys says nothing of one; remove it"]
    assert GraphqlPlace(field="n", key_param="k", total="a-b").diagnostics() == ["'a-b' is not a GraphQL name"]
    assert lookup(PLACE).can_count
    assert not replace(lookup(PLACE), time=None).can_count
