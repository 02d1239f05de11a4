"""Insights about people and debt: several findings, contradicting systems, time zones."""

import pytest
from support.harness import Harness, catalog_text, harness
from support.resolvers.cases_collections import one, others, profile
from support.resolvers.cases_customer import MAIL, PHONE, alert, mail, reached, restricted, restriction
from support.resolvers.cases_disconnection import NEED, premise
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


async def test_needs_of_persons_in_any_role_count_as_evidence(shared: Harness) -> None:
    everybody = [
        row("Person", id=key, special_needs=needs, roles=[]) | {"search_account_id": "A1"}
        for key, needs in (("H", []), ("F", [NEED]), ("G", [{"kind": "SENSITIVE_LOAD"}]))
    ]
    fill(shared, {"Person": everybody, **premise(life_support=True)})
    [insight] = raised_as("LIFE_SUPPORT", await insights(shared, ["CUSTOMER"]))
    assert "life support and sensitive equipment." in insight["message"]
    assert "ventilator" not in insight["message"]
    assert [(e["recordType"], e["recordId"]) for e in insight["evidence"]] == [
        ("Person", "F"),
        ("Person", "G"),
        ("Premise", "P1"),
    ]


async def test_one_insight_for_each_channel_and_each_alert(shared: Harness) -> None:
    restrictions = [
        restriction(1),
        restriction(2, since="2026-02-01", reason="night shifts"),
        restriction(3, channel="EMAIL"),
        restriction(4, channel="SMS", until="2026-11-14"),
    ]
    alerts = [*alert(since="2026-01-01")["AccountAlert"], account_row("AccountAlert", 2, since="2026-02-01")]
    fill(shared, {"ContactRestriction": restrictions, "AccountAlert": alerts})
    result = await insights(shared, ["CUSTOMER"])
    evidence_counts = {
        insight["message"]: len(insight["evidence"]) for insight in raised_as("CONTACT_RESTRICTED", result)
    }
    assert evidence_counts == {
        "Since Jan 1, 2026 the customer does not want to be contacted by e-mail.": 1,
        "Since Feb 1, 2026 the customer does not want to be contacted by phone. Reason: night shifts.": 2,
    }
    assert len(raised_as("ACCOUNT_ALERT", result)) == 2


async def test_missing_contact_points_and_bounced_email_are_one_insight(shared: Harness) -> None:
    fill(shared, {**reached(PHONE), **mail("BOUNCED")})
    [insight] = raised_as("CONTACT_DATA_STALE", await insights(shared, ["CUSTOMER"]))
    assert "Missing: a valid e-mail address. The newest e-mail came back" in insight["message"]


async def test_a_party_of_unknown_kind_is_loaded_as_any_kind(shared: Harness) -> None:
    ltd = row("Organization", id="H", contact_points=[MAIL])
    customers = [row("Customer", id="C", party_id="H")]
    fill(shared, {"Customer": customers, "Organization": [ltd], "Person": []})
    result = await insights(shared, ["CUSTOMER"])
    assert "Missing: a valid phone number" in raised_as("CONTACT_DATA_STALE", result)[0]["message"]


async def test_bounced_email_is_raised_while_the_crm_is_down(shared: Harness) -> None:
    fill(shared, mail("BOUNCED"))
    take_down(shared, "CRM")
    assert "CONTACT_DATA_STALE" in raised_codes(await insights(shared, ["CUSTOMER"]))


async def test_contradicting_credit_profiles_are_not_used(shared: Harness) -> None:
    profiles = [account_row("CreditProfile", n, debt={"in_collections": f"{n}.00"}) for n in (1, 2)]
    going = one("CollectionProcess", process_status="ACTIVE", amount="80.00")
    fill(shared, {**going, "CreditProfile": profiles})
    result = await insights(shared, ["COLLECTIONS"])
    assert [insight["amount"]["amount"] for insight in raised_as("IN_COLLECTIONS", result)] == ["80.00"]
    assert unknown_codes(result) == {"CASH_ONLY", "COLLECTION_EXEMPT", "CREDIT_RATING_LOW"}


async def test_optional_facts_may_fail_without_consequence(shared: Harness) -> None:
    fill(shared, {**one("CollectionProcess", process_status="ACTIVE", amount="80.00"), **profile()})
    take_down(shared, "CreditProfile by account_id", "ProcessEvent by process_id")
    result = await insights(shared, ["COLLECTIONS"])
    assert raised_as("IN_COLLECTIONS", result)[0]["message"] == "$80.00 is being collected."


async def test_contradicting_balances_of_another_account_are_not_used(shared: Harness) -> None:
    told_twice = [*others("5.00")["AccountBalance"], row("AccountBalance", id="X", account_id="A2", current="1.00")]
    fill(shared, {**others("5.00"), "AccountBalance": told_twice})
    result = await insights(shared, ["COLLECTIONS"])
    assert "OTHER_ACCOUNT_DEBT" in unknown_codes(result)
    assert "OTHER_ACCOUNT_DEBT" not in raised_codes(result)


async def test_debts_in_two_currencies_have_a_sum_for_each() -> None:
    plain = 'fields.past_due = "past_due"'
    text = catalog_text().replace(plain, 'fields.past_due = { amount = "past_due", currency = "in" }')
    assert text != catalog_text()
    currencies = ("USD", "EUR", "USD")
    owed = [
        {**balance, "in": currency}
        for balance, currency in zip(others("5.00", "6.00", "7.50")["AccountBalance"], currencies, strict=True)
    ]
    async with harness({**quiet_account(), **others("5.00", "6.00", "7.50"), "AccountBalance": owed}, text=text) as at:
        [insight] = raised_as("OTHER_ACCOUNT_DEBT", await insights(at, ["COLLECTIONS"]))
    assert insight["amount"] is None
    assert insight["message"].startswith("3 other accounts of this customer owe $12.50 and €6.00 that is past due. ")
    sums = [fact["money"] for fact in insight["facts"] if fact["name"] == "amount"]
    assert sums == [{"amount": "12.50", "currency": "USD"}, {"amount": "6.00", "currency": "EUR"}]


async def test_days_are_those_of_the_account_s_time_zone(shared: Harness) -> None:
    # At noon in New York it is already 16 November in Auckland.
    [account] = quiet_account()["BillingAccount"]
    away = {"BillingAccount": [{**account, "time_zone": "Pacific/Auckland"}]}
    fill(shared, {**away, **profile(postpone_review_until="2026-11-15")})
    assert raised_codes(await insights(shared, ["COLLECTIONS"])) == set()
    fill(shared, {**away, **profile(postpone_review_until="2026-11-16")})
    assert raised_codes(await insights(shared, ["COLLECTIONS"])) == {"COLLECTION_EXEMPT"}


@pytest.mark.parametrize("whose", ["R", "H", "O"])
async def test_restrictions_of_contact_organization_and_relationship_count(shared: Harness, whose: str) -> None:
    customer = row("Customer", id="C", party_id="R", party_kind="RELATIONSHIP")
    relation = {"person_id": "H", "organization_id": "O", "roles": []}
    result = {
        "Customer": [customer],
        "PartyRelationship": [row("PartyRelationship", id="R", **relation)],
        **restricted(party_id=whose),
    }
    fill(shared, result)
    assert raised_as("CONTACT_RESTRICTED", await insights(shared, ["CUSTOMER"]))
