"""One box asks each index that its text may be for, all in one round, and says which it asked."""

from typing import Any

import pytest
from support.harness import Harness, catalog_text, harness
from support.resolvers.answers import all_pages
from support.resolvers.search_queries import TEXT_QUERY, customers, hits, search_text
from support.rows import row
from support.utility import utility

from gateway.contract.batch import Batch
from gateway.errors import SourceDown
from gateway.resolvers.search.execution import MAX_HITS

NUMBERS = ["ACCOUNT_NUMBER", "CUSTOMER_NUMBER", "METER_NUMBER", "BILL_NUMBER", "PAYMENT_NUMBER"]


def keys(batches: list[Batch]) -> dict[str, tuple[str, ...]]:
    return {each.lookup.name: each.keys for each in batches}


def found_by(page: Any) -> list[list[str]]:
    return [edge["matchedOn"] for edge in page["edges"]]


async def test_a_number_asks_every_index_of_numbers_at_once(at: Harness) -> None:
    page = await search_text(at, "1001", 5)
    assert hits(page) == [("BillingAccount", "A1")]
    assert found_by(page) == [["ACCOUNT_NUMBER"]]
    assert keys(at.gate.batches) == {
        "BillingAccount by account_number": ("1001",),
        "Customer by customer_number": ("1001",),
        "ServicePoint by meter_number": ("1001",),
        "Bill by bill_number": ("1001",),
        "Payment by payment_number": ("1001",),
    }
    assert len(at.gate.rounds) == 1
    assert (page["searchedOn"], page["notSearchedOn"]) == (NUMBERS, [])
    assert (page["complete"], page["totalCount"]) == (True, 1)


async def test_a_phone_number_may_be_a_number_too(at: Harness) -> None:
    at.held["Customer"][0] |= {"search_phone": "15552000100"}
    page = await search_text(at, "555-200-0100")
    assert hits(page) == [("Customer", "C")]
    assert found_by(page) == [["PHONE"]]
    assert page["searchedOn"] == [*NUMBERS, "PHONE"]
    assert keys(at.gate.batches)["Customer by phone"] == ("5552000100", "15552000100")
    assert keys(at.gate.batches)["BillingAccount by account_number"] == ("555-200-0100", "5552000100")
    assert len(at.gate.rounds) == 1


@pytest.mark.parametrize(
    ("text", "hit", "criterion"),
    [
        ("Ada <ADA@example.com>", ("Customer", "C"), "EMAIL"),
        ("c-1 00", ("Customer", "C"), "CUSTOMER_NUMBER"),
        ("1 elm street", ("Premise", "P1"), "ADDRESS"),
        ("Alder, Ada", ("Customer", "C"), "NAME"),
        ("ALDER ada", ("Customer", "C"), "NAME"),
        ("e-123 45", ("Premise", "P1"), "METER_NUMBER"),
        ("b 10045", ("BillingAccount", "A1"), "BILL_NUMBER"),
        ("y-20045", ("BillingAccount", "A1"), "PAYMENT_NUMBER"),
    ],
)
async def test_each_kind_of_text_finds_its_record(at: Harness, text: str, hit: Any, criterion: str) -> None:
    at.held["Customer"][0] |= {"customer_number": "C100", "search_name": "ada alder"}
    at.held["ServicePoint"][0]["search_meter_number"] = "E12345"
    at.held["Bill"][0]["bill_number"] = "B10045"
    at.held["Payment"][0]["payment_number"] = "Y-20045"
    page = await search_text(at, text)
    assert hits(page)[:1] == [hit]
    assert found_by(page)[:1] == [[criterion]]


async def test_a_meter_takes_one_round_more_to_its_premise(at: Harness) -> None:
    for point in at.held["ServicePoint"]:
        point["search_meter_number"] = "E12345"
    page = await search_text(at, "E12345")
    assert hits(page) == [("Premise", "P1"), ("Premise", "P2")]
    assert [sorted(each.lookup.name for each in sent) for sent in at.gate.rounds][1:] == [["Premise by id"]]


async def test_exact_numbers_stand_before_names(at: Harness) -> None:
    at.held["Customer"] = customers(3, search_name="1001 club")
    at.held["BillingAccount"][0]["account_number"] = "1001 CLUB1"
    page = await search_text(at, "1001 club")
    assert [kind for kind, _ in hits(page)] == ["Customer"] * 3
    at.held["Customer"][2] |= {"customer_number": "X12", "search_name": "x12"}
    at.held["Customer"][0]["search_name"] = "x12"
    page = await search_text(at, "x12")
    assert hits(page) == [("Customer", "C0"), ("Customer", "C2")]


async def test_a_record_is_one_hit_with_all_that_matched(at: Harness) -> None:
    at.held["Customer"] = customers(3, search_name="7001 main", search_phone="70017001")
    at.held["Customer"][1]["customer_number"] = "70017001"
    page = await search_text(at, "7001 7001")
    assert hits(page) == [("Customer", "C1"), ("Customer", "C0"), ("Customer", "C2")]
    assert found_by(page) == [["CUSTOMER_NUMBER", "PHONE"], ["PHONE"], ["PHONE"]]
    assert page["totalCount"] == 3


@pytest.mark.parametrize("first", [1, 2, 3, 500])
async def test_pages_give_every_hit_once(at: Harness, first: int) -> None:
    at.held["Customer"] = customers(5, search_phone="70017001")
    at.held["Customer"][3]["customer_number"] = "70017001"
    at.held["BillingAccount"][1]["account_number"] = "70017001"
    pages = await all_pages(lambda after: search_text(at, "7001-7001", first, after))
    assert [each["pageInfo"]["hasPreviousPage"] for each in pages] == [False, *[True] * (len(pages) - 1)]
    assert [key for page in pages for _, key in hits(page)] == ["A2", "C3", "C0", "C1", "C2", "C4"]
    assert pages[-1]["totalCount"] == 6


async def test_a_page_requests_one_hit_more_than_it_shows(at: Harness) -> None:
    at.held["Customer"] = customers(7, search_name="ada")
    page = await search_text(at, "ada", 3)
    assert [(each.lookup.name, each.window.first) for each in at.gate.batches] == [("Customer by name", 4)]
    await search_text(at, "ada", 2, page["pageInfo"]["endCursor"])
    assert [each.window.first for each in at.gate.batches] == [6]


async def test_a_cursor_belongs_to_its_text(at: Harness) -> None:
    after = (await search_text(at, "ada"))["pageInfo"]["endCursor"]
    assert hits(await search_text(at, " ada ", after=after)) == []
    for variables in ({"text": "adam", "after": after}, {"text": "ada", "after": "x"}):
        result = await at.answer(TEXT_QUERY, **variables)
        assert result.errors[0]["extensions"]["reason"] in ("FOREIGN_CURSOR", "INVALID_CURSOR")
        assert result.errors[0]["extensions"]["argument"] == "after"


async def test_hits_of_other_systems_stay_when_one_fails(at: Harness) -> None:
    at.gate.down = {"CRM": SourceDown}
    page = await search_text(at, "1001")
    assert hits(page) == [("BillingAccount", "A1")]
    assert (page["complete"], page["totalCount"]) == (False, None)
    assert page["notSearchedOn"] == ["CUSTOMER_NUMBER"]
    assert {"system": "CRM", "state": "DOWN"} in page["sources"]


async def test_no_hit_and_a_failure_are_unknown(at: Harness) -> None:
    at.gate.down = {"CRM": SourceDown}
    result = await at.answer(TEXT_QUERY, text="4711")
    page = result.data["search"]
    assert (page["nodes"], page["edges"], page["pageInfo"]) == (None, None, None)
    assert {each["extensions"]["code"] for each in result.errors} == {"SOURCE_DOWN"}
    assert page["searchedOn"] == ["ACCOUNT_NUMBER", "METER_NUMBER", "BILL_NUMBER", "PAYMENT_NUMBER"]


async def test_hits_that_were_away_come_on_a_later_page(at: Harness) -> None:
    at.held["Customer"] = customers(3, search_phone="70017001")
    at.held["BillingAccount"][1]["account_number"] = "70017001"
    at.gate.down = {"CIS": SourceDown}
    first = await search_text(at, "70017001", 2)
    at.gate.down = {}
    at.engine.finder.source_health.last_status.clear()
    rest = await search_text(at, "70017001", 5, first["pageInfo"]["endCursor"])
    assert [key for page in (first, rest) for _, key in hits(page)] == ["C0", "C1", "A2", "C2"]
    assert (first["complete"], rest["complete"]) == (False, True)


async def test_a_bill_whose_account_is_away_is_an_account(at: Harness) -> None:
    at.held["Bill"][0]["bill_number"] = "B10045"
    at.gate.down = {"BillingAccount by id": SourceDown}
    page = await search_text(at, "B10045")
    assert hits(page) == [("BillingAccount", "A1")]


async def test_criteria_without_an_index_are_named() -> None:
    lookups = {"meter_number", "bill_number", "payment_number"}
    async with harness(utility(1), text=catalog_text(lookups=lambda _, by: by not in lookups)) as at:
        page = await search_text(at, "4711")
        assert (page["nodes"], page["complete"], page["totalCount"]) == ([], True, 0)
        assert page["searchedOn"] == ["ACCOUNT_NUMBER", "CUSTOMER_NUMBER"]
        assert page["notSearchedOn"] == ["METER_NUMBER", "BILL_NUMBER", "PAYMENT_NUMBER"]
        assert at.gate.batch_names() == ["BillingAccount by account_number x 1", "Customer by customer_number x 1"]


async def test_a_text_without_any_index_is_unknown() -> None:
    async with harness(utility(1), text=catalog_text(lookups=lambda _, by: by != "email")) as at:
        page = await search_text(at, "ada@example.com")
        assert (page["nodes"], page["complete"]) == (None, False)
        assert (page["searchedOn"], page["notSearchedOn"]) == ([], ["EMAIL"])


async def test_an_index_that_searches_by_itself_gets_one_form() -> None:
    old = 'by.name = { key = "search_name" }'
    text = catalog_text()
    assert text.count(old) == 1
    async with harness(utility(1), text=text.replace(old, "by.name = { key = false }")) as at:
        at.gate.down = {"Customer by name": SourceDown}  # only what is asked matters
        await at.answer(TEXT_QUERY, text="Smith, John")
        assert keys(at.gate.batches) == {"Customer by name": ("john smith",)}


async def test_a_street_with_too_many_hits_costs_only_addresses(at: Harness) -> None:
    at.held["Premise"] = [row("Premise", id=f"P{n}", search_address="12 ELM ST") for n in range(MAX_HITS + 1)]
    at.held["Customer"] = customers(1, search_name="12 elm st riverton")
    page = await search_text(at, "12 Elm St, Riverton")
    assert page["notSearchedOn"] == ["ADDRESS"]
    assert page["complete"] is False


async def test_a_search_ends_at_its_limit_with_a_sentence(at: Harness) -> None:
    at.held["Customer"] = customers(MAX_HITS + 5, search_name="ada")
    after = None
    for _ in range(MAX_HITS // 500):
        after = (await search_text(at, "ada", 500, after))["pageInfo"]["endCursor"]
    result = await at.answer(TEXT_QUERY, text="ada", first=500, after=after)
    assert "type more" in result.errors[0]["message"]
    assert result.errors[0]["extensions"]["reason"] == "TOO_MANY_HITS"
    assert at.gate.batches == []


@pytest.mark.parametrize("arguments", ["", 'by: {name: "ada"}, text: "ada"', "by: null, text: null"])
async def test_text_and_criteria_exclude_each_other(at: Harness, arguments: str) -> None:
    result = await at.answer(f"{{ search{f'({arguments})' if arguments else ''} {{ complete }} }}")
    assert result.data == {"search": None}
    assert result.errors[0]["extensions"]["reason"] == "ONE_ARGUMENT_NEEDED"
    assert at.gate.batches == []


@pytest.mark.parametrize(("text", "limit"), [("a", 2), ("12", 3), ("x" * 201, 200)])
async def test_a_vague_text_is_refused_without_a_query(at: Harness, text: str, limit: int) -> None:
    result = await at.answer(TEXT_QUERY, text=text)
    extensions = result.errors[0]["extensions"]
    assert (extensions["code"], extensions["argument"], extensions["limit"]) == ("BAD_INPUT", "text", limit)
    assert at.gate.batches == []
