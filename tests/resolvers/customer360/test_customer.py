"""Customers: header, accounts and party."""

from typing import Any

import pytest
from support.harness import Harness
from support.rows import row
from support.utility import CUSTOMER

from gateway.errors import SourceDown
from gateway.ids import global_id

NUMBER = """query($id: ID, $number: String) {
  customer(id: $id, customerNumber: $number) { customerNumber } }"""
HEADER = """query($id: ID!, $account: ID) { customer(id: $id) { header(accountId: $account) {
  contactName accountNumber phone email birthYear customerClass { code }
  personalIdentifiers { kind value isMasked } accounts { accountId accountNumber label isOpen } } } }"""
ACCOUNTS = """query($id: ID!, $closed: Boolean!) { customer(id: $id) {
  accounts(includeClosed: $closed) { accountNumber status } } }"""
PARTY = """query($id: ID!, $day: Date) { customer(id: $id) { party { __typename name
  restrictions(activeOn: $day) { channel isActive }
  ... on Person { specialNeeds { kind } }
  ... on PartyRelationship { person { name } organization { name } } } } }"""


async def customer(at: Harness, query: str, **arguments: Any) -> Any:
    """The fields of customer C."""
    return (await at.ask(query, id=CUSTOMER, **arguments))["customer"]


def everywhere(at: Harness, **fields: Any) -> None:
    """Update Ada's row, and every copy of it."""
    for each in at.held["Person"]:
        each.update(fields)


def points(*contact_points: tuple[str, str, bool | None]) -> list[dict[str, Any]]:
    """Contact points from kind, value and `is_primary`."""
    return [{"kind": kind, "value": value, "is_primary": primary} for kind, value, primary in contact_points]


async def test_a_customer_is_found_by_number_too(at: Harness) -> None:
    assert (await at.ask(NUMBER, number="C-1"))["customer"]["customerNumber"] == "C-1"
    assert (await at.ask(NUMBER, number="nobody"))["customer"] is None


@pytest.mark.parametrize("arguments", [{}, {"id": CUSTOMER, "number": "C-1"}])
async def test_exactly_one_key_is_required(at: Harness, arguments: Any) -> None:
    result = await at.answer(NUMBER, **arguments)
    assert [each["message"] for each in result.errors] == ["Say exactly one of id, customerNumber."]


async def test_the_header_shows_the_party_and_its_contact_points(at: Harness) -> None:
    reached = points(
        ("EMAIL", "old@example.com", False),
        ("EMAIL", "ada@example.com", True),
        ("FAX", "1", True),
        ("PHONE", "555-0100", None),
    )
    proven = [{"kind": "SSN", "value": "***-1234", "is_masked": True}]
    everywhere(at, contact_points=reached, identifiers=proven)
    header = (await customer(at, HEADER))["header"]
    assert header["contactName"] == "Ada Alder"
    assert (header["phone"], header["email"]) == ("***-***-0100", "a***@e***.com")
    assert header["birthYear"] == 1980
    assert header["personalIdentifiers"] == [{"kind": "SSN", "value": "***-1234", "isMasked": True}]


@pytest.mark.parametrize(("until", "expected"), [("2026-11-14", "***-***-0100"), ("2026-11-15", "***-***-0199")])
async def test_the_header_shows_no_expired_contact_point(at: Harness, until: str, expected: str) -> None:
    old, new = points(("MOBILE", "555-0199", True), ("PHONE", "555-0100", False))
    gone = {**old, "kind": "EMAIL", "value": "gone@example.com", "valid_to": "2026-11-14"}
    everywhere(at, contact_points=[{**old, "valid_to": until}, new, gone])
    header = (await customer(at, HEADER))["header"]
    assert (header["phone"], header["email"]) == (expected, None)


async def test_the_header_views_the_first_open_account(at: Harness) -> None:
    at.held["BillingAccount"][0]["status"] = "FINALED"
    header = (await customer(at, HEADER))["header"]
    assert header["accountNumber"] == "1002"
    assert [(each["accountNumber"], each["isOpen"]) for each in header["accounts"]] == [("1002", True), ("1001", False)]


async def test_the_header_shows_the_chosen_account(at: Harness) -> None:
    chosen = global_id("BillingAccount", "A2")
    header = (await customer(at, HEADER, account=chosen))["header"]
    assert (header["accountNumber"], header["accounts"][1]["accountId"]) == ("1002", chosen)


async def test_the_header_refuses_an_account_of_another_customer(at: Harness) -> None:
    stranger = global_id("BillingAccount", "A9")
    result = await at.answer(HEADER, id=CUSTOMER, account=stranger)
    assert result.data == {"customer": {"header": None}}
    assert [each["extensions"]["code"] for each in result.errors] == ["BAD_INPUT"]


async def test_the_header_of_an_unknown_party_has_null_fields(at: Harness) -> None:
    at.held["Person"] = []
    header = (await customer(at, HEADER))["header"]
    assert (header["contactName"], header["phone"], header["accountNumber"]) == (None, None, "1001")


@pytest.mark.parametrize(("closed", "numbers"), [(False, ["1001", "1003"]), (True, ["1001", "1002", "1003", "1004"])])
async def test_closed_accounts_are_shown_on_request_only(at: Harness, closed: bool, numbers: Any) -> None:  # noqa: FBT001  # a case
    at.held["BillingAccount"] = [
        row("BillingAccount", id=f"A{n}", customer_id="C", account_number=f"100{n}", status=status)
        for n, status in ((4, "INACTIVE"), (3, "PENDING"), (2, "FINALED"), (1, "ACTIVE"))
    ]
    accounts = (await customer(at, ACCOUNTS, closed=closed))["accounts"]
    assert [each["accountNumber"] for each in accounts] == numbers


FILTERED = """query($id: ID!, $status: [AccountStatus!], $role: [AccountRole!]) { customer(id: $id) {
  dashboard { available } accounts(status: $status, role: $role) { accountNumber } } }"""


def four_accounts(at: Harness, *statuses: str) -> None:
    """Accounts A1 to A4 of customer C with these statuses."""
    at.held["BillingAccount"] = [
        row("BillingAccount", id=f"A{n}", customer_id="C", account_number=f"100{n}", status=status)
        for n, status in enumerate(statuses, start=1)
    ]


async def test_a_former_customer_has_the_accounts_behind_the_dashboard(at: Harness) -> None:
    four_accounts(at, "FINALED", "INACTIVE")
    fields = await customer(at, FILTERED)
    assert fields["dashboard"]["available"]
    assert [each["accountNumber"] for each in fields["accounts"]] == ["1001", "1002"]


@pytest.mark.parametrize(
    ("status", "numbers"),
    [
        (["FINALED"], ["1002"]),
        (["ACTIVE", "INACTIVE"], ["1001", "1004"]),
        ([], ["1001", "1003"]),
        (None, ["1001", "1003"]),
    ],
)
async def test_accounts_are_filtered_by_status(at: Harness, status: Any, numbers: Any) -> None:
    four_accounts(at, "ACTIVE", "FINALED", "PENDING", "INACTIVE")
    assert [each["accountNumber"] for each in (await customer(at, FILTERED, status=status))["accounts"]] == numbers


@pytest.mark.parametrize(("role", "numbers"), [(["GUARANTOR"], ["1002"]), (["JOINT"], []), ([], ["1001", "1002"])])
async def test_accounts_are_filtered_by_the_role_of_the_customer(at: Harness, role: Any, numbers: Any) -> None:
    at.held["AccountPerson"] = [
        row("AccountPerson", id="a", account_id="A1", person_id="H", role="MAIN_CUSTOMER"),
        row("AccountPerson", id="b", account_id="A2", person_id="H", role="GUARANTOR"),
        row("AccountPerson", id="c", account_id="A1", person_id="somebody", role="JOINT"),
    ]
    assert [each["accountNumber"] for each in (await customer(at, FILTERED, role=role))["accounts"]] == numbers


async def test_accounts_by_role_are_unknown_where_persons_failed(at: Harness) -> None:
    at.gate.down = {"AccountPerson by account_id": SourceDown}
    result = await at.answer(FILTERED, id=CUSTOMER, role=["JOINT"])
    assert (result.data or {})["customer"]["accounts"] is None
    assert [each["extensions"]["code"] for each in result.errors] == ["SOURCE_DOWN"]


async def test_no_accounts_is_an_empty_list(at: Harness) -> None:
    at.held["BillingAccount"] = []
    assert (await customer(at, ACCOUNTS, closed=True))["accounts"] == []


@pytest.mark.parametrize(("day", "active"), [("2026-01-01", [True]), ("2025-12-31", []), (None, [True])])
async def test_restrictions_are_filtered_by_day(at: Harness, day: Any, active: Any) -> None:
    restrictions = (await customer(at, PARTY, day=day))["party"]["restrictions"]
    assert [each["isActive"] for each in restrictions] == active


async def test_unknown_special_needs_are_null_not_empty(at: Harness) -> None:
    assert (await customer(at, PARTY))["party"]["specialNeeds"] is None
    everywhere(at, special_needs=[])
    assert (await customer(at, PARTY))["party"]["specialNeeds"] == []


@pytest.mark.parametrize(
    ("kind", "key", "party"),
    [
        ("ORGANIZATION", "O", {"__typename": "Organization", "name": "Alder Ltd"}),
        ("RELATIONSHIP", "R", {"__typename": "PartyRelationship", "name": "Ada of Alder"}),
        (None, "H", {"__typename": "Person", "name": "Ada Alder"}),
    ],
)
async def test_a_customer_may_be_any_kind_of_party(at: Harness, kind: Any, key: str, party: Any) -> None:
    at.held["Customer"][0] |= {"party_kind": kind, "party_id": key}
    expected = (await customer(at, PARTY))["party"]
    assert party.items() <= expected.items()
    if kind == "RELATIONSHIP":
        assert (expected["person"], expected["organization"]) == ({"name": "Ada Alder"}, {"name": "Alder Ltd"})
