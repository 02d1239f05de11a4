"""Days, instants and offsets of activities are those of the account."""

from typing import Any

import pytest
from support.harness import Harness
from support.rows import row
from support.utility import ACCOUNT

from gateway.errors import SourceDown
from gateway.ids import global_id
from gateway.languages.locales import LOCALES, using
from gateway.resolvers.activity.account_streams import ACTIVITIES

CHICAGO = "America/Chicago"
TIMES = "occurredAt occurredLabel occurredOn precision"
FEED = f"""query($account: ID!, $types: [ActivityType!]) {{ billingAccount(id: $account) {{
  activities(types: $types, first: 500) {{ nodes {{ __typename {TIMES}
    ... on Call {{ endedAt }} ... on Chat {{ transcript {{ at }} }} ... on Case {{ closedAt }}
    ... on ServiceRequest {{ openedAt updatedAt dueAt resolvedAt }} ... on ServiceTask {{ completedAt }}
    ... on CreditProcess {{ createdAt endedAt }}
    ... on ServiceOrder {{ requestedFor completedAt fieldOrders {{ occurredAt scheduledFrom scheduledTo }} }}
    ... on FieldOrder {{ scheduledFrom completedAt serviceOrder {{ occurredAt }} }}
    ... on SeveranceProcess {{ collectionProcess {{ createdAt }} }}
  }} }} }} }}"""
NODE = f"query($id: ID!) {{ node(id: $id) {{ ... on CustomerActivity {{ {TIMES} }} ... on Call {{ endedAt }} }} }}"
INSTANT = "2026-10-06T03:30:00+00:00"
DAYS = {"Bill", "Payment", "RebateClaim", "PaymentArrangement", "CreditRatingHistory", "CashOnlyHistory"}


def central(at: Harness) -> None:
    """Put account A1 in Chicago, five hours behind UTC in October."""
    at.held["BillingAccount"][0]["time_zone"] = CHICAGO


async def nodes(at: Harness, *types: str) -> Any:
    data = await at.ask(FEED, account=ACCOUNT, types=list(types) or None)
    return data["billingAccount"]["activities"]["nodes"]


async def test_the_precision_says_whether_there_is_a_time(alone: Harness) -> None:
    precision = {each["__typename"]: each["precision"] for each in await nodes(alone)}
    assert precision == {record.__name__: "DAY" if record.__name__ in DAYS else "INSTANT" for record in ACTIVITIES}


async def test_a_day_stays_the_day_it_is(at: Harness) -> None:
    central(at)
    at.held["Bill"] = [row("Bill", id="B", account_id="A1", issued_on="2026-10-05")]
    [bill] = await nodes(at, "BILL")
    assert (bill["occurredOn"], bill["occurredAt"]) == ("2026-10-05", "2026-10-05T00:00:00-05:00")


async def test_an_instant_has_the_day_and_offset_of_the_account(at: Harness) -> None:
    central(at)
    at.held["Call"] = [row("Call", id="C", account_id="A1", started_at=INSTANT, ended_at=INSTANT)]
    [call] = await nodes(at, "CALL")
    assert (call["occurredOn"], call["precision"]) == ("2026-10-05", "INSTANT")
    assert call["occurredAt"] == call["endedAt"] == "2026-10-05T22:30:00-05:00"


def instants(value: Any) -> list[str]:
    """Every text with an offset in an answer."""
    if isinstance(value, dict | list):
        inner = value.values() if isinstance(value, dict) else value
        return [text for each in inner for text in instants(each)]
    return [value] if isinstance(value, str) and "T" in value and value[:2] == "20" else []


async def test_every_instant_of_an_activity_has_the_accounts_offset(at: Harness) -> None:
    central(at)
    for record, names in {
        "Call": ["ended_at"],
        "ServiceRequest": ["opened_at", "updated_at", "due_at", "resolved_at"],
        "ServiceTask": ["completed_at"],
        "Case": ["closed_at"],
        "CollectionProcess": ["created_at", "ended_at"],
        "SeveranceProcess": ["created_at", "ended_at"],
        "ServiceOrder": ["created_at", "requested_for", "completed_at"],
        "FieldOrder": ["created_at", "scheduled_from", "scheduled_to", "completed_at"],
    }.items():
        at.held[record][0] |= dict.fromkeys(names, INSTANT)
    at.held["Chat"][0]["transcript"] = [{"at": INSTANT, "author": "CUSTOMER", "text": "Hello"}]
    texts = instants(await nodes(at))
    assert len(texts) > len(ACTIVITIES) + 20
    assert [text for text in texts if not text.endswith("-05:00")] == []


@pytest.mark.parametrize(
    ("locale", "day", "time"),
    [("en-us", "Oct 5, 2026", "Oct 5, 2026, 10:30 PM CDT"), ("es-us", "5 oct 2026", "5 oct 2026, 10:30 p.m. CDT")],
)
async def test_a_label_has_a_time_only_if_known(at: Harness, locale: str, day: str, time: str) -> None:
    central(at)
    at.held["Bill"] = [row("Bill", id="B", account_id="A1", issued_on="2026-10-05")]
    at.held["Call"] = [row("Call", id="C", account_id="A1", started_at=INSTANT)]
    with using(LOCALES[locale]):
        labels = {each["__typename"]: each["occurredLabel"] for each in await nodes(at, "BILL", "CALL")}
    assert labels == {"Bill": day, "Call": time}


async def test_related_orders_ask_for_no_other_account(at: Harness) -> None:
    central(at)
    await nodes(at, "SERVICE_ORDER", "FIELD_ORDER", "SEVERANCE_PROCESS")
    assert [name for name in at.gate.batch_names() if name.startswith("BillingAccount")] == ["BillingAccount by id x 1"]


@pytest.mark.parametrize(("zone", "text"), [(CHICAGO, "22:30:00-05:00"), (None, "23:30:00-04:00")])
async def test_an_activity_alone_asks_its_account_for_the_zone(at: Harness, zone: str | None, text: str) -> None:
    at.held["BillingAccount"][0]["time_zone"] = zone
    at.held["Call"] = [row("Call", id="C", account_id="A1", started_at=INSTANT, ended_at=INSTANT)]
    node = (await at.ask(NODE, id=global_id("Call", "C")))["node"]
    assert node["occurredAt"] == node["endedAt"] == f"2026-10-05T{text}"
    assert at.gate.batch_names() == ["BillingAccount by id x 1", "Call by id x 1"]


async def test_an_instant_stays_where_the_zone_is_unknown(at: Harness) -> None:
    at.held["Call"] = [row("Call", id="C", account_id="A1", started_at=INSTANT)]
    at.gate.down = {"CIS": SourceDown}
    query = "query($id: ID!) { node(id: $id) { ... on CustomerActivity { occurredAt occurredLabel } } }"
    node = (await at.ask(query, id=global_id("Call", "C")))["node"]
    assert node == {"occurredAt": "2026-10-05T23:30:00-04:00", "occurredLabel": "Oct 5, 2026, 11:30 PM EDT"}


async def test_a_day_in_an_unknown_zone_is_an_error(at: Harness) -> None:
    at.held["Call"] = [row("Call", id="C", account_id="A1", started_at=INSTANT)]
    at.gate.down = {"CIS": SourceDown}
    query = "query($id: ID!) { node(id: $id) { ... on CustomerActivity { occurredOn } } }"
    result = await at.answer(query, id=global_id("Call", "C"))
    assert result.data == {"node": {"occurredOn": None}}
    assert [each["extensions"]["code"] for each in result.errors] == ["SOURCE_DOWN"]


@pytest.mark.parametrize(("zone", "name"), [(CHICAGO, CHICAGO), (None, "America/New_York")])
async def test_an_account_always_names_a_time_zone(at: Harness, zone: str | None, name: str) -> None:
    at.held["BillingAccount"][0]["time_zone"] = zone
    query = "query($account: ID!) { billingAccount(id: $account) { zoneOfDays } }"
    assert (await at.ask(query, account=ACCOUNT))["billingAccount"]["zoneOfDays"] == name


async def test_the_time_zone_of_an_unknown_account_is_unknown(at: Harness) -> None:
    at.gate.down = {"CIS": SourceDown}
    query = "query($account: ID!) { billingAccount(id: $account) { timeZone } }"
    result = await at.answer(query, account=ACCOUNT)
    assert result.data == {"billingAccount": {"timeZone": None}}
    assert [each["path"] for each in result.errors] == [["billingAccount", "timeZone"]]
