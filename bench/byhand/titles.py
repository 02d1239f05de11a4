"""The category and fields of each record type in the feed, by hand."""

from collections.abc import Callable, Mapping
from typing import Any

from bench.byhand.values import cents, coded
from bench.byhand.work import KIND, REQUEST

Shape = Callable[[Any], dict[str, Any]]
_PROCESS = {"10": "ACTIVE", "20": "INACTIVE", "30": "CANCELED"}
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
    return {"title": row["subject"], "fromAddress": row["from"], "subject": row["subject"]}


def _task(row: Any) -> dict[str, Any]:
    return {"title": row["type"]["txt"] or row["type"]["cd"]}


def _bill(row: Any) -> dict[str, Any]:
    amount = cents(row[5])
    return {"title": f"Bill {row[3]}: {amount} USD", "amountDue": {"amount": amount}}


def _payment(row: Any) -> dict[str, Any]:
    amount, mark = cents(row[3]), " (returned)" if row[4] == "RET" else ""
    return {"title": f"Payment: {amount} USD{mark}", "amount": {"amount": amount}}


def _request(row: Any) -> dict[str, Any]:
    severity = row["severity"]
    return {"title": row["subject"], "state": REQUEST[row["status"]], "severity": severity and severity.upper()}


def _contact(row: Any) -> dict[str, Any]:
    return {"title": f"{row[4] or row[3]}: {row[6] or row[5]}"}


def _case(row: Any) -> dict[str, Any]:
    return {"title": row[4] or row[3]}


def _rebate(row: Any) -> dict[str, Any]:
    return {"title": f"Rebate claim: {row[4] or row[3]}"}


def _service_order(row: Any) -> dict[str, Any]:
    return {"title": KIND[row["kind_cd"]].replace("_", " ").capitalize()}


def _field_order(row: Any) -> dict[str, Any]:
    task, crew = row["taskType"], row["crew"]
    return {"title": task["text"] or task["code"], "crew": crew and crew["name"]}


def _process(name: str) -> Shape:
    def shape(row: Any) -> dict[str, Any]:
        template = row[5] or row[4]
        return {"title": f"{name}: {template}" if template else name, "processStatus": _PROCESS[row[2]]}

    return shape


def _plain(title: str) -> Shape:
    return lambda _row: {"title": title}


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
    "PaymentArrangement": (_CREDIT, _plain("Payment arrangement")),
    "CreditRatingHistory": (_CREDIT, _plain("Credit rating changed")),
    "CashOnlyHistory": (_CREDIT, _plain("Cash-only score changed")),
    "OutageCall": ("OUTAGE_CALL", _outage_call),
}
