"""The category and fields of each record type in the feed, by hand."""

from collections.abc import Callable, Mapping
from typing import Any

from bench.byhand.values import cents, coded, dollars
from bench.byhand.work import REQUEST
from gateway.access.redaction import redacted

Shape = Callable[[Any], dict[str, Any]]
_PROCESS = {"10": "ACTIVE", "20": "INACTIVE", "30": "CANCELED"}
_BILL = {"P": "pending", "W": "written off", "X": "canceled"}
_PAYMENT = {"INC": "incomplete", "ERR": "not posted", "FRZB": "ready to post", "CAN": "canceled", "RET": "returned"}
_ORDER = {"VERR": "held by an error", "CANC": "canceled", "DISC": "discarded"}
_KIND = {
    "10": "Start service",
    "20": "Stop service",
    "30": "Disconnection for non-payment",
    "40": "Reconnection after payment",
    "50": "Move-out and move-in",
    "60": "Meter exchange",
    "90": "Other",
}
_VISIT = {"CANCELLED": "canceled", "FAILED": "failed"}
_PROMISE = {"40": "broken", "60": "canceled"}
_WAY = {"in": "INBOUND", "out": "OUTBOUND"}


def _call(row: Any) -> dict[str, Any]:
    agent, resolution = row["agent"], row["disposition"]
    way = _WAY[row["direction"]]
    return {
        "title": f"{way.title()} call",
        "direction": way,
        "agent": agent and {"name": agent["name"]},
        "resolution": resolution and coded(resolution["label"], resolution["code"]),
    }


def _chat(_row: Any) -> dict[str, Any]:
    return {"title": "Chat"}


def _mail(row: Any) -> dict[str, Any]:
    subject = str(redacted(row["subject"]))
    return {"title": subject, "fromAddress": str(redacted(row["from"])), "subject": subject}


def _task(row: Any) -> dict[str, Any]:
    return {"title": row["type"]["txt"] or row["type"]["cd"]}


def _bill(row: Any) -> dict[str, Any]:
    amount = cents(row[5])
    return {"title": f"Bill {_BILL.get(row[8], row[3])}: {dollars(amount)}", "amountDue": {"amount": amount}}


def _payment(row: Any) -> dict[str, Any]:
    amount = cents(row[3])
    return {"title": f"{_marked('Payment', _PAYMENT.get(row[4]))}: {dollars(amount)}", "amount": {"amount": amount}}


def _request(row: Any) -> dict[str, Any]:
    severity = row["severity"]
    return {
        "title": str(redacted(row["subject"])),
        "requestState": REQUEST[row["status"]],
        "severity": severity and severity.upper(),
    }


def _contact(row: Any) -> dict[str, Any]:
    return {"title": f"{row[4] or row[3]}: {row[6] or row[5]}"}


def _case(row: Any) -> dict[str, Any]:
    return {"title": row[4] or row[3]}


def _rebate(row: Any) -> dict[str, Any]:
    return {"title": f"Rebate claim: {row[4] or row[3]}"}


def _service_order(row: Any) -> dict[str, Any]:
    return {"title": _marked(_KIND[row["kind_cd"]], _ORDER.get(row["state_cd"]))}


def _field_order(row: Any) -> dict[str, Any]:
    task, crew = row["taskType"], row["crew"]
    title = _marked(task["text"] or task["code"], _VISIT.get(row["status"]))
    return {"title": title, "crew": crew and crew["name"]}


def _process(name: str) -> Shape:
    def shape(row: Any) -> dict[str, Any]:
        template = row[5] or row[4]
        title = _marked(name, "canceled" if row[2] == "30" else None)
        return {"title": f"{title}: {template}" if template else title, "processStatus": _PROCESS[row[2]]}

    return shape


def _arrangement(row: Any) -> dict[str, Any]:
    title = _marked("Payment arrangement", _PROMISE.get(row[3]))
    return {"title": f"{title}: {dollars(row[4])}" if row[4] else title}


def _score(name: str) -> Shape:
    def shape(row: Any) -> dict[str, Any]:
        points = abs(row[3])
        change = f"{'raised' if row[3] > 0 else 'lowered'} by {points} point{'' if points == 1 else 's'}"
        return {"title": f"{name} {change if points else 'unchanged'}"}

    return shape


def _marked(noun: str, mark: str | None) -> str:
    return f"{noun} {mark}" if mark else noun


def _outage_call(row: Any) -> dict[str, Any]:
    trouble = row["TroubleCode"]
    return {"title": f"Outage call: {trouble['Text'] or trouble['Code']}" if trouble else "Outage call"}


_MONEY, _PEOPLE, _CREDIT = "FINANCIAL_INFORMATION", "CUSTOMER_INFORMATION", "CREDIT_AND_COLLECTION"
SHAPES: Mapping[str, tuple[str, Shape]] = {
    "Call": ("CONVERSATION_MESSAGE", _call),
    "Chat": ("CONVERSATION_MESSAGE", _chat),
    "EmailMessage": ("EMAIL", _mail),
    "ServiceTask": ("SERVICE_TASK", _task),
    "Bill": (_MONEY, _bill),
    "Payment": (_MONEY, _payment),
    "ServiceRequest": ("SERVICE_REQUEST", _request),
    "CustomerContact": (_PEOPLE, _contact),
    "Case": (_PEOPLE, _case),
    "RebateClaim": (_PEOPLE, _rebate),
    "ServiceOrder": ("SERVICE_ORDER", _service_order),
    "FieldOrder": ("FIELD_ORDER", _field_order),
    "CollectionProcess": (_CREDIT, _process("Collection process")),
    "SeveranceProcess": (_CREDIT, _process("Severance process")),
    "WriteOffProcess": (_CREDIT, _process("Write-off process")),
    "PayPlanOverdueProcess": (_CREDIT, _process("Pay plan overdue process")),
    "CutProcess": (_CREDIT, _process("Cut process")),
    "PaymentArrangement": (_CREDIT, _arrangement),
    "CreditRatingHistory": (_CREDIT, _score("Credit rating")),
    "CashOnlyHistory": (_CREDIT, _score("Cash-only score")),
    "OutageCall": ("OUTAGE_CALL", _outage_call),
}
