"""One account of the 360, by hand: upstream rows in the shape of the document."""

from decimal import Decimal
from itertools import chain
from typing import Any

import msgspec

from bench.byhand.asking import TODAY, AccountKeys, RowStore
from bench.byhand.feed import feed
from bench.byhand.statements import PROCESSES
from bench.byhand.values import cents, coded, gid, holds, midnight, utc
from bench.byhand.work import outages, work

_STATUS = {"10": "PENDING", "20": "ACTIVE", "30": "INACTIVE", "40": "FINALED"}
_AGREEMENT = {
    "05": "PENDING_START",
    "20": "ACTIVE",
    "30": "PENDING_STOP",
    "40": "STOPPED",
    "50": "REACTIVATED",
    "60": "CLOSED",
    "70": "CANCELED",
}
_PROGRAM = {
    "APAY": "AUTOPAY",
    "EBILL": "EBILL",
    "BUDG": "BUDGET_BILLING",
    "WEB": "WEB_ACCOUNT",
    "NETM": "NET_METERING",
    "DR": "DEMAND_RESPONSE",
    "LOWI": "LOW_INCOME",
}
_BILL = {"P": "PENDING", "C": "COMPLETE", "W": "WRITTEN_OFF", "X": "CANCELED"}
_PAYMENT = {
    "INC": "INCOMPLETE",
    "ERR": "ERROR",
    "FRZB": "FREEZABLE",
    "FRZ": "FROZEN",
    "CAN": "CANCELED",
    "RET": "RETURNED",
}
_TENDER = {
    "CASH": "CASH",
    "CHEC": "CHECK",
    "CARD": "CARD",
    "ACH": "ACH_DEBIT",
    "WIRE": "BANK_TRANSFER",
    "WALL": "WALLET",
    "MO": "MONEY_ORDER",
    "PLDG": "AGENCY_PLEDGE",
}
_POINT = {
    "NC": "NOT_CONNECTED",
    "C": "CONNECTED",
    "DS": "DISCONNECTED_AT_SOURCE",
    "DD": "DISCONNECTED_AT_DEVICE",
    "CNP": "CUT_FOR_NON_PAYMENT",
    "AB": "ABANDONED",
}
_TYPE = {"E": "ELECTRIC", "G": "GAS", "W": "WATER"}
_SERVICE = {"electricity": "ELECTRIC", "gas": "GAS", "water": "WATER"}
_FLOW = {"1": "DELIVERED", "19": "RECEIVED", "4": "NET"}
_QUALITY = {0: "ACTUAL", 17: "ACTUAL", 19: "ACTUAL", 7: "EDITED", 10: "MISSING", 18: "MISSING"}
PROCESS = {"10": "ACTIVE", "20": "INACTIVE", "30": "CANCELED"}
_YES = {"Y": True, "N": False}


def account(row: tuple[Any, ...], account_keys: AccountKeys, store: RowStore) -> dict[str, Any]:
    """Everything about one account."""
    key, number, status, opened_on, code, description = row
    return {
        "id": gid("BillingAccount", key),
        "accountNumber": number,
        "status": _STATUS[status],
        "openedOn": opened_on,
        "customerClass": code and {"code": code, "description": description},
        "premises": _premises(key, account_keys, store),
        "serviceAgreements": [_agreement(each) for each in store.of("ServiceAgreement", key)],
        "programs": [
            {"kind": _PROGRAM.get(kind, "OTHER"), "since": since}
            for _, kind, since in store.of("ProgramEnrollment", key)
        ],
        "balance": next((_balance(each) for each in store.of("AccountBalance", key)), None),
        "bills": _listed("BILLING", [_bill(each) for each in store.of("Bill", key)[:12]]),
        "payments": _listed("PAYMENTS", [_payment(each, store) for each in store.of("Payment", key)[:12]]),
        **work(key, account_keys, store),
        "creditProcesses": _processes(key, store),
        "creditProfile": next((_profile(each) for each in store.of("CreditProfile", key)), None),
        "outages": outages(key, account_keys, store),
        "usage": _usage(key, account_keys, store),
        "activities": feed(key, account_keys, store),
    }


def _listed(system: str, nodes: list[dict[str, Any]]) -> dict[str, Any]:
    return {"nodes": nodes, "sources": [{"system": system, "state": "OK", "ageSeconds": 0}]}


def _premises(key: str, account_keys: AccountKeys, store: RowStore) -> list[dict[str, Any]]:
    rows = [row for premise in account_keys.premises[key] for row in store.of("Premise", premise)]
    needs = [person.get("specialNeeds") for person in store.of("Person", key)]
    dependent = [_YES.get(row[2]) for row in rows] + [_depends(each) for each in needs]
    power = True if True in dependent else None if None in dependent or not (rows and needs) else False
    return [_premise(row, store, power) for row in rows]


def _depends(needs: list[dict[str, Any]] | None) -> bool | None:
    if needs is None:
        return None
    vital = [each for each in needs if each["type"] in ("LIFE_SUPPORT", "SENSITIVE_LOAD")]
    return any(holds(each["from"] or "", each["to"], TODAY) for each in vital)


def _premise(row: tuple[Any, ...], store: RowStore, power: bool | None) -> dict[str, Any]:  # noqa: FBT001  # a value
    key, vacant, _, line1, city, postal_code = row
    return {
        "id": gid("Premise", key),
        "isVacant": _YES.get(vacant),
        "lifeSupport": power,
        "address": {"line1": line1, "city": city, "postalCode": postal_code},
        "servicePoints": [
            {"id": gid("ServicePoint", point), "serviceType": _TYPE[kind], "state": _POINT.get(state)}
            for _, point, kind, state in store.of("ServicePoint", key)
        ],
    }


def _agreement(row: tuple[Any, ...]) -> dict[str, Any]:
    _, key, code, description, status, since, rate = row
    return {
        "id": gid("ServiceAgreement", key),
        "agreementType": coded(description, code),
        "status": _AGREEMENT[status],
        "since": since,
        "rateSchedule": rate and {"code": rate},
    }


def _balance(row: tuple[Any, ...]) -> dict[str, Any]:
    _, current, past_due, arrears = row
    return {
        "current": {"amount": cents(current), "currency": "USD"},
        "pastDue": {"amount": cents(past_due)},
        "arrears": [
            {"label": each["label"], "amount": {"amount": cents(each["cents"])}}
            for each in msgspec.json.decode(arrears)
        ],
    }


def _bill(row: tuple[Any, ...]) -> dict[str, Any]:
    _, key, issued_on, number, due_on, due, charges, estimated, status = row
    return {
        "id": gid("Bill", str(key)),
        "billNumber": number,
        "billStatus": _BILL[status],
        "issuedOn": issued_on,
        "dueOn": due_on,
        "amountDue": {"amount": cents(due)},
        "currentCharges": {"amount": cents(charges)},
        "isEstimated": bool(estimated),
    }


def _payment(row: tuple[Any, ...], store: RowStore) -> dict[str, Any]:
    _, key, paid_on, amount, status = row
    return {
        "id": gid("Payment", key),
        "paidOn": paid_on,
        "amount": {"amount": cents(amount)},
        "paymentStatus": _PAYMENT[status],
        "tenders": [{"tenderType": _TENDER.get(kind, "OTHER")} for _, kind in store.of("PaymentTender", key)],
    }


def _processes(key: str, store: RowStore) -> list[dict[str, Any]]:
    rows = chain.from_iterable(((name, row) for row in store.of(name, key)) for name in PROCESSES)
    newest = sorted(rows, key=lambda pair: (utc(pair[1][3]), pair[1][1]), reverse=True)
    return [_process(name, row, store) for name, row in newest]


def _process(name: str, row: tuple[Any, ...], store: RowStore) -> dict[str, Any]:
    _, key, status, _, code, description, amount = row
    waiting = [each for each in store.of("ProcessEvent", key) if each[2] in ("10", "15")]
    coming = min(waiting, key=lambda each: each[1], default=None)
    return {
        "__typename": name,
        "id": gid(name, key),
        "processStatus": PROCESS[status],
        "template": coded(description, code),
        "amount": amount and {"amount": amount},
        "nextEvent": coming and {"triggerDate": coming[3]},
    }


def _profile(row: tuple[Any, ...]) -> dict[str, Any]:
    _, rating, score, threshold = row
    unknown = score is None or threshold is None
    return {"creditRating": rating, "isCashOnly": None if unknown else score > threshold}


def _usage(key: str, account_keys: AccountKeys, store: RowStore) -> list[dict[str, Any]]:
    groups: dict[tuple[str, ...], list[tuple[Any, ...]]] = {}
    for row in chain.from_iterable(store.of("Usage", point) for point in account_keys.points[key]):
        groups.setdefault((row[0], _SERVICE[row[1]], row[2], _FLOW[row[3]]), []).append(row)
    return [_series(kind, rows) for kind, rows in sorted(groups.items())]


def _series(kind: tuple[str, ...], rows: list[tuple[Any, ...]]) -> dict[str, Any]:
    values = [Decimal(row[6]) for row in rows if row[6] is not None]
    return {
        "serviceType": kind[1],
        "unit": kind[2],
        "total": format(sum(values, Decimal(0)), "f") if len(values) == len(rows) else None,
        "readings": [_reading(row) for row in sorted(rows, key=lambda row: row[4])],
    }


def _reading(row: tuple[Any, ...]) -> dict[str, Any]:
    return {
        "start": midnight(row[4]).isoformat(),
        "end": midnight(row[5]).isoformat(),
        "value": row[6],
        "quality": _QUALITY.get(row[7], "ESTIMATED"),
    }
