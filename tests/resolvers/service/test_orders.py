"""Requests, orders, outages and processes of an account: the right ones, in order, and what they lead to."""

from typing import Any

import pytest
from support.rows import row
from support.utility import ACCOUNT, PROCESSES
from support.world import World

from gateway.errors import SourceDown
from gateway.ids import parse_global_id

QUERY = """query($account: ID!, $range: DateRange, $state: ServiceRequestState) {
  billingAccount(id: $account) {
    serviceRequests(state: $state) { nodes { id title state source { url openMode } } sources { state } }
    serviceOrders(range: $range) { nodes { id fieldOrders { id serviceOrder { id } }
      servicePoint { id premise { id } } steps { id state execution } } }
    fieldOrders(range: $range) { nodes { id } }
  }
}"""
OUTAGES = """query($account: ID!, $active: Boolean!) { billingAccount(id: $account) {
  outages(activeOnly: $active) { id status } } }"""
CREDIT = """query($account: ID!, $active: Boolean!) { billingAccount(id: $account) {
  creditProcesses(activeOnly: $active) {
    __typename id createdAt events { sequence } nextEvent { sequence triggerDate } }
  paymentArrangements(activeOnly: $active) { id } payPlans(activeOnly: $active) { id payments { dueOn } }
  creditProfile { creditRating isCashOnly debt { inCollections { amount } nextEvent { triggerDate } } } } }"""


async def account(at: World, query: str, **asked: Any) -> Any:
    """What account A1 says."""
    return (await at.ask(query, account=ACCOUNT, **asked))["billingAccount"]


def keys(nodes: Any) -> list[str]:
    """The systems' own keys of some entries."""
    return [parse_global_id(each["id"])[1] for each in nodes]


def requests(*states: str) -> list[dict[str, Any]]:
    """Requests in these states, a day apart, the last one newest."""
    return [
        row(
            "ServiceRequest", id=f"{n}", account_id="A1", state=state, opened_at=f"2026-10-{n + 10}T12:00:00Z"
        )
        for n, state in enumerate(states)
    ]


async def test_requests_are_newest_first_and_those_of_a_state_alone_where_asked(at: World) -> None:
    at.held["ServiceRequest"] = requests("OPEN", "CLOSED", "IN_PROGRESS", "OPEN")
    assert keys((await account(at, QUERY))["serviceRequests"]["nodes"]) == ["3", "2", "1", "0"]
    assert keys((await account(at, QUERY, state="OPEN"))["serviceRequests"]["nodes"]) == ["3", "0"]


async def test_a_request_of_a_state_is_found_however_many_others_are_newer(at: World) -> None:
    at.held["ServiceRequest"] = [
        *requests("OPEN"),
        *(row("ServiceRequest", id=f"x{n}", account_id="A1", state="CLOSED") for n in range(100)),
    ]
    found = await account(at, QUERY, state="OPEN")
    assert keys(found["serviceRequests"]["nodes"]) == ["0"]


async def test_an_order_knows_its_place_its_steps_and_its_field_work(at: World) -> None:
    step = {"id": "st", "step_type": "VISIT", "state": "WAITING", "execution": "FIELD"}
    at.held["ServiceOrder"][0]["steps"] = [step]
    [order] = (await account(at, QUERY))["serviceOrders"]["nodes"]
    assert order["steps"] == [{"id": "st", "state": "WAITING", "execution": "FIELD"}]
    assert keys(order["fieldOrders"]) == ["FO1"]
    assert order["fieldOrders"][0]["serviceOrder"]["id"] == order["id"]
    assert keys([order["servicePoint"], order["servicePoint"]["premise"]]) == ["S1", "P1"]


async def test_steps_nobody_told_are_unknown(at: World) -> None:
    [order] = (await account(at, QUERY))["serviceOrders"]["nodes"]
    assert order["steps"] is None


async def test_orders_of_a_former_account_at_the_same_point_are_not_shown(at: World) -> None:
    for record in ("ServiceOrder", "FieldOrder"):
        at.held[record] = [
            row(record, id=f"{owner}", service_point_id="S1", account_id=owner)
            for owner in ("A1", "A9", None)
        ]
    found = await account(at, QUERY)
    assert keys(found["serviceOrders"]["nodes"]) == ["None", "A1"]
    assert keys(found["fieldOrders"]["nodes"]) == ["None", "A1"]


async def test_a_range_is_of_days_in_the_account_s_zone(at: World) -> None:
    at.held["FieldOrder"] = [
        row("FieldOrder", id=moment, service_point_id="S1", account_id="A1", created_at=moment)
        for moment in ("2026-06-01T03:59:59Z", "2026-06-01T04:00:00Z", "2026-06-02T03:59:59Z")
    ]
    span = {"since": "2026-06-01", "until": "2026-06-01"}
    found = await account(at, QUERY, range=span)
    assert keys(found["fieldOrders"]["nodes"]) == ["2026-06-02T03:59:59Z", "2026-06-01T04:00:00Z"]


@pytest.mark.parametrize(("active", "shown"), [(True, ["late", "OE"]), (False, ["late", "OE", "over"])])
async def test_outages_are_those_at_the_account_s_premises(at: World, active: bool, shown: Any) -> None:  # noqa: FBT001  # a case
    at.held["OutageEvent"] = [
        row("OutageEvent", id="over", premise_id="P1", status="RESTORED", started_at="2026-01-01T00:00:00Z"),
        row("OutageEvent", id="OE", premise_id="P1", status="CONFIRMED", started_at="2026-11-01T00:00:00Z"),
        row("OutageEvent", id="late", premise_id="P1", status="PLANNED", started_at="2026-11-20T00:00:00Z"),
        row("OutageEvent", id="far", premise_id="P9", status="CONFIRMED"),
    ]
    assert keys((await account(at, OUTAGES, active=active))["outages"]) == shown


PLANNED: dict[str, tuple[dict[str, str], bool]] = {
    "to come": (
        {"started_at": "2026-11-20T00:00:00Z", "estimated_restoration": "2026-11-20T04:00:00Z"},
        True,
    ),
    "going on": (
        {"started_at": "2026-11-15T00:00:00Z", "estimated_restoration": "2026-11-20T00:00:00Z"},
        True,
    ),
    "begun, nobody says until when": ({"started_at": "2026-11-01T00:00:00Z"}, True),
    "over": ({"started_at": "2026-11-12T00:00:00Z", "estimated_restoration": "2026-11-13T00:00:00Z"}, False),
}


@pytest.mark.parametrize(("said", "active"), PLANNED.values(), ids=PLANNED)
async def test_a_planned_outage_is_active_until_it_was_to_be_over(
    at: World,
    said: dict[str, str],
    active: bool,  # noqa: FBT001  # a case
) -> None:
    at.held["OutageEvent"] = [row("OutageEvent", id="OE", premise_id="P1", status="PLANNED", **said)]
    assert keys((await account(at, OUTAGES, active=True))["outages"]) == ["OE"] * active
    assert keys((await account(at, OUTAGES, active=False))["outages"]) == ["OE"]


async def test_one_outage_at_two_premises_is_one(at: World) -> None:
    at.held["AccountReference"][0]["premise_ids"] = ["P1", "P2"]
    at.held["OutageEvent"] = [
        row("OutageEvent", id="OE", premise_id=place, status="CONFIRMED") for place in ("P1", "P2")
    ]
    assert keys((await account(at, OUTAGES, active=True))["outages"]) == ["OE"]


async def test_every_kind_of_process_is_shown_newest_first_with_its_next_step(at: World) -> None:
    for n, name in enumerate(PROCESSES):
        at.held[name][0]["created_at"] = f"2026-0{n + 1}-01T00:00:00Z"
    at.held["ProcessEvent"] = [
        row("ProcessEvent", id=f"{n}", process_id="CutProcess1", sequence=n, status=status)
        for n, status in ((3, "PENDING"), (1, "COMPLETE"), (2, "AWAITING_FIELD_WORK"))
    ]
    found = (await account(at, CREDIT, active=False))["creditProcesses"]
    assert [each["__typename"] for each in found] == list(reversed(PROCESSES))
    assert [event["sequence"] for event in found[0]["events"]] == [1, 2, 3]
    assert found[0]["nextEvent"]["sequence"] == 2
    assert (found[1]["events"], found[1]["nextEvent"]) == ([], None)


async def test_only_what_goes_on_is_shown_where_that_is_asked(at: World) -> None:
    at.held["CutProcess"][0]["process_status"] = "CANCELED"
    at.held["PaymentArrangement"][0]["status"] = "BROKEN"
    at.held["PayPlan"][0]["status"] = "ACTIVE"
    found = await account(at, CREDIT, active=True)
    assert {each["__typename"] for each in found["creditProcesses"]} == {*PROCESSES} - {"CutProcess"}
    assert (found["paymentArrangements"], keys(found["payPlans"])) == ([], ["PP1"])


@pytest.mark.parametrize(
    ("score", "most", "only"), [(5, 4, True), (4, 4, False), (None, 4, None), (4, None, None)]
)
async def test_cash_only_is_more_than_the_threshold_and_unknown_without_one(
    at: World, score: Any, most: Any, only: Any
) -> None:
    at.held["CreditProfile"] = [
        row("CreditProfile", account_id="A1", cash_only_score=score, cash_only_threshold=most)
    ]
    assert (await account(at, CREDIT, active=True))["creditProfile"]["isCashOnly"] is only


async def test_a_dead_outage_system_makes_outages_unknown_and_nothing_else(at: World) -> None:
    at.gate.down = {"OUTAGE": SourceDown}
    result = await at.answer(OUTAGES, account=ACCOUNT, active=True)
    assert result.data == {"billingAccount": {"outages": None}}
    assert [each["extensions"]["code"] for each in result.errors] == ["SOURCE_DOWN"]
