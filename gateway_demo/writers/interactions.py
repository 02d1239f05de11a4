"""Writes interactions with their activities, media items and notes to INTERACTIONS."""

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
from gateway_demo.writers.contact_documents import Agent, Body, Call, Chat, Coded, ContactContext, agent_body, coded

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
    """A media item to write; segments are (kind, seconds)."""

    at: int
    agent: Agent
    media: str
    inbound: bool
    originator: str  # CUST AGENT SYS APP
    address: str | None
    segments: tuple[tuple[str, int], ...]
    party_known: bool = True


@dataclass(frozen=True, slots=True)
class Interaction:
    """An interaction to write."""

    id: str
    customer: str | None
    party: str | None
    contact: str | None
    account: str | None
    at: int
    seconds: int | None  # None: still open
    agent: Agent
    inbound: bool
    outcome: Coded = None
    result: Coded = None
    reason: Coded = None
    campaign: Coded = None
    callback: int | None = None
    items: tuple[MediaItem, ...] = ()
    activities: tuple[int, ...] = (0,)
    notes: tuple[str, ...] = field(default=())


def record(customer: Customer, account: Account, rng: Random, rows: Rows) -> None:
    """Write random interactions other than calls and chats."""
    if account.traits.quiet:
        return
    since, until = active_days(account)
    context = ContactContext(customer, account, rng, rows)
    for number in range(min(30, random_count(rng, 6 * account.traits.busy))):
        at = random_office_time(rng, random_day(rng, since, until))
        item = MediaItem(at, rng.choice(AGENTS), rng.choice(OTHER_MEDIA), inbound=True,
                    originator="CUST", address=None,
                    segments=(("AGENT", rng.randint(60, 900)),))  # fmt: skip
        write(_interaction(context, f"IN{account.value:08d}O{number:03d}", item), rows)


def _interaction(context: ContactContext, interaction_id: str, item: MediaItem) -> Interaction:
    customer, account, rng = context.customer, context.account, context.rng
    return Interaction(
        id=interaction_id,
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
        activities=tuple(sorted(rng.sample(range(len(ACTIVITIES)), rng.choice((1, 1, 2, 3))))),
        notes=("Friendly and short.",) if rng.random() * 8 < 1 else (),
    )


def from_call(context: ContactContext, call: Call) -> None:
    """Write the interaction of a call."""
    talk_seconds = call.seconds - call.queue - call.hold
    segments = (("QUEUE", call.queue), ("AGENT", talk_seconds), *((("HOLD", call.hold),) if call.hold else ()))
    origin = "CUST" if call.inbound else "AGENT"
    item = MediaItem(call.at, call.agent, "PHONE", call.inbound, origin, call.phone, segments)
    write(_interaction(context, call.interaction or "", item), context.rows)


def from_chat(context: ContactContext, chat: Chat) -> None:
    """Write the interaction of a chat."""
    item = MediaItem(chat.at, chat.agent, "CHAT", inbound=True, originator="CUST", address=None,
                segments=(("ROUTING", 5), ("AGENT", 115)))  # fmt: skip
    write(_interaction(context, chat.interaction or "", item), context.rows)


def write(interaction: Interaction, rows: Rows) -> None:
    """Write an interaction with its activities, media items and notes."""
    keys = {"customer_id": interaction.customer, "account_id": interaction.account, "party_id": interaction.party}
    rows.document(documents.INTERACTION, _body(interaction), id=interaction.id, at=interaction.at, **keys)
    for number, activity in enumerate(interaction.activities, start=1):
        # The record it refers to may not be written yet.
        rows.defer(partial(_activity, interaction, number, activity, rows))
    for number, item in enumerate(interaction.items, start=1):
        write_item(f"{interaction.id}M{number}", interaction.id, item, rows)
    for number, text in enumerate(interaction.notes, start=1):
        _note(interaction, number, text, rows)


def _end(interaction: Interaction) -> str | None:
    return None if interaction.seconds is None else local_iso(interaction.at + interaction.seconds)


def _body(interaction: Interaction) -> Body:
    return {
        "interaction_id": interaction.id,
        "customer_id": interaction.customer,
        "party_id": interaction.party,
        "contact_id": interaction.contact,
        "account_id": interaction.account,
        "status": "O" if interaction.seconds is None else "C",
        "start": local_iso(interaction.at),
        "end": _end(interaction),
        "seconds": interaction.seconds,
        "direction": "I" if interaction.inbound else "O",
        "agent": agent_body(interaction.agent),
        "outcome": coded(interaction.outcome, "cd", "txt"),
        "result": coded(interaction.result, "cd", "txt"),
        "reason": coded(interaction.reason, "cd", "txt"),
        "campaign": coded(interaction.campaign, "cd", "txt"),
        "callback_due": local_iso(interaction.callback),
    }


def _activity(interaction: Interaction, number: int, activity: int, rows: Rows) -> None:
    kind, handler, named = ACTIVITIES[activity]
    start = interaction.at + 30 * number
    activity_id = f"{interaction.id}A{number}"
    reference = named and _reference(interaction, *named, rows)
    body: Body = {
        "activity_id": activity_id,
        "interaction_id": interaction.id,
        "type": coded(kind, "cd", "txt"),
        "action": {"cd": "ADD", "txt": "Added"} if named else None,
        "start": local_iso(start),
        "end": local_iso(start + 25) if interaction.seconds is not None else None,
        "seconds": 25 if interaction.seconds is not None else None,
        "handler": handler,
        "object": reference,
        "agent": agent_body(interaction.agent),
        "outcome": coded(interaction.outcome, "cd", "txt"),
        "result": None,
        "reason": None,
        "media_item_id": f"{interaction.id}M1" if interaction.items else None,
    }
    rows.document(documents.ACTIVITY, body, id=activity_id, interaction_id=interaction.id, at=start)


def _reference(interaction: Interaction, system: str, kind: str, rows: Rows) -> Body | None:
    """The account's newest record of this kind up to a day after the interaction, or None."""
    record_id = rows.newest(kind, interaction.account, interaction.at + DAY)
    return None if record_id is None else {"system": system, "record_type": kind, "record_id": record_id}


def write_item(item_id: str, interaction: str | None, item: MediaItem, rows: Rows) -> None:
    """Write a media item, with or without an interaction."""
    segments: list[dict[str, Any]] = []  # Any: JSON values
    start = item.at
    for number, (kind, seconds) in enumerate(item.segments, start=1):
        has_agent = kind in {"AGENT", "HOLD", "WRAPUP", "TRANSFER"}
        segments.append(
            {"seq": number, "kind": kind, "start": local_iso(start), "secs": seconds,
             "agent": agent_body(item.agent) if has_agent else None}
        )  # fmt: skip
        start += seconds
    body: Body = {
        "media_item_id": item_id,
        "interaction_id": interaction,
        "media": item.media,
        "direction": "I" if item.inbound else "O",
        "originator": item.originator,
        "start": local_iso(item.at),
        "end": local_iso(min(start, item.at + DAY)),
        "address": item.address,
        "party_known": item.party_known,
        "segments": segments,
    }
    rows.document(documents.MEDIA_ITEM, body, id=item_id, interaction_id=interaction, at=item.at)


def _note(interaction: Interaction, number: int, text: str, rows: Rows) -> None:
    note_id = f"{interaction.id}N{number}"
    body: Body = {
        "note_id": note_id,
        "interaction_id": interaction.id,
        "created": local_iso(interaction.at + 60),
        "author": agent_body(interaction.agent),
        "text": text,
    }
    rows.document(documents.NOTE, body, id=note_id, interaction_id=interaction.id, at=interaction.at + 60)
