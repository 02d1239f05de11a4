"""The feed of an account shows its own records only."""

from typing import Any

import pytest
from support.harness import Harness, catalog_text, harness
from support.rows import row
from support.utility import ACCOUNT, utility

from gateway.errors import SourceDown
from gateway.ids import parse_global_id
from gateway.resolvers.activity.account_streams import ACTIVITIES
from gateway.resolvers.customer360.account import REFERENCE_FIELDS
from gateway.resolvers.graph.activity import ActivityType

QUERY = """query($account: ID!, $types: [ActivityType!]) { billingAccount(id: $account) {
  activities(types: $types, first: 500) { complete sources { system state } nodes { id } } } }"""
WAYS = {
    "both": lambda _record, _by: True,
    "by account only": lambda record, by: record not in ("Call", "Chat") or by != "customer_id",
    "by customer only": lambda record, by: record not in ("Call", "Chat") or by != "account_id",
}


async def keys(at: Harness, *types: str) -> set[str]:
    """The keys of the records in the feed of account A1."""
    data = await at.ask(QUERY, account=ACCOUNT, types=types)
    assert data["billingAccount"]["activities"]["complete"]
    node_keys = [parse_global_id(each["id"])[1] for each in data["billingAccount"]["activities"]["nodes"]]
    assert len(node_keys) == len(set(node_keys))
    return set(node_keys)


def owned(record: str, **where: Any) -> list[dict[str, Any]]:
    """One record of account A1, one of A2, and one without account."""
    owners = {"mine": "A1", "other": "A2", "none": None}
    return [row(record, id=key, account_id=account, **where) for key, account in owners.items()]


@pytest.mark.parametrize("record", ["Call", "Chat"])
@pytest.mark.parametrize("ways", WAYS)
async def test_several_accounts_show_only_records_of_the_viewed_account(record: str, ways: str) -> None:
    tables = {**utility(2), record: owned(record, customer_id="C")}
    async with harness(tables, text=catalog_text((), WAYS[ways])) as at:
        assert await keys(at, record.upper()) == {"mine"}


@pytest.mark.parametrize("record", ["Call", "Chat"])
@pytest.mark.parametrize("ways", ["both", "by customer only"])
async def test_an_only_account_also_shows_records_without_an_account(record: str, ways: str) -> None:
    tables = {**utility(1), record: owned(record, customer_id="C")}
    async with harness(tables, text=catalog_text((), WAYS[ways])) as at:
        assert await keys(at, record.upper()) == {"mine", "none"}


async def test_a_closed_second_account_still_makes_two(at: Harness) -> None:
    at.held["BillingAccount"][1]["status"] = "FINALED"
    at.held["Call"] = owned("Call", customer_id="C")
    assert await keys(at, "CALL") == {"mine"}


async def test_an_unknown_number_of_accounts_hides_records_without_an_account(alone: Harness) -> None:
    alone.held["AccountReference"][0]["customer_accounts"] = None
    alone.held["Call"] = owned("Call", customer_id="C")
    assert await keys(alone, "CALL") == {"mine"}


async def test_a_call_of_the_account_needs_no_customer(alone: Harness) -> None:
    alone.held["Call"] = [
        row("Call", id="named", account_id="A1", customer_id=None),
        row("Call", id="both", account_id="A1", customer_id="C"),
    ]
    assert await keys(alone, "CALL") == {"named", "both"}


async def test_a_call_without_account_and_customer_is_not_shown(alone: Harness) -> None:
    alone.held["Call"] = [row("Call", id="wrong number", account_id=None, customer_id=None)]
    assert await keys(alone, "CALL") == set()


async def test_e_mail_that_names_another_account_is_hidden(at: Harness) -> None:
    at.held["EmailMessage"] = owned("EmailMessage", customer_id="C")
    at.held["EmailMessage"].append(row("EmailMessage", id="stranger", customer_id="D"))
    assert await keys(at, "EMAIL") == {"mine", "none"}


async def test_e_mail_of_other_accounts_never_hides_own_mail(at: Harness) -> None:
    mails = [("A2", day) for day in range(6, 15)] + [("A1", 2), (None, 1)]
    at.held["EmailMessage"] = [
        row("EmailMessage", id=f"{day}", customer_id="C", account_id=account)
        | {"sent_at": f"2026-11-{day:02}T12:00:00Z"}
        for account, day in mails
    ]
    query = QUERY.replace("first: 500", "first: 1")
    data = await at.ask(query, account=ACCOUNT, types=["EMAIL"])
    [node] = data["billingAccount"]["activities"]["nodes"]
    assert parse_global_id(node["id"])[1] == "2"


@pytest.mark.parametrize(
    ("record", "where", "type_"),
    [
        ("ServiceOrder", "service_point_id", "SERVICE_ORDER"),
        ("FieldOrder", "service_point_id", "FIELD_ORDER"),
        ("OutageCall", "premise_id", "OUTAGE_CALL"),
    ],
)
async def test_records_of_a_former_account_at_the_place_are_hidden(
    at: Harness, record: str, where: str, type_: str
) -> None:
    place = at.held["AccountReference"][0][f"{where}s"][0]
    at.held[record] = owned(record, **{where: place})
    assert await keys(at, type_) == {"mine", "none"}


async def test_an_order_at_two_points_is_shown_once(at: Harness) -> None:
    at.held["AccountReference"][0]["service_point_ids"] = ["S1", "S1b"]
    at.held["ServiceOrder"] = [
        row("ServiceOrder", id="both", service_point_id=point, account_id="A1") for point in ("S1", "S1b")
    ]
    assert await keys(at, "SERVICE_ORDER") == {"both"}
    assert [batch.keys for batch in at.gate.batches][-1] == ("S1", "S1b")


async def test_an_account_without_service_points_loads_no_orders(at: Harness) -> None:
    at.held["AccountReference"][0]["service_point_ids"] = []
    assert await keys(at, "SERVICE_ORDER", "FIELD_ORDER") == set()
    assert {batch.lookup.record for batch in at.gate.batches} == {"BillingAccount", "AccountReference"}


async def test_orders_are_found_by_account_without_a_better_lookup() -> None:
    def ways(record: str, by: str) -> bool:
        return by != "service_point_id" or record not in ("ServiceOrder", "FieldOrder")

    async with harness(utility(2), text=catalog_text((), ways)) as at:
        assert await keys(at, "SERVICE_ORDER", "FIELD_ORDER") == {"SO1", "FO1"}


@pytest.mark.parametrize("type_", ["CALL", "SERVICE_ORDER", "OUTAGE_CALL"])
async def test_records_behind_an_unknown_cross_reference_are_missing(alone: Harness, type_: str) -> None:
    alone.gate.down = {"AccountReference by account_id": SourceDown}
    data = await alone.ask(QUERY, account=ACCOUNT, types=[type_])
    feed = data["billingAccount"]["activities"]
    assert (feed["complete"], feed["nodes"]) == (False, [])
    assert [each["state"] for each in feed["sources"]] == ["DOWN"]


async def test_foreign_orders_at_a_point_never_hide_own_ones(at: Harness) -> None:
    at.held["AccountReference"][0]["service_point_ids"] = ["S1", "S2"]
    orders = [("S1", 14, "A9"), ("S1", 13, "A9"), ("S1", 12, "A1"), ("S1", 11, "A1")]
    orders += [("S2", day, "A1") for day in (5, 4, 3)]
    at.held["ServiceOrder"] = [
        row("ServiceOrder", id=f"{day}", service_point_id=point, account_id=owner)
        | {"created_at": f"2026-11-{day:02}T12:00:00Z"}
        for point, day, owner in orders
    ]
    query = QUERY.replace("first: 500", "first: 2")
    data = await at.ask(query, account=ACCOUNT, types=["SERVICE_ORDER"])
    nodes = data["billingAccount"]["activities"]["nodes"]
    assert [parse_global_id(each["id"])[1] for each in nodes] == ["12", "11"]


def test_activities_are_in_the_order_of_their_types() -> None:
    assert [record.TYPE for record in ACTIVITIES] == list(ActivityType)


def test_fields_that_need_the_cross_reference_declare_it() -> None:
    assert set(REFERENCE_FIELDS) == {
        *("premises", "outages", "usage", "usageComparison", "usageOptions", "activities"),
        *("serviceOrders", "fieldOrders", "interactions", "insights"),
    }
