"""What an insight offers an agent: a screen, a link into the owning system, or words to say."""

from typing import Any

from support.harness import Harness, catalog_text, harness
from support.resolvers.cases_collections import others
from support.resolvers.insight_cases import account_row, fill, raised_as
from support.utility import ACCOUNT

from gateway.errors import SourceDown
from gateway.ids import global_id
from gateway.languages.locales import LOCALES, using
from gateway.resolvers.insights.model.action import InsightScreen
from gateway.resolvers.insights.rules.table import RULES

QUERY = """query($account: ID!) { billingAccount(id: $account) { insights(areas: [BILLING, PAYMENT, COLLECTIONS]) {
  all { code message facts { name text item } action { kind label screen recordId url } }
  unknown { code action { kind } } } } }"""
PLAN = account_row("PayPlanOverdueProcess", process_status="ACTIVE", amount="31.00")


async def actions(at: Harness, **tables: Any) -> Any:
    fill(at, tables)
    return (await at.ask(QUERY, account=ACCOUNT))["billingAccount"]["insights"]


async def test_a_record_without_a_link_is_shown_on_a_screen(at: Harness) -> None:
    [insight] = raised_as("PAY_PLAN_OVERDUE", await actions(at, PayPlanOverdueProcess=[PLAN]))
    assert insight["action"] == {
        "kind": "SCREEN",
        "label": "Offer to take a payment, or to arrange payments",
        "screen": "COLLECTIONS",
        "recordId": global_id("PayPlanOverdueProcess", PLAN["id"]),
        "url": None,
    }


async def test_an_action_loads_nothing(at: Harness) -> None:
    await actions(at, PayPlanOverdueProcess=[PLAN])
    with_actions = sorted(batch.lookup.name for batch in at.gate.batches)
    at.gate.clear()
    await at.ask(QUERY.replace("action { kind label screen recordId url }", ""), account=ACCOUNT)
    assert sorted(batch.lookup.name for batch in at.gate.batches) == with_actions


async def test_what_is_only_said_has_no_screen(at: Harness) -> None:
    [insight] = raised_as("AUTOPAY_OFF", await actions(at, AutopayInstruction=[]))
    action = insight["action"]
    assert (action["kind"], action["label"], action["screen"]) == ("CALL_SCRIPT", "Offer autopay", None)


async def test_a_label_is_in_the_language_of_the_request(at: Harness) -> None:
    with using(LOCALES["es-us"]):
        [insight] = raised_as("AUTOPAY_OFF", await actions(at, AutopayInstruction=[]))
    assert insight["action"]["label"] == "Ofrecer el pago automático"


async def test_an_unknown_insight_offers_nothing(at: Harness) -> None:
    await actions(at)
    at.gate.down = {"COLLECTIONS": SourceDown}
    unknown = (await at.ask(QUERY, account=ACCOUNT))["billingAccount"]["insights"]["unknown"]
    assert unknown
    assert {insight["action"] and insight["action"]["kind"] for insight in unknown} == {None}


def test_every_screen_has_an_insight() -> None:
    screens = {rule.action.screen for rule in RULES if rule.action}
    assert {*InsightScreen} <= screens


async def test_a_linked_record_is_opened_in_its_own_system() -> None:
    table = "[records.PayPlanOverdueProcess]\n"
    text = catalog_text().replace(table, table + 'link = "https://collections.example/{id}"\n')
    async with harness({}, text=text) as at:
        [insight] = raised_as("PAY_PLAN_OVERDUE", await actions(at, PayPlanOverdueProcess=[PLAN]))
    assert insight["action"]["kind"] == "DEEP_LINK"
    assert insight["action"]["url"] == f"https://collections.example/{PLAN['id']}"
    assert insight["action"]["screen"] == "COLLECTIONS"


async def test_the_debt_of_another_account_leads_to_that_account(at: Harness) -> None:
    [insight] = raised_as("OTHER_ACCOUNT_DEBT", await actions(at, **others("0.00", "70.00")))
    assert insight["message"] == "Account A3 of this customer owes $70.00 that is past due."
    assert {"name": "account", "text": "A3", "item": None} in insight["facts"]
    assert insight["action"]["recordId"] == global_id("BillingAccount", "A3")


async def test_each_of_several_accounts_with_debt_is_named(at: Harness) -> None:
    [insight] = raised_as("OTHER_ACCOUNT_DEBT", await actions(at, **others("1.00", "2.00", "3.00", "4.00")))
    assert insight["message"].endswith(" Account A4 owes $3.00. Account A3 owes $2.00. And 1 more.")
    named = [fact["text"] for fact in insight["facts"] if fact["name"] == "account"]
    assert named == ["A5", "A4", "A3"]
