"""Requests, orders, visits, outages and contacts: several findings, what nobody says, what comes twice."""

from typing import Any

import pytest
from support.resolvers.cases_field import OUTAGES, ordered, out, person, planned, visits
from support.resolvers.cases_interaction import began, calls, chats, met
from support.resolvers.cases_service import about, agreed, asked
from support.resolvers.insight_cases import Rows, filled, insights, of, own, quiet, refuse, unknown
from support.resolvers.relative_times import ago, ahead
from support.resolvers.single_rules import found, on
from support.rows import row
from support.world import World, catalog_text, world

UNSAID: dict[str, tuple[str, Rows]] = {
    "how severe an open request is": ("SR_OPEN_HIGH", asked({"severity": None}, {"severity": "LOW"})),
    "what requests are about": (
        "SR_REPEAT",
        asked(*[{"request_category": each} for each in ("QUAL", "QUAL", None)]),
    ),
    "since when an order waits": ("ORDER_STUCK", ordered({"state": "WAITING", "requested_for": None})),
    "when a crew comes": ("FIELD_VISIT", visits({"state": "DISPATCHED"}, {"scheduled_from": ahead(9)})),
}


@pytest.mark.parametrize(("code", "rows"), UNSAID.values(), ids=UNSAID)
async def test_what_nobody_says_is_unknown_and_not_no(shared: World, code: str, rows: Rows) -> None:
    filled(shared, rows)
    told = await insights(shared, ["SERVICE", "FIELD"])
    assert of(code, told) == []
    assert unknown(told) == {code}


@pytest.mark.parametrize(("code", "rows"), UNSAID.values(), ids=UNSAID)
async def test_what_is_known_beside_it_is_told_all_the_same(shared: World, code: str, rows: Rows) -> None:
    sure = {
        "SR_OPEN_HIGH": asked({"severity": "CRITICAL"}),
        "SR_REPEAT": about(*[("BILL", ago())] * 3),
        "ORDER_STUCK": ordered({"state": "VALIDATION_ERROR"}),
        "FIELD_VISIT": visits({"scheduled_from": ahead(1)}),
    }[code]
    [(name, known)] = sure.items()
    both = [*rows[name], *({**each, "id": f"known {n}"} for n, each in enumerate(known))]
    filled(shared, {name: both})
    told = await insights(shared, ["SERVICE", "FIELD"])
    assert len(of(code, told)) == 1
    assert code not in unknown(told)


async def test_each_category_that_is_repeated_is_an_insight(shared: World) -> None:
    filled(shared, about(*[("QUAL", ago(3))] * 3, *[("BILL", ago(2))] * 4, *[("MOVE", ago(1))] * 2))
    told = of("SR_REPEAT", await insights(shared, ["SERVICE"]))
    assert [(each["message"][:10], len(each["evidence"])) for each in told] == [
        ("4 requests", 4),
        ("3 requests", 3),
    ]


async def test_each_visit_is_an_insight_the_missed_ones_first(shared: World) -> None:
    when = ({"scheduled_from": ahead(1)}, {"scheduled_from": ago(1)}, {"scheduled_from": ahead(9)})
    filled(shared, visits(*when))
    told = of("FIELD_VISIT", await insights(shared, ["FIELD"]))
    assert [(each["severity"], each["evidence"][0]["recordId"]) for each in told] == [
        ("WARNING", "FieldOrder2"),
        ("INFORMATION", "FieldOrder1"),
    ]


async def test_who_asks_for_warnings_hears_of_missed_visits_only(shared: World) -> None:
    filled(shared, visits({"scheduled_from": ahead(1)}, {"scheduled_from": ago(1)}))
    [told] = (await insights(shared, ["FIELD"], "WARNING"))["all"]
    assert told["evidence"][0]["recordId"] == "FieldOrder2"


async def test_all_that_is_to_change_is_one_insight(shared: World) -> None:
    filled(shared, {**agreed("PENDING_START"), **ordered(*[{"state": "PENDING"}] * 4)})
    [told] = of("SERVICE_PENDING", await insights(shared, ["SERVICE"]))
    assert told["message"].endswith("is not done: pending; and 2 more.")
    assert len(told["evidence"]) == 5


async def test_an_order_that_is_known_is_told_though_the_agreements_are_not(shared: World) -> None:
    filled(shared, ordered({"state": "WAITING", "requested_for": ahead(7)}))
    refuse(shared, "ServiceAgreement by account_id")
    told = await insights(shared, ["SERVICE"])
    assert len(of("SERVICE_PENDING", told)) == 1
    assert unknown(told) == set()


async def test_an_outage_at_two_premises_is_one(shared: World) -> None:
    [reference] = quiet()["AccountReference"]
    both = {"AccountReference": [{**reference, "premise_ids": ["P1", "P2"]}]}
    places = {"Premise": [row("Premise", id=each, life_support=False) for each in ("P1", "P2")]}
    rows = [{**each, "premise_id": place} for each in out({}, {})["OutageEvent"] for place in ("P1", "P2")]
    filled(shared, {**both, **places, "OutageEvent": rows})
    told = await insights(shared, ["OUTAGE"])
    assert len(of("OUTAGE_ACTIVE", told)) == 2
    assert of("OUTAGE_REPEAT", told) == []


NOBODY: Rows = {
    "Person": [row("Person", id="H", name="Ada Alder")],
    "AccountReference": [{**quiet()["AccountReference"][0], "person_ids": []}],
}
WITHHELD: dict[str, tuple[Rows, str | None]] = {
    "the CRM is away": ({}, "CRM"),
    "persons do not answer": ({}, "Person by account_id"),
    "premises do not answer": ({}, "Premise by id"),
    "nobody is known to live there": (NOBODY, None),
    "nobody has asked the person": (person(None), None),
    "nobody has asked at the premise": ({"Premise": [row("Premise", id="P1", life_support=None)]}, None),
}


@pytest.mark.parametrize(("rows", "down"), WITHHELD.values(), ids=WITHHELD)
async def test_a_planned_outage_says_that_life_support_is_not_known(
    shared: World, rows: Rows, down: str | None
) -> None:
    filled(shared, {**planned(), **rows})
    refuse(shared, *[each for each in (down,) if each])
    [told] = of("OUTAGE_PLANNED", await insights(shared, ["OUTAGE"]))
    assert told["severity"] == "INFORMATION"
    assert told["message"].endswith("It is not known whether someone here depends on power.")


async def test_a_planned_outage_is_critical_where_one_of_two_systems_says_so(shared: World) -> None:
    filled(shared, {**planned(), "Premise": [row("Premise", id="P1", life_support=True)]})
    refuse(shared, "CRM")
    [told] = of("OUTAGE_PLANNED", await insights(shared, ["OUTAGE"]))
    assert told["severity"] == "CRITICAL"


async def test_a_planned_outage_where_nobody_depends_on_power_says_nothing_of_it(shared: World) -> None:
    filled(shared, planned())
    [told] = of("OUTAGE_PLANNED", await insights(shared, ["OUTAGE"]))
    assert "power" not in told["message"]


async def test_an_unknown_outage_system_leaves_all_three_unknown(shared: World) -> None:
    for lookup in OUTAGES:
        filled(shared, {})
        refuse(shared, lookup)
        told = unknown(await insights(shared, ["OUTAGE"]))
        assert told == {"OUTAGE_ACTIVE", "OUTAGE_PLANNED", "OUTAGE_REPEAT"}


async def test_a_call_found_by_account_and_by_customer_is_one(shared: World) -> None:
    filled(shared, {**calls(*began(ago(1), ago(2))), **chats(*began(ago(3), account_id="A2"))})
    assert of("REPEAT_CONTACT", await insights(shared, ["INTERACTION"])) == []
    asked_by = {each.lookup.name for each in shared.gate.batches if each.lookup.record == "Call"}
    assert asked_by == {"Call by account_id", "Call by customer_id"}


async def test_an_interaction_found_by_account_and_by_customer_is_one(shared: World) -> None:
    filled(shared, met({"status": "OPEN", "callback_due_at": ago(1)}, {"status": "OPEN", "account_id": None}))
    told = await insights(shared, ["INTERACTION"])
    assert len(of("INTERACTION_OPEN", told)) == 2
    assert len(of("CALLBACK_DUE", told)) == 1


async def test_what_was_promised_to_a_customer_is_told_on_each_of_his_accounts_unless_it_names_another(
    shared: World,
) -> None:
    several = row("AccountReference", account_id="A1", customer_id="C", customer_accounts=2)
    promised = {"status": "OPEN", "callback_due_at": ago(1)}
    for account, times in ((None, 1), ("A1", 1), ("A2", 0)):
        filled(shared, {"AccountReference": [several], **met({**promised, "account_id": account})})
        told = await insights(shared, ["INTERACTION"])
        assert [len(of(code, told)) for code in ("INTERACTION_OPEN", "CALLBACK_DUE")] == [times] * 2


@pytest.mark.parametrize("accounts", [1, 2])
async def test_what_was_promised_is_told_though_nobody_says_which_accounts_the_customer_has(
    shared: World, accounts: int
) -> None:
    known = row("AccountReference", account_id="A1", customer_id="C", customer_accounts=accounts)
    promised = {"status": "OPEN", "callback_due_at": ago(1)}
    filled(shared, {"AccountReference": [known], **met(promised, {**promised, "account_id": None})})
    refuse(shared, "AccountReference by account_id")
    told = await insights(shared, ["INTERACTION"])
    assert [len(of(code, told)) for code in ("INTERACTION_OPEN", "CALLBACK_DUE")] == [2, 2]
    assert not unknown(told) & {"INTERACTION_OPEN", "CALLBACK_DUE"}


async def test_where_a_customer_is_asked_about_and_nobody_names_him_what_he_was_promised_is_unknown() -> None:
    [account] = quiet()["BillingAccount"]
    rows = {**quiet(), "BillingAccount": [{**account, "customer_id": None}]}
    found_by = catalog_text(lookups=lambda record, by: (record, by) != ("Interaction", "account_id"))
    async with world(rows, text=found_by) as at:
        told = await insights(at, ["INTERACTION"])
    assert {"INTERACTION_OPEN", "CALLBACK_DUE"} <= unknown(told)


async def test_three_contacts_are_three_though_other_systems_do_not_answer(shared: World) -> None:
    filled(shared, calls(*began(ago(1), ago(2), ago(3), interaction_id=None)))
    refuse(shared, "INTERACTIONS", "CustomerContact by account_id")
    told = await insights(shared, ["INTERACTION"])
    assert len(of("REPEAT_CONTACT", told)) == 1
    assert unknown(told) == {"INTERACTION_OPEN", "CALLBACK_DUE"}


async def test_without_a_contact_center_contacts_are_counted_all_the_same() -> None:
    rows = {**quiet(), **met(*began(ago(1), ago(2), ago(3)))}
    async with world(rows, text=catalog_text(["CONTACT_CENTER"])) as at:
        told = await insights(at, ["INTERACTION"])
    assert len(of("REPEAT_CONTACT", told)) == 1
    assert unknown(told) == set()


def test_thresholds_are_the_utility_s_own() -> None:
    rows: list[Any] = [
        own("Call", n, direction="INBOUND", started_at=ago(5), resolution="LATER") for n in range(2)
    ]
    rows = [{**each, "ended_at": ago(5)} for each in rows]
    tables = [("Call", rows), ("Chat", []), ("CustomerContact", []), ("Interaction", [])]
    assert not found("REPEAT_CONTACT", on(), *tables)
    assert found("REPEAT_CONTACT", on(contact_repeat=2), *tables)
    assert not found("REPEAT_CONTACT", on(contact_repeat=2, contact_repeat_days=4), *tables)
    assert not found("LAST_CALL_UNRESOLVED", on(), *tables[:2])
    assert found("LAST_CALL_UNRESOLVED", on(unresolved_codes=("LATER",)), *tables[:2])
