"""Ways through the graph: from every screen to what it shows next, in one document and in few batches."""

from typing import Any

import pytest
from support.harness import catalog_text, harness
from support.rows import row
from support.utility import ACCOUNT, CUSTOMER, utility

from gateway.errors import SourceDown
from gateway.ids import global_id

PREMISE = global_id("Premise", "P1")
PERSON = global_id("Person", "H")


@pytest.fixture
def tables() -> dict[str, list[dict[str, Any]]]:
    """Customer C with A1 and A2; a former account F of another customer was at A1's premise."""
    tables = utility()
    former = {"since": "2020-01-01", "until": "2021-01-01", "status": "CLOSED", "account_id": "F", "premise_id": "P1"}
    now = {"since": "2022-01-01", "until": None, "status": "ACTIVE"}
    tables["ServiceAgreement"] = [
        row("ServiceAgreement", id="G0", service_point_ids=["S1"], **former),
        *({**each, **now} for each in tables["ServiceAgreement"]),
    ]
    tables["BillingAccount"].append(
        row("BillingAccount", id="F", customer_id="D", account_number="0999", status="FINALED")
    )
    tables["Customer"].append(row("Customer", id="D", customer_number="D-1", party_id="X", party_kind="PERSON"))
    tables["CustomerContact"][0] |= {"person_id": "H"}
    return tables


async def test_a_premise_leads_to_its_accounts_and_customer(tables: dict[str, list[dict[str, Any]]]) -> None:
    query = """query($id: ID!) { node(id: $id) { ... on Premise {
      serviceAgreements { id account { ... on BillingAccount { accountNumber } } }
      accounts { accountNumber } customer { customerNumber } customerState } } }"""
    async with harness(tables) as at:
        premise = (await at.ask(query, id=PREMISE))["node"]
        batches = at.gate.batch_names()
    assert [each["accountNumber"] for each in premise["accounts"]] == ["1001", "0999"]
    assert {each["account"]["accountNumber"] for each in premise["serviceAgreements"]} == {"1001", "0999"}
    assert (premise["customer"], premise["customerState"]) == ({"customerNumber": "C-1"}, "KNOWN")
    assert sorted(batches) == [
        "BillingAccount by id x 2",
        "Customer by id x 1",
        "Premise by id x 1",
        "ServiceAgreement by premise_id x 1",
    ]


@pytest.mark.parametrize(("status", "until", "state"), [("ACTIVE", "2022-01-01", "NONE"), ("CANCELED", None, "NONE")])
async def test_a_premise_that_nobody_is_served_at_has_no_customer(
    tables: dict[str, list[dict[str, Any]]], status: str, until: str | None, state: str
) -> None:
    for each in tables["ServiceAgreement"]:
        each |= {"status": status, "until": until}
    async with harness(tables) as at:
        premise = (
            await at.ask(
                "query($id: ID!) { node(id: $id) { ... on Premise { customer { id } customerState } } }", id=PREMISE
            )
        )["node"]
    assert premise == {"customer": None, "customerState": state}


async def test_of_two_customers_at_a_premise_neither_is_named(tables: dict[str, list[dict[str, Any]]]) -> None:
    tables["ServiceAgreement"][0] |= {"status": "ACTIVE", "until": None}
    async with harness(tables) as at:
        premise = (
            await at.ask(
                "query($id: ID!) { node(id: $id) { ... on Premise { customer { id } customerState } } }", id=PREMISE
            )
        )["node"]
    assert premise == {"customer": None, "customerState": "UNKNOWN"}


async def test_without_the_lookup_a_premise_does_not_know_its_accounts(tables: dict[str, list[dict[str, Any]]]) -> None:
    query = """query($id: ID!) { node(id: $id) { ... on Premise {
      serviceAgreements { id } accounts { id } customerState } } }"""
    text = catalog_text((), lambda name, by: (name, by) != ("ServiceAgreement", "premise_id"))
    async with harness(tables, text=text) as at:
        premise = (await at.ask(query, id=PREMISE))["node"]
    assert premise == {"serviceAgreements": None, "accounts": None, "customerState": "UNKNOWN"}


async def test_a_person_leads_to_customers_and_accounts(tables: dict[str, list[dict[str, Any]]]) -> None:
    query = """query($id: ID!) { node(id: $id) { ... on Person {
      customers { customerNumber } accountRoles { role account { ... on BillingAccount { accountNumber } } } } } }"""
    async with harness(tables) as at:
        person = (await at.ask(query, id=PERSON))["node"]
        batches = at.gate.batch_names()
    assert person["customers"] == [{"customerNumber": "C-1"}]
    assert [each["account"]["accountNumber"] for each in person["accountRoles"]] == ["1001", "1002"]
    assert "BillingAccount by id x 2" in batches
    assert len(batches) == 4


async def test_media_and_contacts_lead_to_interaction_and_person(tables: dict[str, list[dict[str, Any]]]) -> None:
    query = """query($ids: [ID!]!) { nodes(ids: $ids) {
      ... on MediaItem { interaction { id } } ... on CustomerContact { person { name } } } }"""
    ids = [global_id("MediaItem", "M"), global_id("CustomerContact", "CustomerContact1")]
    async with harness(tables) as at:
        nodes = (await at.ask(query, ids=ids))["nodes"]
    assert nodes == [{"interaction": {"id": global_id("Interaction", "I")}}, {"person": {"name": "Ada Alder"}}]


async def test_a_header_leads_to_its_accounts(tables: dict[str, list[dict[str, Any]]]) -> None:
    query = """query($id: ID!) { customer(id: $id) { defaultAccount { accountNumber } header {
      account { accountNumber } accounts { status isDefault account { accountNumber premises { id } } } } } }"""
    tables["BillingAccount"][0] |= {"status": "FINALED"}
    async with harness(tables) as at:
        customer = (await at.ask(query, id=CUSTOMER))["customer"]
        batches = at.gate.batch_names()
    assert customer["defaultAccount"] == customer["header"]["account"] == {"accountNumber": "1002"}
    first, second = customer["header"]["accounts"]
    assert (first["status"], first["isDefault"], first["account"]["accountNumber"]) == ("ACTIVE", True, "1002")
    assert (second["status"], second["isDefault"], second["account"]["accountNumber"]) == ("FINALED", False, "1001")
    assert [name for name in batches if name.startswith("Premise")] == ["Premise by id x 2"]


OVERVIEW = """query($number: String!) { billingAccount(accountNumber: $number) {
  header { contactName accounts { accountNumber } account { id } }
  financialSummary { currentBalance { amount } lastBill { id } }
  activities(first: 10) { nodes { title } } } }"""


async def test_header_overview_and_activities_are_one_document(tables: dict[str, list[dict[str, Any]]]) -> None:
    async with harness(tables) as at:
        account = (await at.ask(OVERVIEW, number="1001"))["billingAccount"]
        assert len(at.gate.rounds) <= 4
    assert account["header"]["contactName"] == "Ada Alder"
    assert account["header"]["account"]["id"] == ACCOUNT
    assert len(account["activities"]["nodes"]) == 10


async def test_evidence_has_numbers_and_titles_in_one_batch_each_type(tables: dict[str, list[dict[str, Any]]]) -> None:
    query = """query($id: ID!) { node(id: $id) { ... on Interaction { activities { object {
      recordId number title record { id } recordState } } } } }"""
    for number, (kind, key) in enumerate((("Bill", "B1"), ("Bill", "B2"), ("Bill", "gone"), ("LEAD", "L"))):
        activity = row("InteractionActivity", id=f"O{number}", interaction_id="I", object_type=kind, object_id=key)
        tables["InteractionActivity"].append(activity | {"object_system": "BILLING"})
    async with harness(tables) as at:
        activities = (await at.ask(query, id=global_id("Interaction", "I")))["node"]["activities"]
        batches = at.gate.batch_names()
    objects = {each["object"]["recordId"]: each["object"] for each in activities if each["object"]}
    assert objects["B1"]["title"].startswith("Bill ")
    assert objects["B1"]["number"] in objects["B1"]["title"]
    assert [objects[key]["recordState"] for key in ("B1", "B2", "gone", "L")] == ["KNOWN", "KNOWN", "NONE", "NONE"]
    assert [name for name in batches if name.startswith("Bill ")] == ["Bill by id x 3"]


async def test_a_failing_system_costs_only_the_way_to_it(tables: dict[str, list[dict[str, Any]]]) -> None:
    query = "query($id: ID!) { node(id: $id) { ... on Premise { accounts { accountNumber } customer { id } } } }"
    async with harness(tables) as at:
        at.gate.down = {"Customer by id": SourceDown}
        result = await at.answer(query, id=PREMISE)
    premise: Any = (result.data or {})["node"]
    assert [each["accountNumber"] for each in premise["accounts"]] == ["1001", "0999"]
    assert premise["customer"] == {"id": CUSTOMER}  # the rest of the customer is the CRM's
