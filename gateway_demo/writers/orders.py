"""Service orders and the field orders they cause: to SERVICE_ORDERS and FIELD_WORK."""

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
from gateway_demo.writers.collections import CollectionHistory

Body = dict[str, Any]  # Any stands at the row

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
    """A service order as it should be written."""

    place: str  # distinguishes it among the account's
    kind: str
    point: ServicePoint
    created: int
    wanted: int
    state: str  # PEND VERR WAIT WIP DONE CANC DISC
    mode: str  # F field, S smart-meter command, M both


@dataclass(frozen=True, slots=True)
class Visit:
    """A field order as it should be written; its times are instants."""

    status: str
    created: int
    start: int | None
    end: int | None
    completed: int | None
    priority: int = 3
    crew: str | None = None
    result: tuple[str, str] | None = None
    remarks: str | None = None


def record(account: Account, troubles: CollectionHistory, rng: Random, rows: Rows) -> None:
    """Everything that was ordered for an account's service points."""
    if not account.points:
        return
    made = list(_made(account, troubles, rng))
    for order in made:
        write(account, order, rows)
        if order.mode != "S":
            visit(account, order, _visit(order, rng), rows)


def _made(account: Account, troubles: CollectionHistory, rng: Random) -> list[Order]:
    traits, point = account.traits, account.points[0]
    made: list[Order] = []
    mode = "S" if traits.smart and chance(rng, 0.6) else "F"
    if FIRST_DAY <= traits.opened <= TODAY:
        made.append(_done("EN", ENABLE, point, midnight(traits.opened) - 2 * DAY, mode))
    if traits.closed:
        made.append(_done("DI", DISABLE, point, midnight(traits.closed) - 3 * DAY, mode))
    for number, cutting in enumerate(troubles.cuttings):
        state = "DONE" if cutting.done else "CANC" if cutting.canceled else "WIP"
        at = midnight(cutting.ordered) + 6 * HOUR
        made.append(Order(f"CU{number}", CUT, point, at, at + DAY, state, "F"))
        if cutting.done and cutting.canceled:
            made.append(_done(f"RE{number}", RECONNECT, point, midnight(cutting.canceled), mode))
    if not traits.quiet:
        made += _by_chance(account, rng)
    return made


def _done(place: str, kind: str, point: ServicePoint, at: int, mode: str) -> Order:
    return Order(place, kind, point, at + 10 * HOUR, at + 2 * DAY, "DONE", mode)


def _by_chance(account: Account, rng: Random) -> list[Order]:
    traits = account.traits
    since, until = max(traits.opened, FIRST_DAY), min(traits.closed or TODAY, TODAY)
    made = []
    for number in range(min(8, random_count(rng, 1.6))):
        at = midnight(random_day(rng, since, until)) + rng.randint(7 * HOUR, 18 * HOUR)
        at = min(at, NOW - 6 * DAY)
        kind = rng.choice((EXCHANGE, OTHER, OTHER, BACK))
        mode = rng.choices("FSM", (70, 20 if traits.smart else 0, 10))[0]
        state = "DONE" if chance(rng, 0.94) else "CANC"
        point = rng.choice(account.points)
        made.append(Order(f"X{number}", kind, point, at, at + 2 * DAY, state, mode))
    return made


def order_id(account: Account, order: Order) -> str:
    """The id of a service order."""
    return f"SO{account.value:08d}{order.place}"


def write(account: Account, order: Order, rows: Rows) -> None:
    """A service order with its steps."""
    place = order_id(account, order)
    ended = order.wanted + 5 * HOUR if order.state in {"DONE", "CANC"} else None
    steps = [_step(place, number, kind, order) for number, kind in enumerate(STEPS[order.kind], start=1)]
    body: Body = {
        "order_id": place,
        "order_no": f"{account.value}-{order.place}",
        "kind_cd": order.kind,
        "state_cd": order.state,
        "service_point_id": order.point.id,
        "premise_id": account.premise.id,
        "account_id": account.id,
        "created_at": utc_iso(order.created),
        "requested_for": utc_iso(order.wanted),
        "completed_at": utc_iso(ended) if order.state == "DONE" else None,
        "exec_mode": order.mode,
        "steps": steps,
    }
    rows.document(
        documents.SERVICE_ORDER,
        body,
        id=place,
        service_point_id=order.point.id,
        account_id=account.id,
        at=order.created,
    )


def _step(place: str, number: int, kind: tuple[str, str], order: Order) -> Body:
    first = number == 1
    waits = order.state in {"PEND", "WAIT", "VERR"} or (order.state == "WIP" and not first)
    state = "PEND" if waits else "DONE" if order.state == "WIP" else order.state
    mode = order.mode if order.mode != "M" else "SF"[number - 1]
    done = state == "DONE"
    return {
        "step_id": f"{place}-{number}",
        "type": {"cd": kind[0], "descr": kind[1]},
        "state_cd": order.state if order.state == "VERR" and first else state,
        "exec_mode": mode,
        "result": {"cd": "OK", "descr": "Succeeded"} if done else None,
    }


def _visit(order: Order, rng: Random) -> Visit:
    created = order.created + 20 * 60
    start = order.wanted + 2 * HOUR
    crew = rng.choice(CREWS)
    if order.state == "DONE":
        return Visit("COMPLETED", created, start, start + 4 * HOUR, start + 2 * HOUR, 3, crew,
                     rng.choice(RESULTS), rng.choice(REMARKS))  # fmt: skip
    if order.state == "CANC":
        return Visit("CANCELLED", created, start, start + 4 * HOUR, None, 3, None, None, None)
    return Visit("DISPATCHED", created, start, start + 4 * HOUR, None, 2, crew, None, None)


def _millis(at: int | None) -> int | None:
    return None if at is None else at * 1000


def visit(account: Account, order: Order, made: Visit, rows: Rows) -> None:
    """A field order."""
    place = f"FO{account.value:08d}{order.place}"
    kind = STEPS[order.kind][1]
    planned = {"start": _millis(made.start), "end": _millis(made.end)} if made.start else None
    body: Body = {
        "workOrderId": place,
        "workOrderNumber": f"W{account.value}{order.place}",
        "serviceOrderId": order_id(account, order),
        "servicePointId": order.point.id,
        "accountId": account.id,
        "taskType": {"code": kind[0], "text": kind[1]},
        "status": made.status,
        "priority": made.priority,
        "createdTime": _millis(made.created),
        "appointment": planned,
        "crew": {"name": made.crew} if made.crew else None,
        "completedTime": _millis(made.completed),
        "result": {"code": made.result[0], "text": made.result[1]} if made.result else None,
        "remarks": made.remarks,
    }
    rows.document(
        documents.FIELD_ORDER,
        body,
        id=place,
        service_point_id=order.point.id,
        service_order_id=order_id(account, order),
        account_id=account.id,
        at=made.created,
    )
