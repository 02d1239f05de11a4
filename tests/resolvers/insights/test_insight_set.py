"""The insights of an account together: which of them, in which order, and what nobody knows."""

from collections.abc import Sequence
from typing import Any

import pytest
from support.documents import document
from support.resolvers.cases_customer import restriction
from support.resolvers.cases_disconnection import NEED, person
from support.resolvers.insight_cases import filled, insights, of, own, quiet, raised, refuse, unknown
from support.rows import row
from support.utility import ACCOUNT
from support.world import World, catalog_text, world

from gateway.errors import SourceDown, SourceTimeout
from gateway.resolvers.insights.model.insight import SEVERITIES
from gateway.resolvers.insights.rules.table import RULES


def overdue(*processes: tuple[str | None, str]) -> dict[str, Any]:
    """Critical processes of account A1, by amount and beginning."""
    return {
        "PayPlanOverdueProcess": [
            own("PayPlanOverdueProcess", number, process_status="ACTIVE", amount=amount, created_at=at)
            for number, (amount, at) in enumerate(processes, start=1)
        ]
    }


def balance(*past_due: str) -> dict[str, Any]:
    """The balance of account A1, or several."""
    said = {"current": "9.00", "arrears": []}
    return {"AccountBalance": [own("AccountBalance", 1, past_due=each, **said) for each in past_due]}


MANY = {
    **overdue(("10.00", "2026-11-01T10:00:00-05:00"), ("30.00", "2026-10-01T10:00:00-04:00")),
    **person(NEED),
    "ContactRestriction": [restriction(1), restriction(2, channel="EMAIL")],
    "AccountAlert": [own("AccountAlert", n, since=f"2026-0{n}-01") for n in (1, 3, 2)],
}


async def test_who_reads_no_more_than_the_top_sees_what_is_vital_and_unknown(shared: World) -> None:
    filled(shared, {"AccountBalance": [own("AccountBalance", current="1.00", past_due="1.00")]})
    shared.gate.down = {"COLLECTIONS": SourceDown, "CRM": SourceDown}
    asked: Any = (await shared.answer(document("overview-tab"), account=ACCOUNT)).data
    told = asked["billingAccount"]["insights"]
    assert {(each["code"], each["state"]) for each in told["top"]} >= {
        ("IN_COLLECTIONS", "UNKNOWN"),
        ("DISCONNECT_PENDING", "UNKNOWN"),
        ("LIFE_SUPPORT", "UNKNOWN"),
    }
    assert {each["severity"] for each in told["top"]} == {"CRITICAL"}
    assert all(each["title"].endswith(": unknown") for each in told["top"])


async def test_total_counts_all_that_are_raised_and_top_are_the_first_four(shared: World) -> None:
    filled(shared, MANY)
    told = await insights(shared, ["COLLECTIONS", "CUSTOMER"])
    assert told["total"] == len(told["all"]) > 4
    assert told["top"] == [{"code": each["code"]} for each in told["all"][:4]]
    assert {each["state"] for each in told["all"]} == {"RAISED"}


async def test_fewer_than_four_are_all_in_top_and_none_is_zero(shared: World) -> None:
    filled(shared, {})
    told = await insights(shared, ["CUSTOMER"])
    del told["sources"]
    assert told == {"total": 0, "top": [], "all": [], "unknown": []}


async def test_what_is_unknown_is_neither_counted_nor_among_all(shared: World) -> None:
    filled(shared, {})
    refuse(shared, "Person by account_id")
    told = await insights(shared, ["CUSTOMER"], "CRITICAL")
    assert (told["total"], told["all"], unknown(told)) == (0, [], {"LIFE_SUPPORT"})
    assert {each["state"] for each in told["unknown"]} == {"UNKNOWN"}


async def test_the_most_severe_come_first(shared: World) -> None:
    filled(shared, {**MANY, **balance("500000.00")})
    told = await insights(shared)
    ranks = [[each.value for each in SEVERITIES].index(each["severity"]) for each in told["all"]]
    assert ranks == sorted(ranks, reverse=True)
    assert len(set(ranks)) == 3


ORDER: Sequence[tuple[str, Sequence[tuple[str | None, str]]]] = [
    (
        "312",
        [
            ("20.00", "2026-11-10T10:00:00Z"),
            ("3.00", "2026-11-14T10:00:00Z"),
            ("100.00", "2025-01-01T00:00:00Z"),
        ],
    ),
    (
        "213",
        [("5.00", "2026-11-01T10:00:00Z"), ("5.00", "2026-11-02T10:00:00Z"), (None, "2026-11-14T10:00:00Z")],
    ),
    # At half past nine here, though the other clock shows more.
    ("21", [("5.00", "2026-11-02T14:30:00Z"), ("5.00", "2026-11-02T10:00:00-05:00")]),
    ("12", [(None, "2026-11-02T10:00:00Z"), (None, "2026-11-02T09:59:59Z")]),
]


@pytest.mark.parametrize(("order", "processes"), ORDER)
async def test_of_one_severity_the_greatest_amount_comes_first_then_the_newest(
    shared: World, order: str, processes: Sequence[tuple[str | None, str]]
) -> None:
    filled(shared, overdue(*processes))
    told = await insights(shared, ["COLLECTIONS"])
    assert [each["evidence"][0]["recordId"][-1] for each in told["all"]] == list(order)


async def test_days_and_instants_are_ordered_together(shared: World) -> None:
    alerts = [own("AccountAlert", n, since=day) for n, day in ((1, "2026-11-13"), (2, "2026-11-15"))]
    filled(shared, {"AccountAlert": alerts, "ContactRestriction": [restriction(since="2026-11-14")]})
    told = await insights(shared, ["CUSTOMER"])
    assert [each["evidence"][0]["recordId"] for each in told["all"]] == [
        "AccountAlert2",
        "R1",
        "AccountAlert1",
    ]


AREA = {rule.code: rule.area.value for rule in RULES}


@pytest.mark.parametrize("least", ["WARNING", "CRITICAL"])
async def test_what_is_less_severe_is_neither_told_nor_unknown(shared: World, least: str) -> None:
    filled(shared, {**MANY, **balance("5.00")})
    refuse(shared, "Bill by account_id", "Customer by id", "ServiceRequest by account_id")
    told = await insights(shared, None, least)
    kept = ["WARNING", "CRITICAL"][["WARNING", "CRITICAL"].index(least) :]
    assert {each["severity"] for each in (*told["all"], *told["unknown"])} <= set(kept)
    assert told["total"] == len(told["all"]) > 0


async def test_what_may_become_critical_is_asked_for_and_left_out_where_it_is_not(shared: World) -> None:
    filled(shared, balance("5.00"))
    assert "PAST_DUE" in raised(await insights(shared, ["BILLING"], "WARNING"))
    assert "PAST_DUE" not in raised(await insights(shared, ["BILLING"], "CRITICAL"))
    refuse(shared, "AccountBalance by account_id")
    assert "PAST_DUE" in unknown(await insights(shared, ["BILLING"], "CRITICAL"))


async def test_an_insight_says_who_did_not_answer(shared: World) -> None:
    filled(shared, {})
    refuse(shared, "AccountReference by account_id", why=SourceTimeout)
    told = await insights(shared, ["FIELD"])
    assert {each["message"] for each in told["unknown"]} == {"Not known: CIS did not answer in time."}


async def test_one_system_that_is_away_leaves_all_others_said(shared: World) -> None:
    filled(shared, MANY)
    before = raised(await insights(shared))
    refuse(shared, "EMAIL", "OUTAGE")
    told = await insights(shared)
    assert raised(told) == before | {"DATA_INCOMPLETE"}
    assert {AREA[each] for each in unknown(told)} <= {"CUSTOMER", "OUTAGE"}


async def test_of_two_different_balances_of_one_account_neither_is_believed(shared: World) -> None:
    filled(shared, balance("9.00", "8.00"))
    told = await insights(shared, ["BILLING"])
    assert "PAST_DUE" in unknown(told)
    assert "PAST_DUE" not in raised(told)
    assert {"system": "BILLING", "state": "DOWN"} in told["sources"]
    filled(shared, balance("9.00", "9.00"))
    assert "PAST_DUE" in raised(await insights(shared, ["BILLING"]))


async def test_nothing_is_incomplete_where_everybody_answers(shared: World) -> None:
    filled(shared, {})
    assert of("DATA_INCOMPLETE", await insights(shared)) == []


async def test_a_system_that_is_not_there_is_not_incomplete() -> None:
    async with world(quiet(), text=catalog_text(leave_out=["EMAIL", "OUTAGE", "CONTACT_CENTER"])) as at:
        told = await insights(at)
    states = {each["system"]: each["state"] for each in told["sources"]}
    assert {states[each] for each in ("EMAIL", "OUTAGE", "CONTACT_CENTER")} == {"NOT_CONFIGURED"}
    assert raised(told) & {"DATA_INCOMPLETE", "NO_CTI"} == {"NO_CTI"}
    assert {AREA[each] for each in unknown(told)} & {"OUTAGE", "INTERACTION"} == set()


@pytest.mark.parametrize("down", ["AccountReference by account_id", "INTERACTIONS"])
async def test_that_calls_are_not_recorded_is_known_whoever_else_is_away(down: str) -> None:
    text = catalog_text(leave_out=["CONTACT_CENTER"])
    async with world(quiet(), text=text) as at:
        refuse(at, down)
        assert "NO_CTI" in raised(await insights(at, ["INTERACTION"]))


async def test_calls_that_are_down_are_recorded_all_the_same(shared: World) -> None:
    filled(shared, {})
    refuse(shared, "CONTACT_CENTER")
    told = await insights(shared, ["INTERACTION"])
    assert "NO_CTI" not in raised(told) | unknown(told)


async def test_other_fields_are_answered_where_insights_have_much_to_miss(shared: World) -> None:
    filled(shared, {})
    refuse(shared, "BILLING", "COLLECTIONS", "CRM")
    query = "query($account: ID!) { billingAccount(id: $account) { accountNumber insights { total } } }"
    told = await shared.ask(query, account=ACCOUNT)
    assert told["billingAccount"]["accountNumber"] == "said"


async def test_evidence_is_a_record_that_can_be_opened(shared: World) -> None:
    filled(shared, {"ContactRestriction": [restriction()]})
    [each] = of("CONTACT_RESTRICTED", await insights(shared, ["CUSTOMER"]))
    assert each["evidence"] == [{"recordType": "ContactRestriction", "recordId": "R1"}]


async def test_an_account_of_another_customer_changes_nothing(shared: World) -> None:
    filled(shared, {})
    before = await insights(shared)
    stranger = [*quiet()["BillingAccount"], row("BillingAccount", id="Z", customer_id="D")]
    debt = row("CollectionProcess", id="K", account_id="Z", process_status="ACTIVE")
    filled(shared, {"BillingAccount": stranger, "CollectionProcess": [debt]})
    assert await insights(shared) == before
