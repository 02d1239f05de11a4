"""The insights of an account together: order, top, unknown ones, sources."""

from collections.abc import Sequence
from typing import Any

import pytest
from support.documents import document
from support.harness import Harness, catalog_text, harness
from support.resolvers.cases_customer import restriction
from support.resolvers.cases_disconnection import NEED, PENDING, person
from support.resolvers.insight_cases import (
    account_row,
    fill,
    insights,
    quiet_account,
    raised_as,
    raised_codes,
    take_down,
    unknown_codes,
)
from support.rows import row
from support.utility import ACCOUNT

from gateway.errors import SourceDown, SourceTimeout
from gateway.resolvers.insights.model.insight import SEVERITIES
from gateway.resolvers.insights.rules.table import RULES


def overdue(*processes: tuple[str | None, str]) -> dict[str, Any]:
    """Critical processes of account A1, by amount and beginning."""
    return {
        "PayPlanOverdueProcess": [
            account_row("PayPlanOverdueProcess", number, process_status="ACTIVE", amount=amount, created_at=at)
            for number, (amount, at) in enumerate(processes, start=1)
        ]
    }


def balance(*past_due: str) -> dict[str, Any]:
    """Balances of account A1 with these amounts past due."""
    fields = {"current": "9.00", "arrears": []}
    return {"AccountBalance": [account_row("AccountBalance", 1, past_due=amount, **fields) for amount in past_due]}


MANY = {
    **overdue(("10.00", "2026-11-01T10:00:00-05:00"), ("30.00", "2026-10-01T10:00:00-04:00")),
    **person(NEED),
    "ContactRestriction": [restriction(1), restriction(2, channel="EMAIL")],
    "AccountAlert": [account_row("AccountAlert", n, since=f"2026-0{n}-01") for n in (1, 3, 2)],
}


async def test_the_top_shows_vital_insights_that_are_unknown(shared: Harness) -> None:
    fill(shared, {"AccountBalance": [account_row("AccountBalance", current="1.00", past_due="1.00")]})
    shared.gate.down = {"COLLECTIONS": SourceDown, "CRM": SourceDown}
    data: Any = (await shared.answer(document("overview-tab"), account=ACCOUNT)).data
    result = data["billingAccount"]["insights"]
    assert {(insight["code"], insight["state"]) for insight in result["top"]} >= {
        ("IN_COLLECTIONS", "UNKNOWN"),
        ("DISCONNECT_PENDING", "UNKNOWN"),
        ("LIFE_SUPPORT", "UNKNOWN"),
    }
    assert {insight["severity"] for insight in result["top"]} == {"CRITICAL"}
    assert all(insight["title"].startswith("Not checked: ") for insight in result["top"])


async def test_total_counts_raised_insights_and_top_has_the_first_four(shared: Harness) -> None:
    fill(shared, MANY)
    result = await insights(shared, ["COLLECTIONS", "CUSTOMER"])
    assert result["total"] == len(result["all"]) > 4
    assert result["top"] == [{"code": insight["code"]} for insight in result["all"][:4]]
    assert {insight["state"] for insight in result["all"]} == {"RAISED"}


async def test_an_account_without_insights_has_a_total_of_zero(shared: Harness) -> None:
    fill(shared, {})
    result = await insights(shared, ["CUSTOMER"])
    del result["sources"]
    assert result == {"total": 0, "top": [], "all": [], "unknown": []}


async def test_unknown_insights_are_neither_counted_nor_in_all(shared: Harness) -> None:
    fill(shared, {})
    take_down(shared, "Person by account_id")
    result = await insights(shared, ["CUSTOMER"], "CRITICAL")
    assert (result["total"], result["all"], unknown_codes(result)) == (0, [], {"LIFE_SUPPORT"})
    assert {insight["state"] for insight in result["unknown"]} == {"UNKNOWN"}


async def test_the_most_severe_come_first(shared: Harness) -> None:
    fill(shared, {**MANY, **balance("500000.00")})
    result = await insights(shared)
    ranks = [[severity.value for severity in SEVERITIES].index(insight["severity"]) for insight in result["all"]]
    assert ranks == sorted(ranks, reverse=True)
    assert len(set(ranks)) == 3


ORDER: Sequence[tuple[str, Sequence[tuple[str | None, str]]]] = [
    ("312", [("20.00", "2026-11-10T10:00:00Z"), ("3.00", "2026-11-14T10:00:00Z"), ("100.00", "2025-01-01T00:00:00Z")]),
    ("213", [("5.00", "2026-11-01T10:00:00Z"), ("5.00", "2026-11-02T10:00:00Z"), (None, "2026-11-14T10:00:00Z")]),
    # At half past nine here, though the other clock shows more.
    ("21", [("5.00", "2026-11-02T14:30:00Z"), ("5.00", "2026-11-02T10:00:00-05:00")]),
    ("12", [(None, "2026-11-02T10:00:00Z"), (None, "2026-11-02T09:59:59Z")]),
]


@pytest.mark.parametrize(("order", "processes"), ORDER)
async def test_within_a_severity_larger_amounts_come_first_then_newer_ones(
    shared: Harness, order: str, processes: Sequence[tuple[str | None, str]]
) -> None:
    fill(shared, overdue(*processes))
    result = await insights(shared, ["COLLECTIONS"])
    assert [insight["evidence"][0]["recordId"][-1] for insight in result["all"]] == list(order)


async def test_a_disconnection_where_somebody_depends_on_power_leads(shared: Harness) -> None:
    debt = account_row("CollectionProcess", 1, process_status="ACTIVE", amount="900000.00")
    fill(shared, {**PENDING, **person(NEED), "CollectionProcess": [debt]})
    result = await insights(shared)
    codes = [insight["code"] for insight in result["all"]]
    assert {"IN_COLLECTIONS", "DISCONNECT_PENDING", "LIFE_SUPPORT"} < set(codes)
    assert codes[0] == result["top"][0]["code"] == "DISCONNECT_VS_LIFE_SUPPORT"


async def test_days_and_instants_are_ordered_together(shared: Harness) -> None:
    alerts = [account_row("AccountAlert", n, since=day) for n, day in ((1, "2026-11-13"), (2, "2026-11-15"))]
    fill(shared, {"AccountAlert": alerts, "ContactRestriction": [restriction(since="2026-11-14")]})
    result = await insights(shared, ["CUSTOMER"])
    assert [insight["evidence"][0]["recordId"] for insight in result["all"]] == ["AccountAlert2", "R1", "AccountAlert1"]


AREA = {rule.code: rule.area.value for rule in RULES}


@pytest.mark.parametrize("least", ["WARNING", "CRITICAL"])
async def test_less_severe_insights_are_neither_raised_nor_unknown(shared: Harness, least: str) -> None:
    fill(shared, {**MANY, **balance("5.00")})
    take_down(shared, "Bill by account_id", "Customer by id", "ServiceRequest by account_id")
    result = await insights(shared, None, least)
    severities = ["WARNING", "CRITICAL"][["WARNING", "CRITICAL"].index(least) :]
    assert {insight["severity"] for insight in (*result["all"], *result["unknown"])} <= set(severities)
    assert result["total"] == len(result["all"]) > 0


async def test_rules_that_may_become_critical_are_evaluated_for_critical(shared: Harness) -> None:
    fill(shared, balance("5.00"))
    assert "PAST_DUE" in raised_codes(await insights(shared, ["BILLING"], "WARNING"))
    assert "PAST_DUE" not in raised_codes(await insights(shared, ["BILLING"], "CRITICAL"))
    take_down(shared, "AccountBalance by account_id")
    assert "PAST_DUE" in unknown_codes(await insights(shared, ["BILLING"], "CRITICAL"))


async def test_an_unknown_insight_names_the_failed_system(shared: Harness) -> None:
    fill(shared, {})
    take_down(shared, "AccountReference by account_id", why=SourceTimeout)
    result = await insights(shared, ["FIELD"])
    assert all(insight["message"].endswith('": CIS did not answer in time.') for insight in result["unknown"])


async def test_one_failed_system_leaves_other_insights_raised(shared: Harness) -> None:
    fill(shared, MANY)
    before = raised_codes(await insights(shared))
    take_down(shared, "EMAIL", "OUTAGE")
    result = await insights(shared)
    assert raised_codes(result) == before | {"DATA_INCOMPLETE"}
    assert {AREA[code] for code in unknown_codes(result)} <= {"CUSTOMER", "OUTAGE"}


async def test_contradicting_balances_of_the_account_are_not_used(shared: Harness) -> None:
    fill(shared, balance("9.00", "8.00"))
    result = await insights(shared, ["BILLING"])
    assert "PAST_DUE" in unknown_codes(result)
    assert "PAST_DUE" not in raised_codes(result)
    assert {"system": "BILLING", "state": "PARTIAL"} in result["sources"]
    fill(shared, balance("9.00", "9.00"))
    assert "PAST_DUE" in raised_codes(await insights(shared, ["BILLING"]))


async def test_no_data_is_incomplete_while_every_system_answers(shared: Harness) -> None:
    fill(shared, {})
    assert raised_as("DATA_INCOMPLETE", await insights(shared)) == []


async def test_a_system_that_is_not_configured_is_not_incomplete() -> None:
    async with harness(quiet_account(), text=catalog_text(leave_out=["EMAIL", "OUTAGE", "CONTACT_CENTER"])) as at:
        result = await insights(at)
    states = {source["system"]: source["state"] for source in result["sources"]}
    assert {states[system] for system in ("EMAIL", "OUTAGE", "CONTACT_CENTER")} == {"NOT_CONFIGURED"}
    assert raised_codes(result) & {"DATA_INCOMPLETE", "NO_CTI"} == {"NO_CTI"}
    assert {AREA[code] for code in unknown_codes(result)} & {"OUTAGE", "INTERACTION"} == set()


@pytest.mark.parametrize("down", ["AccountReference by account_id", "INTERACTIONS"])
async def test_a_missing_contact_center_is_reported_while_others_are_down(down: str) -> None:
    text = catalog_text(leave_out=["CONTACT_CENTER"])
    async with harness(quiet_account(), text=text) as at:
        take_down(at, down)
        assert "NO_CTI" in raised_codes(await insights(at, ["INTERACTION"]))


async def test_a_contact_center_that_is_down_is_not_missing(shared: Harness) -> None:
    fill(shared, {})
    take_down(shared, "CONTACT_CENTER")
    result = await insights(shared, ["INTERACTION"])
    assert "NO_CTI" not in raised_codes(result) | unknown_codes(result)


async def test_other_fields_are_answered_while_insights_are_unknown(shared: Harness) -> None:
    fill(shared, {})
    take_down(shared, "BILLING", "COLLECTIONS", "CRM")
    query = "query($account: ID!) { billingAccount(id: $account) { accountNumber insights { total } } }"
    result = await shared.ask(query, account=ACCOUNT)
    assert result["billingAccount"]["accountNumber"] == "said"


async def test_evidence_refers_to_records_that_can_be_opened(shared: Harness) -> None:
    fill(shared, {"ContactRestriction": [restriction()]})
    [insight] = raised_as("CONTACT_RESTRICTED", await insights(shared, ["CUSTOMER"]))
    assert insight["evidence"] == [{"recordType": "ContactRestriction", "recordId": "R1"}]


async def test_an_account_of_another_customer_changes_nothing(shared: Harness) -> None:
    fill(shared, {})
    before = await insights(shared)
    stranger = [*quiet_account()["BillingAccount"], row("BillingAccount", id="Z", customer_id="D")]
    debt = row("CollectionProcess", id="K", account_id="Z", process_status="ACTIVE")
    fill(shared, {"BillingAccount": stranger, "CollectionProcess": [debt]})
    assert await insights(shared) == before


DETAILS = """query($id: ID!) { billingAccount(id: $id) { insights {
  all { id rank code severity since facts { name text day moment quantity flag money { amount } } }
  unknown { id rank severity }
  ranked { id rank code isKnown severity severityLabel title message } } } }"""


async def test_ranks_follow_the_order_and_ids_stay(at: Harness) -> None:
    fill(at, overdue(("10.00", "2026-11-01T00:00:00-04:00"), ("90.00", "2026-11-02T00:00:00-04:00")))
    at.gate.down = {"OUTAGE": SourceDown}
    first, second = [(await at.ask(DETAILS, id=ACCOUNT))["billingAccount"]["insights"] for _ in range(2)]
    insights = [*first["all"], *first["unknown"]]
    assert first["unknown"]
    assert [each["id"] for each in insights] == [each["id"] for each in [*second["all"], *second["unknown"]]]
    assert len({each["id"] for each in insights}) == len(insights)
    assert sorted(each["rank"] for each in insights) == [*range(1, len(insights) + 1)]
    assert [each["rank"] for each in first["all"]] == sorted(each["rank"] for each in first["all"])
    by_rank = sorted(insights, key=lambda each: each["rank"])
    assert [each["id"] for each in first["ranked"]] == [each["id"] for each in by_rank]


async def test_what_was_not_checked_ranks_last_unless_vital(at: Harness) -> None:
    fill(at, {**overdue(("10.00", "2026-11-01T00:00:00-04:00")), **balance("5.00")})
    at.gate.down = {"PAYMENTS": SourceDown, "CRM": SourceDown}
    ranked = (await at.ask(DETAILS, id=ACCOUNT))["billingAccount"]["insights"]["ranked"]
    vital = {rule.code for rule in RULES if rule.vital}
    marks = [(each["isKnown"] or each["code"] in vital, each["severity"], each["isKnown"]) for each in ranked]
    order = [severity.name for severity in reversed(SEVERITIES)]
    assert marks == sorted(marks, key=lambda mark: (not mark[0], order.index(mark[1]), not mark[2]))
    assert ("LIFE_SUPPORT", False) in {(each["code"], each["isKnown"]) for each in ranked}
    [returned] = [each for each in ranked if each["code"] == "PAYMENT_RETURNED"]
    assert (returned["title"], returned["severityLabel"]) == ("Not checked: Payment returned", "May be critical")
    assert returned["message"] == 'Could not check "Payment returned": Payments did not answer.'
    assert returned["rank"] > max(each["rank"] for each in ranked if each["isKnown"])


async def test_an_insight_says_since_when_and_with_which_values(at: Harness) -> None:
    fill(at, overdue(("90.00", "2026-11-02T23:30:00-05:00")))
    insights = (await at.ask(DETAILS, id=ACCOUNT))["billingAccount"]["insights"]["all"]
    [overdue_plan] = [each for each in insights if each["since"] == "2026-11-02"]
    money = [each["money"] for each in overdue_plan["facts"] if each["name"] == "amount"]
    assert money == [{"amount": "90.00"}]
    for fact in (fact for each in insights for fact in each["facts"]):
        assert sum(fact[name] is not None for name in ("text", "day", "moment", "quantity", "flag", "money")) == 1


async def test_what_lies_ahead_has_no_first_day(at: Harness) -> None:
    fill(at, {"AccountBalance": [account_row("AccountBalance", current="1.00", next_bill_on="2026-12-12")]})
    insights = (await at.ask(DETAILS, id=ACCOUNT))["billingAccount"]["insights"]["all"]
    [since] = [each["since"] for each in insights if each["code"] == "NEXT_BILL"]
    assert since is None
