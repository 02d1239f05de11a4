"""What is vital, or may be worse than known, is left out neither of `top` nor by the severity asked for."""

from typing import Any

import pytest
from support.resolvers.cases_disconnection import NEED, person
from support.resolvers.cases_field import person as needing
from support.resolvers.cases_field import planned
from support.resolvers.cases_payment import back, payments, tender
from support.resolvers.insight_cases import filled, insights, of, own, raised, refuse, unknown
from support.resolvers.relative_times import day
from support.world import World

from gateway.resolvers.insights.model.insight import InsightArea

LATE = [own("PayPlanOverdueProcess", n, process_status="ACTIVE", amount="5.00") for n in range(1, 6)]


def codes(told: Any) -> list[str]:
    """The codes in `top`."""
    return [each["code"] for each in told["top"]]


@pytest.mark.parametrize("many", [3, 4, 5])
async def test_as_many_of_the_same_severity_do_not_hide_what_is_vital_and_unknown(
    shared: World, many: int
) -> None:
    filled(shared, {"PayPlanOverdueProcess": LATE[:many]})
    refuse(shared, "CRM")
    told = await insights(shared)
    assert codes(told) == ["PAY_PLAN_OVERDUE"] * 2 + ["DISCONNECT_VS_LIFE_SUPPORT", "LIFE_SUPPORT"]
    assert told["total"] == len(told["all"])


async def test_what_is_vital_and_raised_is_hidden_by_nothing_unknown(shared: World) -> None:
    filled(shared, {"PayPlanOverdueProcess": LATE, **person(NEED)})
    refuse(shared, "CollectionProcess by account_id", "SeveranceProcess by account_id", "ServicePoint by id")
    told = await insights(shared)
    vital = {"IN_COLLECTIONS", "DISCONNECT_PENDING", "DISCONNECTED_NONPAY", "DISCONNECT_VS_LIFE_SUPPORT"}
    assert unknown(told) >= vital
    assert codes(told)[0] == "LIFE_SUPPORT"
    assert set(codes(told)[1:]) < vital


def owed(**said: Any) -> dict[str, Any]:
    """A balance of which something is past due."""
    return {"AccountBalance": [own("AccountBalance", current="9.00", past_due="5.00", **said)]}


RECENT = {"label": "1-60 days", "min_days": 1, "max_days": 60, "amount": "5.00"}
OLDER = {**RECENT, "label": "1-61 days", "max_days": 61}
OVER = {**RECENT, "label": "over 30 days", "min_days": 31, "max_days": None}
NONE_OVER = {**OVER, "amount": "0.00"}


KNOWN = [([], False), ([RECENT], False), ([OLDER], True), ([OVER], True), ([RECENT, NONE_OVER], False)]


@pytest.mark.parametrize(("arrears", "kept"), [(None, True), *KNOWN])
async def test_what_may_be_as_severe_is_not_left_out(shared: World, arrears: Any, *, kept: bool) -> None:
    filled(shared, owed(arrears=arrears))
    told = await insights(shared, ["BILLING"], "CRITICAL")
    assert [each["severity"] for each in of("PAST_DUE", told)] == ["WARNING"] * kept
    assert unknown(told) == set()


@pytest.mark.parametrize(("needs", "kept"), [(None, True), ([], False)])
async def test_an_outage_that_may_cost_a_life_is_not_left_out(
    shared: World, needs: Any, *, kept: bool
) -> None:
    filled(shared, {**planned(), **needing(needs)})
    told = await insights(shared, ["OUTAGE"], "CRITICAL")
    assert [each["severity"] for each in of("OUTAGE_PLANNED", told)] == ["INFORMATION"] * kept


@pytest.mark.parametrize("down", [True, False])
async def test_what_a_system_that_is_away_may_make_worse_is_not_left_out(
    shared: World, *, down: bool
) -> None:
    came_back = payments(back(str(day(9)), "NSF"), back(str(day(9)), number=2), tenders=(tender("TYPO", 2),))
    for rows, who, code in (
        (planned(), "CRM", "OUTAGE_PLANNED"),
        (came_back, "PaymentTender by payment_id", "PAYMENT_RETURNED"),
    ):
        filled(shared, rows)
        refuse(shared, *([who] if down else []))
        assert (code in raised(await insights(shared, None, "CRITICAL"))) == down


@pytest.mark.parametrize("area", [each.value for each in InsightArea if each is not InsightArea.CUSTOMER])
async def test_that_something_is_missing_is_told_with_whatever_it_is_missing_from(
    shared: World, area: str
) -> None:
    filled(shared, {})
    asked = {each["system"] for each in (await insights(shared, [area]))["sources"]}
    refuse(shared, "AccountReference by account_id", *(asked - {"CIS"}))
    assert "DATA_INCOMPLETE" in raised(await insights(shared, [area]))
    assert "DATA_INCOMPLETE" not in raised(await insights(shared, [area], "CRITICAL"))
