"""A small utility with at least one record of every type, for a customer with any number of accounts."""

from collections.abc import Iterator
from typing import Any

from gateway.ids import global_id
from support.harness import Held
from support.rows import row

CUSTOMER = global_id("Customer", "C")
ACCOUNT = global_id("BillingAccount", "A1")
# Of the example queries.
VARIABLES = {
    "text": "ada",
    "customer": CUSTOMER,
    "account": ACCOUNT,
    "id": global_id("Call", "Call1"),
    "by": {"name": "ada"},
    "serviceType": "ELECTRIC",
}
Rows = Iterator[tuple[str, dict[str, Any]]]
PROCESSES = ("CollectionProcess", "SeveranceProcess", "WriteOffProcess", "PayPlanOverdueProcess", "CutProcess")
HAPPENED = ("Call", "Chat", "EmailMessage", "ServiceTask", "CustomerContact", "Case", "RebateClaim")
SCORES = ("CreditRatingHistory", "CashOnlyHistory")


def utility(accounts: int = 2) -> Held:
    """The tables: customer C with accounts A1, A2, ..., each with premise and history."""
    held: Held = {}
    for name, each in _rows(accounts):
        held.setdefault(name, []).append(each)
    return held


def _rows(accounts: int) -> Rows:
    yield from _people()
    for number in range(1, accounts + 1):
        yield from _account(number, accounts)
        yield from _money(str(number), f"A{number}")
        yield from _debt(str(number), f"A{number}")
        yield from _work(str(number), f"A{number}")
        yield from _usage(f"S{number}")


def _people() -> Rows:
    searched = {"search_name": "ada", "search_phone": "5550100", "search_email": "ada@example.com"}
    yield (
        "Customer",
        row("Customer", id="C", customer_number="C-1", party_id="H", party_kind="PERSON", **searched)
        | {"search_identifier_last4": "1234"},
    )
    yield "Person", row("Person", id="H", name="Ada Alder", roles=["CUSTOMER"], date_of_birth="1980-02-29")
    yield "Organization", row("Organization", id="O", name="Alder Ltd", roles=["CONTACT"])
    relation = {"person_id": "H", "organization_id": "O", "relation_type": "owner"}
    yield "PartyRelationship", row("PartyRelationship", id="R", name="Ada of Alder", roles=[], **relation)
    yield "ContactRestriction", row("ContactRestriction", id="X", party_id="H", since="2026-01-01")
    yield from _talks()


def _talks() -> Rows:
    keys = {"customer_id": "C", "account_id": "A1", "party_id": "H", "party_kind": "PERSON", "contact_id": "H"}
    yield "Interaction", row("Interaction", id="I", status="CLOSED", **keys)
    yield "InteractionActivity", row("InteractionActivity", id="IA", interaction_id="I", media_item_id="M")
    yield "MediaItem", row("MediaItem", id="M", interaction_id="I")
    yield "Note", row("Note", id="N", interaction_id="I")


def _account(number: int, accounts: int) -> Rows:
    account, premise, point, agreement = f"A{number}", f"P{number}", f"S{number}", f"G{number}"
    yield (
        "BillingAccount",
        row("BillingAccount", id=account, customer_id="C", account_number=f"{1000 + number}", status="ACTIVE"),
    )
    yield (
        "AccountReference",
        row("AccountReference", account_id=account, customer_id="C", customer_accounts=accounts)
        | {"premise_ids": [premise], "service_point_ids": [point], "service_agreement_ids": [agreement]},
    )
    person = row("Person", id="H", name="Ada Alder", roles=["CUSTOMER"], date_of_birth="1980-02-29")
    yield "Person", person | {"search_account_id": account}
    yield "AccountPerson", row("AccountPerson", id=f"AP{number}", account_id=account, person_id="H")
    yield "ProgramEnrollment", row("ProgramEnrollment", id=f"PE{number}", account_id=account)
    yield "AccountAlert", row("AccountAlert", id=f"AA{number}", account_id=account)
    yield "Premise", row("Premise", id=premise, search_address="1 ELM ST")
    yield "ServicePoint", row("ServicePoint", id=point, premise_id=premise, service_type="ELECTRIC")
    links = {"account_id": account, "premise_id": premise, "service_point_ids": [point]}
    yield "ServiceAgreement", row("ServiceAgreement", id=agreement, **links)


def _money(n: str, account: str) -> Rows:
    keys = {"account_id": account}
    bill = {"issued_on": "2026-10-05", "status": "COMPLETE", "amount_due": "70.00"}
    yield "Bill", row("Bill", id=f"B{n}", **bill, **keys)
    segment = {"bill_id": f"B{n}", "service_agreement_id": f"G{n}", "premise_id": f"P{n}"}
    yield "BillSegment", row("BillSegment", id=f"BS{n}", **segment)
    yield "BillLine", row("BillLine", id=f"BL{n}", segment_id=f"BS{n}", bill_id=f"B{n}")
    yield "Adjustment", row("Adjustment", id=f"J{n}", created_on="2026-10-07", amount="-5.00", **keys)
    yield "AccountBalance", row("AccountBalance", id=f"AB{n}", current="65.00", **keys)
    yield "Payment", row("Payment", id=f"Y{n}", paid_on="2026-10-06", amount="65.00", **keys)
    yield "PaymentTender", row("PaymentTender", id=f"T{n}", payment_id=f"Y{n}", amount="65.00")
    yield "AutopayInstruction", row("AutopayInstruction", id=f"AI{n}", since="2026-01-01", **keys)
    yield "ScheduledPayment", row("ScheduledPayment", id=f"SP{n}", pay_plan_id=f"PP{n}", **keys)


def _debt(n: str, account: str) -> Rows:
    of = {"account_id": account}
    links = {
        "SeveranceProcess": {"service_agreement_id": f"G{n}", "collection_process_id": f"CollectionProcess{n}"},
        "PayPlanOverdueProcess": {"pay_plan_id": f"PP{n}"},
        "CutProcess": {"service_agreement_id": f"G{n}"},
    }
    for name in PROCESSES:
        yield name, row(name, id=f"{name}{n}", **of, **links.get(name, {}))
        event = {"process_id": f"{name}{n}", "status": "PENDING", "trigger_date": "2026-12-01"}
        yield "ProcessEvent", row("ProcessEvent", id=f"{name}{n}E", **event)
    yield "PaymentArrangement", row("PaymentArrangement", id=f"PA{n}", since="2026-09-01", **of)
    yield "PayPlan", row("PayPlan", id=f"PP{n}", **of)
    for name in SCORES:
        yield name, row(name, id=f"{name}{n}", **of)
    yield "CreditProfile", row("CreditProfile", id=f"CP{n}", credit_rating=700, **of)


def _work(n: str, account: str) -> Rows:
    for name in HAPPENED:
        customer = {"customer_id": "C"} if name in ("Call", "Chat", "EmailMessage") else {}
        yield name, row(name, id=f"{name}{n}", account_id=account, **customer)
    of = {"account_id": account}
    yield "ServiceRequest", row("ServiceRequest", id=f"SR{n}", request_number=f"R-{n}", state="OPEN", **of)
    yield "ServiceOrder", row("ServiceOrder", id=f"SO{n}", service_point_id=f"S{n}", **of)
    field = {"service_point_id": f"S{n}", "service_order_id": f"SO{n}"}
    yield "FieldOrder", row("FieldOrder", id=f"FO{n}", **field, **of)
    yield "OutageCall", row("OutageCall", id=f"OC{n}", premise_id=f"P{n}", outage_id="OE", **of)
    event = {"premise_id": f"P{n}", "status": "CONFIRMED"}
    yield "OutageEvent", row("OutageEvent", id=f"OE{n}" if n != "1" else "OE", **event)


def _usage(point: str) -> Rows:
    kind = {"service_point_id": point, "service_type": "ELECTRIC", "unit": "kWh", "value": "310.5"}
    span = {"since": "2026-09-05", "until": "2026-10-04"}
    yield "BilledUsage", row("BilledUsage", id=f"{point}b", **span, **kind)
    yield "DailyUsage", row("DailyUsage", id=f"{point}d", day="2026-11-14", **kind)
    moment = {"starts_at": "2026-11-14T09:00:00-05:00", "ends_at": "2026-11-14T09:15:00-05:00"}
    yield "IntervalUsage", row("IntervalUsage", id=f"{point}i", **moment, **kind)
