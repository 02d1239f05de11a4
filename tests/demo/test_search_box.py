"""One box finds what a caller says, and tells three John Smiths apart, as the demo's files have them."""

from typing import Any

import pytest
from support.demo.demo_folders import DemoFolder, account
from support.demo.running_demo import GatewayClient
from support.documents import document

from gateway.access.masks import mask_email, mask_phone
from gateway_demo.cases.index import BY_NAME

SMITHS = [BY_NAME[f"same name, {which}"] for which in ("first", "second", "third")]
BOX = document("search-box")


def found(gateway: GatewayClient, text: str) -> list[Any]:
    """The hits of a text, which the systems know wholly."""
    page = gateway.ask(BOX, text=text, first=100)["search"]
    assert page["complete"] is True
    return page["edges"]  # type: ignore[no-any-return]  # a list


def number_of(demo: DemoFolder, customer_id: str) -> str:
    """The number of a customer, as the CRM writes it."""
    return str(demo.bodies("crm", "customer", "id", customer_id)[0]["customerNumber"])


def address_of(demo: DemoFolder, account_id: str) -> str:
    """Where an account is served, in one line."""
    agreement = "SELECT CHAR_PREM_ID FROM CI_SA WHERE ACCT_ID = ? AND SVC_TYPE_CD IS NOT NULL"
    premise = demo.ask("cis", agreement, account_id)[0]["CHAR_PREM_ID"]
    row = demo.ask("cis", "SELECT * FROM CI_PREM WHERE PREM_ID = ?", premise)[0]
    street = " ".join(filter(None, (row["ADDRESS1"], row["ADDRESS2"])))
    return f"{street}, {row['CITY']}, {row['STATE']} {row['POSTAL']}"


@pytest.mark.parametrize("text", ["john smith", "Smith, John", "JOHN SMI"])
def test_a_context_tells_three_john_smiths_apart(gateway: GatewayClient, large_demo: DemoFolder, text: str) -> None:
    edges = {edge["customerNumber"]: edge for edge in found(gateway, text)}
    assert len({edge["context"] for edge in edges.values()}) == len(edges)
    for case in SMITHS:
        numbers = large_demo.ask("cis", "SELECT * FROM CI_ACCT WHERE CUST_ID = ? ORDER BY ACCT_NBR", case.customer_id)
        open_account = next(row for row in numbers if row["STAT_CD"] == "20")
        customer = number_of(large_demo, case.customer_id)
        edge = edges[customer]
        assert (edge["name"], edge["matchedText"], edge["matchedOn"]) == ("John Smith", "John Smith", ["NAME"])
        more = f" and {len(numbers) - 1} more" if len(numbers) > 1 else ""
        place, number = address_of(large_demo, open_account["ACCT_ID"]), open_account["ACCT_NBR"]
        assert edge["accountNumber"] == number
        assert edge["context"] == f"{place} · account {number}, active{more} · customer {customer}"


def test_a_second_person_of_an_account_explains_a_hit(gateway: GatewayClient, large_demo: DemoFolder) -> None:
    case = BY_NAME["plain residential"]
    people = large_demo.ask("cis", "SELECT PER_ID FROM CI_ACCT_PER WHERE ACCT_ID = ?", case.account_id)
    bodies = [large_demo.bodies("crm", "party", "id", row["PER_ID"])[0] for row in people]
    (other,) = (body["name"]["full"] for body in bodies if body["name"]["full"] != "Ada Whitcombe")
    customer = number_of(large_demo, case.customer_id)
    (edge,) = (each for each in found(gateway, other) if each["customerNumber"] == customer)
    assert (edge["name"], edge["matchedText"]) == ("Ada Whitcombe", other)


def test_numbers_of_meters_bills_and_payments_find_their_account(
    gateway: GatewayClient, large_demo: DemoFolder
) -> None:
    key, number = account("plain residential"), BY_NAME["plain residential"].account_number
    bill = large_demo.ask("billing", "SELECT BILL_NBR FROM BL_BILL WHERE ACCT_ID = ?", key)[0]["BILL_NBR"]
    payment = large_demo.ask("payments", "SELECT pay_id FROM pay WHERE acct_id = ?", key)[0]["pay_id"]
    place = "SELECT p.BADGE_NBR FROM CI_SP p JOIN CI_SA a ON a.CHAR_PREM_ID = p.PREM_ID WHERE a.ACCT_ID = ?"
    meter = large_demo.ask("cis", place, key)[0]["BADGE_NBR"]
    for text, criterion in ((bill, "BILL_NUMBER"), (payment, "PAYMENT_NUMBER"), (meter, "METER_NUMBER")):
        (edge,) = found(gateway, text)
        assert (edge["matchedOn"], edge["matchedText"], edge["accountNumber"]) == ([criterion], text, number)


def test_phones_and_mailboxes_are_found_and_masked(gateway: GatewayClient, large_demo: DemoFolder) -> None:
    customer = BY_NAME["same name, third"].customer_id
    number = number_of(large_demo, customer)
    party = large_demo.bodies("crm", "customer", "id", customer)[0]["partyId"]
    points = large_demo.bodies("crm", "party", "id", party)[0]["contactPoints"]
    phone, email = (
        next(each["value"] for each in points if (each["type"] == "EMAIL") is is_email) for is_email in (False, True)
    )
    spelled = f"({phone[2:5]}) {phone[5:8]}-{phone[8:]} ext. 7"
    masked = (mask_phone(phone), mask_email(email))
    for text, visible, criterion in ((spelled, masked[0], "PHONE"), (email.upper(), masked[1], "EMAIL")):
        (edge,) = (each for each in found(gateway, text) if each["customerNumber"] == number)
        assert (edge["matchedOn"], edge["matchedText"]) == ([criterion], visible)


def test_an_account_number_in_any_spelling_is_first(gateway: GatewayClient) -> None:
    number = BY_NAME["same name, third"].account_number
    for text in (number, number.replace("-", ""), number.replace("-", " ")):
        (edge,) = found(gateway, text)
        assert (edge["matchedOn"], edge["accountNumber"], edge["name"]) == (["ACCOUNT_NUMBER"], number, "John Smith")
