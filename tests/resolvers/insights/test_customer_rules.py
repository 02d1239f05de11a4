"""What the looks of insights about people and debt cannot show: several findings, tellers, days."""

import pytest
from support.resolvers.cases_collections import one, others, profile
from support.resolvers.cases_customer import MAIL, PHONE, alert, mail, reached, restricted, restriction
from support.resolvers.cases_disconnection import NEED, premise
from support.resolvers.insight_cases import filled, insights, of, own, quiet, raised, refuse, unknown
from support.rows import row
from support.world import World, catalog_text, world


async def test_needs_of_every_person_in_any_role_count_and_are_evidence(shared: World) -> None:
    everybody = [
        row("Person", id=key, special_needs=needs, roles=[]) | {"search_account_id": "A1"}
        for key, needs in (("H", []), ("F", [NEED]), ("G", [{"kind": "SENSITIVE_LOAD"}]))
    ]
    filled(shared, {"Person": everybody, **premise(life_support=True)})
    [each] = of("LIFE_SUPPORT", await insights(shared, ["CUSTOMER"]))
    assert "(life support: a ventilator, sensitive load)" in each["message"]
    assert [(e["recordType"], e["recordId"]) for e in each["evidence"]] == [
        ("Person", "F"),
        ("Person", "G"),
        ("Premise", "P1"),
    ]


async def test_one_insight_for_each_channel_and_each_alert(shared: World) -> None:
    held = [
        restriction(1),
        restriction(2, since="2026-02-01", reason="night shifts"),
        restriction(3, channel="EMAIL"),
        restriction(4, channel="SMS", until="2026-11-14"),
    ]
    alerts = [*alert(since="2026-01-01")["AccountAlert"], own("AccountAlert", 2, since="2026-02-01")]
    filled(shared, {"ContactRestriction": held, "AccountAlert": alerts})
    told = await insights(shared, ["CUSTOMER"])
    found = {each["message"]: len(each["evidence"]) for each in of("CONTACT_RESTRICTED", told)}
    assert found == {
        "Since 2026-01-01 the customer does not want to be contacted by email.": 1,
        "Since 2026-02-01 the customer does not want to be contacted by phone (night shifts).": 2,
    }
    assert len(of("ACCOUNT_ALERT", told)) == 2


async def test_no_way_to_reach_the_customer_and_mail_that_came_back_are_one_insight(shared: World) -> None:
    filled(shared, {**reached(PHONE), **mail("BOUNCED")})
    [each] = of("CONTACT_DATA_STALE", await insights(shared, ["CUSTOMER"]))
    assert "no email address, and the newest email came back" in each["message"]


async def test_a_party_of_unknown_kind_is_found_whatever_it_is(shared: World) -> None:
    ltd = row("Organization", id="H", contact_points=[MAIL])
    customers = [row("Customer", id="C", party_id="H")]
    filled(shared, {"Customer": customers, "Organization": [ltd], "Person": []})
    told = await insights(shared, ["CUSTOMER"])
    assert "no phone number" in of("CONTACT_DATA_STALE", told)[0]["message"]


async def test_mail_that_came_back_is_told_though_the_crm_is_away(shared: World) -> None:
    filled(shared, mail("BOUNCED"))
    refuse(shared, "CRM")
    assert "CONTACT_DATA_STALE" in raised(await insights(shared, ["CUSTOMER"]))


async def test_of_two_different_profiles_neither_amount_nor_next_step_is_believed(shared: World) -> None:
    profiles = [own("CreditProfile", n, debt={"in_collections": f"{n}.00"}) for n in (1, 2)]
    going = one("CollectionProcess", process_status="ACTIVE", amount="80.00")
    filled(shared, {**going, "CreditProfile": profiles})
    told = await insights(shared, ["COLLECTIONS"])
    assert [each["amount"]["amount"] for each in of("IN_COLLECTIONS", told)] == ["80.00"]
    assert unknown(told) == {"CASH_ONLY", "COLLECTION_EXEMPT", "CREDIT_RATING_LOW"}


async def test_what_only_adds_words_is_missed_by_nobody(shared: World) -> None:
    filled(shared, {**one("CollectionProcess", process_status="ACTIVE", amount="80.00"), **profile()})
    refuse(shared, "CreditProfile by account_id", "ProcessEvent by process_id")
    told = await insights(shared, ["COLLECTIONS"])
    assert of("IN_COLLECTIONS", told)[0]["message"] == "USD 80.00 is being collected."


async def test_of_another_account_two_different_balances_are_not_believed(shared: World) -> None:
    told_twice = [
        *others("5.00")["AccountBalance"],
        row("AccountBalance", id="X", account_id="A2", current="1.00"),
    ]
    filled(shared, {**others("5.00"), "AccountBalance": told_twice})
    told = await insights(shared, ["COLLECTIONS"])
    assert "OTHER_ACCOUNT_DEBT" in unknown(told)
    assert "OTHER_ACCOUNT_DEBT" not in raised(told)


async def test_debts_in_two_currencies_are_told_and_not_added() -> None:
    plain = 'fields.past_due = "past_due"'
    text = catalog_text().replace(plain, 'fields.past_due = { amount = "past_due", currency = "in" }')
    assert text != catalog_text()
    owed = [
        {**each, "in": currency}
        for each, currency in zip(others("5.00", "6.00")["AccountBalance"], ("USD", "EUR"), strict=True)
    ]
    async with world({**quiet(), **others("5.00", "6.00"), "AccountBalance": owed}, text=text) as at:
        [each] = of("OTHER_ACCOUNT_DEBT", await insights(at, ["COLLECTIONS"]))
    assert each["amount"] is None


async def test_a_day_is_the_day_it_is_where_the_account_is(shared: World) -> None:
    # At noon in New York it is already 16 November in Auckland.
    [account] = quiet()["BillingAccount"]
    away = {"BillingAccount": [{**account, "time_zone": "Pacific/Auckland"}]}
    filled(shared, {**away, **profile(postpone_review_until="2026-11-15")})
    assert raised(await insights(shared, ["COLLECTIONS"])) == set()
    filled(shared, {**away, **profile(postpone_review_until="2026-11-16")})
    assert raised(await insights(shared, ["COLLECTIONS"])) == {"COLLECTION_EXEMPT"}


@pytest.mark.parametrize("whose", ["R", "H", "O"])
async def test_a_contact_s_own_wish_counts_and_the_organization_s_and_that_of_both(
    shared: World, whose: str
) -> None:
    customer = row("Customer", id="C", party_id="R", party_kind="RELATIONSHIP")
    relation = {"person_id": "H", "organization_id": "O", "roles": []}
    told = {
        "Customer": [customer],
        "PartyRelationship": [row("PartyRelationship", id="R", **relation)],
        **restricted(party_id=whose),
    }
    filled(shared, told)
    assert of("CONTACT_RESTRICTED", await insights(shared, ["CUSTOMER"]))
