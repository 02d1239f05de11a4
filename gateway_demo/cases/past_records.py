"""Extra records of planted customers that show times, parties and texts."""

from collections.abc import Iterator
from datetime import date

from gateway_demo.plan.clock import DAY, HOUR, NOW, TODAY, epoch_seconds, midnight, seeded_random
from gateway_demo.plan.model import Customer
from gateway_demo.plan.names import AGENTS, BOT
from gateway_demo.plan.rows import Rows
from gateway_demo.writers import cis_contacts, interactions, orders, outages, random_contacts
from gateway_demo.writers.contact_documents import (
    Call,
    Chat,
    ContactContext,
    Email,
    write_call,
    write_chat,
    write_email,
)
from gateway_demo.writers.orders import OTHER, Order, Visit

BUSY = {"call": 70, "chat": 40, "task": 110, "mail": 60, "request": 30, "contact": 40}
BUSY_SINCE = date(2026, 5, 20)
TIE = epoch_seconds("2026-10-20T10:15:00-04:00")
EDT, EST = epoch_seconds("2026-11-01T01:30:00-04:00"), epoch_seconds("2026-11-01T01:30:00-05:00")
AFTER_GAP = epoch_seconds("2026-03-08T03:00:00-04:00")
RECORD_WRITERS = {
    "call": random_contacts.call,
    "chat": random_contacts.chat,
    "task": random_contacts.task,
    "mail": random_contacts.email,
    "request": random_contacts.request,
}
NUMBERS = 9000  # number of the first planted contact


def write(customer: Customer, kind: str, part: str, at: int, rows: Rows) -> None:
    """Write a record of a kind on the customer's first account."""
    account, rng = customer.accounts[0], seeded_random(0, f"{customer.n}{kind}{part}")
    if kind == "contact":
        cis_contacts.contact(account, NUMBERS + int(part[1:]), at, rng, rows)
        return
    RECORD_WRITERS[kind](ContactContext(customer, account, rng, rows), part, at)


def busy_window(customer: Customer, rows: Rows) -> None:
    """Write over 300 records in six months."""
    whole = NOW - HOUR - midnight(BUSY_SINCE)
    for kind, number in BUSY.items():
        for index in range(number):
            at = midnight(BUSY_SINCE) + whole * (index + 1) // number
            write(customer, kind, f"Z{index:03d}", at, rows)


def edge_days() -> Iterator[date]:
    """The days on which six-month windows, counted back from today, begin or end."""
    for year in range(TODAY.year - 3, TODAY.year + 1):
        for month in (5, 11):
            for day in (15, 16):
                edge = date(year, month, day)
                if date(2023, 11, 1) <= edge <= TODAY:
                    yield edge


def window_edges(customer: Customer, rows: Rows) -> None:
    """Write records at midnight of each edge day and one second before."""
    kinds = ("call", "task", "request", "contact", "mail", "chat")
    for index, day in enumerate(edge_days()):
        for before in (0, 1):
            number = index * 2 + before
            kind = kinds[number % len(kinds)]
            write(customer, kind, f"E{number:03d}", midnight(day) - before, rows)
            write(customer, "task", f"F{number:03d}", midnight(day) - before, rows)


def ties(customer: Customer, rows: Rows) -> None:
    """Write records of the same second in nine systems."""
    account = customer.accounts[0]
    for kind in ("call", "chat", "task", "mail", "request", "contact"):
        write(customer, kind, "T001", TIE, rows)
        write(customer, kind, "T002", TIE, rows)
    order = Order("TIE", OTHER, account.points[0], TIE, TIE + DAY, "DONE", "F")
    orders.write(account, order, rows)
    visit = Visit("COMPLETED", TIE, TIE + DAY, TIE + DAY + HOUR, TIE + DAY, crew="Crew 11")
    orders.visit(account, order, visit, rows)
    outages.call(account, "TIE", TIE, (None, ("FLIC", "Flickering lights")), rows)


def repeated_hour(customer: Customer, rows: Rows) -> None:
    """Write records at both 01:30 of the autumn clock change and after the spring one."""
    write(customer, "call", "D001", EDT, rows)
    write(customer, "call", "D002", EST, rows)
    write(customer, "task", "D001", EDT, rows)
    write(customer, "task", "D002", EST, rows)
    write(customer, "chat", "D001", EDT, rows)
    write(customer, "contact", "D001", EDT, rows)
    write(customer, "call", "D003", AFTER_GAP, rows)


def card_number_in_chat(customer: Customer, rows: Rows) -> None:
    """Write a chat with a card number, an SSN, a phone number and an e-mail address."""
    account = customer.accounts[0]
    messages = (
        (0, "customer", "I want to pay. My card is 4111 1111 1111 1111, valid until 09/28."),
        (35, "agent", "Please never send card numbers in the chat."),
        (60, "customer", "My social is 900-12-3456 if that helps, phone +1 555 201 2345."),
        (80, "customer", "Or write to ada.private@example.com, card again: 4111111111111111."),
        (110, "agent", "Thank you, I have what I need."),
    )
    chat = Chat(
        id=f"CH{account.value:08d}CARD", account=account.id, customer=customer.id,
        at=epoch_seconds("2026-11-10T14:05:00-05:00"), agent=AGENTS[0], starter=account.owner.name,
        messages=messages, resolution=("RSLV", "Resolved"),
        summary="Wanted to pay with card 4111 1111 1111 1111.",
    )  # fmt: skip
    write_chat(chat, rows)


def wrong_number(_customer: Customer, rows: Rows) -> None:
    """Write a call, an interaction and a media item of an unknown caller."""
    at = epoch_seconds("2026-11-09T18:20:00-05:00")
    item = interactions.MediaItem(
        at,
        AGENTS[1],
        "PHONE", inbound=True, originator="CUST", address="+15559990000",
        segments=(("IVR", 9), ("QUEUE", 10), ("AGENT", 22)), party_known=False,
    )  # fmt: skip
    interactions.write_item("MIWRONG0001", None, item, rows)
    interaction = interactions.Interaction(
        id="INWRONG0001", customer=None, party=None, contact=None, account=None, at=at,
        seconds=30, agent=AGENTS[1], inbound=True, outcome=("WRNG", "Wrong number"), items=(item,),
    )  # fmt: skip
    interactions.write(interaction, rows)
    write_call(
        Call("CLWRONG0001", None, None, at, 41, AGENTS[1], phone="+15559990000",
             resolution=("WRNG", "Wrong number"), interaction="INWRONG0001"), rows,
    )  # fmt: skip


def null_account(customer: Customer, rows: Rows) -> None:
    """Write two calls and a chat that name the customer but no account."""
    for number, text in enumerate(("2026-11-12T09:10:00-05:00", "2026-08-03T16:45:00-04:00")):
        call_id = f"CL{customer.n:08d}NULL{number}"
        call = Call(call_id, None, customer.id, epoch_seconds(text), 240, AGENTS[number],
                    phone=customer.people[0].phone, resolution=("RSLV", "Resolved"))  # fmt: skip
        write_call(call, rows)
    messages = ((0, "customer", "Do you have an office?"), (20, "bot", "Yes, on Main Street."))
    at = epoch_seconds("2026-10-02T11:00:00-04:00")
    write_chat(
        Chat(f"CH{customer.n:08d}NULL0", None, customer.id, at, BOT, customer.people[0].name,
             messages), rows,
    )  # fmt: skip


def three_parties(customer: Customer, rows: Rows) -> None:
    """Write interactions with the relationship, its person and its organization."""
    account = customer.accounts[0]
    parties = (customer.party_id, account.owner.id, f"O{customer.n:09d}")
    for number, party in enumerate(parties, start=1):
        interaction = interactions.Interaction(
            id=f"INPARTY{number:04d}", customer=customer.id, party=party, contact=account.owner.id,
            account=account.id, at=NOW - number * 20 * DAY, seconds=300, agent=AGENTS[number],
            inbound=True, outcome=("HAND", "Handled"),
        )  # fmt: skip
        interactions.write(interaction, rows)


def many_contacts(customer: Customer, rows: Rows) -> None:
    """Write four contacts in two weeks; the newest is an unresolved call."""
    account = customer.accounts[0]
    for number, days in enumerate((12, 8, 5)):
        kind = ("chat", "call", "contact")[number]
        write(customer, kind, f"R{number:03d}", NOW - days * DAY, rows)
    call = Call(f"CL{account.value:08d}OPEN", account.id, customer.id, NOW - 2 * DAY, 420,
                AGENTS[2], phone=account.owner.phone, resolution=("UNRS", "Unresolved"),
                reason=("BILL", "Bill question"), notes="Will look into it.")  # fmt: skip
    write_call(call, rows)


def bounced(customer: Customer, rows: Rows) -> None:
    """Write a newest e-mail that bounced."""
    account = customer.accounts[0]
    email_id = f"EM{account.value:08d}BNC"
    addresses = (random_contacts.UTILITY, account.owner.email)
    text = ("Your usage this week", "You used 12 % less.")
    message = Email(email_id, customer.id, account.id, NOW - 5 * HOUR, *addresses, *text, delivery="bounced")
    write_email(message, rows)
