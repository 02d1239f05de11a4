"""What every activity says by itself: status, label, amount, summary and agent."""

from typing import Any

import pytest
from support.harness import Harness
from support.rows import row
from support.utility import ACCOUNT

from gateway.resolvers.activity.account_streams import ACTIVITIES
from gateway.resolvers.graph.activity_status import ActivityStatus, StatusMap
from gateway.resolvers.records import RECORDS

FIELDS = "activityStatus statusLabel amount { amount currency } summary agent { name team }"
FEED = f"""query($account: ID!) {{ billingAccount(id: $account) {{
  activities(first: 500) {{ nodes {{ id title occurredOn precision {FIELDS} }} }} }} }}"""
BARE = """query($account: ID!) { billingAccount(id: $account) { activities(first: 500) { nodes { id } } } }"""
ONE = f"""query($account: ID!, $type: ActivityType!) {{ billingAccount(id: $account) {{
  activities(types: [$type], includePendingBills: true) {{ nodes {{ title {FIELDS} }} }} }} }}"""
USD = {"currency": "USD"}
# By which the feed finds records that are not looked up by account.
KEYS = {
    "FieldOrder": {"service_point_id": "S1"},
    "ServiceOrder": {"service_point_id": "S1"},
    "OutageCall": {"premise_id": "P1"},
    "EmailMessage": {"customer_id": "C"},
}


async def shown(at: Harness, record: str, **values: Any) -> Any:
    """What the feed shows of one record with these values."""
    at.held[record] = [row(record, id="1", account_id="A1", **KEYS.get(record, {}), **values)]
    kind = RECORDS[record].TYPE.name  # type: ignore[attr-defined]  # an activity
    data = await at.ask(ONE, account=ACCOUNT, type=kind)
    [node] = data["billingAccount"]["activities"]["nodes"]
    return node


STATUSES = [
    ("Bill", "status", {"PENDING": "OPEN", "COMPLETE": "INFORMATION", "WRITTEN_OFF": "FAILED", "CANCELED": "CANCELED"}),
    ("Payment", "status", {"INCOMPLETE": "OPEN", "ERROR": "FAILED", "FREEZABLE": "OPEN", "FROZEN": "DONE"}),
    ("Payment", "status", {"CANCELED": "CANCELED", "RETURNED": "FAILED"}),
    ("PaymentArrangement", "status", {"PENDING": "OPEN", "ACTIVE": "OPEN", "KEPT": "DONE", "BROKEN": "FAILED"}),
    ("PaymentArrangement", "status", {"COMPLETED": "DONE", "CANCELED": "CANCELED"}),
    ("ServiceRequest", "state", {"OPEN": "OPEN", "IN_PROGRESS": "OPEN", "CLOSED": "DONE"}),
    ("ServiceOrder", "state", {"PENDING": "OPEN", "VALIDATION_ERROR": "FAILED", "WAITING": "OPEN"}),
    ("ServiceOrder", "state", {"IN_PROGRESS": "OPEN", "COMPLETED": "DONE", "CANCELED": "CANCELED"}),
    ("ServiceOrder", "state", {"DISCARDED": "CANCELED"}),
    ("FieldOrder", "state", {"CREATED": "OPEN", "SENT": "OPEN", "SCHEDULED": "OPEN", "DISPATCHED": "OPEN"}),
    ("FieldOrder", "state", {"EN_ROUTE": "OPEN", "ON_SITE": "OPEN", "COMPLETED": "DONE", "CANCELED": "CANCELED"}),
    ("FieldOrder", "state", {"FAILED": "FAILED"}),
    ("EmailMessage", "delivery", {"QUEUED": "OPEN", "SENT": "DONE", "DELIVERED": "DONE", "OPENED": "DONE"}),
    ("EmailMessage", "delivery", {"BOUNCED": "FAILED", "FAILED": "FAILED"}),
    *(
        (f"{name}Process", "process_status", {"ACTIVE": "OPEN", "INACTIVE": "DONE", "CANCELED": "CANCELED"})
        for name in ("Collection", "Severance", "WriteOff", "PayPlanOverdue", "Cut")
    ),
]
CASES = [(record, name, value, status) for record, name, each in STATUSES for value, status in each.items()]
FACTS = ("Call", "Chat", "CustomerContact", "CreditRatingHistory", "CashOnlyHistory", "OutageCall")
CODED = ("ServiceTask", "Case", "RebateClaim")


@pytest.mark.parametrize(("record", "name", "value", "status"), CASES)
async def test_a_status_has_one_meaning(at: Harness, record: str, name: str, value: str, status: str) -> None:
    node = await shown(at, record, **{name: value})
    assert node["activityStatus"] == status
    assert node["statusLabel"] != "Unknown"


@pytest.mark.parametrize("record", FACTS)
async def test_a_fact_is_information(at: Harness, record: str) -> None:
    node = await shown(at, record)
    assert (node["activityStatus"], node["statusLabel"]) == ("INFORMATION", "Information")


@pytest.mark.parametrize("record", ["Bill", "Payment", "EmailMessage", *CODED])
async def test_an_unknown_status_is_never_shown_as_done(at: Harness, record: str) -> None:
    node = await shown(at, record)
    assert (node["activityStatus"], node["statusLabel"]) == (None, "Unknown")


def test_every_type_has_been_tested() -> None:
    names = {record for record, *_ in CASES} | {*FACTS, *CODED}
    assert names == {record.__name__ for record in ACTIVITIES}
    for record in ACTIVITIES:
        if isinstance(record.STATUS, StatusMap):
            tested = {value for name, _, value, _ in CASES if name == record.__name__}
            assert tested == {value.name for value in record.STATUS.meanings}


def test_a_value_without_a_meaning_is_refused_at_start() -> None:
    with pytest.raises(ValueError, match="ActivityStatus: no activity status for DONE, CANCELED"):
        StatusMap("status", {ActivityStatus.OPEN: ActivityStatus.OPEN})


@pytest.mark.parametrize("record", CODED)
async def test_the_catalog_says_what_a_code_means(at: Harness, record: str) -> None:
    node = await shown(at, record, status="XX", progress="CANCELED")
    assert (node["activityStatus"], node["statusLabel"]) == ("CANCELED", "XX")
    node = await shown(at, record, progress="CANCELED")
    assert (node["activityStatus"], node["statusLabel"]) == ("CANCELED", "Canceled")
    node = await shown(at, record, status="NEW", progress="UNKNOWN")
    assert (node["activityStatus"], node["statusLabel"]) == (None, "NEW")


@pytest.mark.parametrize(
    ("record", "values", "status"),
    [
        ("Case", {"is_open": True}, "OPEN"),
        ("Case", {"is_open": False}, "DONE"),
        ("Case", {"closed_at": "2026-10-06T09:30:00-04:00"}, "DONE"),
        ("Case", {"is_open": True, "closed_at": "2026-10-06T09:30:00-04:00"}, "OPEN"),
        ("ServiceTask", {"completed_at": "2026-10-06T09:30:00-04:00"}, "DONE"),
        ("EmailMessage", {"direction": "INBOUND"}, "INFORMATION"),
        ("EmailMessage", {"direction": "OUTBOUND"}, None),
    ],
)
async def test_other_fields_tell_a_status(at: Harness, record: str, values: Any, status: Any) -> None:
    assert (await shown(at, record, **values))["activityStatus"] == status


async def test_the_label_of_a_request_is_its_finer_status(at: Harness) -> None:
    node = await shown(at, "ServiceRequest", state="IN_PROGRESS", status="Waiting for parts")
    assert (node["activityStatus"], node["statusLabel"]) == ("OPEN", "Waiting for parts")


@pytest.mark.parametrize(
    ("record", "values", "amount"),
    [
        ("Bill", {"amount_due": "70.00"}, "70.00"),
        ("Payment", {"amount": "65.00"}, "65.00"),
        ("PaymentArrangement", {"total": "320.00"}, "320.00"),
        ("PaymentArrangement", {}, None),
        ("RebateClaim", {"claimed": "500.00", "approved": "300.00"}, "500.00"),
        ("CollectionProcess", {"amount": "120.00"}, "120.00"),
        ("CutProcess", {}, None),
        ("Call", {}, None),
    ],
)
async def test_an_amount_is_what_the_activity_is_about(at: Harness, record: str, values: Any, amount: Any) -> None:
    node = await shown(at, record, **values)
    assert node["amount"] == (amount and {"amount": amount, **USD})


@pytest.mark.parametrize(
    ("record", "values", "title"),
    [
        ("Bill", {"bill_number": "7", "amount_due": "1234.5", "status": "COMPLETE"}, "Bill 7: $1,234.50"),
        ("Bill", {"bill_number": "7", "amount_due": "70", "status": "CANCELED"}, "Bill canceled: $70.00"),
        ("Payment", {"amount": "265.32", "status": "RETURNED"}, "Payment returned: $265.32"),
        ("Payment", {"amount": "265.32", "status": "ERROR"}, "Payment not posted: $265.32"),
        ("Payment", {"amount": "265.32", "status": "FREEZABLE"}, "Payment ready to post: $265.32"),
        ("PaymentArrangement", {"total": "320", "status": "BROKEN"}, "Payment arrangement broken: $320.00"),
        ("PaymentArrangement", {"status": "ACTIVE"}, "Payment arrangement"),
        ("CutProcess", {"process_status": "CANCELED", "template": "Homes"}, "Cut process canceled: Homes"),
        ("FieldOrder", {"task_type": "Meter exchange", "state": "FAILED"}, "Meter exchange failed"),
        ("ServiceOrder", {"kind": "METER_EXCHANGE", "state": "VALIDATION_ERROR"}, "Meter exchange held by an error"),
        ("ServiceOrder", {"kind": "METER_EXCHANGE", "state": "COMPLETED"}, "Meter exchange"),
        ("CreditRatingHistory", {"effect": -50}, "Credit rating lowered by 50 points"),
        ("CashOnlyHistory", {"effect": 1}, "Cash-only score raised by 1 point"),
        ("CreditRatingHistory", {"effect": 0}, "Credit rating unchanged"),
    ],
)
async def test_a_title_says_what_matters(at: Harness, record: str, values: Any, title: str) -> None:
    assert (await shown(at, record, **values))["title"] == title


DAYS = {"period": {"start": "2026-09-05", "end": "2026-10-04"}, "due_on": "2026-10-25"}
SUMMARIES: list[tuple[str, dict[str, Any], str | None]] = [
    ("Bill", DAYS, "Sep 5, 2026 to Oct 4, 2026; due Oct 25, 2026"),
    ("Bill", {"status": "CANCELED", "bill_number": "7", "due_on": "2026-10-25"}, "Bill 7; due Oct 25, 2026"),
    ("Bill", {}, None),
    ("Payment", {"channel": "Web", "cancel_reason": "Insufficient funds"}, "Web; Insufficient funds"),
    ("Call", {"reason": "High bill", "resolution": "Explained"}, "High bill; Explained"),
    ("Call", {"wrap_up_notes": "Wants a\n  callback."}, "Wants a callback."),
    ("Chat", {"summary": "Asked for a copy."}, "Asked for a copy."),
    ("EmailMessage", {"direction": "INBOUND", "from_address": "a@b.example"}, "From ***@b***.example"),
    ("EmailMessage", {"direction": "OUTBOUND", "to_addresses": ["a@b.example"]}, "To ***@b***.example"),
    ("ServiceTask", {"channel": "App"}, "App"),
    ("ServiceRequest", {"description": "No heat."}, "No heat."),
    ("ServiceRequest", {"request_category": "Quality"}, "Quality"),
    ("CustomerContact", {"comments": "word " * 60}, " ".join(["word"] * 31) + "…"),
    ("CustomerContact", {"method": "Letter"}, "Letter"),
    ("Case", {"comments": "Meter test ordered."}, "Meter test ordered."),
    ("RebateClaim", {"claimed": "500", "approved": "300"}, "Claimed $500.00; approved $300.00"),
    ("FieldOrder", {"result": "Done", "remarks": "Dog."}, "Done; Dog"),
    ("CollectionProcess", {"days_in_arrears": 31, "minimum_to_stop": "50"}, "31 days in arrears; $50.00 to stop"),
    ("SeveranceProcess", {"disconnect_on": "2026-12-01"}, "Disconnection on Dec 1, 2026"),
    ("CutProcess", {"cut_on": "2026-12-01"}, "Disconnection on Dec 1, 2026"),
    ("WriteOffProcess", {"collection_agency": "Ace", "referred_amount": "9"}, "Referred to Ace: $9.00"),
    ("PayPlanOverdueProcess", {"status_reason": "Paid"}, "Paid"),
    (
        "PaymentArrangement",
        {"installments": 6, "installments_billed": 3, "remaining": "120"},
        "3 of 6 installments billed; $120.00 remaining",
    ),
    ("CreditRatingHistory", {"created_by": "Returned payment", "comments": "Twice"}, "Returned payment; Twice"),
]


@pytest.mark.parametrize(("record", "values", "summary"), SUMMARIES)
async def test_a_summary_is_one_line(at: Harness, record: str, values: Any, summary: Any) -> None:
    assert (await shown(at, record, **values))["summary"] == summary


@pytest.mark.parametrize(
    ("record", "name"),
    [
        ("Call", "agent"),
        ("Chat", "agent"),
        ("ServiceRequest", "owner"),
        ("CustomerContact", "user"),
        ("Case", "responsible"),
    ],
)
async def test_the_agent_has_one_name_for_all_types(at: Harness, record: str, name: str) -> None:
    node = await shown(at, record, **{name: "Dana"})
    assert node["agent"]["name"] == "Dana"
    assert (await shown(at, record))["agent"] is None


async def test_a_crew_is_an_agent_without_a_name(at: Harness) -> None:
    assert (await shown(at, "FieldOrder", crew="Crew 7"))["agent"] == {"name": None, "team": "Crew 7"}


async def test_the_fields_of_a_feed_ask_nothing_more(at: Harness) -> None:
    await at.ask(BARE, account=ACCOUNT)
    bare = at.gate.batch_names()
    at.gate.clear()
    await at.ask(FEED, account=ACCOUNT)
    assert at.gate.batch_names() == bare
