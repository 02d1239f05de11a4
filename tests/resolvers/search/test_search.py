"""Search: what fits all criteria, customers first, in pages; what says too little is refused."""

from typing import Any

import pytest
from support.resolvers.search_queries import QUERY, customers, hits, search
from support.world import World

from gateway.errors import SourceDown


@pytest.mark.parametrize(
    ("by", "hit"),
    [
        ({"name": " ADA "}, ("Customer", "C")),
        ({"phone": "(555) 01-00"}, ("Customer", "C")),
        ({"email": "Ada@Example.com"}, ("Customer", "C")),
        ({"identifierLast4": "1234"}, ("Customer", "C")),
        ({"accountNumber": "1002"}, ("BillingAccount", "A2")),
        ({"name": "Áda"}, ("Customer", "C")),
        ({"phone": "555.01.00 ext 7"}, ("Customer", "C")),
    ],
)
async def test_each_criterion_finds_by_what_it_means(at: World, by: Any, hit: Any) -> None:
    assert hits(await search(at, **by)) == [hit]


async def test_an_address_finds_premises(at: World) -> None:
    assert hits(await search(at, address="1 elm st")) == [("Premise", "P1"), ("Premise", "P2")]


async def test_several_criteria_narrow(at: World) -> None:
    at.held["Customer"] += customers(1, search_name="ada", search_phone="5550999")
    assert hits(await search(at, name="ada")) == [("Customer", "C"), ("Customer", "C0")]
    assert hits(await search(at, name="ada", phone="5550999")) == [("Customer", "C0")]
    assert hits(await search(at, name="ada", email="nobody@example.com")) == []


async def test_an_account_s_number_narrows_to_whose_it_is(at: World) -> None:
    at.held["Customer"] += customers(1, search_name="ada")
    page = await search(at, name="ada", accountNumber="1001")
    assert hits(page) == [("Customer", "C"), ("BillingAccount", "A1")]


@pytest.mark.parametrize("first", [1, 3, 500])
async def test_pages_give_every_hit_once(at: World, first: int) -> None:
    at.held["Customer"] = customers(7, search_name="ada")
    seen: list[Any] = []
    after, more = None, True
    while more:
        page = await search(at, first, after, name="ada")
        assert page["pageInfo"]["hasPreviousPage"] == bool(seen)
        seen += hits(page)
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    assert seen == [("Customer", f"C{n}") for n in range(7)]


async def test_a_cursor_is_of_its_own_search(at: World) -> None:
    after = (await search(at, name="ada"))["pageInfo"]["endCursor"]
    assert hits(await search(at, after=after, name="ADA")) == []
    result = await at.answer(QUERY, by={"name": "bob"}, after=after)
    assert [each["extensions"]["code"] for each in result.errors] == ["BAD_INPUT"]


@pytest.mark.parametrize(
    ("by", "said"),
    [
        ({}, "Say at least one of"),
        ({"name": "a"}, "name needs at least 2"),
        ({"name": "   "}, "name needs at least 2"),
        ({"phone": "no digits"}, "phone needs at least 4"),
        ({"identifierLast4": "123"}, "at least 4"),
        ({"identifierLast4": "912-34-5678"}, "takes the last four"),
        ({"name": "ada " * 11}, "at most 200 letters in 10 words"),
        ({"address": "1" * 201}, "at most 200 letters"),
    ],
)
async def test_what_says_too_little_is_refused_and_nobody_is_asked(at: World, by: Any, said: str) -> None:
    result = await at.answer(QUERY, by=by)
    assert said in result.errors[0]["message"]
    assert result.errors[0]["extensions"]["code"] == "BAD_INPUT"
    assert at.gate.batches == []


async def test_a_dead_system_s_hits_are_missing_and_it_is_named(at: World) -> None:
    at.gate.down = {"CIS": SourceDown}
    result = await at.answer(QUERY, by={"name": "ada", "accountNumber": "1-100"})
    page = result.data["search"]
    assert (page["nodes"], page["pageInfo"]) == (None, None)
    assert page["sources"] == [{"system": "CRM", "state": "OK"}, {"system": "CIS", "state": "DOWN"}]
    assert {each["extensions"]["code"] for each in result.errors} == {"SOURCE_DOWN"}


async def test_an_address_and_a_name_together_are_refused_and_not_a_union(at: World) -> None:
    result = await at.answer(QUERY, by={"name": "ada", "address": "1 elm st"})
    assert "cannot be combined" in result.errors[0]["message"]
