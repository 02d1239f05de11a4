"""The header of an account, and of the customer that an account leads to."""

from typing import Any

import pytest
from support.harness import Harness
from support.rows import row
from support.utility import ACCOUNT, CUSTOMER

from gateway.errors import SourceDown
from gateway.ids import global_id

FIELDS = """contactName accountNumber phone email dateOfBirth birthYear customerClass { code }
  personalIdentifiers { kind value isMasked } accounts { accountNumber isOpen }"""
HEADER = "query($number: String) { billingAccount(accountNumber: $number) { header { %s } } }" % FIELDS  # noqa: UP031  # braces
OF_CUSTOMER = """query($id: ID!, $account: ID) { billingAccount(id: $id) {
  customer { header(accountId: $account) { accountNumber customerClass { code } } } } }"""
OF_ACTIVITY = """query($id: ID!) { billingAccount(id: $id) { activities(types: [CASE]) { nodes {
  account { customer { header { accountNumber } } } } } } }"""
IDENTITY = "query($id: ID!) { customer(id: $id) { header { birthYear personalIdentifiers { kind value isMasked } } } }"
SECOND = global_id("BillingAccount", "A2")
SSN = {"kind": "SSN", "value": "900-12-3456", "is_masked": False}


async def header(at: Harness, number: str = "1002") -> Any:
    """The header of the account with this number."""
    return (await at.ask(HEADER, number=number))["billingAccount"]["header"]


async def identity(at: Harness, kind: str, key: str) -> tuple[Any, Any]:
    """Year of birth and identifiers in the header of a customer who is this party."""
    at.held["Customer"][0] |= {"party_kind": kind, "party_id": key}
    header_fields = (await at.ask(IDENTITY, id=CUSTOMER))["customer"]["header"]
    return header_fields["birthYear"], header_fields["personalIdentifiers"]


async def test_an_account_number_leads_to_the_header_at_once(at: Harness) -> None:
    at.held["BillingAccount"][1]["customer_class"] = "COM"
    header_fields = await header(at)
    assert (header_fields["contactName"], header_fields["accountNumber"], header_fields["birthYear"]) == (
        "Ada Alder",
        "1002",
        1980,
    )
    assert header_fields["customerClass"] == {"code": "COM"}
    assert [each["accountNumber"] for each in header_fields["accounts"]] == ["1001", "1002"]
    assert len(at.gate.rounds) == 3  # account, customer with accounts, party


async def test_a_closed_account_has_a_header_of_its_own(at: Harness) -> None:
    at.held["BillingAccount"][1]["status"] = "FINALED"
    assert (await header(at))["accountNumber"] == "1002"


@pytest.mark.parametrize(("account", "number"), [(ACCOUNT, "1001"), (SECOND, "1002")])
async def test_an_account_leads_to_a_header_of_itself(at: Harness, account: str, number: str) -> None:
    header_fields = (await at.ask(OF_CUSTOMER, id=account))["billingAccount"]["customer"]["header"]
    assert header_fields["accountNumber"] == number


async def test_an_account_that_is_asked_for_comes_first(at: Harness) -> None:
    header_fields = (await at.ask(OF_CUSTOMER, id=SECOND, account=ACCOUNT))["billingAccount"]["customer"]["header"]
    assert header_fields["accountNumber"] == "1001"


async def test_the_account_of_an_activity_leads_to_its_header(at: Harness) -> None:
    nodes = (await at.ask(OF_ACTIVITY, id=SECOND))["billingAccount"]["activities"]["nodes"]
    assert [each["account"]["customer"]["header"]["accountNumber"] for each in nodes] == ["1002"]


@pytest.mark.parametrize("down", ["CRM", "Customer by id"])
async def test_without_crm_the_header_shows_what_cis_knows(at: Harness, down: str) -> None:
    at.gate.down = {down: SourceDown}
    result = await at.answer(HEADER, number="1002")
    header_fields = result.data and result.data["billingAccount"]["header"]
    assert (header_fields["accountNumber"], len(header_fields["accounts"]), header_fields["contactName"]) == (
        "1002",
        2,
        None,
    )
    failed = {error["path"][-1] for error in result.errors}
    assert failed == {"contactName", "phone", "email", "dateOfBirth", "birthYear", "personalIdentifiers"}


async def test_a_failing_account_list_costs_only_the_selector(at: Harness) -> None:
    at.gate.down = {"BillingAccount by customer_id": SourceDown}
    result = await at.answer(HEADER, number="1002")
    header_fields = result.data and result.data["billingAccount"]["header"]
    assert (header_fields["accountNumber"], header_fields["contactName"], header_fields["accounts"]) == (
        "1002",
        "Ada Alder",
        None,
    )
    assert [error["path"][-1] for error in result.errors] == ["accounts"]


async def test_an_account_without_customer_has_a_header(at: Harness) -> None:
    at.held["BillingAccount"][1]["customer_id"] = None
    header_fields = await header(at)
    assert (header_fields["accountNumber"], header_fields["contactName"], header_fields["accounts"]) == (
        "1002",
        None,
        None,
    )


@pytest.mark.parametrize(("value", "masked"), [("98-1000002", "***-**-0002"), ("98-****002", "***002")])
async def test_an_organization_is_identified_by_its_tax_id(at: Harness, value: str, masked: str) -> None:
    at.held["Organization"][0]["tax_id"] = value
    tax = {"kind": "TAX_ID", "value": masked, "isMasked": True}
    assert await identity(at, "ORGANIZATION", "O") == (None, [tax])


async def test_an_organization_without_tax_id_has_unknown_identifiers(at: Harness) -> None:
    assert await identity(at, "ORGANIZATION", "O") == (None, None)


async def test_the_person_behind_a_relationship_is_identified(at: Harness) -> None:
    for each in at.held["Person"]:
        each["identifiers"] = [SSN]
    proven = {"kind": "SSN", "value": "***-**-3456", "isMasked": True}
    assert await identity(at, "RELATIONSHIP", "R") == (1980, [proven])


async def test_a_relationship_without_person_has_its_organizations_identifiers(at: Harness) -> None:
    at.held["PartyRelationship"][0]["person_id"] = None
    at.held["Organization"][0]["tax_id"] = "98-1000002"
    tax = {"kind": "TAX_ID", "value": "***-**-0002", "isMasked": True}
    assert await identity(at, "RELATIONSHIP", "R") == (None, [tax])
    at.held["PartyRelationship"] = [row("PartyRelationship", id="R", name="nobody", roles=[], relation_type="owner")]
    assert await identity(at, "RELATIONSHIP", "R") == (None, None)
