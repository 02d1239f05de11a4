"""Requests, orders, visits, outages and contacts: several findings, missing values, duplicates."""

from typing import Any

import pytest
from support.harness import Harness, catalog_text, harness
from support.resolvers.cases_field import OUTAGES, ordered, out, person, planned, visits
from support.resolvers.cases_interaction import began, calls, chats, met
from support.resolvers.cases_service import about, agreed, service_requests
from support.resolvers.insight_cases import (
    Rows,
    account_row,
    fill,
    insights,
    quiet_account,
    raised_as,
    take_down,
    unknown_codes,
)
from support.resolvers.relative_times import ago, ahead
from support.resolvers.single_rules import context, decide
from support.rows import row

UNSAID: dict[str, tuple[str, Rows]] = {
    "how severe an open request is": ("SR_OPEN_HIGH", service_requests({"severity": None}, {"severity": "LOW"})),
    "what requests are about": (
        "SR_REPEAT",
        service_requests(*[{"request_category": category} for category in ("QUAL", "QUAL", None)]),
    ),
    "since when an order waits": ("ORDER_STUCK", ordered({"state": "WAITING", "requested_for": None})),
    "when a crew comes": ("FIELD_VISIT", visits({"state": "DISPATCHED"}, {"scheduled_from": ahead(9)})),
}


@pytest.mark.parametrize(("code", "rows"), UNSAID.values(), ids=UNSAID)
async def test_missing_values_are_unknown_rather_than_no(shared: Harness, code: str, rows: Rows) -> None:
    fill(shared, rows)
    result = await insights(shared, ["SERVICE", "FIELD"])
    assert raised_as(code, result) == []
    assert unknown_codes(result) == {code}


@pytest.mark.parametrize(("code", "rows"), UNSAID.values(), ids=UNSAID)
async def test_known_records_are_raised_beside_unknown_ones(shared: Harness, code: str, rows: Rows) -> None:
    sure = {
        "SR_OPEN_HIGH": service_requests({"severity": "CRITICAL"}),
        "SR_REPEAT": about(*[("BILL", ago())] * 3),
        "ORDER_STUCK": ordered({"state": "VALIDATION_ERROR"}),
        "FIELD_VISIT": visits({"scheduled_from": ahead(1)}),
    }[code]
    [(name, shared_fields)] = sure.items()
    both = [*rows[name], *({**field, "id": f"known {n}"} for n, field in enumerate(shared_fields))]
    fill(shared, {name: both})
    result = await insights(shared, ["SERVICE", "FIELD"])
    assert len(raised_as(code, result)) == 1
    assert code not in unknown_codes(result)


async def test_each_repeated_category_is_an_insight(shared: Harness) -> None:
    fill(shared, about(*[("QUAL", ago(3))] * 3, *[("BILL", ago(2))] * 4, *[("MOVE", ago(1))] * 2))
    result = raised_as("SR_REPEAT", await insights(shared, ["SERVICE"]))
    assert [(insight["message"][:10], len(insight["evidence"])) for insight in result] == [
        ("4 requests", 4),
        ("3 requests", 3),
    ]


async def test_each_visit_is_an_insight_missed_ones_first(shared: Harness) -> None:
    when = ({"scheduled_from": ahead(1)}, {"scheduled_from": ago(1)}, {"scheduled_from": ahead(9)})
    fill(shared, visits(*when))
    result = raised_as("FIELD_VISIT", await insights(shared, ["FIELD"]))
    assert [(insight["severity"], insight["evidence"][0]["recordId"]) for insight in result] == [
        ("WARNING", "FieldOrder2"),
        ("INFORMATION", "FieldOrder1"),
    ]


async def test_minimum_severity_warning_lists_only_missed_visits(shared: Harness) -> None:
    fill(shared, visits({"scheduled_from": ahead(1)}, {"scheduled_from": ago(1)}))
    [result] = (await insights(shared, ["FIELD"], "WARNING"))["all"]
    assert result["evidence"][0]["recordId"] == "FieldOrder2"


async def test_all_service_changes_are_one_insight(shared: Harness) -> None:
    fill(shared, {**agreed("PENDING_START"), **ordered(*[{"state": "PENDING"}] * 4)})
    [result] = raised_as("SERVICE_PENDING", await insights(shared, ["SERVICE"]))
    assert result["message"].endswith("is not done; its status: pending. And 2 more.")
    assert len(result["evidence"]) == 5


async def test_a_known_order_is_raised_while_agreements_fail(shared: Harness) -> None:
    fill(shared, ordered({"state": "WAITING", "requested_for": ahead(7)}))
    take_down(shared, "ServiceAgreement by account_id")
    result = await insights(shared, ["SERVICE"])
    assert len(raised_as("SERVICE_PENDING", result)) == 1
    assert unknown_codes(result) == set()


async def test_an_outage_at_two_premises_is_one(shared: Harness) -> None:
    [reference] = quiet_account()["AccountReference"]
    both = {"AccountReference": [{**reference, "premise_ids": ["P1", "P2"]}]}
    places = {"Premise": [row("Premise", id=premise_id, life_support=False) for premise_id in ("P1", "P2")]}
    rows = [{**row, "premise_id": place} for row in out({}, {})["OutageEvent"] for place in ("P1", "P2")]
    fill(shared, {**both, **places, "OutageEvent": rows})
    result = await insights(shared, ["OUTAGE"])
    assert len(raised_as("OUTAGE_ACTIVE", result)) == 2
    assert raised_as("OUTAGE_REPEAT", result) == []


NOBODY: Rows = {
    "Person": [row("Person", id="H", name="Ada Alder")],
    "AccountReference": [{**quiet_account()["AccountReference"][0], "person_ids": []}],
}
WITHHELD: dict[str, tuple[Rows, str | None]] = {
    "the CRM is away": ({}, "CRM"),
    "persons do not answer": ({}, "Person by account_id"),
    "premises do not answer": ({}, "Premise by id"),
    "no person is known": (NOBODY, None),
    "the person was not asked": (person(None), None),
    "the premise was not asked": ({"Premise": [row("Premise", id="P1", life_support=None)]}, None),
}


@pytest.mark.parametrize(("rows", "down"), WITHHELD.values(), ids=WITHHELD)
async def test_a_planned_outage_says_that_life_support_is_unknown(
    shared: Harness, rows: Rows, down: str | None
) -> None:
    fill(shared, {**planned(), **rows})
    take_down(shared, *[lookup for lookup in (down,) if lookup])
    [result] = raised_as("OUTAGE_PLANNED", await insights(shared, ["OUTAGE"]))
    assert result["severity"] == "INFORMATION"
    assert result["message"].endswith("It is not known whether someone here depends on power.")


async def test_one_system_is_enough_to_make_a_planned_outage_critical(shared: Harness) -> None:
    fill(shared, {**planned(), "Premise": [row("Premise", id="P1", life_support=True)]})
    take_down(shared, "CRM")
    [result] = raised_as("OUTAGE_PLANNED", await insights(shared, ["OUTAGE"]))
    assert result["severity"] == "CRITICAL"


async def test_a_planned_outage_without_life_support_does_not_mention_it(shared: Harness) -> None:
    fill(shared, planned())
    [result] = raised_as("OUTAGE_PLANNED", await insights(shared, ["OUTAGE"]))
    assert "power" not in result["message"]


async def test_an_unknown_outage_system_leaves_all_three_unknown(shared: Harness) -> None:
    for lookup in OUTAGES:
        fill(shared, {})
        take_down(shared, lookup)
        result = unknown_codes(await insights(shared, ["OUTAGE"]))
        assert result == {"OUTAGE_ACTIVE", "OUTAGE_PLANNED", "OUTAGE_REPEAT"}


async def test_a_call_found_by_account_and_by_customer_is_one(shared: Harness) -> None:
    fill(shared, {**calls(*began(ago(1), ago(2))), **chats(*began(ago(3), account_id="A2"))})
    assert raised_as("REPEAT_CONTACT", await insights(shared, ["INTERACTION"])) == []
    asked_by = {batch.lookup.name for batch in shared.gate.batches if batch.lookup.record == "Call"}
    assert asked_by == {"Call by account_id", "Call by customer_id"}


async def test_an_interaction_found_by_account_and_by_customer_is_one(shared: Harness) -> None:
    fill(shared, met({"status": "OPEN", "callback_due_at": ago(1)}, {"status": "OPEN", "account_id": None}))
    result = await insights(shared, ["INTERACTION"])
    assert len(raised_as("INTERACTION_OPEN", result)) == 2
    assert len(raised_as("CALLBACK_DUE", result)) == 1


async def test_a_promise_without_account_is_raised_on_each_account(shared: Harness) -> None:
    several = row("AccountReference", account_id="A1", customer_id="C", customer_accounts=2)
    promised = {"status": "OPEN", "callback_due_at": ago(1)}
    for account, times in ((None, 1), ("A1", 1), ("A2", 0)):
        fill(shared, {"AccountReference": [several], **met({**promised, "account_id": account})})
        result = await insights(shared, ["INTERACTION"])
        assert [len(raised_as(code, result)) for code in ("INTERACTION_OPEN", "CALLBACK_DUE")] == [times] * 2


@pytest.mark.parametrize("accounts", [1, 2])
async def test_a_promise_is_raised_without_the_customer_s_accounts(shared: Harness, accounts: int) -> None:
    shared_fields = row("AccountReference", account_id="A1", customer_id="C", customer_accounts=accounts)
    promised = {"status": "OPEN", "callback_due_at": ago(1)}
    fill(shared, {"AccountReference": [shared_fields], **met(promised, {**promised, "account_id": None})})
    take_down(shared, "AccountReference by account_id")
    result = await insights(shared, ["INTERACTION"])
    assert [len(raised_as(code, result)) for code in ("INTERACTION_OPEN", "CALLBACK_DUE")] == [2, 2]
    assert not unknown_codes(result) & {"INTERACTION_OPEN", "CALLBACK_DUE"}


async def test_promises_are_unknown_without_the_customer_s_id() -> None:
    [account] = quiet_account()["BillingAccount"]
    rows = {**quiet_account(), "BillingAccount": [{**account, "customer_id": None}]}
    found_by = catalog_text(lookups=lambda record, by: (record, by) != ("Interaction", "account_id"))
    async with harness(rows, text=found_by) as at:
        result = await insights(at, ["INTERACTION"])
    assert {"INTERACTION_OPEN", "CALLBACK_DUE"} <= unknown_codes(result)


async def test_three_contacts_are_raised_while_other_systems_fail(shared: Harness) -> None:
    fill(shared, calls(*began(ago(1), ago(2), ago(3), interaction_id=None)))
    take_down(shared, "INTERACTIONS", "CustomerContact by account_id")
    result = await insights(shared, ["INTERACTION"])
    assert len(raised_as("REPEAT_CONTACT", result)) == 1
    assert unknown_codes(result) == {"INTERACTION_OPEN", "CALLBACK_DUE"}


async def test_contacts_are_counted_without_a_contact_center() -> None:
    rows = {**quiet_account(), **met(*began(ago(1), ago(2), ago(3)))}
    async with harness(rows, text=catalog_text(["CONTACT_CENTER"])) as at:
        result = await insights(at, ["INTERACTION"])
    assert len(raised_as("REPEAT_CONTACT", result)) == 1
    assert unknown_codes(result) == set()


def test_thresholds_are_the_utility_s_own() -> None:
    rows: list[Any] = [
        account_row("Call", n, direction="INBOUND", started_at=ago(5), resolution="LATER") for n in range(2)
    ]
    rows = [{**row, "ended_at": ago(5)} for row in rows]
    tables = [("Call", rows), ("Chat", []), ("CustomerContact", []), ("Interaction", [])]
    assert not decide("REPEAT_CONTACT", context(), *tables)
    assert decide("REPEAT_CONTACT", context(contact_repeat=2), *tables)
    assert not decide("REPEAT_CONTACT", context(contact_repeat=2, contact_repeat_days=4), *tables)
    assert not decide("LAST_CALL_UNRESOLVED", context(), *tables[:2])
    assert decide("LAST_CALL_UNRESOLVED", context(unresolved_codes=("LATER",)), *tables[:2])
