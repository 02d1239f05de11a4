"""The activity feed of the 360, by hand: 21 types merged, newest first."""

import base64
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec

from bench.byhand.asking import SINCE, TOP, AccountKeys, RowStore
from bench.byhand.statements import PROCESSES
from bench.byhand.titles import SHAPES
from bench.byhand.values import gid, midnight, shown, utc, wall
from bench.byhand.work import field_orders, requests, service_orders

FIRST = 20
_RANKS = {
    name: rank
    for rank, name in enumerate(
        (
            "Call",
            "Chat",
            "EmailMessage",
            "ServiceTask",
            "Bill",
            "Payment",
            "ServiceRequest",
            "CustomerContact",
            "Case",
            "RebateClaim",
            "ServiceOrder",
            "FieldOrder",
            *("CollectionProcess", "SeveranceProcess", "WriteOffProcess", "PayPlanOverdueProcess"),
            "PaymentArrangement",
            "CutProcess",
            "CreditRatingHistory",
            "CashOnlyHistory",
            "OutageCall",
        )
    )
}
_SYSTEMS = (
    *("CONTACT_CENTER", "EMAIL", "SELF_SERVICE", "BILLING", "PAYMENTS", "SERVICE", "CIS"),
    *("SERVICE_ORDERS", "FIELD_WORK", "COLLECTIONS", "OUTAGE"),
)
Entry = tuple[datetime, int, str, str, Any]


def feed(key: str, account_keys: AccountKeys, store: RowStore) -> dict[str, Any]:
    """The first page."""
    entries = [each for each in _entries(key, account_keys, store) if SINCE <= each[0] < TOP]
    entries.sort(key=lambda each: each[:3], reverse=True)
    page = entries[:FIRST]
    return {
        "nodes": [_node(each) for each in page],
        "complete": True,
        "sources": [{"system": each, "state": "OK", "ageSeconds": 0} for each in _SYSTEMS],
        "pageInfo": {"hasNextPage": True, "endCursor": _cursor(page[-1]) if page else None},
    }


def _entries(key: str, account_keys: AccountKeys, store: RowStore) -> Iterator[Entry]:
    yield from _talks(key, account_keys, store)
    yield from _columns(key, store)
    for name, rows, identity in (
        ("ServiceRequest", requests(key, store), "srId"),
        ("ServiceOrder", service_orders(key, account_keys, store), "order_id"),
        ("FieldOrder", field_orders(key, account_keys, store), "workOrderId"),
    ):
        for row in rows:
            yield row["at"], _RANKS[name], row[identity], name, row
    for premise in account_keys.premises[key]:
        calls = (row for row in store.of("OutageCall", premise) if row["AccountId"] in (key, None))
        yield from _stamped("OutageCall", calls, "CallId", lambda row: _iso(row["ReceivedAt"]))


def _talks(key: str, account_keys: AccountKeys, store: RowStore) -> Iterator[Entry]:
    calls, chats = (
        _both("Call", "call_id", key, account_keys, store),
        _both("Chat", "chat_id", key, account_keys, store),
    )
    mails = [row for row in store.of("EmailMessage", account_keys.customer) if row["accountId"] in (key, None)]
    tasks = store.of("ServiceTask", key)
    yield from _stamped("Call", calls, "call_id", lambda row: _iso(row["started_at"]))
    yield from _stamped("Chat", chats, "chat_id", lambda row: wall(row["started_at"]))
    yield from _stamped("EmailMessage", mails, "messageId", lambda row: _iso(row["sentAt"]))
    yield from _stamped("ServiceTask", tasks, "task_id", lambda row: _seconds(row["created"]))


def _both(name: str, identity: str, key: str, account_keys: AccountKeys, store: RowStore) -> Iterable[Any]:
    rows = store.of(name, key)
    if account_keys.is_single:
        rows = [*rows, *store.of(f"Customer{name}", account_keys.customer)]
    return {row[identity]: row for row in rows if row["account_id"] in (key, None)}.values()


def _columns(key: str, store: RowStore) -> Iterator[Entry]:
    for name in ("Bill", "Payment", "PaymentArrangement", "CreditRatingHistory", "CashOnlyHistory"):
        yield from _stamped(name, store.of(name, key), 1, lambda row: midnight(row[2]))
    yield from _stamped("RebateClaim", store.of("RebateClaim", key), 1, lambda row: midnight(row[2][:10]))
    for name in ("CustomerContact", "Case"):
        yield from _stamped(name, store.of(name, key), 1, lambda row: wall(row[2]))
    for name in PROCESSES:
        yield from _stamped(name, store.of(name, key), 1, lambda row: utc(row[3]))


def _stamped(name: str, rows: Iterable[Any], identity: Any, at: Callable[[Any], datetime]) -> Iterator[Entry]:
    for row in rows:
        yield at(row), _RANKS[name], str(row[identity]), name, row


def _iso(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _seconds(value: int) -> datetime:
    return datetime.fromtimestamp(value, UTC)


def _node(entry: Entry) -> dict[str, Any]:
    at, _, key, name, row = entry
    category, shape = SHAPES[name]
    head = {"__typename": name, "id": gid(name, key), "category": category, "occurredAt": shown(at)}
    return {**head, **shape(row)}


def _cursor(entry: Entry) -> str:
    at, rank, key, *_ = entry
    return base64.urlsafe_b64encode(msgspec.json.encode((at, rank, key))).decode()
