"""Each hit says why it was found, and what tells it apart; each fact is loaded only if it is selected."""

from typing import Any

import pytest
from support.harness import Harness
from support.resolvers.search_queries import customers
from support.rows import row

from gateway.errors import SourceDown

ADDRESS = {"line1": "1 Elm St", "line2": "Apt 4", "city": "Riverton", "region": "NY", "postal_code": "12950"}
PARTS = """name nameState address { line1 } addressState accountNumber accountNumberState
  accountStatus accountStatusLabel accountCount accountCountState customerNumber customerNumberState
  customerStatus { label }"""


async def edges(at: Harness, fields: str, text: str = "", **by: str) -> Any:
    query = f"query($by: CustomerSearch, $text: String) {{ search(by: $by, text: $text) {{ edges {{ {fields} }} }} }}"
    result = await at.answer(query, by=by or None, text=text or None)
    assert not result.errors, result.errors
    return result.data["search"]["edges"]


@pytest.fixture
def smiths(at: Harness) -> Harness:
    """Three customers of one name: with two accounts, with one that is closed, and with none."""
    at.held["Customer"] = [
        each | {"party_id": f"H{n}", "party_kind": "PERSON"}
        for n, each in enumerate(customers(3, search_name="john smith", status="Prospect"))
    ]
    at.held["Person"] = [row("Person", id=f"H{n}", name="John Smith", roles=[]) for n in range(3)]
    at.held["BillingAccount"] = [
        row("BillingAccount", id=f"A{n}", customer_id=customer, account_number=f"100{n}", status=status)
        for n, (customer, status) in enumerate([("C0", "FINALED"), ("C0", "ACTIVE"), ("C1", "FINALED")])
    ]
    at.held["AccountReference"] = [
        row("AccountReference", account_id=f"A{n}", customer_id=customer) | {"premise_ids": [f"P{n}"]}
        for n, customer in enumerate(["C0", "C0", "C1"])
    ]
    at.held["Premise"] = [row("Premise", id=f"P{n}", address=ADDRESS | {"line2": None}) for n in range(3)]
    at.held["Premise"][1]["address"] = ADDRESS
    return at


async def test_a_context_tells_three_of_one_name_apart(smiths: Harness) -> None:
    assert [edge["context"] for edge in await edges(smiths, "context contextState", "John Smith")] == [
        "1 Elm St Apt 4, Riverton, NY 12950 · account 1001, active and 1 more · customer 0",
        "1 Elm St, Riverton, NY 12950 · account 1002, closed · customer 1",
        "No account, prospect · customer 2",
    ]


async def test_the_parts_of_a_context_are_fields(smiths: Harness) -> None:
    first, _, last = await edges(smiths, PARTS, "smith, john")
    status = {"customerStatus": {"label": "Prospect"}}
    assert first == status | {
        "name": "John Smith",
        "nameState": "KNOWN",
        "address": {"line1": "1 Elm St"},
        "addressState": "KNOWN",
        "accountNumber": "1001",
        "accountNumberState": "KNOWN",
        "accountStatus": "ACTIVE",
        "accountStatusLabel": "Active",
        "accountCount": 2,
        "accountCountState": "KNOWN",
        "customerNumber": "0",
        "customerNumberState": "KNOWN",
    }
    assert last == status | {
        "name": "John Smith",
        "nameState": "KNOWN",
        "address": None,
        "addressState": "NONE",
        "accountNumber": None,
        "accountNumberState": "NONE",
        "accountStatus": None,
        "accountStatusLabel": None,
        "accountCount": 0,
        "accountCountState": "KNOWN",
        "customerNumber": "2",
        "customerNumberState": "KNOWN",
    }


async def test_contexts_of_a_page_are_one_batch_per_lookup(smiths: Harness) -> None:
    await edges(smiths, f"context contextState matchedText {PARTS}", name="john smith")
    assert [sorted(f"{each.lookup.name} x {len(each.keys)}" for each in sent) for sent in smiths.gate.rounds] == [
        ["Customer by name x 1"],
        ["AccountReference by customer_id x 3", "BillingAccount by customer_id x 3", "Person by id x 3"],
        ["Premise by id x 2"],
    ]


async def test_what_is_not_selected_is_not_loaded(smiths: Harness) -> None:
    await edges(smiths, "matchedOn matchedOnLabels customerNumber customerNumberState", "john smith")
    assert smiths.gate.batch_names() == ["Customer by name x 2"]
    await edges(smiths, "accountNumber", "john smith")
    assert smiths.gate.batch_names() == ["BillingAccount by customer_id x 3", "Customer by name x 2"]


async def test_a_context_names_the_part_that_is_not_known(smiths: Harness) -> None:
    smiths.gate.down = {"CIS": SourceDown}
    assert (await edges(smiths, "context contextState", "john smith"))[2] == {
        "context": "Address unknown · account unknown · customer 2",
        "contextState": "KNOWN",
    }


async def test_an_account_and_a_premise_have_the_same_facts(smiths: Harness) -> None:
    line = "1 Elm St Apt 4, Riverton, NY 12950 · account 1001, active · customer 0"
    smiths.held["ServiceAgreement"] = [
        row("ServiceAgreement", id="G", account_id="A1", premise_id="P1", since="2020-01-01", status="ACTIVE")
    ]
    assert await edges(smiths, "context name matchedText", "1001") == [
        {"context": line, "name": "John Smith", "matchedText": "1001"}
    ]
    smiths.held["Premise"][1]["search_address"] = "1 ELM ST APT 4"
    assert await edges(smiths, "context name matchedText", address="1 Elm Street Apt 4") == [
        {"context": line, "name": "John Smith", "matchedText": "1 Elm St Apt 4, Riverton, NY 12950"}
    ]


async def test_a_vacant_premise_has_no_account(smiths: Harness) -> None:
    smiths.held["ServiceAgreement"] = []
    smiths.held["Premise"][0] |= {"search_address": "1 ELM ST", "is_vacant": True}
    assert await edges(smiths, f"context {PARTS}", address="1 Elm St") == [
        {
            "context": "1 Elm St, Riverton, NY 12950, vacant · no account",
            "name": None,
            "nameState": "NONE",
            "address": {"line1": "1 Elm St"},
            "addressState": "KNOWN",
            "accountNumber": None,
            "accountNumberState": "NONE",
            "accountStatus": None,
            "accountStatusLabel": None,
            "accountCount": 0,
            "accountCountState": "KNOWN",
            "customerNumber": None,
            "customerNumberState": "NONE",
            "customerStatus": None,
        }
    ]


POINTS = [
    {"kind": "PHONE", "value": "+1 (555) 200-0100", "is_primary": True},
    {"kind": "EMAIL", "value": "J.Smith@Example.com", "is_primary": True},
]
MATCHED = "matchedOn matchedOnLabels matchedText matchedTextState"


def matched(criterion: str, label: str, text: str | None) -> list[Any]:
    state = "KNOWN" if text else "UNKNOWN"
    return [{"matchedOn": [criterion], "matchedOnLabels": [label], "matchedText": text, "matchedTextState": state}]


@pytest.fixture
def reachable(smiths: Harness) -> Harness:
    """The first Smith with contact points and identifiers, alone; a Mary Major shares account A1."""
    identifier = {"kind": "SSN", "value": "912-34-5678", "is_masked": False}
    smiths.held["Customer"] = smiths.held["Customer"][:1]
    smiths.held["Customer"][0] |= {
        "search_phone": "15552000100",
        "search_email": "j.smith@example.com",
        "search_identifier_last4": "5678",
    }
    smiths.held["Person"][0] |= {"contact_points": POINTS, "identifiers": [identifier]}
    shared = row("Person", id="H9", name="Mary O'Brien-Major", roles=[], contact_points=POINTS[1:])
    smiths.held["Person"].append(shared | {"search_account_id": "A1"})
    return smiths


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("555 200 0100", matched("PHONE", "Phone number", "***-***-0100")),
        ("j.smith@example.com", matched("EMAIL", "E-mail address", "J***@E***.com")),
        ("Smith, John", matched("NAME", "Name", "John Smith")),
    ],
)
async def test_what_matched_is_told_and_personal_data_is_masked(reachable: Harness, text: str, expected: Any) -> None:
    assert await edges(reachable, MATCHED, text) == expected
    assert "Person by account_id x 2" not in reachable.gate.batch_names()


async def test_of_an_identifier_only_the_end_is_told(reachable: Harness) -> None:
    expected = matched("IDENTIFIER_LAST4", "Last four of an identifier", "***5678")
    assert await edges(reachable, MATCHED, identifierLast4="5678") == expected


@pytest.mark.parametrize("text", ["obrien", "Major, Mary", "Mary O Brien", "obrienmajor"])
async def test_another_person_of_the_account_is_named(reachable: Harness, text: str) -> None:
    reachable.held["Customer"][0]["search_name"] = " ".join(text.lower().replace(",", "").split())
    assert await edges(reachable, MATCHED, name=text) == matched("NAME", "Name", "Mary O'Brien-Major")


async def test_a_match_that_no_person_shows_is_unknown(reachable: Harness) -> None:
    reachable.held["Customer"][0]["search_name"] = "zoe"
    assert await edges(reachable, MATCHED, "zoe") == matched("NAME", "Name", None)


async def test_several_criteria_have_a_text_each(reachable: Harness) -> None:
    reachable.held["Customer"][0]["search_account_number"] = "1001"
    customer, account = await edges(reachable, "matchedOn matchedText", name="john smith", accountNumber="1001")
    assert customer == {"matchedOn": ["ACCOUNT_NUMBER", "NAME"], "matchedText": "1001 · John Smith"}
    assert account == {"matchedOn": ["ACCOUNT_NUMBER"], "matchedText": "1001"}


async def test_a_meter_and_a_bill_show_their_numbers(reachable: Harness) -> None:
    point = row("ServicePoint", id="S", premise_id="P1", meter={"id": "M", "badge_number": "E-12345"})
    reachable.held["ServicePoint"] = [point | {"search_meter_number": "E12345"}]
    reachable.held["Bill"] = [row("Bill", id="B", bill_number="E12345", account_id="A1", issued_on="2026-10-05")]
    assert await edges(reachable, "matchedOn matchedText node { __typename }", "e12345") == [
        {"matchedOn": ["METER_NUMBER"], "matchedText": "E-12345", "node": {"__typename": "Premise"}},
        {"matchedOn": ["BILL_NUMBER"], "matchedText": "E12345", "node": {"__typename": "BillingAccount"}},
    ]
