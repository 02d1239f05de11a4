"""Search criteria never appear in logs or errors."""

import logging
from typing import Any

import pytest
from support.harness import Harness
from support.resolvers.search_queries import QUERY, TEXT_QUERY
from support.rows import row

from gateway.errors import InvalidResponse, SourceDown, SourceError, SourceTimeout, UpstreamUnauthorized
from gateway.resolvers.search.execution import MAX_HITS

SECRETS = ("9731", "Zzyzx", "5559731731", "zzyzx@example.com", "99731-7", "97 Zzyzx")
CRITERIA = [
    {"identifierLast4": "9731"},
    {"name": "Zzyzx"},
    {"phone": "5559731731"},
    {"email": "zzyzx@example.com"},
    {"accountNumber": "99731-7"},
    {"address": "97 Zzyzx Road"},
    {"name": "Zzyzx", "phone": "5559731731", "identifierLast4": "9731", "accountNumber": "99731-7"},
]
FAILURES = (SourceDown, UpstreamUnauthorized, SourceTimeout, InvalidResponse)


def secrets_in(text: str) -> list[str]:
    """The secrets in a text, in any case."""
    return [each for each in SECRETS if each.lower() in text.lower()]


async def output_of(at: Harness, log: pytest.LogCaptureFixture, query: str, **variables: Any) -> str:
    """Errors and log lines of a failing query."""
    log.set_level(logging.DEBUG)
    result = await at.answer(query, **variables)
    assert result.errors
    return f"{result.errors}\n{log.text}"


@pytest.mark.parametrize("by", CRITERIA, ids="+".join)
@pytest.mark.parametrize("failure", FAILURES)
async def test_errors_of_systems_do_not_repeat_criteria(
    at: Harness, caplog: pytest.LogCaptureFixture, by: dict[str, str], failure: type[SourceError]
) -> None:
    at.gate.down = {"CRM": failure, "CIS": failure}
    assert secrets_in(await output_of(at, caplog, QUERY, by=by)) == []


@pytest.mark.parametrize("text", SECRETS)
@pytest.mark.parametrize("failure", FAILURES)
async def test_errors_of_systems_do_not_repeat_a_text(
    at: Harness, caplog: pytest.LogCaptureFixture, text: str, failure: type[SourceError]
) -> None:
    at.gate.down = dict.fromkeys(("CRM", "CIS", "BILLING", "PAYMENTS"), failure)
    assert secrets_in(await output_of(at, caplog, TEXT_QUERY, text=text)) == []


@pytest.mark.parametrize("text", ["Zzyzx " * 11, "5559731731" * 30, 9731, ["Zzyzx"]], ids=repr)
async def test_a_refused_text_is_not_repeated(at: Harness, caplog: pytest.LogCaptureFixture, text: object) -> None:
    assert secrets_in(await output_of(at, caplog, TEXT_QUERY, text=text)) == []


async def test_errors_of_records_do_not_repeat_criteria(at: Harness, caplog: pytest.LogCaptureFixture) -> None:
    bad = row("Customer", id="C9", search_identifier_last4="9731", search_name="zzyzx")
    at.held["Customer"] = [bad | {"party_kind": "Zzyzx 9731", "customer_number": None}]
    for by in ({"identifierLast4": "9731"}, {"name": "Zzyzx"}):
        assert secrets_in(await output_of(at, caplog, QUERY, by=by)) == []


@pytest.mark.parametrize(
    "by",
    [
        {"identifierLast4": "99731"},
        {"identifierLast4": "973"},
        {"name": "Zzyzx " * 11},
        {"name": "Zzyzx", "address": "97 Zzyzx"},
        {"phone": "5559731731" * 30},
    ],
    ids="+".join,
)
async def test_refused_input_is_not_repeated(at: Harness, caplog: pytest.LogCaptureFixture, by: dict[str, str]) -> None:
    assert secrets_in(await output_of(at, caplog, QUERY, by=by)) == []


async def test_too_many_hits_and_bad_cursors_repeat_nothing(at: Harness, caplog: pytest.LogCaptureFixture) -> None:
    at.held["Customer"] = [
        row("Customer", id=f"C{n}", search_name="zzyzx", search_phone="x") for n in range(MAX_HITS + 1)
    ] + [row("Customer", id="late", search_name="zzyzx", search_phone="5559731731")]
    both = {"name": "Zzyzx", "phone": "5559731731"}
    assert secrets_in(await output_of(at, caplog, QUERY, by=both)) == []
    assert secrets_in(await output_of(at, caplog, QUERY, by={"name": "Zzyzx"}, after="Zzyzx9731")) == []


@pytest.mark.parametrize(
    "by",
    [
        {"identifierLast4": 9731},
        {"identifierLast4": ["9731"]},
        {"phone": 5559731731},
        {"name": {"first": "Zzyzx"}},
        {"surname": "Zzyzx"},
        "Zzyzx",
    ],
    ids=repr,
)
async def test_variables_of_another_type_are_not_repeated(
    at: Harness, caplog: pytest.LogCaptureFixture, by: Any
) -> None:
    assert secrets_in(await output_of(at, caplog, QUERY, by=by)) == []


@pytest.mark.parametrize(
    "literal",
    ["{identifierLast4: 9731}", '{identifierLast4: ["9731"]}', '{name: {first: "Zzyzx"}}', "{name: Zzyzx}", "9731"],
)
async def test_values_in_a_document_are_not_repeated(
    at: Harness, caplog: pytest.LogCaptureFixture, literal: str
) -> None:
    output = await output_of(at, caplog, f"{{ search(by: {literal}) {{ nodes {{ __typename }} }} }}")
    assert secrets_in(output) == []
