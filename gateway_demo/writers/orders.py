"""Writes service orders and their field orders to SERVICE_ORDERS and FIELD_WORK."""

from dataclasses import dataclass
from random import Random
from typing import Any

from gateway_demo.plan.clock import (
    DAY,
    FIRST_DAY,
    HOUR,
    NOW,
    TODAY,
    chance,
    midnight,
    random_count,
    random_day,
    utc_iso,
)
from gateway_demo.plan.model import Account, ServicePoint
from gateway_demo.plan.names import CREWS
from gateway_demo.plan.rows import Rows
from gateway_demo.stores import document_tables as documents
from gateway_demo.writers.collection_history import CollectionHistory

Body = dict[str, Any]  # Any: JSON values

ENABLE, DISABLE, CUT, RECONNECT, BACK, EXCHANGE, OTHER = "10", "20", "30", "40", "50", "60", "90"
STEPS = {
    ENABLE: (("ENBL", "Enable service"), ("TON", "Turn on")),
    DISABLE: (("DSBL", "Disable service"), ("TOFF", "Turn off")),
    CUT: (("CNP", "Cut for non-payment"), ("TOFF", "Turn off")),
    RECONNECT: (("RFP", "Reconnect for payment"), ("TON", "Turn on")),
    BACK: (("B2B", "Back to back"), ("READ", "Read the meter")),
    EXCHANGE: (("EXCH", "Exchange meter"), ("INST", "Install meter")),
    OTHER: (("INVS", "Investigate"), ("CHK", "Check the service point")),
}
RESULTS = (("OK", "Done as ordered"), ("OK", "Done as ordered"), ("NOAC", "No access, second visit"))
REMARKS = (None, "Customer was at home.", "Left a card at the door.", "Old seal replaced.")


@dataclass(frozen=True, slots=True)
class Order:
    """A service order to write."""

    suffix: str  # suffix of its id, unique in the account
    kind: str
    point: ServicePoint
    created: int
    requested_for: int
    state: str  # PEND VERR WAIT WIP DONE CANC DISC
    mode: str  # F field, S smart-meter command, M both


@dataclass(frozen=True, slots=True)
class Visit:
    """A field order to write; its times are epoch seconds."""

    status: str
    created: int
    start: int | None
    end: int | None
    completed: int | None
    priority: int = 3
    crew: str | None = None
    result: tuple[str, str] | None = None
    remarks: str | None = None


def record(account: Account, history: CollectionHistory, rng: Random, rows: Rows) -> None:
    """Write all orders for an account's service points."""
    if not account.points:
        return
    orders = list(_orders(account, history, rng))
    for order in orders:
        write(account, order, rows)
        if order.mode != "S":
            visit(account, order, _visit(order, rng), rows)


def _orders(account: Account, history: CollectionHistory, rng: Random) -> list[Order]:
    traits, point = account.traits, account.points[0]
    orders: list[Order] = []
    mode = "S" if traits.smart and chance(rng, 0.6) else "F"
    if FIRST_DAY <= traits.opened <= TODAY:
        orders.append(_completed("EN", ENABLE, point, midnight(traits.opened) - 2 * DAY, mode))
    if traits.closed:
        orders.append(_completed("DI", DISABLE, point, midnight(traits.closed) - 3 * DAY, mode))
    for number, disconnection in enumerate(history.disconnections):
        state = "DONE" if disconnection.done else "CANC" if disconnection.canceled else "WIP"
        at = midnight(disconnection.ordered) + 6 * HOUR
        orders.append(Order(f"CU{number}", CUT, point, at, at + DAY, state, "F"))
        if disconnection.done and disconnection.canceled:
            orders.append(_completed(f"RE{number}", RECONNECT, point, midnight(disconnection.canceled), mode))
    if not traits.quiet:
        orders += _random_orders(account, rng)
    return orders


def _completed(suffix: str, kind: str, point: ServicePoint, at: int, mode: str) -> Order:
    return Order(suffix, kind, point, at + 10 * HOUR, at + 2 * DAY, "DONE", mode)


def _random_orders(account: Account, rng: Random) -> list[Order]:
    traits = account.traits
    since, until = max(traits.opened, FIRST_DAY), min(traits.closed or TODAY, TODAY)
    orders = []
    for number in range(min(8, random_count(rng, 1.6))):
        at = midnight(random_day(rng, since, until)) + rng.randint(7 * HOUR, 18 * HOUR)
        at = min(at, NOW - 6 * DAY)
        kind = rng.choice((EXCHANGE, OTHER, OTHER, BACK))
        mode = rng.choices("FSM", (70, 20 if traits.smart else 0, 10))[0]
        state = "DONE" if chance(rng, 0.94) else "CANC"
        point = rng.choice(account.points)
        orders.append(Order(f"X{number}", kind, point, at, at + 2 * DAY, state, mode))
    return orders


def order_id(account: Account, order: Order) -> str:
    return f"SO{account.value:08d}{order.suffix}"


def write(account: Account, order: Order, rows: Rows) -> None:
    """Write a service order with its steps."""
    order_id_ = order_id(account, order)
    ended = order.requested_for + 5 * HOUR if order.state in {"DONE", "CANC"} else None
    steps = [_step(order_id_, number, kind, order) for number, kind in enumerate(STEPS[order.kind], start=1)]
    body: Body = {
        "order_id": order_id_,
        "order_no": f"{account.value}-{order.suffix}",
        "kind_cd": order.kind,
        "state_cd": order.state,
        "service_point_id": order.point.id,
        "premise_id": account.premise.id,
        "account_id": account.id,
        "created_at": utc_iso(order.created),
        "requested_for": utc_iso(order.requested_for),
        "completed_at": utc_iso(ended) if order.state == "DONE" else None,
        "exec_mode": order.mode,
        "steps": steps,
    }
    rows.document(
        documents.SERVICE_ORDER,
        body,
        id=order_id_,
        service_point_id=order.point.id,
        account_id=account.id,
        at=order.created,
    )


def _step(order_id_: str, number: int, kind: tuple[str, str], order: Order) -> Body:
    first = number == 1
    waits = order.state in {"PEND", "WAIT", "VERR"} or (order.state == "WIP" and not first)
    state = "PEND" if waits else "DONE" if order.state == "WIP" else order.state
    mode = order.mode if order.mode != "M" else "SF"[number - 1]
    done = state == "DONE"
    return {
        "step_id": f"{order_id_}-{number}",
        "type": {"cd": kind[0], "descr": kind[1]},
        "state_cd": order.state if order.state == "VERR" and first else state,
        "exec_mode": mode,
        "result": {"cd": "OK", "descr": "Succeeded"} if done else None,
    }


def _visit(order: Order, rng: Random) -> Visit:
    created = order.created + 20 * 60
    start = order.requested_for + 2 * HOUR
    crew = rng.choice(CREWS)
    if order.state == "DONE":
        return Visit("COMPLETED", created, start, start + 4 * HOUR, start + 2 * HOUR, 3, crew,
                     rng.choice(RESULTS), rng.choice(REMARKS))  # fmt: skip
    if order.state == "CANC":
        return Visit("CANCELLED", created, start, start + 4 * HOUR, None, 3, None, None, None)
    return Visit("DISPATCHED", created, start, start + 4 * HOUR, None, 2, crew, None, None)


def _millis(at: int | None) -> int | None:
    return None if at is None else at * 1000


def visit(account: Account, order: Order, job: Visit, rows: Rows) -> None:
    """Write a field order."""
    field_order_id = f"FO{account.value:08d}{order.suffix}"
    kind = STEPS[order.kind][1]
    planned = {"start": _millis(job.start), "end": _millis(job.end)} if job.start else None
    body: Body = {
        "workOrderId": field_order_id,
        "workOrderNumber": f"W{account.value}{order.suffix}",
        "serviceOrderId": order_id(account, order),
        "servicePointId": order.point.id,
        "accountId": account.id,
        "taskType": {"code": kind[0], "text": kind[1]},
        "status": job.status,
        "priority": job.priority,
        "createdTime": _millis(job.created),
        "appointment": planned,
        "crew": {"name": job.crew} if job.crew else None,
        "completedTime": _millis(job.completed),
        "result": {"code": job.result[0], "text": job.result[1]} if job.result else None,
        "remarks": job.remarks,
    }
    rows.document(
        documents.FIELD_ORDER,
        body,
        id=field_order_id,
        service_point_id=order.point.id,
        service_order_id=order_id(account, order),
        account_id=account.id,
        at=job.created,
    )
