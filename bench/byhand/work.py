"""Requests, orders and outages of the 360, by hand."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from bench.byhand.asking import AccountKeys, RowStore
from bench.byhand.values import gid, newest, shown

REQUEST = {
    "New": "OPEN",
    "In Progress": "IN_PROGRESS",
    "Waiting": "IN_PROGRESS",
    "Resolved": "CLOSED",
    "Closed": "CLOSED",
}
KIND = {
    "10": "ENABLE_SERVICE",
    "20": "DISABLE_SERVICE",
    "30": "CUT_FOR_NON_PAYMENT",
    "40": "RECONNECT_FOR_PAYMENT",
    "50": "BACK_TO_BACK",
    "60": "METER_EXCHANGE",
    "90": "OTHER",
}
_ORDER = {
    "PEND": "PENDING",
    "VERR": "VALIDATION_ERROR",
    "WAIT": "WAITING",
    "WIP": "IN_PROGRESS",
    "DONE": "COMPLETED",
    "CANC": "CANCELED",
    "DISC": "DISCARDED",
}
_OUTAGE = {"CREW": "CREW_ASSIGNED"}
_OVER = ("RESTORED", "CANCELLED")


def work(key: str, account_keys: AccountKeys, store: RowStore) -> dict[str, Any]:
    """The three lists of work."""
    return {
        "serviceRequests": _listed("SERVICE", [_request(row) for row in requests(key, store)[:3]]),
        "serviceOrders": _listed(
            "SERVICE_ORDERS", [_service_order(row) for row in service_orders(key, account_keys, store)[:3]]
        ),
        "fieldOrders": _listed("FIELD_WORK", [_field_order(row) for row in field_orders(key, account_keys, store)[:3]]),
    }


def requests(key: str, store: RowStore) -> list[dict[str, Any]]:
    """An account's service requests, newest first."""
    return newest(_stamped(store.of("ServiceRequest", key), "openedDate"), "at", "srId")


def service_orders(key: str, account_keys: AccountKeys, store: RowStore) -> list[dict[str, Any]]:
    """The service orders of an account, at its service points, newest first."""
    rows = _own(key, "account_id", account_keys.points[key], "ServiceOrder", store)
    return newest(_stamped(rows, "created_at"), "at", "order_id")


def field_orders(key: str, account_keys: AccountKeys, store: RowStore) -> list[dict[str, Any]]:
    """The field orders of an account, at its service points, newest first."""
    rows = _own(key, "accountId", account_keys.points[key], "FieldOrder", store)
    for row in rows:
        row["at"] = _milliseconds(row["createdTime"])
    return newest(rows, "at", "workOrderId")


def outages(key: str, account_keys: AccountKeys, store: RowStore) -> list[dict[str, Any]]:
    """Outages at the premises of an account that are not over."""
    at = [row for premise in account_keys.premises[key] for row in store.of("OutageEvent", premise)]
    active = {row["OutageId"]: row for row in at if row["Status"] not in _OVER}
    return [
        {
            "id": gid("OutageEvent", row["OutageId"]),
            "status": _OUTAGE.get(row["Status"], row["Status"]),
            "estimatedRestoration": moment(row["EstimatedRestoration"]),
        }
        for row in newest(_stamped(list(active.values()), "StartedAt"), "at", "OutageId")
    ]


def moment(text: str | None) -> str | None:
    """An instant as text, with an offset."""
    return text and datetime.fromisoformat(text).isoformat()


def _own(key: str, name: str, points: Iterable[str], record: str, store: RowStore) -> list[dict[str, Any]]:
    return [row for point in points for row in store.of(record, point) if row[name] in (key, None)]


def _stamped(rows: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    for row in rows:
        row["at"] = datetime.fromisoformat(row[name])
    return rows


def _milliseconds(value: int) -> datetime:
    return datetime.fromtimestamp(value / 1000, UTC)


def _listed(system: str, nodes: list[dict[str, Any]]) -> dict[str, Any]:
    return {"nodes": nodes, "sources": [{"system": system, "state": "OK"}]}


def _request(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": gid("ServiceRequest", row["srId"]),
        "requestNumber": row["srNumber"],
        "title": row["subject"],
        "requestState": REQUEST[row["status"]],
        "severity": row["severity"] and row["severity"].upper(),
        "openedAt": shown(row["at"]),
    }


def _service_order(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": gid("ServiceOrder", row["order_id"]),
        "orderNumber": row["order_no"],
        "kind": KIND[row["kind_cd"]],
        "orderState": _ORDER[row["state_cd"]],
        "requestedFor": row["requested_for"] and shown(datetime.fromisoformat(row["requested_for"])),
    }


def _field_order(row: dict[str, Any]) -> dict[str, Any]:
    done, crew = row["completedTime"], row["crew"]
    return {
        "id": gid("FieldOrder", row["workOrderId"]),
        "orderNumber": row["workOrderNumber"],
        "fieldState": row["status"].replace("CANCELLED", "CANCELED"),
        "crew": crew and crew["name"],
        "completedAt": done and shown(_milliseconds(done)),
    }
