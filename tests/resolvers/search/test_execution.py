"""Searches query each index once, for no more hits than a page needs."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from support.harness import Harness, catalog_text, harness
from support.resolvers.search_queries import QUERY, customers, hits, search
from support.rows import row
from support.utility import utility

from gateway.contract.batch import Batch
from gateway.contract.paths import split_key
from gateway.resolvers.search.execution import MAX_HITS

APART = 'by.criteria = { key = "search_criteria" }'
EACH = ("name", "phone", "email", "account_number", "identifier_last4")
COLUMNS = ", ".join(f'{name} = "search_{name}"' for name in EACH)
TOGETHER = f"by.criteria = {{ key_params = {{ {COLUMNS} }} }}"
AS_TYPED = "by.account_number = {  }"
WRITTEN = 'by.account_number = { key_format = "####-####-####" }'
ADDRESS = {"line1": "1 Elm St", "line2": "Apt 4", "city": "Riverton", "region": "NY", "postal_code": "12950"}


def changed(old: str, new: str) -> str:
    """The catalog with one lookup replaced."""
    text = catalog_text()
    assert text.count(old) == 1
    return text.replace(old, new)


@pytest.fixture(scope="module")
async def joined(anyio_backend: str) -> AsyncIterator[Harness]:  # noqa: ARG001  # its loop lives as long
    """A gateway whose CRM combines several criteria in one query."""
    async with harness(utility(2), text=changed(APART, TOGETHER)) as gateway:
        yield gateway


@pytest.fixture
def one_question(joined: Harness) -> Harness:
    joined.fill(utility(2))
    joined.held["Customer"][0]["search_account_number"] = "1001"
    return joined


def firsts(batches: list[Batch]) -> list[tuple[str, int | None]]:
    return [(each.lookup.name, each.window.first) for each in batches]


@pytest.mark.parametrize("first", [1, 3, 20])
async def test_a_page_requests_one_hit_more_than_it_shows(at: Harness, first: int) -> None:
    at.held["Customer"] = customers(7, search_name="ada")
    page = await search(at, first, name="ada")
    assert firsts(at.gate.batches) == [("Customer by name", first + 1)]
    assert page["pageInfo"]["hasNextPage"] == (first < 7)


async def test_the_next_page_requests_all_hits_up_to_its_end(at: Harness) -> None:
    at.held["Customer"] = customers(7, search_name="ada")
    after = (await search(at, 3, name="ada"))["pageInfo"]["endCursor"]
    page = await search(at, 2, after, name="ada")
    assert hits(page) == [("Customer", "C3"), ("Customer", "C4")]
    assert firsts(at.gate.batches) == [("Customer by name", 6)]


async def test_hits_keep_the_order_of_the_index(at: Harness) -> None:
    at.held["Customer"] = customers(3, search_name="ada")[::-1]
    assert [key for _, key in hits(await search(at, name="ada"))] == ["C2", "C1", "C0"]


async def test_a_search_ends_at_its_limit_with_a_sentence(at: Harness) -> None:
    at.held["Customer"] = customers(MAX_HITS + 5, search_name="ada")
    after, seen, more = None, 0, True
    while more and seen < MAX_HITS:
        page = await search(at, 500, after, name="ada")
        seen += len(page["nodes"])
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    assert (seen, more) == (MAX_HITS, True)
    result = await at.answer(QUERY, by={"name": "ada"}, first=500, after=after)
    assert "add a criterion" in result.errors[0]["message"]
    assert result.errors[0]["extensions"]["code"] == "BAD_INPUT"
    assert at.gate.batches == []


async def test_two_pages_in_one_document_are_independent(at: Harness) -> None:
    at.held["Customer"] = customers(7, search_name="ada")
    nodes = "{ nodes { ... on Customer { customerNumber } } }"
    few = f'few: search(by: {{name: "ada"}}, first: 2) {nodes}'
    data = await at.ask(f'{{ {few} many: search(by: {{name: "ada"}}, first: 5) {nodes} }}')
    assert [len(data[name]["nodes"]) for name in ("few", "many")] == [2, 5]


async def test_combined_criteria_are_one_query_if_the_index_allows(one_question: Harness) -> None:
    at = one_question
    at.held["Customer"] += customers(1, search_name="ada", search_phone="5550999")
    assert hits(await search(at, 5, name="Ada", phone="555-0999")) == [("Customer", "C0")]
    assert firsts(at.gate.batches) == [("Customer by criteria", 6)]
    assert split_key(at.gate.batches[0].keys[0]) == {"name": "ada", "phone": "5550999"}


async def test_one_criterion_uses_its_own_lookup(one_question: Harness) -> None:
    await search(one_question, 5, name="ada")
    assert one_question.gate.batch_names() == ["Customer by name x 1"]


async def test_name_and_account_number_are_queried_together(one_question: Harness) -> None:
    at = one_question
    at.held["Customer"] += customers(1, search_name="ada")
    page = await search(at, name="ada", accountNumber="1001")
    assert hits(page) == [("Customer", "C"), ("BillingAccount", "A1")]
    assert at.gate.batch_names() == ["BillingAccount by account_number x 1", "Customer by criteria x 1"]
    assert len(at.gate.rounds) == 1


async def test_a_cut_list_that_cannot_decide_is_refused(at: Harness) -> None:
    many = customers(MAX_HITS + 1, search_name="ada", search_phone="no")
    late = [row("Customer", id="late", search_name="ada", search_phone="5550999")]
    at.held["Customer"] = many + late
    result = await at.answer(QUERY, by={"name": "ada", "phone": "5550999"})
    assert "More than 2,000 fit the name" in result.errors[0]["message"]
    assert result.errors[0]["extensions"]["code"] == "BAD_INPUT"


async def test_a_cut_list_that_does_not_matter_is_accepted(at: Harness) -> None:
    at.held["Customer"] = customers(MAX_HITS + 5, search_name="ada", search_phone="no")
    at.held["Customer"][3]["search_phone"] = "5550999"
    assert hits(await search(at, name="ada", phone="5550999")) == [("Customer", "C3")]
    assert hits(await search(at, name="ada", phone="5550000")) == []


def accounts_of(*customers: str) -> list[dict[str, Any]]:
    """An account of each customer, all with the same number."""
    return [
        row("BillingAccount", id=f"B{n}", customer_id=customer, account_number="1001")
        for n, customer in enumerate(customers)
    ]


@pytest.mark.parametrize("owners", [[], ["C0"]])
async def test_a_cut_list_of_accounts_that_cannot_decide_is_refused(at: Harness, owners: list[str]) -> None:
    at.held["Customer"] = customers(1, search_name="ada")
    at.held["BillingAccount"] = accounts_of(*owners, *["other"] * (MAX_HITS + 1), "C0")
    result = await at.answer(QUERY, by={"name": "ada", "accountNumber": "1001"})
    assert "More than 2,000 fit the accountNumber" in result.errors[0]["message"]
    assert result.errors[0]["extensions"]["code"] == "BAD_INPUT"


async def test_a_cut_list_of_accounts_may_not_matter(at: Harness) -> None:
    at.held["Customer"] = customers(1, search_name="bob") + customers(3, search_name="ada")
    at.held["BillingAccount"] = accounts_of("C0", "C1", "C2", *["other"] * MAX_HITS)
    assert hits(await search(at, name="eve", accountNumber="1001")) == []
    page = await search(at, 2, name="ada", accountNumber="1001")
    assert (hits(page), page["pageInfo"]["hasNextPage"]) == ([("Customer", "C0"), ("Customer", "C1")], True)


async def test_a_page_of_accounts_requests_one_more(at: Harness) -> None:
    at.held["BillingAccount"] = accounts_of(*"CDEFG")
    page = await search(at, 3, accountNumber="1001")
    assert (len(page["nodes"]), page["pageInfo"]["hasNextPage"]) == (3, True)
    assert firsts(at.gate.batches) == [("BillingAccount by account_number", 4)]


async def test_accounts_follow_after_all_customers(at: Harness) -> None:
    at.held["BillingAccount"] += [row("BillingAccount", id="A0", customer_id="C", account_number="1001")]
    one = await search(at, 1, name="ada", accountNumber="1001")
    assert (hits(one), one["pageInfo"]["hasNextPage"]) == ([("Customer", "C")], True)
    rest = await search(at, 5, one["pageInfo"]["endCursor"], name="ada", accountNumber="1001")
    assert hits(rest) == [("BillingAccount", "A1"), ("BillingAccount", "A0")]


@pytest.mark.parametrize("typed", ["4417-0000-0101", "441700000101", "4417 0000 0101", " 4417.0000/0101 "])
async def test_an_account_number_is_found_in_any_notation(typed: str) -> None:
    tables = utility(1)
    tables["BillingAccount"][0]["account_number"] = "4417-0000-0101"
    async with harness(tables, text=changed(AS_TYPED, WRITTEN)) as at:
        assert hits(await search(at, accountNumber=typed)) == [("BillingAccount", "A1")]
        assert [each.keys for each in at.gate.batches] == [("4417-0000-0101",)]
        data = await at.ask("query($n: String!) { billingAccount(accountNumber: $n) { accountNumber } }", n=typed)
        assert data["billingAccount"] == {"accountNumber": "4417-0000-0101"}
        assert at.gate.batch_names() == ["BillingAccount by account_number x 1"]


async def test_two_notations_of_a_number_are_one_key() -> None:
    tables = utility(1)
    tables["BillingAccount"][0]["account_number"] = "4417-0000-0101"
    async with harness(tables, text=changed(AS_TYPED, WRITTEN)) as at:
        data = await at.ask(
            '{ a: billingAccount(accountNumber: "441700000101") { accountNumber }'
            ' b: billingAccount(accountNumber: "4417-0000-0101") { accountNumber } }'
        )
        assert data["a"] == data["b"] == {"accountNumber": "4417-0000-0101"}
        assert at.gate.batch_names() == ["BillingAccount by account_number x 1"]


async def test_a_number_of_another_form_is_queried_as_typed() -> None:
    async with harness(utility(1), text=changed(AS_TYPED, WRITTEN)) as at:
        assert hits(await search(at, accountNumber="1001")) == [("BillingAccount", "A1")]


async def test_all_forms_of_an_address_are_one_batch(at: Harness) -> None:
    assert hits(await search(at, 5, address="1 Elm Street")) == [("Premise", "P1"), ("Premise", "P2")]
    (batch,) = at.gate.batches
    assert (batch.keys, batch.window.first) == (("1 ELM ST", "1 ELM STREET"), 6)


async def test_hits_of_a_street_line_must_match_the_rest(at: Harness) -> None:
    for premise, unit in zip(at.held["Premise"], ("Apt 4", "Apt 5"), strict=True):
        premise["address"] = ADDRESS | {"line2": unit}
    assert hits(await search(at, address="1 Elm St #4, Riverton NY")) == [("Premise", "P1")]
    assert len(at.gate.batches) == 1
    assert hits(await search(at, address="1 Elm St, Riverton")) == [("Premise", "P1"), ("Premise", "P2")]
    assert hits(await search(at, address="1 Elm St, Ashford")) == []


async def test_a_street_line_with_too_many_hits_is_refused(at: Harness) -> None:
    at.held["Premise"] = [row("Premise", id=f"P{n}", search_address="1 ELM ST") for n in range(MAX_HITS + 1)]
    result = await at.answer(QUERY, by={"address": "1 Elm St, Riverton"})
    assert "More than 2,000 fit the address" in result.errors[0]["message"]


async def test_a_missing_index_is_null_alone_and_refused_in_combination() -> None:
    async with harness(utility(1), text=catalog_text(lookups=lambda _, by: by != "phone")) as at:
        page = await search(at, phone="5550100")
        result = await at.answer(QUERY, by={"name": "ada", "phone": "5550100"})
    assert (page["nodes"], page["edges"], page["pageInfo"]) == (None, None, None)
    assert page["sources"] == [{"system": "CRM", "state": "NOT_CONFIGURED"}]
    assert "Nothing can be searched by phone here" in result.errors[0]["message"]
    assert result.errors[0]["extensions"]["code"] == "BAD_INPUT"
