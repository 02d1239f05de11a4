"""Life support and disconnection: missing data makes these insights unknown, never silent."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from support.harness import Harness, catalog_text, harness
from support.resolvers.cases_collections import one, others, plan, ratings
from support.resolvers.cases_disconnection import CUT, NEED, PENDING, agreement, person, point, premise, process
from support.resolvers.insight_cases import (
    Rows,
    fill,
    insights,
    quiet_account,
    raised_as,
    raised_codes,
    take_down,
    unknown_codes,
)
from support.rows import row

from gateway.errors import InvalidResponse, SourceDown, SourceTimeout, UpstreamUnauthorized
from gateway.resolvers.insights.rules.table import RULES
from gateway.resolvers.records import RECORDS

VITAL = {rule.code for rule in RULES if rule.vital}
ASKED_FIRST = "BillingAccount by id"
AREAS = ("COLLECTIONS", "CUSTOMER")
# Each record that a vital rule leans on, and the rules that are unknown without it.
LEANING: Mapping[str, set[str]] = {
    "CollectionProcess": {"IN_COLLECTIONS"},
    "SeveranceProcess": {"DISCONNECT_PENDING", "DISCONNECT_VS_LIFE_SUPPORT"},
    "CutProcess": {"DISCONNECT_PENDING", "DISCONNECT_VS_LIFE_SUPPORT"},
    "ProcessEvent": {"DISCONNECT_PENDING", "DISCONNECT_VS_LIFE_SUPPORT"},
    "ServicePoint": {"DISCONNECTED_NONPAY"},
    "ServiceAgreement": {"DISCONNECTED_NONPAY"},
    "Person": {"LIFE_SUPPORT", "DISCONNECT_VS_LIFE_SUPPORT"},
    "Premise": {"LIFE_SUPPORT", "DISCONNECT_VS_LIFE_SUPPORT"},
    "AccountReference": {"LIFE_SUPPORT", "DISCONNECTED_NONPAY", "DISCONNECT_VS_LIFE_SUPPORT"},
}


def lookups() -> list[str]:
    """Every lookup there may be but that of the account itself."""
    result = [line for line in catalog_text().splitlines() if line.startswith(("[records.", "by."))]
    names: list[str] = []
    record = ""
    for line in result:
        if line.startswith("["):
            record = line.removeprefix("[records.").removesuffix("]")
        else:
            names.append(f"{record} by {line.removeprefix('by.').split()[0]}")
    return [name for name in names if name != ASKED_FIRST]


def test_the_vital_insights_are_these() -> None:
    assert {
        "IN_COLLECTIONS",
        "DISCONNECT_PENDING",
        "DISCONNECTED_NONPAY",
        "DISCONNECT_VS_LIFE_SUPPORT",
        "LIFE_SUPPORT",
    } == VITAL
    assert set.union(*LEANING.values()) == VITAL


@pytest.mark.parametrize("why", [SourceDown, SourceTimeout, UpstreamUnauthorized, InvalidResponse])
async def test_without_any_answer_every_vital_insight_is_unknown(shared: Harness, why: Any) -> None:
    fill(shared, {})
    take_down(shared, *lookups(), why=why)
    result = await insights(shared, AREAS)
    assert result["unknown"] != []
    assert unknown_codes(result) >= VITAL
    assert raised_codes(result) <= {"DATA_INCOMPLETE"}


@pytest.mark.parametrize("system", sorted({cls.SYSTEM.name for cls in RECORDS.values()} - {"CIS"}))
async def test_a_failed_system_leaves_no_vital_insight_silent(shared: Harness, system: str) -> None:
    fill(shared, PENDING)
    take_down(shared, system)
    result = await insights(shared, AREAS)
    leaning = [codes for name, codes in LEANING.items() if RECORDS[name].SYSTEM.name == system]
    assert raised_codes(result) | unknown_codes(result) >= set().union(*leaning)


@pytest.mark.parametrize("record", LEANING)
async def test_a_failed_lookup_leaves_no_vital_insight_silent(shared: Harness, record: str) -> None:
    fill(shared, process({**CUT, "cuts_service": False}))
    take_down(shared, *(lookup for lookup in lookups() if lookup.startswith(f"{record} by")))
    assert unknown_codes(await insights(shared, AREAS)) & VITAL == LEANING[record]


@pytest.mark.parametrize("record", LEANING)
async def test_a_record_that_is_not_configured_makes_vital_insights_unknown(record: str) -> None:
    tables = {**quiet_account(), **process({**CUT, "cuts_service": False})}
    async with harness(tables, text=catalog_text(leave_out=[record])) as at:
        result = await insights(at, AREAS)
    assert unknown_codes(result) & VITAL == LEANING[record]
    assert all(insight["message"].startswith("Could not check ") for insight in result["unknown"])


async def test_a_quiet_account_has_no_vital_insight(shared: Harness) -> None:
    fill(shared, {})
    result = await insights(shared, AREAS)
    assert (result["all"], result["unknown"]) == ([], [])


SAYS_YES: Sequence[tuple[str, Rows, str]] = [
    ("LIFE_SUPPORT", person(NEED), "Premise by id"),
    ("LIFE_SUPPORT", person(NEED), "AccountReference by account_id"),
    ("LIFE_SUPPORT", premise(life_support=True), "CRM"),
    ("DISCONNECT_PENDING", PENDING, "CutProcess by account_id"),
    ("DISCONNECT_PENDING", process(CUT, record="CutProcess"), "SeveranceProcess by account_id"),
    ("DISCONNECT_PENDING", PENDING, "CollectionProcess by account_id"),
    ("DISCONNECT_PENDING", process(cut_on="2026-11-20", record="CutProcess"), "ProcessEvent by process_id"),
    ("DISCONNECT_VS_LIFE_SUPPORT", {**PENDING, **premise(life_support=True)}, "CRM"),
    ("DISCONNECT_VS_LIFE_SUPPORT", {**PENDING, **person(NEED)}, "Premise by id"),
    ("DISCONNECT_VS_LIFE_SUPPORT", {**PENDING, **person(NEED)}, "CutProcess by account_id"),
]


@pytest.mark.parametrize(("code", "rows", "down"), SAYS_YES)
async def test_one_positive_answer_raises_while_others_fail(shared: Harness, code: str, rows: Rows, down: str) -> None:
    fill(shared, rows)
    take_down(shared, down)
    result = await insights(shared, AREAS)
    assert code in raised_codes(result)
    assert code not in unknown_codes(result)


ONE_POINT_AWAY = {
    **point("CUT_FOR_NON_PAYMENT"),
    **agreement("ACTIVE", None),
    "AccountReference": [row("AccountReference", account_id="A1", service_point_ids=["S1", "S2"])],
}


async def test_a_cut_point_is_raised_while_another_fails(shared: Harness) -> None:
    fill(shared, ONE_POINT_AWAY)
    shared.gate.down = {"S2": SourceDown}
    assert "DISCONNECTED_NONPAY" in raised_codes(await insights(shared, ["COLLECTIONS"]))


[HERE], [HELD] = quiet_account()["AccountReference"], quiet_account()["Person"]
NO_PERSONS: Rows = {
    "Person": [{name: result for name, result in HELD.items() if name != "search_account_id"}],
    "AccountReference": [{**HERE, "person_ids": []}],
}
NO_PREMISES: Rows = {"AccountReference": [{**HERE, "premise_ids": []}]}
NOBODY_AT_ALL: Rows = {**NO_PERSONS, "AccountReference": [{**HERE, "person_ids": [], "premise_ids": []}]}

UNSAID: Sequence[tuple[str, Rows]] = [
    *(("LIFE_SUPPORT", person) for person in (NO_PERSONS, NO_PREMISES, NOBODY_AT_ALL)),
    *(("DISCONNECT_VS_LIFE_SUPPORT", {**PENDING, **person}) for person in (NO_PERSONS, NO_PREMISES, NOBODY_AT_ALL)),
    ("LIFE_SUPPORT", premise(life_support=None)),
    ("LIFE_SUPPORT", {"Person": [row("Person", id="H") | {"search_account_id": "A1"}]}),
    ("DISCONNECT_PENDING", process({"status": "PENDING"})),
    ("DISCONNECT_PENDING", process({"status": "PENDING"}, {**CUT, "cuts_service": False})),
    ("DISCONNECT_PENDING", process({"status": "PENDING"}, {**CUT, "status": "COMPLETE"})),
    ("DISCONNECT_PENDING", process(record="CutProcess", cut_on="2026-11-14")),
    ("DISCONNECTED_NONPAY", point(None)),
    ("DISCONNECTED_NONPAY", agreement("ACTIVE", ["S1", "S9"])),
    ("DISCONNECT_VS_LIFE_SUPPORT", {**PENDING, **premise(life_support=None)}),
    ("DISCONNECT_VS_LIFE_SUPPORT", {**process({"status": "PENDING"}), **person(NEED)}),
    ("DISCONNECT_VS_LIFE_SUPPORT", {**process({"status": "PENDING"}), **premise(life_support=None)}),
    ("CREDIT_RATING_LOW", one("CreditProfile", credit_rating=500)),
    ("CREDIT_RATING_LOW", one("CreditProfile", rating_threshold=500)),
    ("CASH_ONLY", one("CreditProfile", cash_only_score=500)),
    ("PAY_PLAN_AT_RISK", plan(("2026-11-01", "30.00", None))),
    ("OTHER_ACCOUNT_DEBT", others(None, "0.00")),
    ("CONTACT_DATA_STALE", {"Person": [row("Person", id="H") | {"search_account_id": "A1"}]}),
    ("CREDIT_RATING_DROP", ratings(*[("2026-11-01", 1)] * 100)),
]


@pytest.mark.parametrize(("code", "rows"), UNSAID)
async def test_missing_values_are_unknown_with_a_message(shared: Harness, code: str, rows: Rows) -> None:
    fill(shared, rows)
    result = await insights(shared, AREAS)
    [insight] = [unknown for unknown in result["unknown"] if unknown["code"] == code]
    assert insight["message"] not in ("", None)
    assert "did not answer" not in insight["message"]
    assert code not in raised_codes(result)


async def test_one_cutting_process_of_several_is_enough(shared: Harness) -> None:
    doubtful = process({"status": "PENDING"}, record="CutProcess")
    both = [*process(CUT)["ProcessEvent"], *doubtful["ProcessEvent"]]
    fill(shared, {**process(CUT, amount="1.00"), **doubtful, "ProcessEvent": both})
    result = await insights(shared, AREAS)
    assert [insight["amount"]["amount"] for insight in raised_as("DISCONNECT_PENDING", result)] == ["1.00"]
    assert "DISCONNECT_PENDING" not in unknown_codes(result)


NOT_FITTING: Sequence[tuple[str, Rows, str]] = [
    ("a named premise does not exist", {"Premise": []}, "CIS"),
    ("a named person does not exist", {"Person": []}, "CRM"),
    (
        "a premise has two different records",
        {"Premise": [row("Premise", id="P1", life_support=flag) for flag in (True, False)]},
        "CIS",
    ),
    ("the account has no cross-reference", {"AccountReference": []}, "CIS"),
    ("the cross-reference names no premises", {"AccountReference": [row("AccountReference", account_id="A1")]}, "CIS"),
]


@pytest.mark.parametrize(("rows", "system"), [case[1:] for case in NOT_FITTING], ids=[e[0] for e in NOT_FITTING])
async def test_an_invalid_answer_is_unknown_rather_than_no(shared: Harness, rows: Rows, system: str) -> None:
    fill(shared, rows)
    result = await insights(shared, ["CUSTOMER"])
    [insight] = [unknown for unknown in result["unknown"] if unknown["code"] == "LIFE_SUPPORT"]
    assert insight["message"].startswith("Could not check ")
    assert insight["message"].endswith(f": {system} gave an answer that cannot be used.")
    [incomplete] = raised_as("DATA_INCOMPLETE", result)
    assert system in incomplete["message"]


NOBODY: Sequence[Rows] = [
    {"BillingAccount": [row("BillingAccount", id="A1", status="ACTIVE")]},
    {"Customer": []},
    {"Customer": [row("Customer", id="C")]},
]


@pytest.mark.parametrize("rows", NOBODY, ids=["account without customer", "no such customer", "no party"])
async def test_restrictions_are_unknown_without_a_customer(shared: Harness, rows: Rows) -> None:
    fill(shared, rows)
    assert unknown_codes(await insights(shared, ["CUSTOMER"])) >= {"CONTACT_RESTRICTED", "CONTACT_DATA_STALE"}
