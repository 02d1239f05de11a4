"""Search results, their pages, and the refusal of vague criteria."""

from typing import Any

import pytest
from support.harness import Harness
from support.resolvers.answers import all_pages
from support.resolvers.search_queries import QUERY, customers, hits, search
from support.utility import ACCOUNT

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
async def test_each_criterion_finds_its_record(at: Harness, by: Any, hit: Any) -> None:
    assert hits(await search(at, **by)) == [hit]


async def test_an_address_finds_premises(at: Harness) -> None:
    assert hits(await search(at, address="1 elm st")) == [("Premise", "P1"), ("Premise", "P2")]


async def test_several_criteria_narrow_the_search(at: Harness) -> None:
    at.held["Customer"] += customers(1, search_name="ada", search_phone="5550999")
    assert hits(await search(at, name="ada")) == [("Customer", "C"), ("Customer", "C0")]
    assert hits(await search(at, name="ada", phone="5550999")) == [("Customer", "C0")]
    assert hits(await search(at, name="ada", email="nobody@example.com")) == []


async def test_an_account_number_narrows_to_its_customer(at: Harness) -> None:
    at.held["Customer"] += customers(1, search_name="ada")
    page = await search(at, name="ada", accountNumber="1001")
    assert hits(page) == [("Customer", "C"), ("BillingAccount", "A1")]


@pytest.mark.parametrize("first", [1, 3, 500])
async def test_pages_give_every_hit_once(at: Harness, first: int) -> None:
    at.held["Customer"] = customers(7, search_name="ada")
    pages = await all_pages(lambda after: search(at, first, after, name="ada"))
    assert [page["pageInfo"]["hasPreviousPage"] for page in pages] == [False, *[True] * (len(pages) - 1)]
    assert [hit for page in pages for hit in hits(page)] == [("Customer", f"C{n}") for n in range(7)]


async def test_a_cursor_belongs_to_its_search(at: Harness) -> None:
    after = (await search(at, name="ada"))["pageInfo"]["endCursor"]
    assert hits(await search(at, after=after, name="ADA")) == []
    result = await at.answer(QUERY, by={"name": "bob"}, after=after)
    assert [each["extensions"]["code"] for each in result.errors] == ["BAD_INPUT"]


@pytest.mark.parametrize(
    ("by", "message"),
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
async def test_a_vague_criterion_is_refused_without_a_query(at: Harness, by: Any, message: str) -> None:
    result = await at.answer(QUERY, by=by)
    assert message in result.errors[0]["message"]
    assert result.errors[0]["extensions"]["code"] == "BAD_INPUT"
    assert result.data == {"search": None}
    assert at.gate.batches == []


async def test_a_failing_system_makes_hits_unknown(at: Harness) -> None:
    at.gate.down = {"CIS": SourceDown}
    result = await at.answer(QUERY, by={"name": "ada", "accountNumber": "1-100"})
    page = result.data["search"]
    assert (page["nodes"], page["pageInfo"]) == (None, None)
    assert page["sources"] == [{"system": "CRM", "state": "OK"}, {"system": "CIS", "state": "DOWN"}]
    assert {each["extensions"]["code"] for each in result.errors} == {"SOURCE_DOWN"}


async def test_an_address_cannot_be_combined_with_a_name(at: Harness) -> None:
    result = await at.answer(QUERY, by={"name": "ada", "address": "1 elm st"})
    assert "search by it alone" in result.errors[0]["message"]


async def test_a_refused_search_costs_itself_alone(at: Harness) -> None:
    query = """query($by: CustomerSearch!, $account: ID!) {
      refused: search(by: $by) { nodes { __typename } } billingAccount(id: $account) { accountNumber } }"""
    result = await at.answer(query, by={"name": "%"}, account=ACCOUNT)
    assert result.data == {"refused": None, "billingAccount": {"accountNumber": "1001"}}
    assert [(each["path"], each["extensions"]["code"]) for each in result.errors] == [(["refused"], "BAD_INPUT")]
