"""What a premise says about life support, beside the insight LIFE_SUPPORT."""

from typing import Any

import pytest
from support.harness import Harness
from support.resolvers.cases_disconnection import NEED
from support.resolvers.insight_cases import fill, raised_codes, take_down, unknown_codes
from support.rows import row
from support.utility import ACCOUNT

from gateway.ids import global_id

QUERY = """query($account: ID!) { billingAccount(id: $account) {
  premises { lifeSupport } insights(areas: [CUSTOMER]) { all { code } unknown { code } total top { code } } } }"""
PREMISE = "query($id: ID!) { node(id: $id) { ... on Premise { lifeSupport } } }"


def places(at: Harness, needs: Any, marks: Any) -> None:
    """Account A1 with a person of these needs, and a premise for each mark."""
    ids = [f"P{number}" for number in range(1, len(marks) + 1)]
    person = row("Person", id="H", special_needs=needs, roles=[]) | {"search_account_id": "A1"}
    fill(
        at,
        {
            "Person": [person],
            "Premise": [row("Premise", id=key, life_support=m) for key, m in zip(ids, marks, strict=True)],
        },
    )
    at.held["AccountReference"][0]["premise_ids"] = ids


@pytest.mark.parametrize(
    ("needs", "marks", "expected"),
    [
        ([NEED], (False,), True),
        ([{"kind": "SENSITIVE_LOAD"}], (False, None), True),
        ([], (True, False), True),
        ([], (False, False), False),
        ([{"kind": "LIFE_SUPPORT", "until": "2026-11-14"}], (False,), False),
        ([{"kind": "HEARING"}], (False,), False),
        (None, (False,), None),
        ([], (None, False), None),
        (None, (True, None), True),
    ],
)
async def test_every_premise_says_what_the_insight_says(at: Harness, needs: Any, marks: Any, expected: Any) -> None:
    places(at, needs, marks)
    account = (await at.ask(QUERY, account=ACCOUNT))["billingAccount"]
    assert [each["lifeSupport"] for each in account["premises"]] == [expected] * len(marks)
    assert ("LIFE_SUPPORT" in raised_codes(account["insights"])) is (expected is True)
    assert ("LIFE_SUPPORT" in unknown_codes(account["insights"])) is (expected is None)


async def test_an_account_without_persons_is_unknown(at: Harness) -> None:
    places(at, [], [False])
    at.held["Person"], at.held["AccountReference"][0]["person_ids"] = [], []
    assert (await at.ask(QUERY, account=ACCOUNT))["billingAccount"]["premises"] == [{"lifeSupport": None}]


@pytest.mark.parametrize(("mark", "expected"), [(False, None), (True, True)])
async def test_a_system_of_persons_that_failed_is_an_error(at: Harness, mark: Any, expected: Any) -> None:
    places(at, [], [mark])
    take_down(at, "Person by account_id", "Person by id")
    result = await at.answer(QUERY, account=ACCOUNT)
    assert (result.data or {})["billingAccount"]["premises"] == [{"lifeSupport": expected}]
    assert [each["extensions"]["code"] for each in result.errors] == ([] if expected else ["SOURCE_DOWN"])


@pytest.mark.parametrize(("mark", "expected"), [(True, True), (False, None), (None, None)])
async def test_a_premise_by_itself_knows_only_its_own_mark(at: Harness, mark: Any, expected: Any) -> None:
    places(at, [NEED], [mark])
    assert (await at.ask(PREMISE, id=global_id("Premise", "P1")))["node"] == {"lifeSupport": expected}


async def test_life_support_needs_no_further_round(at: Harness) -> None:
    places(at, [], [False])
    query = "query($account: ID!) { billingAccount(id: $account) { premises { %s } } }"
    await at.ask(query % "isVacant", account=ACCOUNT)
    rounds = len(at.gate.rounds)
    await at.ask(query % "lifeSupport", account=ACCOUNT)
    assert len(at.gate.rounds) == rounds


async def test_service_points_are_asked_beside_their_premises(at: Harness) -> None:
    places(at, [], [False, False])
    query = "query($account: ID!) { billingAccount(id: $account) { premises { id %s } } }"
    await at.ask(query % "servicePoints { id }", account=ACCOUNT)
    last = sorted(f"{batch.lookup.name} x {len(batch.keys)}" for batch in at.gate.rounds[-1])
    assert last == ["Premise by id x 2", "ServicePoint by premise_id x 2"]
    await at.ask(query % "isVacant", account=ACCOUNT)
    assert not any(name.startswith("ServicePoint") for name in at.gate.batch_names())
