"""Writes calls, chats, e-mails, tasks and requests as documents of their services."""

from dataclasses import dataclass
from random import Random
from typing import Any

from gateway_demo.plan.clock import local_iso, naive_iso, utc_iso
from gateway_demo.plan.model import Account, Customer
from gateway_demo.plan.rows import Rows
from gateway_demo.stores import document_tables as documents

Body = dict[str, Any]  # Any: JSON values
Agent = tuple[str, str, str, str]  # id, name, user, team
Coded = tuple[str, str] | None


@dataclass(frozen=True, slots=True)
class ContactContext:
    """The customer, account, random generator and row buffer of a contact."""

    customer: Customer
    account: Account
    rng: Random
    rows: Rows


@dataclass(frozen=True, slots=True)
class Call:
    """A phone call; account and customer may be unknown."""

    id: str
    account: str | None
    customer: str | None
    at: int
    seconds: int
    agent: Agent
    inbound: bool = True
    phone: str | None = None
    resolution: Coded = None
    reason: Coded = None
    notes: str | None = None
    queue: int = 20
    hold: int = 0
    transfers: int = 0
    interaction: str | None = None


@dataclass(frozen=True, slots=True)
class Chat:
    """A web chat; messages are (seconds after the start, author, text)."""

    id: str
    account: str | None
    customer: str | None
    at: int
    agent: Agent
    starter: str
    messages: tuple[tuple[int, str, str], ...]
    resolution: Coded = None
    summary: str | None = None
    interaction: str | None = None


@dataclass(frozen=True, slots=True)
class Email:
    """An e-mail of the notification hub."""

    id: str
    customer: str
    account: str | None
    at: int
    sender: str
    to: str
    subject: str
    text: str
    inbound: bool = False
    delivery: str = "delivered"


@dataclass(frozen=True, slots=True)
class Task:
    id: str
    account: str
    at: int
    kind: tuple[str, str]
    done: bool = True
    channel: tuple[str, str] = ("WEB", "Web")
    details: tuple[tuple[str, str | None], ...] = ()


@dataclass(frozen=True, slots=True)
class Request:
    id: str
    account: str
    customer: str
    at: int
    title: str
    category: tuple[str, str]
    severity: str
    status: str  # New, In Progress, Waiting, Resolved, Closed
    due: int | None
    resolved: int | None
    agent: Agent | None
    text: str | None = None


def agent_body(agent: Agent) -> Body:
    """An agent or the bot, in snake case."""
    return {"id": agent[0], "name": agent[1], "user": agent[2], "team": agent[3], "is_bot": agent[0].startswith("B")}


def coded(value: Coded, code: str = "code", label: str = "label") -> Body | None:
    """A coded value, or None."""
    return None if value is None else {code: value[0], label: value[1]}


def write_call(call: Call, rows: Rows) -> None:
    """Write a call; its times carry New York's offset."""
    talk = max(0, call.seconds - call.queue - call.hold)
    body: Body = {
        "call_id": call.id,
        "account_id": call.account,
        "customer_id": call.customer,
        "direction": "in" if call.inbound else "out",
        "ani": call.phone,
        "started_at": local_iso(call.at),
        "ended_at": local_iso(call.at + call.seconds),
        "duration_s": call.seconds,
        "agent": agent_body(call.agent),
        "disposition": coded(call.resolution),
        "reason": coded(call.reason),
        "notes": call.notes,
        "stats": {
            "queue_s": call.queue,
            "talk_s": talk,
            "hold_s": call.hold,
            "wrap_s": 35,
            "transfers": call.transfers,
            "abandoned": False,
        },
        "interaction_id": call.interaction,
    }
    keys = {"account_id": call.account, "customer_id": call.customer}
    rows.document(documents.CALL, body, id=call.id, at=call.at, **keys)


def write_chat(chat: Chat, rows: Rows) -> None:
    """Write a chat; its times are New York times without offset."""
    last = chat.messages[-1][0] if chat.messages else 60
    body: Body = {
        "chat_id": chat.id,
        "account_id": chat.account,
        "customer_id": chat.customer,
        "started_at": naive_iso(chat.at),
        "ended_at": naive_iso(chat.at + last),
        "agent": agent_body(chat.agent),
        "initiator": chat.starter,
        "disposition": coded(chat.resolution),
        "summary": chat.summary,
        "messages": [
            {"ts": naive_iso(chat.at + after), "from": author, "text": text} for after, author, text in chat.messages
        ],
        "interaction_id": chat.interaction,
    }
    keys = {"account_id": chat.account, "customer_id": chat.customer}
    rows.document(documents.CHAT, body, id=chat.id, at=chat.at, **keys)


def write_email(mail: Email, rows: Rows) -> None:
    """Write an e-mail; its times are UTC."""
    body: Body = {
        "messageId": mail.id,
        "customerId": mail.customer,
        "accountId": mail.account,
        "sentAt": utc_iso(mail.at),
        "direction": "INBOUND" if mail.inbound else "OUTBOUND",
        "from": mail.sender,
        "to": [mail.to],
        "subject": mail.subject,
        "text": mail.text,
        "deliveryState": mail.delivery,
    }
    rows.document(documents.MESSAGE, body, id=mail.id, customer_id=mail.customer, at=mail.at)
    if mail.account and not mail.inbound:
        rows.register("EmailMessage", mail.account, mail.at, mail.id)


def write_task(task: Task, rows: Rows) -> None:
    """Write a self-service task; its times are epoch seconds."""
    body: Body = {
        "task_id": task.id,
        "account_id": task.account,
        "type": {"cd": task.kind[0], "txt": task.kind[1]},
        "status": {"cd": "C", "txt": "Completed"} if task.done else {"cd": "P", "txt": "Pending"},
        "created": task.at,
        "completed": task.at + 95 if task.done else None,
        "channel": {"cd": task.channel[0], "txt": task.channel[1]},
        "details": [{"name": name, "value": value} for name, value in task.details],
    }
    rows.document(documents.TASK, body, id=task.id, account_id=task.account, at=task.at)


def write_request(request: Request, rows: Rows) -> None:
    """Write a service request; its times carry New York's offset."""
    agent = request.agent
    body: Body = {
        "srId": request.id,
        "srNumber": f"SR-{request.id[2:]}",
        "accountId": request.account,
        "customerId": request.customer,
        "subject": request.title,
        "status": request.status,
        "severity": request.severity,
        "category": coded(request.category, "code", "name"),
        "openedDate": local_iso(request.at),
        "lastUpdated": local_iso((request.resolved or request.at) + 600),
        "dueDate": local_iso(request.due),
        "resolvedDate": local_iso(request.resolved),
        "assignee": {"id": agent[0], "fullName": agent[1], "login": agent[2], "team": agent[3]} if agent else None,
        "problemDescription": request.text,
    }
    keys = {"account_id": request.account}
    rows.document(documents.SERVICE_REQUEST, body, id=request.id, at=request.at, **keys)
    rows.register("ServiceRequest", request.account, request.at, request.id)
