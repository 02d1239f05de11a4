"""Writes outages of zones, their premises, and calls about them to OUTAGE."""

from dataclasses import dataclass
from functools import cache
from random import Random

from gateway_demo.plan.clock import (
    DAY,
    HISTORY_START,
    HOUR,
    NOW,
    chance,
    days_ago,
    local_iso,
    midnight,
    random_day,
    seeded_random,
)
from gateway_demo.plan.model import Account
from gateway_demo.plan.rows import Rows
from gateway_demo.stores import document_tables as documents
from gateway_demo.writers.contact_documents import Body

ZONES = 24
EVENTS = 90
CAUSES = (("TREE", "Tree on the line"), ("EQUIP", "Equipment failure"), ("STORM", "Storm"),
          ("ANIM", "Animal"), ("CAR", "Vehicle hit a pole"))  # fmt: skip
TROUBLES = (("OUT", "No power"), ("PART", "Partial power"), ("FLIC", "Flickering lights"),
            ("WIRE", "Wire down"))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outage:
    """An outage of a zone; zone -1 is for planted premises."""

    id: str
    zone: int
    status: str  # PREDICTED CONFIRMED PLANNED CREW RESTORED CANCELLED
    start: int
    restored: int | None
    estimated: int | None
    cause: tuple[str, str] | None
    customers: int


@cache
def events(seed: int) -> tuple[Outage, ...]:
    """The random outages of three years, the same for all customers of a seed."""
    rng = seeded_random(seed, "outages")
    outages = []
    for number in range(1, EVENTS + 1):
        start = midnight(random_day(rng, HISTORY_START, days_ago(3))) + rng.randint(0, DAY - 1)
        restored = start + rng.randint(HOUR // 2, 9 * HOUR)
        zone, customers = rng.randrange(ZONES), rng.randint(12, 900)
        canceled = chance(rng, 0.03)
        status = "CANCELLED" if canceled else "RESTORED"
        outages.append(
            Outage(f"OE{number:06d}", zone, status, start, None if canceled else restored,
                   restored + HOUR // 2, rng.choice(CAUSES), customers)
        )  # fmt: skip
    return tuple(outages)


def record_outages(seed: int, rows: Rows) -> None:
    """Write the random outages."""
    for event in events(seed):
        write_event(event, rows)


def write_event(event: Outage, rows: Rows) -> None:
    """Write an outage."""
    cause = event.cause
    body: Body = {
        "OutageId": event.id,
        "Status": event.status,
        "StartedAt": local_iso(event.start),
        "EstimatedRestoration": local_iso(event.estimated),
        "RestoredAt": local_iso(event.restored),
        "Cause": {"Code": cause[0], "Text": cause[1]} if cause else None,
        "CustomersAffected": event.customers,
    }
    rows.document(documents.OUTAGE_EVENT, body, id=event.id, at=event.start)


def link(event: str, premise: str, rows: Rows) -> None:
    """Link a premise to an outage."""
    rows.extend(documents.OUTAGE_PREMISE, [(event, premise)])


def record(account: Account, seed: int, rng: Random, rows: Rows) -> None:
    """Write the outages of an account's premise, and its calls about them."""
    if account.traits.quiet:
        return
    zone = account.value // 100 % ZONES
    for number, event in enumerate(events(seed)):
        if event.zone != zone or event.start < midnight(account.traits.opened):
            continue
        link(event.id, account.premise.id, rows)
        if chance(rng, 0.3):
            at = min(event.start + rng.randint(60, 2400), NOW - 60)
            call(account, f"{number:03d}", at, (event.id, rng.choice(TROUBLES)), rows)


def call(account: Account, part: str, at: int, about: tuple[str | None, tuple[str, str]], rows: Rows) -> None:
    """Write a trouble call; `about` is the outage id, if any, and the trouble code."""
    call_id = f"OC{account.value:08d}{part}"
    outage, trouble = about
    body: Body = {
        "CallId": call_id,
        "PremiseId": account.premise.id,
        "AccountId": account.id,
        "ReceivedAt": local_iso(at),
        "TroubleCode": {"Code": trouble[0], "Text": trouble[1]},
        "OutageId": outage,
        "CallbackRequested": at % 4 == 0,
        "CallerPhone": account.owner.phone or None,
        "Comments": "Neighbors are out too." if at % 3 == 0 else None,
    }
    keys = {"premise_id": account.premise.id, "account_id": account.id}
    rows.document(documents.OUTAGE_CALL, body, id=call_id, at=at, **keys)
