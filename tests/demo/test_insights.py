"""Each planted case raises its insights, and every insight is raised by an account of the demo."""

import pytest
from support.demo.running_demo import GatewayClient
from support.demo.truth import opaque

from gateway.resolvers.insights.model.rule import Rule
from gateway.resolvers.insights.rules.table import RULES
from gateway_demo.cases.index import CASES, Case

WITH_ACCOUNT = [case for case in CASES if case.account_id]
QUERY = """query($id: ID!) { customer(id: $id) { accounts(includeClosed: true) {
  insights { all { code } unknown { code message } sources { system state } } } } }"""
# These are about the systems, which all respond here; see tests/resolvers/test_insight_set.py.
OF_SYSTEMS = {rule.code for rule in RULES if rule.about_systems}
MAY_BE_UNKNOWN = {"LIFE_SUPPORT", "DISCONNECT_VS_LIFE_SUPPORT"}  # premises without this information


@pytest.fixture(scope="session")
def insights_of(gateway: GatewayClient) -> dict[str, list]:
    """The insights of every account of each planted customer."""
    return {
        case.name: [
            each["insights"]
            for each in gateway.ask(QUERY, id=opaque("Customer", case.customer_id))["customer"]["accounts"]
        ]
        for case in WITH_ACCOUNT
    }


def codes(insights: list, part: str = "all") -> set[str]:
    """The codes in one part of several sets of insights."""
    return {one["code"] for each in insights for one in each[part]}


@pytest.mark.parametrize("case", WITH_ACCOUNT, ids=lambda case: case.name)
def test_a_planted_case_raises_its_insights(insights_of: dict[str, list], case: Case) -> None:
    assert set(case.insights) - codes(insights_of[case.name]) == set()


@pytest.mark.parametrize("rule", [each for each in RULES if not each.about_systems], ids=lambda rule: rule.code)
def test_every_insight_is_raised_by_an_account_of_the_demo(insights_of: dict[str, list], rule: Rule) -> None:
    assert [name for name, insights in insights_of.items() if rule.code in codes(insights)]


def test_only_missing_information_is_unknown_when_all_systems_respond(insights_of: dict) -> None:
    for name, insights in insights_of.items():
        assert codes(insights, "unknown") <= MAY_BE_UNKNOWN, name
        assert {one["state"] for each in insights for one in each["sources"]} == {"OK"}, name


def test_cases_name_existing_insights() -> None:
    assert {code for case in CASES for code in case.insights} <= {rule.code for rule in RULES}
