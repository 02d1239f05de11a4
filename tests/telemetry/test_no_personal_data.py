"""Personal data appears in no log line, no metric and no span."""

import logging
import re
from collections.abc import Sequence
from typing import Any

import aiohttp
import pytest
from opentelemetry.sdk.trace import ReadableSpan
from support.planted import PLANTED, TEXT, planted_tables
from support.rows import row
from support.telemetry.log_lines import captured_logs
from support.telemetry.served import ask, failing, policies, scrape, served
from support.telemetry.spans import RecordedSpans
from support.telemetry.upstream import Crm, gateway_before
from support.utility import ACCOUNT

from gateway.errors import InvalidResponse, SourceDown, SourceError, SourceTimeout, UpstreamUnauthorized
from gateway.ids import global_id

# The last four digits count where they stand alone: times and ids may hold the same by chance.
SECRETS = re.compile(r"(?<![0-9a-f.])9731(?![0-9a-f])|99731-7|5559731731|zzyzx|quux", re.IGNORECASE)
SEARCH = """query Search($by: CustomerSearch!) {
  search(by: $by) { nodes { __typename ... on Node { id } } sources { system state } } }"""
CRITERIA: Sequence[dict[str, str]] = (
    {"name": "Zzyzx"},
    {"phone": "5559731731"},
    {"email": "zzyzx@example.com"},
    {"identifierLast4": "9731"},
    {"accountNumber": "99731-7"},
    {"address": "97 Quux Road"},
    {"name": "Zzyzx", "phone": "5559731731"},
)
PERSON = """query Person($id: ID!, $n: String!) {
  node(id: $id) { id ... on Customer { customerNumber party { name contactPoints { value } }
    accounts { accountNumber balance { current { amount } } activities { nodes { id } } } } }
  customer(customerNumber: $n) { party { name } accounts { accountNumber } } }"""
INLINE = (
    '{ customer(customerNumber: "C-9731-Zzyzx") { party { name } } }',
    '{ search(by: {name: "Zzyzx", phone: 5559731731}) { nodes { __typename } } }',
    "{ search(by: {name: Zzyzx}) { nodes { __typename } } }",
    '{ node(id: "Zzyzx9731") { id } }',
    '{ customer(customerNumber: "Zzyzx',
)
VARIABLES: Sequence[Any] = ({"name": 9731}, {"surname": "Zzyzx"}, "Zzyzx", {"phone": "5559731731" * 30}, ["9731"])
FAILURES = (None, SourceDown, UpstreamUnauthorized, SourceTimeout, InvalidResponse)
SYSTEMS = ("CRM", "CIS", "BILLING", "USAGE", "CONTACT_CENTER")


def tables() -> dict[str, list[dict[str, Any]]]:
    """A person, their account, and an invalid bill."""
    searched = {"search_name": "zzyzx", "search_phone": "5559731731", "search_email": "zzyzx@example.com"}
    whose = {"party_id": "H-9731", "party_kind": "PERSON", "customer_number": "C-9731-Zzyzx"}
    account = row("BillingAccount", id="A-9731", customer_id="C-9731", account_number="99731-7")
    bill = row("Bill", id="B-9731", account_id="A-9731", issued_on="Zzyzx, 9731")
    return {
        "Customer": [row("Customer", id="C-9731", **whose, **searched) | {"search_identifier_last4": "9731"}],
        "Person": [row("Person", id="H-9731", name="Zz Zzyzx", roles=["CUSTOMER"])],
        "BillingAccount": [account],
        "Bill": [bill],
    }


async def send_all(http: aiohttp.ClientSession) -> None:
    """Send searches, queries and invalid requests with personal data."""
    person = {"id": global_id("Customer", "C-9731"), "n": "C-9731-Zzyzx"}
    for _ in range(2):
        for by in (*CRITERIA, *VARIABLES):
            await ask(http, SEARCH, by=by)
        await ask(http, PERSON, **person)
        for document in INLINE:
            await ask(http, document)
    async with http.get("/graphql", params={"query": INLINE[0], "variables": '{"n": "Zzyzx"}'}):
        pass
    async with http.post("/graphql", data=b'{"query": "Zzyzx 9731'):
        pass


def exported(spans: Sequence[ReadableSpan]) -> str:
    return "\n".join(str(span.to_json()) for span in spans)


def secrets_in(text: str) -> list[str]:
    return SECRETS.findall(text)


@pytest.mark.parametrize("words", [{}, {"cache": "60", "breaker": "{ min_calls = 3 }", "retry": "{ base_delay = 0 }"}])
@pytest.mark.parametrize("failure", FAILURES)
async def test_no_personal_data_leaks(failure: type[SourceError] | None, words: dict[str, str]) -> None:
    recorded = RecordedSpans()
    wrap = failing(failure or SourceDown, *(SYSTEMS if failure else ()))
    settings = {"wrap": wrap, "text": policies(**words), "tracing": recorded.tracing, "slow_request_ms": 0}
    with captured_logs("json", logging.INFO) as lines, captured_logs("text", logging.INFO) as text:
        async with served(tables(), **settings) as http:
            await send_all(http)
            metrics = await scrape(http)
    assert lines.text.count("slow request") == 2 * (len(CRITERIA) + len(VARIABLES) + 1 + len(INLINE)) + 2
    assert len(recorded.spans) > len(CRITERIA)
    assert secrets_in(lines.text + text.text) + secrets_in(metrics) + secrets_in(exported(recorded.spans)) == []


@pytest.mark.parametrize("status", [404, 400, 429, 500, 302])
async def test_no_personal_data_leaks_if_a_service_refuses(status: int) -> None:
    recorded, crm = RecordedSpans(), Crm(statuses=[status] * 4)
    with captured_logs(level=logging.INFO) as lines:
        async with gateway_before(crm, recorded.tracing) as http:
            for _ in range(3):
                await ask(http, n="C-9731-Zzyzx")
            metrics = await scrape(http)
    assert any("Zzyzx" in address for address in crm.addresses)
    assert secrets_in(lines.text) + secrets_in(metrics) + secrets_in(exported(recorded.spans)) == []


ALL = """query All($id: ID!, $ids: [ID!]!) { billingAccount(id: $id) {
  header { phone email birthYear personalIdentifiers { value } } persons { person { name specialNeeds { equipment } } }
  alerts { text } autopay { instrument } insights { ranked { title message } }
  activities { nodes { title summary ... on Chat { transcript { text } } ... on EmailMessage { body fromAddress } } } }
  nodes(ids: $ids) { ... on ServicePoint { accessInstructions } ... on Interaction { notes { text } } } }"""


@pytest.mark.parametrize("failure", [None, SourceDown, InvalidResponse])
async def test_nothing_that_is_masked_leaves_the_process(failure: type[SourceError] | None) -> None:
    recorded, tables = RecordedSpans(), planted_tables()
    tables["Case"].append({**tables["Case"][0], "id": "odd", "created_at": TEXT})  # an unreadable row
    systems = ("CRM", "CONTACT_CENTER") if failure else ()
    settings = {"wrap": failing(failure or SourceDown, *systems), "tracing": recorded.tracing, "slow_request_ms": 0}
    ids = [global_id("ServicePoint", "S1"), global_id("Interaction", "I")]
    with captured_logs("json", logging.INFO) as lines:
        async with served(tables, **settings) as http:
            async with http.post("/graphql", json={"query": ALL, "variables": {"id": ACCOUNT, "ids": ids}}) as response:
                answer = await response.text()
            metrics = await scrape(http)
    written = {"log": lines.text, "metrics": metrics, "spans": exported(recorded.spans), "answer": answer}
    assert all(written.values())
    assert [(place, each) for place, text in written.items() for each in PLANTED if each in text] == []
    assert "***" in answer


def test_the_pattern_finds_personal_data() -> None:
    text = '["C-9731", "a Zzyzx", "99731-7", "+5559731731", "97 QUUX RD"]'
    assert secrets_in(text) == ["9731", "Zzyzx", "99731-7", "5559731731", "QUUX"]
    assert secrets_in("1.9731 09731 9731a") == []
