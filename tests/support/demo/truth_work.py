"""Expected requests, orders, processes and arrangements, from the demo's files, without the gateway."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from support.demo.demo_folders import DemoFolder
from support.demo.truth import eastern, milliseconds, opaque, universal

UTC = ZoneInfo("UTC")
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
STATE = {
    "PEND": "PENDING",
    "VERR": "VALIDATION_ERROR",
    "WAIT": "WAITING",
    "WIP": "IN_PROGRESS",
    "DONE": "COMPLETED",
    "CANC": "CANCELED",
    "DISC": "DISCARDED",
}
MODE = {"F": "FIELD", "S": "SMART_METER_COMMAND", "M": "MIXED"}
PRIORITY = {"1": "CRITICAL", "2": "HIGH", "3": "MEDIUM", "4": "LOW"}
PROCESS = {"10": "ACTIVE", "20": "INACTIVE", "30": "CANCELED"}
EVENT = {"10": "PENDING", "15": "AWAITING_FIELD_WORK", "20": "COMPLETE", "30": "CANCELED"}
PROMISE = {"05": "PENDING", "20": "ACTIVE", "30": "KEPT", "40": "BROKEN", "50": "COMPLETED", "60": "CANCELED"}
WAY = {"I": "INBOUND", "O": "OUTBOUND"}
PROCESSES = {
    "CollectionProcess": ("CC_COLL_PROC", "COLL_PROC_ID"),
    "SeveranceProcess": ("CC_SEV_PROC", "SEV_PROC_ID"),
    "WriteOffProcess": ("CC_WO_PROC", "WO_PROC_ID"),
    "PayPlanOverdueProcess": ("CC_PPOD_PROC", "PPOD_PROC_ID"),
    "CutProcess": ("CC_CUT_PROC", "CUT_PROC_ID"),
}


def moment(text: str | None) -> Any:
    """Parse an instant, or None."""
    return None if text is None else eastern(text, UTC)


def epoch(number: int | None) -> Any:
    """An instant from epoch milliseconds, or None."""
    return None if number is None else milliseconds(number, UTC)


def clock(text: str | None) -> Any:
    """An instant from a UTC time, or None."""
    return None if text is None else universal(text, UTC)


def word(value: Mapping[str, Any] | None, code: str, description: str) -> Any:
    """A coded value in a document."""
    return None if value is None else {"code": value[code], "description": value[description]}


def money(text: str | None) -> Any:
    """An amount of money, from dollars."""
    return None if text is None else Decimal(text)


def newest(records: Iterable[dict[str, Any]], when: str) -> list[dict[str, Any]]:
    """Sort records newest first, ties by key."""
    return sorted(records, key=lambda each: (each[when], each["key"]), reverse=True)


def requests(demo: DemoFolder, account: str) -> list[dict[str, Any]]:
    """Service requests, newest first."""
    return newest(
        (
            {
                "key": body["srId"],
                "id": opaque("ServiceRequest", body["srId"]),
                "requestNumber": body["srNumber"],
                "title": body["subject"],
                "state": REQUEST[body["status"]],
                "severity": body["severity"].upper(),
                "requestCategory": word(body["category"], "code", "name"),
                "openedAt": moment(body["openedDate"]),
                "updatedAt": moment(body["lastUpdated"]),
                "dueAt": moment(body["dueDate"]),
                "resolvedAt": moment(body["resolvedDate"]),
                "owner": body["assignee"] and body["assignee"]["fullName"],
                "description": body["problemDescription"],
            }
            for body in demo.bodies("service", "service_request", "account_id", account)
        ),
        "openedAt",
    )


def orders(demo: DemoFolder, account: str) -> list[dict[str, Any]]:
    """Service orders, newest first."""
    return newest(
        (
            {
                "key": body["order_id"],
                "id": opaque("ServiceOrder", body["order_id"]),
                "orderNumber": body["order_no"],
                "kind": KIND[body["kind_cd"]],
                "state": STATE[body["state_cd"]],
                "occurredAt": moment(body["created_at"]),
                "requestedFor": moment(body["requested_for"]),
                "completedAt": moment(body["completed_at"]),
                "execution": MODE[body["exec_mode"]],
                "servicePoint": opaque("ServicePoint", body["service_point_id"]),
                "steps": [
                    {
                        "id": step["step_id"],
                        "stepType": word(step["type"], "cd", "descr"),
                        "state": STATE[step["state_cd"]],
                        "execution": MODE[step["exec_mode"]],
                        "result": word(step["result"], "cd", "descr"),
                    }
                    for step in body["steps"]
                ],
            }
            for body in demo.bodies("service_orders", "service_order", "account_id", account)
        ),
        "occurredAt",
    )


def visits(demo: DemoFolder, account: str) -> list[dict[str, Any]]:
    """Field orders, newest first."""
    return newest(
        (
            {
                "key": body["workOrderId"],
                "id": opaque("FieldOrder", body["workOrderId"]),
                "orderNumber": body["workOrderNumber"],
                "state": {"CANCELLED": "CANCELED"}.get(body["status"], body["status"]),
                "priority": PRIORITY[str(body["priority"])],
                "taskType": word(body["taskType"], "code", "text"),
                "occurredAt": epoch(body["createdTime"]),
                "scheduledFrom": body["appointment"] and epoch(body["appointment"]["start"]),
                "scheduledTo": body["appointment"] and epoch(body["appointment"]["end"]),
                "crew": body["crew"] and body["crew"]["name"],
                "completedAt": epoch(body["completedTime"]),
                "result": word(body["result"], "code", "text"),
                "remarks": body["remarks"],
            }
            for body in demo.bodies("field_work", "field_order", "account_id", account)
        ),
        "occurredAt",
    )


def processes(demo: DemoFolder, account: str) -> list[dict[str, Any]]:
    """Credit processes of all kinds, newest first, with their events."""
    return newest(
        (
            {
                "key": row[key],
                "__typename": kind,
                "id": opaque(kind, row[key]),
                "processStatus": PROCESS[row["STAT_CD"]],
                "createdAt": clock(row["CRE_DTTM"]),
                "endedAt": clock(row["END_DTTM"]),
                "amount": money(row["PROC_AMT"]),
                "events": [
                    (each["SEQ_NO"], each["EVT_TYPE_CD"], EVENT[each["STAT_CD"]], each["TRIGGER_DT"])
                    for each in demo.ask(
                        "collections", "SELECT * FROM CC_PROC_EVT WHERE PROC_ID = ? ORDER BY SEQ_NO", row[key]
                    )
                ],
            }
            for kind, (table, key) in PROCESSES.items()
            for row in demo.ask("collections", f"SELECT * FROM {table} WHERE ACCT_ID = ?", account)  # noqa: S608  # our own names
        ),
        "createdAt",
    )


def arrangements(demo: DemoFolder, account: str) -> list[dict[str, Any]]:
    """Payment arrangements, newest first."""
    return newest(
        (
            {
                "key": row["PA_ID"],
                "id": opaque("PaymentArrangement", row["PA_ID"]),
                "status": PROMISE[row["STAT_CD"]],
                "since": row["START_DT"],
                "until": row["END_DT"],
                "total": money(row["TOT_AMT"]),
                "installment": money(row["INSTALL_AMT"]),
                "installments": row["INSTALL_CNT"],
                "installmentsBilled": row["BILLED_CNT"],
                "remaining": money(row["REMAIN_AMT"]),
                "nextBillAmount": money(row["NEXT_BILL_AMT"]),
            }
            for row in demo.ask("collections", "SELECT * FROM CC_PAY_ARR WHERE ACCT_ID = ?", account)
        ),
        "since",
    )
