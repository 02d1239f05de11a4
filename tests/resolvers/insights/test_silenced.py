"""An insight that tells a fact better silences another; one that nobody knows of does not."""

from support.resolvers.cases_collections import one
from support.resolvers.cases_debt import balance
from support.resolvers.insight_cases import filled, insights, raised, refuse, unknown
from support.world import World

COLLECTING = one("CollectionProcess", process_status="ACTIVE", amount="9.00")


async def test_in_collections_tells_a_debt_better_than_past_due(shared: World) -> None:
    filled(shared, {**balance(past_due="9.00"), **COLLECTING})
    told = await insights(shared, ["BILLING", "COLLECTIONS"])
    assert raised(told) & {"PAST_DUE", "IN_COLLECTIONS"} == {"IN_COLLECTIONS"}


async def test_in_collections_that_nobody_knows_of_does_not_silence_past_due(shared: World) -> None:
    filled(shared, {**balance(past_due="9.00"), **COLLECTING})
    refuse(shared, "CollectionProcess by account_id")
    told = await insights(shared, ["BILLING", "COLLECTIONS"])
    assert "PAST_DUE" in raised(told)
    assert "IN_COLLECTIONS" in unknown(told)


async def test_what_would_be_silenced_in_any_case_is_not_unknown(shared: World) -> None:
    filled(shared, COLLECTING)
    refuse(shared, "AccountBalance by account_id")
    told = await insights(shared, ["BILLING", "COLLECTIONS"])
    assert "IN_COLLECTIONS" in raised(told)
    assert "PAST_DUE" not in unknown(told)


async def test_past_due_is_told_where_nobody_asks_about_collections(shared: World) -> None:
    filled(shared, {**balance(past_due="9.00"), **COLLECTING})
    assert "PAST_DUE" in raised(await insights(shared, ["BILLING"]))
