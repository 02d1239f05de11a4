"""A call that a service cuts may give one key all its rows, and others none: those are asked again."""

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st
from support.batches import PATIENT
from support.sources.harness_graphql import lookup as graphql_lookup
from support.sources.rest_service import comma_list, serve
from support.sources.rest_sources import MANY, place

from gateway.contract.batch import Answer, Answers, Batch, Window
from gateway.errors import InvalidResponse, InvalidRow
from gateway.sources.graphql.documents import GraphqlPlace
from gateway.sources.graphql.source import GraphqlSettings, open_graphql
from gateway.sources.rest.source import RestSettings, open_rest

LIMIT = place(**MANY, items="rows", limit="n", until="to")
CONNECTION = GraphqlPlace(field="notes", keys="owners", items="edges.node", limit="first", until="to")
SIGNS = ["hasMore", "total", "next", "header"]


class CappedService:
    """The newest rows of each owner, at most `cap` in one response, which says whether it was cut."""

    def __init__(self, counts: Mapping[str, int], cap: int, sign: str = "hasMore") -> None:
        self.counts, self.cap, self.sign = counts, cap, sign
        self.requests: list[str] = []

    def rows(self, owners: Sequence[str], limit: int, until: str) -> tuple[list[dict[str, Any]], int]:
        """The rows of one response, and the number of all that were meant."""
        self.requests.append(f"{','.join(owners)}:{limit}")
        rows = [
            [row for row in map(self.row, [owner] * count, range(count)) if row["at"] <= until][:limit]
            for owner, count in ((owner, self.counts[owner]) for owner in owners)
        ]
        flat = [row for of_owner in rows for row in of_owner]
        return flat[: self.cap], len(flat)

    def row(self, owner: str, number: int) -> dict[str, Any]:
        at = f"2026-06-{30 - number // 24:02}T{23 - number % 24:02}:00:00+00:00"
        return {"id": f"{owner}{number}", "owner": owner, "writer": {"id": owner}, "at": at, "note": ""}

    def signs(self, rows: Sequence[Any], count: int) -> tuple[dict[str, Any], dict[str, str]]:
        """What the response says of its rows, in its body and in a header."""
        is_cut = count > len(rows)
        body = {"hasMore": is_cut, "total": count, "next": "?more" if is_cut else None}
        headers = {"X-Total-Count": str(count)} if self.sign == "header" else {}
        return {self.sign: body[self.sign]} if self.sign in body else {}, headers

    async def rest(self, request: web.Request) -> web.Response:
        limit, until = int(request.query["n"]), request.query.get("to", "9999").replace("Z", "+00:00")
        rows, count = self.rows(comma_list(request, "owners"), limit, until)
        words, headers = self.signs(rows, count)
        return web.json_response({"rows": rows, **words}, headers=headers)

    async def graphql(self, request: web.Request) -> web.Response:
        values = (await request.json())["variables"]
        rows, count = self.rows(values["keys"], values["limit"], values.get("until", "9999").replace("Z", "+00:00"))
        info = {"hasNextPage": count > len(rows), "endCursor": "x"}
        return web.json_response({"data": {"notes": {"edges": [{"node": row} for row in rows], "pageInfo": info}}})


class StingyService(CappedService):
    """Gives two rows of 99 at most, except to a call with owner a."""

    def rows(self, owners: Sequence[str], limit: int, until: str) -> tuple[list[dict[str, Any]], int]:
        rows, _ = super().rows(owners, limit, until)
        return (rows if "a" in owners else rows[:2]), 99


@asynccontextmanager
async def rest(service: CappedService) -> Any:
    async with serve(service.rest) as url, open_rest("notes", RestSettings(url=url)) as source:
        yield source, LIMIT


@asynccontextmanager
async def graphql(service: CappedService) -> Any:
    async with serve(service.graphql) as url, open_graphql("notes", GraphqlSettings(url=url)) as source:
        yield source, graphql_lookup(CONNECTION)


MISREAD = {InvalidResponse, InvalidRow}


async def answers(kind: Any, service: CappedService, wanted_rows: int) -> Answers:
    async with kind(service) as (source, at):
        result: Answers = await source.fetch(Batch(at, tuple(service.counts), Window(limit=wanted_rows)))
    return result


def count(result: Answers) -> dict[str, Any]:
    """How many rows each key has, or its error."""
    return {key: len(each.rows) if isinstance(each, Answer) else type(each) for key, each in result.items()}


@pytest.mark.parametrize("kind", [rest, graphql])
async def test_a_key_cut_by_its_neighbour_is_asked_again(kind: Any):
    service = CappedService({"a": 30, "b": 30}, cap=15)
    assert count(await answers(kind, service, 11)) == {"a": 11, "b": 11}
    assert service.requests == ["a,b:13", "b:13"]


@pytest.mark.parametrize("sign", SIGNS)
async def test_any_sign_has_the_key_asked_again(sign: str):
    service = CappedService({"a": 30, "b": 3, "c": 30}, cap=15, sign=sign)
    assert count(await answers(rest, service, 11)) == {"a": 11, "b": 3, "c": 11}
    assert service.requests == ["a,b,c:13", "b:13", "c:13"]


@pytest.mark.parametrize("kind", [rest, graphql])
async def test_a_key_that_stays_cut_is_misread_alone(kind: Any):
    service = StingyService({"a": 30, "b": 30}, cap=13)
    result = await answers(kind, service, 11)
    assert {key: each in MISREAD or each for key, each in count(result).items()} == {"a": 11, "b": True}
    assert service.requests == ["a,b:13", "b:13"]


@pytest.mark.parametrize("kind", [rest, graphql])
async def test_an_answer_that_no_limit_explains_is_misread(kind: Any):
    service = CappedService({"a": 30, "b": 30}, cap=5)
    assert set(count(await answers(kind, service, 11)).values()) <= MISREAD
    assert service.requests in (["a,b:13"], ["a,b:13", "a:13", "b:13"])  # a service of REST may spare one of them


async def test_keys_with_all_their_rows_are_asked_once():
    service = CappedService({"a": 30, "b": 3}, cap=99)
    assert count(await answers(rest, service, 11)) == {"a": 11, "b": 3}
    assert service.requests == ["a,b:13"]


async def test_many_cut_keys_need_at_most_one_call_each():
    service = CappedService({str(n): 30 for n in range(20)}, cap=13)
    assert set(count(await answers(rest, service, 11)).values()) == {11}
    assert len(service.requests) == 20
    asked_alone = Counter(request.partition(":")[0] for request in service.requests)
    assert max(asked_alone.values()) == 1


@PATIENT
@given(
    st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 40), min_size=1),
    st.integers(1, 60),
    st.integers(1, 9),
    st.sampled_from(SIGNS),
    st.sampled_from([rest, graphql]),
)
async def test_no_cut_answer_looks_whole(counts: dict[str, int], cap: int, wanted_rows: int, sign: str, kind: Any):
    service = CappedService(counts, cap, sign)
    result = await answers(kind, service, wanted_rows)
    for key, number in counts.items():
        assert count(result).get(key, 0) in {min(number, wanted_rows), *MISREAD}
    of_first_limit = [each for each in service.requests if each.endswith(f":{wanted_rows + 2}")]
    assert len(of_first_limit) <= 2 * len(counts)
