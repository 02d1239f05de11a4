"""The interaction history: every touch, what was done in it, and over which media."""

from dataclasses import dataclass, field
from functools import partial
from random import Random
from typing import Any

from gateway_demo.plan.clock import DAY, local_iso, random_count, random_day, random_office_time
from gateway_demo.plan.model import Account, Customer
from gateway_demo.plan.names import AGENTS
from gateway_demo.plan.rows import Rows
from gateway_demo.stores import document_tables as documents
from gateway_demo.writers.cis_contacts import active_days
from gateway_demo.writers.contact_documents import (
    Agent,
    Body,
    Call,
    Chat,
    Coded,
    ContactContext,
    agent_body,
    coded,
)

OUTCOMES = (("HAND", "Handled"), ("HAND", "Handled"), ("FOLL", "Follow-up needed"))
RESULTS = (("INFO", "Information given"), ("CHNG", "Record changed"), None)
ACTIVITIES = (
    (("BINQ", "Balance inquiry"), "Contact Center Desk", None),
    (("SRUP", "Service request updated"), "Fusion Service", ("SERVICE", "ServiceRequest")),
    (("PAYT", "Payment taken"), "Payment Desk", ("PAYMENTS", "Payment")),
    (("MAIL", "Outbound e-mail sent"), "Mail Hub", ("EMAIL", "EmailMessage")),
    (("INFO", "Product information given"), "Contact Center Desk", None),
)
OTHER_MEDIA = ("WALKIN", "LETTER", "SMS", "FAX", "ATM", "EMAIL")
CAMPAIGN = ("HP26", "Heat pump 2026")


@dataclass(frozen=True, slots=True)
class MediaItem:
    """A media item: segments are (kind, seconds)."""

    at: int
    agent: Agent
    media: str
    inbound: bool
    originator: str  # CUST AGENT SYS APP
    address: str | None
    segments: tuple[tuple[str, int], ...]
    known: bool = True


@dataclass(frozen=True, slots=True)
class Interaction:
    """An interaction as it should be written."""

    id: str
    customer: str | None
    party: str | None
    contact: str | None
    account: str | None
    at: int
    seconds: int | None  # null: still open
    agent: Agent
    inbound: bool
    outcome: Coded = None
    result: Coded = None
    reason: Coded = None
    campaign: Coded = None
    callback: int | None = None
    items: tuple[MediaItem, ...] = ()
    acts: tuple[int, ...] = (0,)
    notes: tuple[str, ...] = field(default=())


def record(customer: Customer, account: Account, rng: Random, rows: Rows) -> None:
    """Touches that were neither a call nor a chat of the contact center."""
    if account.traits.quiet:
        return
    since, until = active_days(account)
    scene = ContactContext(customer, account, rng, rows)
    for number in range(min(30, random_count(rng, 6 * account.traits.busy))):
        at = random_office_time(rng, random_day(rng, since, until))
        item = MediaItem(at, rng.choice(AGENTS), rng.choice(OTHER_MEDIA), inbound=True,
                    originator="CUST", address=None,
                    segments=(("AGENT", rng.randint(60, 900)),))  # fmt: skip
        write(_touch(scene, f"IN{account.value:08d}O{number:03d}", item), rows)


def _touch(scene: ContactContext, place: str, item: MediaItem) -> Interaction:
    customer, account, rng = scene.customer, scene.account, scene.rng
    return Interaction(
        id=place,
        customer=customer.id,
        party=customer.party_id,
        contact=account.owner.id,
        account=account.id,
        at=item.at,
        seconds=sum(seconds for _, seconds in item.segments) + 40,
        agent=item.agent,
        inbound=item.inbound,
        outcome=rng.choice(OUTCOMES),
        result=rng.choice(RESULTS),
        campaign=CAMPAIGN if rng.random() * 30 < 1 else None,
        items=(item,),
        acts=tuple(sorted(rng.sample(range(len(ACTIVITIES)), rng.choice((1, 1, 2, 3))))),
        notes=("Friendly and short.",) if rng.random() * 8 < 1 else (),
    )


def from_call(scene: ContactContext, call: Call) -> None:
    """The interaction a call belongs to."""
    talk = call.seconds - call.queue - call.hold
    segments = (("QUEUE", call.queue), ("AGENT", talk), *((("HOLD", call.hold),) if call.hold else ()))
    origin = "CUST" if call.inbound else "AGENT"
    item = MediaItem(call.at, call.agent, "PHONE", call.inbound, origin, call.phone, segments)
    write(_touch(scene, call.interaction or "", item), scene.rows)


def from_chat(scene: ContactContext, chat: Chat) -> None:
    """The interaction a chat belongs to."""
    item = MediaItem(chat.at, chat.agent, "CHAT", inbound=True, originator="CUST", address=None,
                segments=(("ROUTING", 5), ("AGENT", 115)))  # fmt: skip
    write(_touch(scene, chat.interaction or "", item), scene.rows)


def write(touch: Interaction, rows: Rows) -> None:
    """An interaction with its activities, media items and notes."""
    keys = {"customer_id": touch.customer, "account_id": touch.account, "party_id": touch.party}
    rows.document(documents.INTERACTION, _body(touch), id=touch.id, at=touch.at, **keys)
    for number, act in enumerate(touch.acts, start=1):
        # What it was about may not be written yet.
        rows.later(partial(_activity, touch, number, act, rows))
    for number, item in enumerate(touch.items, start=1):
        write_item(f"{touch.id}M{number}", touch.id, item, rows)
    for number, text in enumerate(touch.notes, start=1):
        _note(touch, number, text, rows)


def _end(touch: Interaction) -> str | None:
    return None if touch.seconds is None else local_iso(touch.at + touch.seconds)


def _body(touch: Interaction) -> Body:
    return {
        "interaction_id": touch.id,
        "customer_id": touch.customer,
        "party_id": touch.party,
        "contact_id": touch.contact,
        "account_id": touch.account,
        "status": "O" if touch.seconds is None else "C",
        "start": local_iso(touch.at),
        "end": _end(touch),
        "seconds": touch.seconds,
        "direction": "I" if touch.inbound else "O",
        "agent": agent_body(touch.agent),
        "outcome": coded(touch.outcome, "cd", "txt"),
        "result": coded(touch.result, "cd", "txt"),
        "reason": coded(touch.reason, "cd", "txt"),
        "campaign": coded(touch.campaign, "cd", "txt"),
        "callback_due": local_iso(touch.callback),
    }


def _activity(touch: Interaction, number: int, act: int, rows: Rows) -> None:
    kind, handler, named = ACTIVITIES[act]
    start = touch.at + 30 * number
    place = f"{touch.id}A{number}"
    about = named and _about(touch, *named, rows)
    body: Body = {
        "activity_id": place,
        "interaction_id": touch.id,
        "type": coded(kind, "cd", "txt"),
        "action": {"cd": "ADD", "txt": "Added"} if named else None,
        "start": local_iso(start),
        "end": local_iso(start + 25) if touch.seconds is not None else None,
        "seconds": 25 if touch.seconds is not None else None,
        "handler": handler,
        "object": about,
        "agent": agent_body(touch.agent),
        "outcome": coded(touch.outcome, "cd", "txt"),
        "result": None,
        "reason": None,
        "media_item_id": f"{touch.id}M1" if touch.items else None,
    }
    rows.document(documents.ACTIVITY, body, id=place, interaction_id=touch.id, at=start)


def _about(touch: Interaction, system: str, kind: str, rows: Rows) -> Body | None:
    """The account's newest record of this kind on that day; None where there is none."""
    place = rows.newest(kind, touch.account, touch.at + DAY)
    return None if place is None else {"system": system, "record_type": kind, "record_id": place}


def write_item(place: str, interaction: str | None, item: MediaItem, rows: Rows) -> None:
    """A media item; it may belong to no interaction, and to nobody known."""
    segments: list[dict[str, Any]] = []  # Any stands at the row
    start = item.at
    for number, (kind, seconds) in enumerate(item.segments, start=1):
        human = kind in {"AGENT", "HOLD", "WRAPUP", "TRANSFER"}
        segments.append(
            {"seq": number, "kind": kind, "start": local_iso(start), "secs": seconds,
             "agent": agent_body(item.agent) if human else None}
        )  # fmt: skip
        start += seconds
    body: Body = {
        "media_item_id": place,
        "interaction_id": interaction,
        "media": item.media,
        "direction": "I" if item.inbound else "O",
        "originator": item.originator,
        "start": local_iso(item.at),
        "end": local_iso(min(start, item.at + DAY)),
        "address": item.address,
        "party_known": item.known,
        "segments": segments,
    }
    rows.document(documents.MEDIA_ITEM, body, id=place, interaction_id=interaction, at=item.at)


def _note(touch: Interaction, number: int, text: str, rows: Rows) -> None:
    place = f"{touch.id}N{number}"
    body: Body = {
        "note_id": place,
        "interaction_id": touch.id,
        "created": local_iso(touch.at + 60),
        "author": agent_body(touch.agent),
        "text": text,
    }
    rows.document(documents.NOTE, body, id=place, interaction_id=touch.id, at=touch.at + 60)
