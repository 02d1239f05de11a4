"""Extra records of planted customers that are still open: outages, orders, requests, premises."""

from dataclasses import replace
from datetime import date

from gateway_demo.plan.clock import DAY, HOUR, NOW, days_ago, epoch_seconds
from gateway_demo.plan.model import Customer, Premise, ServicePoint
from gateway_demo.plan.names import AGENTS, EASTERN
from gateway_demo.plan.rows import Rows
from gateway_demo.stores import cis_tables as tables
from gateway_demo.stores.usage_tables import DAILY
from gateway_demo.writers import cis, cis_contacts, interactions, orders, outages
from gateway_demo.writers.contact_documents import Request, write_request
from gateway_demo.writers.orders import DISABLE, EXCHANGE, OTHER, Order, Visit
from gateway_demo.writers.outages import Outage, link, write_event
from gateway_demo.writers.usage import DELIVERED, GOOD

NO_POWER = ("OUT", "No power")
VACANT_DAYS = 20


def vacant_premise(customer: Customer, rows: Rows) -> None:
    """Write a premise and a service point without an account."""
    value = customer.n * 100 + 90
    premise = Premise(
        str(5_000_000_000 + value), "12 Elm St", None, "Riverton", "NY", "12950",
        ("SFR", "Single-family house"), vacant=True, life_support=None, zone=EASTERN,
    )  # fmt: skip
    cis.premise(premise, rows)
    point = ServicePoint(
        str(6_000_000_000 + value * 10), "E", "DS", f"M{value * 10:010d}", "E00000790",
        smart=True, minutes=0, installed=date(2018, 3, 1), base=0, access=None,
    )  # fmt: skip
    cis.service_point(point, premise, rows)


def vacant_usage(customer: Customer, rows: Rows) -> None:
    """Write daily reads after the account was closed."""
    point = customer.accounts[0].points[0]
    rows.extend(
        DAILY,
        [(point.id, days_ago(back), DELIVERED, "KWH", 5_200 + back * 10, GOOD)
         for back in range(VACANT_DAYS, 0, -1)],
    )  # fmt: skip


def outage_active(customer: Customer, rows: Rows) -> None:
    """Write an outage that began two hours ago, with a crew assigned."""
    account = customer.accounts[0]
    start = NOW - 2 * HOUR
    write_event(
        Outage("OEACTIVE01", -1, "CREW", start, None, NOW + 3 * HOUR, ("TREE", "Tree on the line"),
               214), rows,
    )  # fmt: skip
    link("OEACTIVE01", account.premise.id, rows)
    outages.call(account, "ACT", start + HOUR // 2, ("OEACTIVE01", NO_POWER), rows)


def outage_planned(customer: Customer, rows: Rows) -> None:
    """Write a planned outage in three days."""
    start = epoch_seconds("2026-11-18T09:00:00-05:00")
    write_event(
        Outage("OEPLAN0001", -1, "PLANNED", start, None, start + 4 * HOUR,
               ("WORK", "Planned work"), 37), rows,
    )  # fmt: skip
    link("OEPLAN0001", customer.accounts[0].premise.id, rows)


def outages_three(customer: Customer, rows: Rows) -> None:
    """Write three outages within a year, with a call about each."""
    account = customer.accounts[0]
    for number, days in enumerate((20, 110, 250), start=1):
        start = NOW - days * DAY
        outage_id = f"OEREP{number:05d}"
        write_event(
            Outage(outage_id, -1, "RESTORED", start, start + 2 * HOUR, start + 3 * HOUR,
                   ("STORM", "Storm"), 90), rows,
        )  # fmt: skip
        link(outage_id, account.premise.id, rows)
        outages.call(account, f"R{number:02d}", start + 600, (outage_id, NO_POWER), rows)


def open_interaction(customer: Customer, rows: Rows) -> None:
    """Write an open interaction, and one with a callback due today."""
    account = customer.accounts[0]
    item = interactions.MediaItem(
        NOW - 240, AGENTS[3], "PHONE", inbound=True, originator="CUST",
        address=account.owner.phone, segments=(("QUEUE", 15),),
    )  # fmt: skip
    current = interactions.Interaction(
        "INOPEN0001", customer.id, customer.party_id, account.owner.id, account.id, at=item.at,
        seconds=None, agent=AGENTS[3], inbound=True, items=(item,),
    )  # fmt: skip
    interactions.write(current, rows)
    promise = replace(
        current, id="INBACK0001", at=NOW - DAY, seconds=300, agent=AGENTS[4],
        outcome=("FOLL", "Follow-up needed"), result=("CALLBACK", "Call back"),
        callback=NOW + 4 * HOUR, notes=("Call back after 4 pm.",), items=(),
    )  # fmt: skip
    interactions.write(promise, rows)


def open_requests(customer: Customer, rows: Rows) -> None:
    """Write four requests of one category in ninety days; two are open, one of them overdue."""
    account = customer.accounts[0]
    first = Request(
        id="", account=account.id, customer=customer.id, at=NOW - 3 * DAY,
        title="Sparks at the meter", category=("QUAL", "Service quality"), severity="Critical",
        status="In Progress", due=NOW + DAY, resolved=None, agent=AGENTS[3],
        text="Sparks when it rains.",
    )  # fmt: skip
    late = replace(first, at=NOW - 25 * DAY, severity="High", status="New", due=NOW - 11 * DAY,
                   title="Voltage drops every evening", agent=None)  # fmt: skip
    done = replace(first, at=NOW - 60 * DAY, severity="Low", status="Closed", due=NOW - 50 * DAY,
                   resolved=NOW - 55 * DAY, title="Flickering lights")  # fmt: skip
    waits = replace(done, at=NOW - 80 * DAY, status="Resolved", resolved=NOW - 70 * DAY)
    for number, request in enumerate((first, late, done, waits)):
        write_request(replace(request, id=f"SR{account.value:08d}Q{number:02d}"), rows)


def alerts(customer: Customer, rows: Rows) -> None:
    """Write an active, an expired and a future alert."""
    account = customer.accounts[0]
    kinds = cis_contacts.ALERTS
    cis_contacts.alert(account, kinds[0], days_ago(90), None, rows)
    cis_contacts.alert(account, kinds[1], days_ago(400), days_ago(30), rows)
    cis_contacts.alert(account, kinds[2], days_ago(-10), days_ago(-40), rows)


def _order(customer: Customer, order: Order, visit: Visit | None, rows: Rows) -> None:
    account = customer.accounts[0]
    orders.write(account, order, rows)
    if visit:
        orders.visit(account, order, visit, rows)


def order_open(customer: Customer, rows: Rows) -> None:
    """Write a service order to stop service in a week."""
    point = customer.accounts[0].points[0]
    order = Order("OPN", DISABLE, point, NOW - DAY, NOW + 7 * DAY, "WAIT", "S")
    _order(customer, order, None, rows)


def visit_soon(customer: Customer, rows: Rows) -> None:
    """Write a meter exchange scheduled for tomorrow."""
    point = customer.accounts[0].points[0]
    start = epoch_seconds("2026-11-16T09:00:00-05:00")
    order = Order("SOON", EXCHANGE, point, NOW - 5 * DAY, start, "WIP", "F")
    visit = Visit("SCHEDULED", NOW - 5 * DAY, start, start + 4 * HOUR, None, crew="Meter shop")
    _order(customer, order, visit, rows)


def visit_missed(customer: Customer, rows: Rows) -> None:
    """Write a field visit whose appointment has passed."""
    point = customer.accounts[0].points[0]
    start = NOW - 26 * HOUR
    order = Order("MISS", OTHER, point, NOW - 6 * DAY, start, "WIP", "F")
    visit = Visit("DISPATCHED", NOW - 6 * DAY, start, start + 4 * HOUR, None, 2, "Crew 17")
    _order(customer, order, visit, rows)


def order_stuck(customer: Customer, rows: Rows) -> None:
    """Write an order with a validation error and an order that waits for too long."""
    point = customer.accounts[0].points[0]
    failed = Order("VERR", EXCHANGE, point, NOW - 9 * DAY, NOW - 7 * DAY, "VERR", "F")
    waits = Order("WAIT", OTHER, point, NOW - 12 * DAY, NOW - 8 * DAY, "WAIT", "F")
    _order(customer, failed, None, rows)
    _order(customer, waits, None, rows)


def case_and_rebate(customer: Customer, rows: Rows) -> None:
    """Write an open case and a rebate claim in review."""
    account = customer.accounts[0]
    rows.add(
        tables.CASE, CASE_ID=f"{account.value:08d}90", ACCT_ID=account.id, CRE_DTTM=NOW - 6 * DAY,
        CLOSE_DTTM=None, CASE_TYPE_CD="HIBL", CASE_TYPE_DESCR="High bill investigation",
        CASE_STATUS_CD="INPR", CASE_STATUS_DESCR="In progress", OPEN_SW="Y", USER_ID="DWHITFIELD",
        USER_NM="Dana Whitfield", COMMENTS="Meter test ordered.",
    )  # fmt: skip
    rows.add(
        tables.REBATE, CLAIM_ID=f"{account.value:08d}90", ACCT_ID=account.id,
        CLAIM_DT=days_ago(9), PROG_CD="HEATP", PROG_DESCR="Heat pump rebate", STAT_CD="REVW",
        STAT_DESCR="In review", CLAIM_AMT=120_000, APPR_AMT=None,
    )  # fmt: skip
