"""Insights about balances say of an amount what the financial summary says."""

from typing import Any

import pytest
from support.harness import Harness
from support.resolvers.cases_collections import one
from support.resolvers.insight_cases import account_row, fill
from support.utility import ACCOUNT

from gateway.errors import SourceDown

QUERY = """query($account: ID!) { billingAccount(id: $account) {
  financialSummary { depositState creditRatingState payoffBalanceState payoffDiffersState }
  insights(areas: [BILLING, COLLECTIONS]) { all { code } unknown { code } } } }"""
DEPOSIT, RATING = ("depositState", "DEPOSIT_HELD"), ("creditRatingState", "CREDIT_RATING_LOW")
STATES = {"RAISED": "KNOWN", "SILENT": "KNOWN", "UNKNOWN": "UNKNOWN"}


async def states(at: Harness, rows: Any, names: tuple[str, str], down: str | None = None) -> tuple[str, str]:
    """The state of a field of the summary, and whether the insight about it is raised, silent or unknown."""
    field, code = names
    fill(at, rows)
    at.gate.down = {down: SourceDown} if down else {}
    account: Any = (await at.answer(QUERY, account=ACCOUNT)).data["billingAccount"]
    codes = {part: {each["code"] for each in account["insights"][part]} for part in ("all", "unknown")}
    insight = "RAISED" if code in codes["all"] else "UNKNOWN" if code in codes["unknown"] else "SILENT"
    return account["financialSummary"][field], insight


@pytest.mark.parametrize(("deposit", "insight"), [("150.00", "RAISED"), ("0.00", "SILENT"), (None, "UNKNOWN")])
async def test_a_deposit_has_one_truth(at: Harness, deposit: str | None, insight: str) -> None:
    rows = {"AccountBalance": [account_row("AccountBalance", current="1.00", deposit=deposit)]}
    assert await states(at, rows, DEPOSIT) == (STATES[insight], insight)


@pytest.mark.parametrize(("rating", "insight"), [(500, "RAISED"), (700, "SILENT"), (None, "UNKNOWN")])
async def test_a_credit_rating_has_one_truth(at: Harness, rating: int | None, insight: str) -> None:
    rows = one("CreditProfile", credit_rating=rating, rating_threshold=600)
    assert await states(at, rows, RATING) == (STATES[insight], insight)


@pytest.mark.parametrize(("record", "names"), [("AccountBalance", DEPOSIT), ("CreditProfile", RATING)])
async def test_no_record_is_none_and_no_answer_is_unknown(at: Harness, record: str, names: tuple[str, str]) -> None:
    assert await states(at, {record: []}, names) == ("NONE", "SILENT")
    assert await states(at, {record: []}, names, f"{record} by account_id") == ("UNKNOWN", "UNKNOWN")


@pytest.mark.parametrize(("payoff", "state"), [("1.00", "KNOWN"), (None, "UNKNOWN")])
async def test_a_payoff_that_is_not_stated_is_unknown(at: Harness, payoff: str | None, state: str) -> None:
    fill(at, {"AccountBalance": [account_row("AccountBalance", current="1.00", payoff=payoff)]})
    summary = (await at.ask(QUERY, account=ACCOUNT))["billingAccount"]["financialSummary"]
    assert (summary["payoffBalanceState"], summary["payoffDiffersState"]) == (state, state)
