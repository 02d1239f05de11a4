"""Random contacts between customers and the utility: calls, chats, e-mails, tasks and requests."""

from random import Random

from gateway_demo.plan.clock import (
    DAY,
    HOUR,
    NOW,
    add_days,
    chance,
    days_ago,
    local_day,
    midnight,
    random_count,
    random_day,
    random_office_time,
)
from gateway_demo.plan.model import Account, Customer
from gateway_demo.plan.names import AGENTS, BOT
from gateway_demo.plan.rows import Rows
from gateway_demo.writers import interactions
from gateway_demo.writers.cis_contacts import active_days
from gateway_demo.writers.contact_documents import (
    Call,
    Chat,
    ContactContext,
    Email,
    Request,
    Task,
    write_call,
    write_chat,
    write_email,
    write_request,
    write_task,
)
from gateway_demo.writers.finances import Finances

UTILITY = "service@riverton.example"
RESOLUTIONS = (
    ("RSLV", "Resolved"),
    ("RSLV", "Resolved"),
    ("RSLV", "Resolved"),
    ("XFER", "Transferred"),
    ("UNRS", "Unresolved"),
    None,
)
REASONS = (
    ("BILL", "Bill question"),
    ("PAY", "Payment"),
    ("MOVE", "Move in or out"),
    ("OUT", "Outage"),
    ("PROG", "Program enrolment"),
)
NOTES = (
    None,
    "Explained the charges line by line.",
    "Customer will call again after the next bill.",
    "Took a payment by card.",
    "Offered budget billing.",
)
CHAT_TOPICS = (
    ("Why is my bill higher than last month?", "Your usage went up by about a fifth."),
    ("Can I move my due date?", "We can move it by up to ten days."),
    ("Is there an outage in my street?", "There is none that we know of."),
)
TASKS = (
    ("PAY", "One-time payment"),
    ("METER", "Meter reading entered"),
    ("PHONE", "Phone number changed"),
    ("EBILL", "Paperless billing changed"),
    ("VIEW", "Usage report downloaded"),
)
CATEGORIES = (
    ("BILL", "Billing"),
    ("METR", "Metering"),
    ("QUAL", "Service quality"),
    ("PROP", "Property damage"),
    ("GEN", "General"),
)
TITLES = {
    "BILL": "Disputes a charge",
    "METR": "Meter seems to run too fast",
    "QUAL": "Flickering lights",
    "PROP": "Lawn damaged by a crew",
    "GEN": "Wants a copy of the contract",
}
SEVERITIES = ("Low", "Medium", "High", "Critical")
OPEN_DAYS = 12
WEB = ("WEB", "Web")
APP = ("APP", "Mobile app")


def record(customer: Customer, account: Account, finances: Finances, rng: Random, rows: Rows) -> None:
    """Write an account's bill e-mails and, unless it is quiet, its random contacts."""
    context = ContactContext(customer, account, rng, rows)
    _bill_emails(context, finances)
    if account.traits.quiet:
        return
    since, until = active_days(account)
    busy = account.traits.busy
    frequencies = (
        (call, min(30, random_count(rng, 4 * busy))),
        (chat, min(10, random_count(rng, busy))),
        (task, min(60, random_count(rng, 12 * busy))),
        (request, min(12, random_count(rng, 2 * busy))),
        (email, random_count(rng, 8)),
    )
    for write, times in frequencies:
        for number in range(times):
            write(context, f"{number:03d}", random_office_time(rng, random_day(rng, since, until)))


def _bill_emails(context: ContactContext, finances: Finances) -> None:
    account, rng = context.account, context.rng
    if not account.owner.email:
        return
    for index, bill in enumerate(finances.ledger.bills):
        text = f"Your bill of {_dollars(bill.ending)} is due on {bill.due}."
        delivery = rng.choices(("delivered", "opened", "sent", "bounced"), (60, 34, 5, 1))[0]
        at = midnight(bill.issued) + 8 * HOUR + rng.randint(0, HOUR)
        _send(context, f"B{index:03d}", at, ("Your bill is ready", text), delivery)
    for index, payment in enumerate(finances.ledger.payments):
        if chance(rng, 0.12):
            text = f"We received {_dollars(payment.amount)}. Thank you."
            at = min(midnight(payment.day) + 14 * HOUR, NOW - HOUR)
            _send(context, f"P{index:03d}", at, ("Payment received", text), "delivered")


def _dollars(cents: int) -> str:
    whole, cents_left = divmod(max(0, cents), 100)
    return f"${whole}.{cents_left:02d}"


def _send(context: ContactContext, part: str, at: int, content: tuple[str, str], delivery: str) -> None:
    account = context.account
    email_id = f"EM{account.value:08d}{part}"
    addresses = (UTILITY, account.owner.email)
    message = Email(email_id, account.customer_id, account.id, at, *addresses, *content, delivery=delivery)
    write_email(message, context.rows)


def call(context: ContactContext, part: str, at: int) -> None:
    """Write a call and its interaction."""
    account, rng = context.account, context.rng
    seconds = rng.randint(70, 1100)
    phone_call = Call(
        id=f"CL{account.value:08d}{part}",
        account=account.id,
        customer=context.customer.id,
        at=at,
        seconds=seconds,
        agent=rng.choice(AGENTS),
        inbound=chance(rng, 0.85),
        phone=account.owner.phone or None,
        resolution=rng.choice(RESOLUTIONS),
        reason=rng.choice(REASONS),
        notes=rng.choice(NOTES),
        queue=rng.randint(2, 40),
        hold=rng.choice((0, 0, 0, 25)),
        transfers=rng.choice((0, 0, 0, 0, 1)),
        interaction=f"IN{account.value:08d}C{part}",
    )
    write_call(phone_call, context.rows)
    interactions.from_call(context, phone_call)


def chat(context: ContactContext, part: str, at: int) -> None:
    """Write a chat and its interaction."""
    account, rng = context.account, context.rng
    question, answer = rng.choice(CHAT_TOPICS)
    by_bot = chance(rng, 0.3)
    web_chat = Chat(
        id=f"CH{account.value:08d}{part}",
        account=account.id,
        customer=context.customer.id,
        at=at,
        agent=BOT if by_bot else rng.choice(AGENTS),
        starter=account.owner.name,
        messages=(
            (0, "customer", question),
            (40, "bot" if by_bot else "agent", answer),
            (95, "customer", "Thank you."),
            (120, "system", "The chat has ended."),
        ),
        resolution=rng.choice(RESOLUTIONS),
        summary=question if chance(rng, 0.7) else None,
        interaction=f"IN{account.value:08d}H{part}",
    )
    write_chat(web_chat, context.rows)
    interactions.from_chat(context, web_chat)


def email(context: ContactContext, part: str, at: int) -> None:
    """Write an e-mail from the utility or to it."""
    account, rng = context.account, context.rng
    if not account.owner.email:
        return
    inbound = chance(rng, 0.2)
    addresses = (account.owner.email, UTILITY) if inbound else (UTILITY, account.owner.email)
    content = (
        ("Question about my account", "Hello, please call me back. Thank you.")
        if inbound
        else ("Save on peak days", "Shift your use to the evening and save.")
    )
    email_id = f"EM{account.value:08d}M{part}"
    message = Email(email_id, account.customer_id, account.id, at, *addresses, *content, inbound=inbound)
    write_email(message, context.rows)


def task(context: ContactContext, part: str, at: int) -> None:
    """Write a self-service task."""
    account, rng = context.account, context.rng
    kind = rng.choice(TASKS)
    details = (("Confirmation", f"{at % 1_000_000:06d}"), ("Account", account.number))
    task_id = f"ST{account.value:08d}{part}"
    channel = rng.choice((WEB, APP))
    write_task(Task(task_id, account.id, at, kind, chance(rng, 0.98), channel, details), context.rows)


def request(context: ContactContext, part: str, at: int) -> None:
    """Write a service request; requests older than `OPEN_DAYS` are closed."""
    account, rng = context.account, context.rng
    category = rng.choice(CATEGORIES)
    is_open = at > midnight(days_ago(OPEN_DAYS))
    resolved = None if is_open else min(at + rng.randint(1, 9) * DAY, NOW - HOUR)
    write_request(
        Request(
            id=f"SR{account.value:08d}{part}",
            account=account.id,
            customer=account.customer_id,
            at=at,
            title=TITLES[category[0]],
            category=category,
            severity=rng.choices(SEVERITIES, (40, 45, 12, 3))[0],
            status=rng.choice(("New", "In Progress")) if is_open else rng.choice(("Resolved", "Closed")),
            due=midnight(add_days(local_day(at), 10)) + 17 * HOUR,
            resolved=resolved,
            agent=rng.choice(AGENTS),
            text="Asked for by telephone.",
        ),
        context.rows,
    )
