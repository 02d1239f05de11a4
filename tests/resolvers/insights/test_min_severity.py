"""Vital insights, and those that may be worse than known, pass `top` and `minSeverity`."""

from typing import Any

import pytest
from support.harness import Harness
from support.resolvers.cases_disconnection import NEED, person
from support.resolvers.cases_field import person as needing
from support.resolvers.cases_field import planned
from support.resolvers.cases_payment import back, payments, tender
from support.resolvers.insight_cases import (
    account_row,
    fill,
    insights,
    raised_as,
    raised_codes,
    take_down,
    unknown_codes,
)
from support.resolvers.relative_times import day

from gateway.resolvers.insights.model.insight import InsightArea

LATE = [account_row("PayPlanOverdueProcess", n, process_status="ACTIVE", amount="5.00") for n in range(1, 6)]


def codes(result: Any) -> list[str]:
    """The codes in `top`."""
    return [insight["code"] for insight in result["top"]]


@pytest.mark.parametrize("many", [3, 4, 5])
async def test_many_insights_do_not_push_out_unknown_vital_ones(shared: Harness, many: int) -> None:
    fill(shared, {"PayPlanOverdueProcess": LATE[:many]})
    take_down(shared, "CRM")
    result = await insights(shared)
    assert codes(result) == ["PAY_PLAN_OVERDUE"] * 2 + ["DISCONNECT_VS_LIFE_SUPPORT", "LIFE_SUPPORT"]
    assert result["total"] == len(result["all"])


async def test_unknown_insights_do_not_push_out_raised_vital_ones(shared: Harness) -> None:
    fill(shared, {"PayPlanOverdueProcess": LATE, **person(NEED)})
    take_down(shared, "CollectionProcess by account_id", "SeveranceProcess by account_id", "ServicePoint by id")
    result = await insights(shared)
    vital = {"IN_COLLECTIONS", "DISCONNECT_PENDING", "DISCONNECTED_NONPAY", "DISCONNECT_VS_LIFE_SUPPORT"}
    assert unknown_codes(result) >= vital
    assert codes(result)[0] == "LIFE_SUPPORT"
    assert set(codes(result)[1:]) < vital


def owed(**fields: Any) -> dict[str, Any]:
    """A balance with an amount past due."""
    return {"AccountBalance": [account_row("AccountBalance", current="9.00", past_due="5.00", **fields)]}


RECENT = {"label": "1-60 days", "min_days": 1, "max_days": 60, "amount": "5.00"}
OLDER = {**RECENT, "label": "1-61 days", "max_days": 61}
OVER = {**RECENT, "label": "over 30 days", "min_days": 31, "max_days": None}
NONE_OVER = {**OVER, "amount": "0.00"}


DECISIONS = [([], False), ([RECENT], False), ([OLDER], True), ([OVER], True), ([RECENT, NONE_OVER], False)]


@pytest.mark.parametrize(("arrears", "listed"), [(None, True), *DECISIONS])
async def test_insights_that_may_be_as_severe_are_listed(shared: Harness, arrears: Any, *, listed: bool) -> None:
    fill(shared, owed(arrears=arrears))
    result = await insights(shared, ["BILLING"], "CRITICAL")
    assert [insight["severity"] for insight in raised_as("PAST_DUE", result)] == ["WARNING"] * listed
    assert unknown_codes(result) == set()


@pytest.mark.parametrize(("needs", "listed"), [(None, True), ([], False)])
async def test_an_outage_with_unknown_life_support_is_listed(shared: Harness, needs: Any, *, listed: bool) -> None:
    fill(shared, {**planned(), **needing(needs)})
    result = await insights(shared, ["OUTAGE"], "CRITICAL")
    assert [insight["severity"] for insight in raised_as("OUTAGE_PLANNED", result)] == ["INFORMATION"] * listed


@pytest.mark.parametrize("down", [True, False])
async def test_insights_that_a_failed_system_may_worsen_are_listed(shared: Harness, *, down: bool) -> None:
    came_back = payments(back(str(day(9)), "NSF"), back(str(day(9)), number=2), tenders=(tender("TYPO", 2),))
    for rows, who, code in (
        (planned(), "CRM", "OUTAGE_PLANNED"),
        (came_back, "PaymentTender by payment_id", "PAYMENT_RETURNED"),
    ):
        fill(shared, rows)
        take_down(shared, *([who] if down else []))
        assert (code in raised_codes(await insights(shared, None, "CRITICAL"))) == down


@pytest.mark.parametrize("area", [area.value for area in InsightArea if area is not InsightArea.CUSTOMER])
async def test_incomplete_data_is_raised_with_every_area(shared: Harness, area: str) -> None:
    fill(shared, {})
    systems = {source["system"] for source in (await insights(shared, [area]))["sources"]}
    take_down(shared, "AccountReference by account_id", *(systems - {"CIS"}))
    assert "DATA_INCOMPLETE" in raised_codes(await insights(shared, [area]))
    assert "DATA_INCOMPLETE" not in raised_codes(await insights(shared, [area], "CRITICAL"))
