"""A raised insight supersedes others that say the same less precisely; an unknown one does not."""

from support.harness import Harness
from support.resolvers.cases_collections import one
from support.resolvers.cases_debt import balance
from support.resolvers.insight_cases import fill, insights, raised_codes, take_down, unknown_codes

COLLECTING = one("CollectionProcess", process_status="ACTIVE", amount="9.00")


async def test_in_collections_supersedes_past_due(shared: Harness) -> None:
    fill(shared, {**balance(past_due="9.00"), **COLLECTING})
    result = await insights(shared, ["BILLING", "COLLECTIONS"])
    assert raised_codes(result) & {"PAST_DUE", "IN_COLLECTIONS"} == {"IN_COLLECTIONS"}


async def test_unknown_collections_do_not_supersede_past_due(shared: Harness) -> None:
    fill(shared, {**balance(past_due="9.00"), **COLLECTING})
    take_down(shared, "CollectionProcess by account_id")
    result = await insights(shared, ["BILLING", "COLLECTIONS"])
    assert "PAST_DUE" in raised_codes(result)
    assert "IN_COLLECTIONS" in unknown_codes(result)


async def test_a_superseded_insight_is_not_unknown(shared: Harness) -> None:
    fill(shared, COLLECTING)
    take_down(shared, "AccountBalance by account_id")
    result = await insights(shared, ["BILLING", "COLLECTIONS"])
    assert "IN_COLLECTIONS" in raised_codes(result)
    assert "PAST_DUE" not in unknown_codes(result)


async def test_past_due_is_raised_without_the_collections_area(shared: Harness) -> None:
    fill(shared, {**balance(past_due="9.00"), **COLLECTING})
    assert "PAST_DUE" in raised_codes(await insights(shared, ["BILLING"]))
