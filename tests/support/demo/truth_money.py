"""Expected bills, payments, balances and usage, from the demo's files by plain SQL, without the gateway."""

import json
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from support.demo.demo_folders import DemoFolder
from support.demo.truth import midnight, opaque

STATUS = {"P": "PENDING", "C": "COMPLETE", "W": "WRITTEN_OFF", "X": "CANCELED"}
SERVICE = {"E": "ELECTRIC", "G": "GAS", "W": "WATER"}
USED = {"electricity": "ELECTRIC", "gas": "GAS", "water": "WATER"}
SEGMENT = {
    "10": "INCOMPLETE",
    "20": "ERROR",
    "30": "FREEZABLE",
    "50": "FROZEN",
    "60": "PENDING_CANCEL",
    "70": "CANCELED",
}
PAID = {"INC": "INCOMPLETE", "ERR": "ERROR", "FRZB": "FREEZABLE", "FRZ": "FROZEN", "CAN": "CANCELED", "RET": "RETURNED"}
TENDER = {
    "CASH": "CASH",
    "CHEC": "CHECK",
    "CARD": "CARD",
    "ACH": "ACH_DEBIT",
    "WIRE": "BANK_TRANSFER",
    "WALL": "WALLET",
    "MO": "MONEY_ORDER",
    "PLDG": "AGENCY_PLEDGE",
    "OTHR": "OTHER",
}
QUALITY = {0: "ACTUAL", 17: "ACTUAL", 19: "ACTUAL", 7: "EDITED", 8: "ESTIMATED", 9: "ESTIMATED"} | {
    11: "ESTIMATED",
    10: "MISSING",
    18: "MISSING",
}
FLOW = {"1": "DELIVERED", "19": "RECEIVED", "4": "NET"}
DAILY = {"KWH": "ELECTRIC", "THM": "GAS", "CCF": "WATER"}


def dollars(cents: int | None) -> Any:
    """An amount of money, from cents."""
    return None if cents is None else {"amount": f"{Decimal(cents).scaleb(-2):.2f}", "currency": "USD"}


def coded(row: Any, code: str, words: str) -> Any:
    """A coded value with its description, or null."""
    return None if row[code] is None else {"code": row[code], "description": row[words]}


def period(start: str, end: str) -> dict[str, Any]:
    """The billed days; the reading day belongs to the next period."""
    last = date.fromisoformat(end) - timedelta(days=1)
    return {"start": start, "end": last.isoformat(), "days": (last - date.fromisoformat(start)).days + 1}


def number(text: str | None) -> Decimal | None:
    """A quantity without trailing zeros."""
    return None if text is None else Decimal(text)


def bills(demo: DemoFolder, account: str) -> list[dict[str, Any]]:
    """All bills, newest first, with all fields."""
    rows = demo.ask("billing", "SELECT * FROM BL_BILL WHERE ACCT_ID = ?", account)
    ordered = sorted(rows, key=lambda row: (row["BILL_DT"], str(row["BILL_ID"])), reverse=True)
    return [
        {
            "id": opaque("Bill", str(row["BILL_ID"])),
            "billNumber": row["BILL_NBR"],
            "status": STATUS[row["BILL_STAT"]],
            "issuedOn": row["BILL_DT"],
            "dueOn": row["DUE_DT"],
            "period": period(row["PER_START_DT"], row["PER_END_DT"]),
            "isFinal": row["FINAL_IND"] == 1,
            "isEstimated": row["EST_IND"] == 1,
            "previousBalance": dollars(row["PREV_BAL_CENTS"]),
            "totalPayments": dollars(row["PAYMTS_CENTS"]),
            "totalAdjustments": dollars(row["ADJ_CENTS"]),
            "currentCharges": dollars(row["CUR_CHRG_CENTS"]),
            "endingBalance": dollars(row["END_BAL_CENTS"]),
            "amountDue": dollars(row["AMT_DUE_CENTS"]),
            "unpaidAmount": dollars(row["UNPAID_CENTS"]),
            "documentUrl": row["DOC_URL"],
            "segments": list(_segments(demo, row["BILL_ID"])),
        }
        for row in ordered
    ]


def _segments(demo: DemoFolder, bill: int) -> Iterator[dict[str, Any]]:
    for row in demo.ask("billing", "SELECT * FROM BL_BSEG WHERE BILL_ID = ? ORDER BY BSEG_ID", bill):
        yield {
            "id": opaque("BillSegment", str(row["BSEG_ID"])),
            "name": row["SEG_NM"],
            "status": SEGMENT[row["SEG_STAT"]],
            "serviceType": SERVICE[row["SVC_CD"]],
            "period": period(row["START_DT"], row["END_DT"]),
            "amount": dollars(row["AMT_CENTS"]),
            "rateSchedule": coded(row, "RATE_CD", "RATE_DESCR"),
            "isEstimated": row["EST_IND"] == 1,
            "quantities": [
                {"unit": each["uom"], "timeOfUse": each["tou"], "quantity": number(each["qty"])}
                for each in json.loads(row["QTYS"])
            ],
            "serviceAgreement": {"id": opaque("ServiceAgreement", row["SA_ID"])},
            "premise": {"id": opaque("Premise", row["PREM_ID"])},
            "lines": list(_lines(demo, row["BSEG_ID"])),
        }


def _lines(demo: DemoFolder, segment: int) -> Iterator[dict[str, Any]]:
    for row in demo.ask("billing", "SELECT * FROM BL_LINE WHERE BSEG_ID = ? ORDER BY SEQ_NO", segment):
        yield {
            "sequence": row["SEQ_NO"],
            "description": row["DESCR"],
            "amount": dollars(row["AMT_CENTS"]),
            "unit": row["UOM"],
            "quantity": number(row["QTY"]),
            "unitPrice": number(row["UNIT_PRICE"]),
        }


def payments(demo: DemoFolder, account: str) -> list[dict[str, Any]]:
    """All payments, newest first, with their tenders."""
    rows = demo.ask("payments", "SELECT * FROM pay WHERE acct_id = ?", account)
    return [
        {
            "id": opaque("Payment", row["pay_id"]),
            "paymentNumber": row["pay_id"],
            "paidOn": row["pay_dt"],
            "amount": dollars(row["amt_cents"]),
            "status": PAID[row["stat"]],
            "channel": coded(row, "chan_cd", "chan_descr"),
            "cancelReason": coded(row, "can_rsn_cd", "can_rsn_descr"),
            "tenders": [
                {
                    "tenderType": TENDER[each["type_cd"]],
                    "amount": dollars(each["amt_cents"]),
                    "instrument": each["instr"],
                    "cancelReason": coded(each, "can_rsn_cd", "can_rsn_descr"),
                }
                for each in demo.ask(
                    "payments", "SELECT * FROM tender WHERE pay_id = ? ORDER BY tender_id", row["pay_id"]
                )
            ],
        }
        for row in sorted(rows, key=lambda row: (row["pay_dt"], row["pay_id"]), reverse=True)
    ]


def adjustments(demo: DemoFolder, account: str) -> list[dict[str, Any]]:
    """All adjustments, newest first."""
    rows = demo.ask("billing", "SELECT * FROM BL_ADJ WHERE ACCT_ID = ?", account)
    return [
        {
            "id": opaque("Adjustment", str(row["ADJ_ID"])),
            "adjustmentType": coded(row, "ADJ_TYPE_CD", "ADJ_TYPE_DESCR"),
            "createdOn": row["ADJ_DT"],
            "amount": dollars(row["AMT_CENTS"]),
            "status": coded(row, "STAT_CD", "STAT_DESCR"),
            "cancelReason": coded(row, "CAN_RSN_CD", "CAN_RSN_DESCR"),
        }
        for row in sorted(rows, key=lambda row: (row["ADJ_DT"], str(row["ADJ_ID"])), reverse=True)
    ]


def balance(demo: DemoFolder, account: str) -> Any:
    """The account's balance."""
    for row in demo.ask("billing", "SELECT * FROM BL_ACCT_BAL WHERE ACCT_ID = ?", account):
        return {
            "current": dollars(row["CUR_CENTS"]),
            "payoff": dollars(row["PAYOFF_CENTS"]),
            "pastDue": dollars(row["PAST_DUE_CENTS"]),
            "deposit": dollars(row["DEPOSIT_CENTS"]),
            "arrears": [
                {
                    "label": each["label"],
                    "minDays": each["min_days"],
                    "maxDays": each["max_days"],
                    "amount": dollars(each["cents"]),
                }
                for each in json.loads(row["ARREARS"])
            ],
        }
    return None


def billed_usage(demo: DemoFolder, point: str, zone: Any, since: str) -> dict[str, list[dict[str, Any]]]:
    """A service point's usage by bill period, oldest first, by flow."""
    series: dict[str, list[dict[str, Any]]] = {}
    rows = "SELECT * FROM billed_usage WHERE sp_id = ? AND period_end > ? ORDER BY period_end"
    for row in demo.ask("usage", rows, point, since):
        series.setdefault(FLOW[row["flow"]], []).append(
            {
                "start": midnight(row["period_start"], zone),
                "end": midnight(row["period_end"], zone),
                "value": number(row["qty"]),
                "quality": QUALITY[row["quality"]],
                "cost": dollars(row["cost_cents"]),
            }
        )
    return series


def monthly_usage(demo: DemoFolder, point: str, since: str) -> dict[str, Mapping[str, Decimal | None]]:
    """A service point's monthly sums of daily reads, by flow; null if a read is missing."""
    series: dict[str, dict[str, Decimal | None]] = {}
    rows = "SELECT * FROM daily_read WHERE sp_id = ? AND read_day >= ? ORDER BY read_day"
    for row in demo.ask("usage", rows, point, since):
        months = series.setdefault(FLOW[row["flow"]], {})
        month, value = row["read_day"][:7], number(row["qty"])
        so_far = months.get(month, Decimal(0))
        months[month] = None if so_far is None or value is None else so_far + value
    return dict(series)
