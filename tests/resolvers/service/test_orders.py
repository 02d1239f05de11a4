"""Requests, orders, outages and processes of an account."""

from typing import Any

import pytest
from support.harness import Harness
from support.resolvers.answers import account, keys
from support.rows import row
from support.utility import ACCOUNT, PROCESSES

from gateway.errors import SourceDown

QUERY = """query($account: ID!, $range: DateRange, $state: ServiceRequestState) {
  billingAccount(id: $account) {
    serviceRequests(state: $state) { nodes { id title state source { url openMode } } sources { state } }
    serviceOrders(range: $range) { nodes { id fieldOrders { id serviceOrder { id } }
      servicePoint { id premise { id } } steps { id state execution } } }
    fieldOrders(range: $range) { nodes { id } }
  }
}"""
STATES = """query($account: ID!, $state: ServiceRequestState, $states: [ServiceRequestState!],
  $first: Int, $after: String) { billingAccount(id: $account) {
  serviceRequests(state: $state, states: $states, first: $first, after: $after) {
    nodes { id state } pageInfo { endCursor } } } }"""
OUTAGES = """query($account: ID!, $active: Boolean!) { billingAccount(id: $account) {
  outages(activeOnly: $active) { id status } } }"""
CREDIT = """query($account: ID!, $active: Boolean!) { billingAccount(id: $account) {
  creditProcesses(activeOnly: $active) {
    __typename id createdAt events { sequence } nextEvent { sequence triggerDate } }
  paymentArrangements(activeOnly: $active) { id } payPlans(activeOnly: $active) { id payments { dueOn } }
  creditProfile { creditRating isCashOnly debt { inCollections { amount } nextEvent { triggerDate } } } } }"""


def requests(*states: str) -> list[dict[str, Any]]:
    """Requests in these states, a day apart, the last one newest."""
    return [
        row("ServiceRequest", id=f"{n}", account_id="A1", state=state, opened_at=f"2026-10-{n + 10}T12:00:00Z")
        for n, state in enumerate(states)
    ]


async def test_requests_are_newest_first_and_filtered_by_state(at: Harness) -> None:
    at.held["ServiceRequest"] = requests("OPEN", "CLOSED", "IN_PROGRESS", "OPEN")
    assert keys((await account(at, QUERY))["serviceRequests"]["nodes"]) == ["3", "2", "1", "0"]
    assert keys((await account(at, QUERY, state="OPEN"))["serviceRequests"]["nodes"]) == ["3", "0"]


async def test_requests_are_filtered_by_several_states(at: Harness) -> None:
    at.held["ServiceRequest"] = requests("OPEN", "CLOSED", "IN_PROGRESS", "OPEN")
    for states, ids in (
        (["OPEN", "IN_PROGRESS"], ["3", "2", "0"]),
        (["IN_PROGRESS", "CLOSED", "CLOSED"], ["2", "1"]),
        ([], ["3", "2", "1", "0"]),
    ):
        assert keys((await account(at, STATES, states=states))["serviceRequests"]["nodes"]) == ids


async def test_state_and_states_exclude_each_other(at: Harness) -> None:
    result = await at.answer(STATES, account=ACCOUNT, state="OPEN", states=["CLOSED"])
    assert [each["message"] for each in result.errors] == ["Pass either `states` or `state`, not both."]


async def test_a_cursor_belongs_to_a_set_of_states(at: Harness) -> None:
    at.held["ServiceRequest"] = requests("OPEN", "CLOSED", "IN_PROGRESS", "OPEN")
    page = (await account(at, STATES, states=["OPEN", "IN_PROGRESS"], first=1))["serviceRequests"]
    after = page["pageInfo"]["endCursor"]
    page = (await account(at, STATES, states=["IN_PROGRESS", "OPEN"], after=after))["serviceRequests"]
    assert keys(page["nodes"]) == ["2", "0"]
    result = await at.answer(STATES, account=ACCOUNT, states=["OPEN"], after=after)
    assert "belongs to another list" in result.errors[0]["message"]


async def test_a_request_is_found_behind_many_of_other_states(at: Harness) -> None:
    at.held["ServiceRequest"] = [
        *requests("OPEN"),
        *(row("ServiceRequest", id=f"x{n}", account_id="A1", state="CLOSED") for n in range(100)),
    ]
    fields = await account(at, QUERY, state="OPEN")
    assert keys(fields["serviceRequests"]["nodes"]) == ["0"]


async def test_an_order_has_service_point_steps_and_field_orders(at: Harness) -> None:
    step = {"id": "st", "step_type": "VISIT", "state": "WAITING", "execution": "FIELD"}
    at.held["ServiceOrder"][0]["steps"] = [step]
    [order] = (await account(at, QUERY))["serviceOrders"]["nodes"]
    assert order["steps"] == [{"id": "st", "state": "WAITING", "execution": "FIELD"}]
    assert keys(order["fieldOrders"]) == ["FO1"]
    assert order["fieldOrders"][0]["serviceOrder"]["id"] == order["id"]
    assert keys([order["servicePoint"], order["servicePoint"]["premise"]]) == ["S1", "P1"]


async def test_unknown_steps_are_null(at: Harness) -> None:
    [order] = (await account(at, QUERY))["serviceOrders"]["nodes"]
    assert order["steps"] is None


async def test_orders_of_a_former_account_are_hidden(at: Harness) -> None:
    for record in ("ServiceOrder", "FieldOrder"):
        at.held[record] = [
            row(record, id=f"{owner}", service_point_id="S1", account_id=owner) for owner in ("A1", "A9", None)
        ]
    fields = await account(at, QUERY)
    assert keys(fields["serviceOrders"]["nodes"]) == ["None", "A1"]
    assert keys(fields["fieldOrders"]["nodes"]) == ["None", "A1"]


async def test_a_range_is_in_the_account_s_zone(at: Harness) -> None:
    at.held["FieldOrder"] = [
        row("FieldOrder", id=moment, service_point_id="S1", account_id="A1", created_at=moment)
        for moment in ("2026-06-01T03:59:59Z", "2026-06-01T04:00:00Z", "2026-06-02T03:59:59Z")
    ]
    span = {"since": "2026-06-01", "until": "2026-06-01"}
    fields = await account(at, QUERY, range=span)
    assert keys(fields["fieldOrders"]["nodes"]) == ["2026-06-02T03:59:59Z", "2026-06-01T04:00:00Z"]


@pytest.mark.parametrize(("active", "expected"), [(True, ["late", "OE"]), (False, ["late", "OE", "over"])])
async def test_outages_are_at_the_account_s_premises(at: Harness, active: bool, expected: Any) -> None:  # noqa: FBT001  # a case
    at.held["OutageEvent"] = [
        row("OutageEvent", id="over", premise_id="P1", status="RESTORED", started_at="2026-01-01T00:00:00Z"),
        row("OutageEvent", id="OE", premise_id="P1", status="CONFIRMED", started_at="2026-11-01T00:00:00Z"),
        row("OutageEvent", id="late", premise_id="P1", status="PLANNED", started_at="2026-11-20T00:00:00Z"),
        row("OutageEvent", id="far", premise_id="P9", status="CONFIRMED"),
    ]
    assert keys((await account(at, OUTAGES, active=active))["outages"]) == expected


PLANNED: dict[str, tuple[dict[str, str], bool]] = {
    "ahead": ({"started_at": "2026-11-20T00:00:00Z", "estimated_restoration": "2026-11-20T04:00:00Z"}, True),
    "ongoing": ({"started_at": "2026-11-15T00:00:00Z", "estimated_restoration": "2026-11-20T00:00:00Z"}, True),
    "begun, end unknown": ({"started_at": "2026-11-01T00:00:00Z"}, True),
    "over": ({"started_at": "2026-11-12T00:00:00Z", "estimated_restoration": "2026-11-13T00:00:00Z"}, False),
}


@pytest.mark.parametrize(("times", "active"), PLANNED.values(), ids=PLANNED)
async def test_a_planned_outage_is_active_until_its_planned_end(
    at: Harness,
    times: dict[str, str],
    active: bool,  # noqa: FBT001  # a case
) -> None:
    at.held["OutageEvent"] = [row("OutageEvent", id="OE", premise_id="P1", status="PLANNED", **times)]
    assert keys((await account(at, OUTAGES, active=True))["outages"]) == ["OE"] * active
    assert keys((await account(at, OUTAGES, active=False))["outages"]) == ["OE"]


async def test_one_outage_at_two_premises_is_one(at: Harness) -> None:
    at.held["AccountReference"][0]["premise_ids"] = ["P1", "P2"]
    at.held["OutageEvent"] = [
        row("OutageEvent", id="OE", premise_id=place, status="CONFIRMED") for place in ("P1", "P2")
    ]
    assert keys((await account(at, OUTAGES, active=True))["outages"]) == ["OE"]


async def test_processes_of_every_kind_are_newest_first(at: Harness) -> None:
    for n, name in enumerate(PROCESSES):
        at.held[name][0]["created_at"] = f"2026-0{n + 1}-01T00:00:00Z"
    at.held["ProcessEvent"] = [
        row("ProcessEvent", id=f"{n}", process_id="CutProcess1", sequence=n, status=status)
        for n, status in ((3, "PENDING"), (1, "COMPLETE"), (2, "AWAITING_FIELD_WORK"))
    ]
    processes = (await account(at, CREDIT, active=False))["creditProcesses"]
    assert [each["__typename"] for each in processes] == list(reversed(PROCESSES))
    assert [event["sequence"] for event in processes[0]["events"]] == [1, 2, 3]
    assert processes[0]["nextEvent"]["sequence"] == 2
    assert (processes[1]["events"], processes[1]["nextEvent"]) == ([], None)


async def test_active_only_leaves_out_the_rest(at: Harness) -> None:
    at.held["CutProcess"][0]["process_status"] = "CANCELED"
    at.held["PaymentArrangement"][0]["status"] = "BROKEN"
    at.held["PayPlan"][0]["status"] = "ACTIVE"
    fields = await account(at, CREDIT, active=True)
    assert {each["__typename"] for each in fields["creditProcesses"]} == {*PROCESSES} - {"CutProcess"}
    assert (fields["paymentArrangements"], keys(fields["payPlans"])) == ([], ["PP1"])


@pytest.mark.parametrize(("score", "most", "only"), [(5, 4, True), (4, 4, False), (None, 4, None), (4, None, None)])
async def test_cash_only_is_above_the_threshold_or_unknown(at: Harness, score: Any, most: Any, only: Any) -> None:
    at.held["CreditProfile"] = [row("CreditProfile", account_id="A1", cash_only_score=score, cash_only_threshold=most)]
    assert (await account(at, CREDIT, active=True))["creditProfile"]["isCashOnly"] is only


async def test_a_failing_outage_system_affects_only_outages(at: Harness) -> None:
    at.gate.down = {"OUTAGE": SourceDown}
    result = await at.answer(OUTAGES, account=ACCOUNT, active=True)
    assert result.data == {"billingAccount": {"outages": None}}
    assert [each["extensions"]["code"] for each in result.errors] == ["SOURCE_DOWN"]
