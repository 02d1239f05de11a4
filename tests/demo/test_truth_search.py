"""Every kind of search finds exactly the customers in the demo's files, for a hundred people."""

import json
import random
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest
from support.demo.demo_folders import DemoFolder
from support.demo.running_demo import GatewayClient

PEOPLE = 100
QUERY = """query($by: CustomerSearch!, $first: Int, $after: String) {
  search(by: $by, first: $first, after: $after) {
  nodes { ... on Customer { customerNumber } ... on BillingAccount { accountNumber }
          ... on Premise { address { line1 line2 city postalCode } } }
  pageInfo { hasNextPage endCursor } } }"""
WIDE = str.maketrans({"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D"})


def bare(text: str) -> str:
    """Lower case, no accents: by hand, as this test knows nothing of the gateway."""
    taken = unicodedata.normalize("NFD", text.translate(WIDE))
    return "".join(mark for mark in taken if unicodedata.category(mark) != "Mn").lower()


@dataclass(frozen=True)
class Someone:
    """What the files say of a customer: all of their people's names, numbers and mailboxes."""

    number: str
    names: tuple[str, ...]
    phones: frozenset[str]
    emails: frozenset[str]
    ends: frozenset[str]
    accounts: frozenset[str]

    def has(self, searches: str) -> bool:
        """Whether each word begins a word of a name, joined or apart."""
        words = {each for name in self.names for each in _words(name)}
        return all(any(word.startswith(each) for word in words) for each in bare(searches).split())


def _words(name: str) -> Iterator[str]:
    for joined in ("", " "):
        for hyphen in ("", " "):
            yield from bare(name).replace("'", joined).replace("-", hyphen).replace(".", " ").split()


@pytest.fixture(scope="module")
def everybody(large_demo: DemoFolder) -> list[Someone]:
    """Every customer, from CRM's parties and CIS's accounts, without the stored search terms."""
    parties = {row["id"]: _body(row) for row in large_demo.ask("crm", "SELECT * FROM party")}
    accounts: dict[str, list[Any]] = {}
    for row in large_demo.ask("cis", "SELECT * FROM CI_ACCT a LEFT JOIN CI_ACCT_PER p USING (ACCT_ID)"):
        accounts.setdefault(row["CUST_ID"], []).append(row)
    return [
        _someone(_body(row), parties, accounts.get(row["id"], []))
        for row in large_demo.ask("crm", "SELECT * FROM customer ORDER BY id")
    ]


def _body(row: Any) -> Mapping[str, Any]:
    return json.loads(row["body"])  # type: ignore[no-any-return]  # an object, as every body is


def _someone(customer: Mapping[str, Any], parties: Mapping[str, Any], accounts: list[Any]) -> Someone:
    terms = parties[customer["partyId"]]
    # People are numbered by their customer: 7,000,000,000 + ten times the customer's number + which.
    serial = 7_000_000_000 + int(customer["id"][1:]) * 10
    people = [each for n in range(10) if (each := parties.get(str(serial + n)))]
    points = [point for each in [terms, *people] for point in each.get("contactPoints", [])]
    return Someone(
        number=customer["customerNumber"],
        names=(customer["displayName"], *(each["name"]["full"] for each in people)),
        phones=frozenset(point["value"] for point in points if point["type"] != "EMAIL"),
        emails=frozenset(point["value"] for point in points if point["type"] == "EMAIL"),
        ends=frozenset(each["identifiers"][0]["value"][-4:] for each in people),
        accounts=frozenset(row["ACCT_NBR"] for row in accounts),
    )


@pytest.fixture(scope="module")
def sample(everybody: list[Someone]) -> list[Someone]:
    return random.Random(360).sample(everybody, PEOPLE)  # noqa: S311  # a sample


def found(gateway: GatewayClient, first: int = 500, **by: str) -> list[Any]:
    """All hits of all pages."""
    hits: list[Any] = []
    after, more = None, True
    while more:
        page = gateway.ask(QUERY, by=by, first=first, after=after)["search"]
        hits += page["nodes"]
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    return hits


def customers(gateway: GatewayClient, **by: str) -> list[str]:
    return sorted(hit["customerNumber"] for hit in found(gateway, **by) if "customerNumber" in hit)


def holding(everybody: list[Someone], what: str, value: str) -> list[str]:
    """The customers with this phone, e-mail address or last four digits."""
    return sorted(each.number for each in everybody if value in getattr(each, what))


def called_so(everybody: list[Someone], words: str) -> list[str]:
    """The customers with a name word that begins with each of these words."""
    return sorted(each.number for each in everybody if each.has(words))


def each_of(sample: list[Someone], check: Callable[[Someone], None]) -> None:
    with ThreadPoolExecutor(4) as at_once:
        list(at_once.map(check, sample))


def test_every_spelling_of_a_name_finds_all_its_customers(
    gateway: GatewayClient, everybody: list[Someone], sample: list[Someone]
) -> None:
    def check(one: Someone) -> None:
        name = one.names[-1]
        first, *_, last = name.split()
        for searches in (name, name.upper(), f"{last}, {first}", f"{first[:1]} {last[:4]}", bare(name)):
            plain = searches.replace("'", "").replace("-", " ").replace(",", " ").replace(".", " ")
            expected = called_so(everybody, plain)
            assert one.number in expected, searches
            assert customers(gateway, name=searches) == expected, searches

    each_of(sample, check)


def test_contact_points_and_identifiers_find_all_their_customers(
    gateway: GatewayClient, everybody: list[Someone], sample: list[Someone]
) -> None:
    def check(one: Someone) -> None:
        for phone in one.phones:
            text = f"({phone[2:5]}) {phone[5:8]}-{phone[8:]}"
            assert customers(gateway, phone=text) == holding(everybody, "phones", phone)
        for email in one.emails:
            assert customers(gateway, email=email.upper()) == holding(everybody, "emails", email)
        for end in one.ends:
            assert customers(gateway, identifierLast4=end) == holding(everybody, "ends", end)

    each_of(sample, check)


def test_several_criteria_find_customers_that_match_all(
    gateway: GatewayClient, everybody: list[Someone], sample: list[Someone]
) -> None:
    def check(one: Someone) -> None:
        initial = bare(one.names[0])[:2]
        called = called_so(everybody, initial)
        for end in one.ends:
            both = set(called) & set(holding(everybody, "ends", end))
            assert customers(gateway, name=initial, identifierLast4=end) == sorted(both)
        for account in sorted(one.accounts)[:2]:
            hits = found(gateway, name=initial, accountNumber=account.replace("-", " "))
            assert hits == [{"customerNumber": one.number}, {"accountNumber": account}]
            assert found(gateway, name="zzz", accountNumber=account) == []

    each_of(sample, check)


def test_an_account_is_found_by_its_number_in_any_spelling(gateway: GatewayClient, sample: list[Someone]) -> None:
    def check(one: Someone) -> None:
        for account in sorted(one.accounts)[:2]:
            for searches in (account, account.replace("-", ""), account.replace("-", " ")):
                assert found(gateway, accountNumber=searches) == [{"accountNumber": account}]

    each_of(sample, check)


LONG = {"St": "Street", "Ave": "Avenue", "Rd": "ROAD", "Ln": "lane", "Dr": "Drive.", "Ct": "Court"}


def test_an_address_is_found_in_any_spelling(gateway: GatewayClient, large_demo: DemoFolder) -> None:
    premises = large_demo.ask("cis", "SELECT * FROM CI_PREM ORDER BY PREM_ID")

    def check(one: Any) -> None:
        line, city = one["ADDRESS1"], one["CITY"]
        street, _, suffix = line.rpartition(" ")
        unit = f" {one['ADDRESS2']}" if one["ADDRESS2"] else ""
        full = f"{street} {LONG[suffix]}{unit}, {city}, {one['STATE']} {one['POSTAL']}"
        here = [each for each in premises if (each["ADDRESS1"], each["CITY"]) == (line, city)]
        same = [each for each in here if not unit or each["ADDRESS2"] == one["ADDRESS2"]]
        begun = [each for each in premises if each["ADDRESS1"].startswith(line)]
        for searches, expected in ((full, same), (f"{line}, {city}", here), (line.lower(), begun)):
            hits = sorted(_address(hit["address"]) for hit in found(gateway, address=searches))
            assert hits == sorted(_row(each) for each in expected), searches

    sampled = random.Random(360).sample(premises, PEOPLE)  # noqa: S311  # a sample
    each_of(sampled, check)


def _address(address: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(address[name] or "" for name in ("line1", "line2", "city", "postalCode"))


def _row(row: Any) -> tuple[str, ...]:
    return tuple(row[name] or "" for name in ("ADDRESS1", "ADDRESS2", "CITY", "POSTAL"))


def test_pages_of_any_size_return_the_same_hits(gateway: GatewayClient) -> None:
    whole = found(gateway, name="ma")
    assert len(whole) > 20
    assert found(gateway, 7, name="ma") == whole
    assert len({hit["customerNumber"] for hit in whole}) == len(whole)
