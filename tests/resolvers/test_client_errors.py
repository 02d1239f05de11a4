"""Errors for programs: code, reason, argument, limit and cause. One bad value costs its own field."""

from typing import Any

import pytest
from support.harness import Harness
from support.utility import ACCOUNT, CUSTOMER

from gateway.errors import SourceDown, SourceTimeout
from gateway.ids import global_id

BILL = global_id("Bill", "Bill1")
OF_ACCOUNT = f'billingAccount(id: "{ACCOUNT}")'
# Field of account A1, then reason, argument and limits of its error.
PAGE_TOO_LARGE = {"reason": "PAGE_TOO_LARGE", "argument": "first", "limitName": "page", "limit": 500, "measured": 1000}
REFUSED: list[tuple[str, dict[str, Any]]] = [
    ("bills(first: 1000)", PAGE_TOO_LARGE),
    ("bills(first: 0)", {"reason": "PAGE_TOO_SMALL", "argument": "first", "limit": 1}),
    ('bills(after: "x")', {"reason": "INVALID_CURSOR", "argument": "after"}),
    ('bills(range: {since: "2026-02-02", until: "2026-02-01"})', {"reason": "RANGE_REVERSED", "argument": "range"}),
    (
        'activities(range: {since: "2026-01-01", until: "2026-11-01"})',
        {"reason": "RANGE_TOO_LONG", "argument": "range", "limit": 6, "limitUnit": "MONTH"},
    ),
    (
        'activities(range: {since: "2026-11-01", until: "2027-01-01"})',
        {"reason": "RANGE_IN_FUTURE", "argument": "range.until", "limit": "2026-11-15"},
    ),
    (
        'activities(range: {since: "2020-01-01", until: "2020-02-01"})',
        {"reason": "RANGE_TOO_EARLY", "argument": "range.since", "limit": "2023-11-15"},
    ),
]
SEARCHES = [
    ('{ name: "a" }', {"reason": "CRITERION_TOO_SHORT", "argument": "by.name", "limit": 2}),
    ('{ identifierLast4: "12345" }', {"reason": "CRITERION_TOO_LONG", "argument": "by.identifierLast4", "limit": 4}),
    ("{ }", {"reason": "CRITERION_NEEDED", "argument": "by"}),
]


async def extensions(at: Harness, query: str, **variables: Any) -> dict[str, Any]:
    """What the only error of a query says to programs."""
    [error] = (await at.answer(query, **variables)).errors
    return error["extensions"]  # type: ignore[no-any-return]  # JSON


@pytest.mark.parametrize(("field", "expected"), REFUSED)
async def test_a_refused_argument_is_named_with_its_limit(at: Harness, field: str, expected: dict[str, Any]) -> None:
    answer = await extensions(at, f"{{ {OF_ACCOUNT} {{ {field} {{ nodes {{ id }} }} }} }}")
    cause = f"BAD_INPUT/{expected['reason']}/{expected['argument']}"
    assert answer == {"code": "BAD_INPUT", **expected, "cause": cause}


@pytest.mark.parametrize(("by", "expected"), SEARCHES)
async def test_a_refused_criterion_is_named(at: Harness, by: str, expected: dict[str, Any]) -> None:
    answer = await extensions(at, f"{{ search(by: {by}) {{ nodes {{ __typename }} }} }}")
    assert {name: answer[name] for name in expected} == expected


async def test_too_many_ids_name_their_limit(at: Harness) -> None:
    answer = await extensions(at, "query($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=[ACCOUNT] * 101)
    assert (answer["reason"], answer["argument"], answer["limit"]) == ("TOO_MANY_IDS", "ids", 100)


async def test_an_unreadable_id_costs_its_own_place(at: Harness) -> None:
    result = await at.answer("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=[ACCOUNT, "x"])
    assert result.data == {"nodes": [{"id": ACCOUNT}, None]}
    [error] = result.errors
    assert error["path"] == ["nodes", 1]
    assert (error["extensions"]["reason"], error["extensions"]["argument"]) == ("INVALID_ID", "ids")


async def test_an_id_of_another_type_names_its_argument(at: Harness) -> None:
    query = "query($id: ID!, $bill: ID!) { customer(id: $id) { header(accountId: $bill) { accountNumber } } }"
    answer = await extensions(at, query, id=CUSTOMER, bill=BILL)
    assert (answer["reason"], answer["argument"]) == ("WRONG_ID_TYPE", "accountId")


DAYS = "billingAccount(id: $id) { accountNumber bills(range: {since: %s, until: $until}) { nodes { id } } }"
UNREADABLE_DAY = {
    "code": "BAD_INPUT",
    "reason": "INVALID_VALUE",
    "argument": "range.since",
    "cause": "BAD_INPUT/INVALID_VALUE/range.since",
}


@pytest.mark.parametrize("day", ['"yesterday"', "5", '"2026-02-30"', "true", "{since: 1}", "YESTERDAY"])
async def test_an_unreadable_day_costs_its_own_field(at: Harness, day: str) -> None:
    result = await at.answer("query($id: ID!, $until: Date!) { " + DAYS % day + " }", id=ACCOUNT, until="2026-01-01")
    assert result.data == {"billingAccount": {"accountNumber": "1001", "bills": None}}
    [error] = result.errors
    assert (error["path"], error["extensions"]) == (["billingAccount", "bills"], UNREADABLE_DAY)
    assert error["message"] == "range.since is not valid: write a day, such as 2026-11-15."


@pytest.mark.parametrize(("kind", "value"), [("Date!", "yesterday"), ("Date! = 7", 5), ("Date!", True)])
async def test_an_unreadable_variable_costs_its_own_field(at: Harness, kind: str, value: object) -> None:
    query = f"query($id: ID!, $until: Date!, $day: {kind}) {{ {DAYS % '$day'} }}"
    result = await at.answer(query, id=ACCOUNT, until="2026-01-01", day=value)
    assert result.data == {"billingAccount": {"accountNumber": "1001", "bills": None}}
    assert [error["extensions"] for error in result.errors] == [UNREADABLE_DAY]


async def test_an_unreadable_day_inside_a_variable_is_named(at: Harness) -> None:
    query = "query($id: ID!, $range: DateRange) { billingAccount(id: $id) { bills(range: $range) { nodes { id } } } }"
    answer = await extensions(at, query, id=ACCOUNT, range={"since": "2026-01-01", "until": "2026-13-01"})
    assert answer["argument"] == "range.until"


async def test_a_value_of_a_built_in_type_names_its_argument(at: Harness) -> None:
    result = await at.answer(f'{{ {OF_ACCOUNT} {{ bills(first: "ten") {{ nodes {{ id }} }} }} }}')
    assert (result.ran, result.data) == (False, None)
    assert (result.errors[0]["extensions"]["reason"], result.errors[0]["extensions"]["argument"]) == (
        "INVALID_VALUE",
        "first",
    )


async def test_a_value_inside_an_input_is_named_by_its_path(at: Harness) -> None:
    answer = await extensions(at, "{ search(by: { name: 5 }) { nodes { __typename } } }")
    assert (answer["reason"], answer["argument"]) == ("INVALID_VALUE", "by.name")


async def test_a_variable_that_is_not_of_its_type_is_named(at: Harness) -> None:
    query = "query($id: ID!, $first: Int) { billingAccount(id: $id) { bills(first: $first) { nodes { id } } } }"
    answer = await extensions(at, query, id=ACCOUNT, first="ten")
    assert (answer["code"], answer["reason"], answer["argument"]) == ("BAD_INPUT", "INVALID_VARIABLE", "$first")
    assert (await extensions(at, query, first=1))["argument"] == "$id"


@pytest.mark.parametrize("query", ["{", "{ nothing }", "fragment A on Query { nothing }"])
async def test_an_invalid_document_says_so(at: Harness, query: str) -> None:
    assert {error["extensions"]["reason"] for error in (await at.answer(query)).errors} == {"INVALID_DOCUMENT"}


async def test_errors_of_one_failure_share_their_cause(at: Harness) -> None:
    at.gate.down = {"BILLING": SourceDown, "CIS": SourceTimeout}
    fields = "accountNumber status currency bills { nodes { id } } balance { current { amount } }"
    errors_of_fields = (await at.answer(f"{{ {OF_ACCOUNT} {{ {fields} }} }}")).errors
    assert [error["path"][1] for error in errors_of_fields] == [
        "accountNumber",
        "status",
        "currency",
        "balance",
        "bills",
    ]
    causes = {error["extensions"]["cause"] for error in errors_of_fields}
    assert causes == {"SOURCE_FAILURE/BILLING", "SOURCE_FAILURE/CIS"}
