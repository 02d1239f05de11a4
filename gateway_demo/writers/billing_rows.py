"""Writes an account's ledger to BILLING."""

import json
from collections.abc import Iterator
from datetime import date

from gateway_demo.plan.clock import HOUR, NOW, TODAY, add_days, midnight
from gateway_demo.plan.model import Account
from gateway_demo.plan.rows import Row, Rows
from gateway_demo.stores.billing_tables import ADJUSTMENT, BALANCE, BILL, LINE, SEGMENT
from gateway_demo.stores.usage_tables import BILLED
from gateway_demo.writers.ledger import Adjustment, Bill, Ledger, Segment
from gateway_demo.writers.standing import AccountStanding
from gateway_demo.writers.usage import DELIVERED, RECEIVED, UNITS, temperature

SERVICES = {"E": ("Electric", "electricity"), "G": ("Gas", "gas"), "W": ("Water", "water")}
ADJUSTMENTS = {
    "LPC": "Late payment charge",
    "NSF": "Returned payment fee",
    "GOODW": "Goodwill credit",
    "PATRF": "Transfer to payment arrangement",
    "PAINS": "Payment arrangement instalment",
    "PABRK": "Broken arrangement, transferred back",
    "WOFF": "Write-off",
    "RECON": "Reconnection fee",
}
FROZEN, CANCELED = "50", "70"
BILL_HOUR = 6 * HOUR
GOOD, ESTIMATED = 17, 9


def bill_row(account: Account, bill: Bill, unpaid: int) -> Row:
    """A bill as a BL_BILL row."""
    return (
        bill.id, f"B{bill.id:012d}", account.id, bill.status, bill.issued,
        midnight(bill.issued) + BILL_HOUR, bill.due, bill.start, bill.end,
        (bill.end - bill.start).days, int(bill.final), int(bill.estimated), bill.previous,
        bill.payments, bill.adjustments, bill.charges, bill.ending, max(0, bill.ending), unpaid,
        f"https://bills.riverton.example/{bill.id}.pdf",
    )  # fmt: skip


def _quantities(segment: Segment, unit: str) -> str:
    used = f'{{"uom": "{unit}", "tou": null, "qty": "{_thousandths(segment.used)}"}}'
    if not segment.received:
        return f"[{used}]"
    received = f'{{"uom": "{unit}R", "tou": null, "qty": "{_thousandths(segment.received)}"}}'
    return f"[{used}, {received}]"


def _thousandths(value: int) -> str:
    return f"{value // 1000}.{value % 1000:03d}"


def segment_row(account: Account, bill: Bill, segment: Segment) -> Row:
    """A segment as a BL_BSEG row."""
    agreement = segment.agreement
    service = agreement.service or "E"
    rate = agreement.rate or ("", "")
    return (
        segment.id, bill.id, agreement.id, account.premise.id,
        f"{SERVICES[service][0]} service, {rate[1]}",
        CANCELED if bill.status == "X" else "30" if bill.status == "P" else FROZEN, service,
        segment.start, segment.end, (segment.end - segment.start).days, segment.amount, rate[0],
        rate[1], int(segment.estimated), _quantities(segment, UNITS[service]),
    )  # fmt: skip


def _line_rows(segment: Segment) -> Iterator[Row]:
    for number, line in enumerate(segment.lines, start=1):
        yield (
            segment.id, number, line.description, line.amount, line.unit, line.quantity, line.price
        )  # fmt: skip


def _usage_rows(account: Account, segment: Segment) -> Iterator[Row]:
    agreement = segment.agreement
    if agreement.point is None:
        return
    service = agreement.service or "E"
    base = (account.id, SERVICES[service][1], UNITS[service])
    service_point, average_temperature = agreement.point.id, temperature(segment.start, segment.end)
    quality = ESTIMATED if segment.estimated else GOOD
    end, start, is_estimated = segment.end, segment.start, int(segment.estimated)
    yield (service_point, end, DELIVERED, f"{segment.id}-{DELIVERED}", start, agreement.id, *base,
           segment.used, segment.amount, quality, is_estimated, average_temperature)  # fmt: skip
    if segment.received:
        yield (service_point, end, RECEIVED, f"{segment.id}-{RECEIVED}", start, agreement.id, *base,
               segment.received, None, quality, is_estimated, average_temperature)  # fmt: skip


def record_bill(account: Account, bill: Bill, unpaid: int, rows: Rows) -> None:
    """Write a bill with its segments, lines and billed usage."""
    rows.extend(BILL, [bill_row(account, bill, unpaid)])
    rows.extend(SEGMENT, [segment_row(account, bill, segment) for segment in bill.segments])
    for segment in bill.segments:
        rows.extend(LINE, _line_rows(segment))
        if bill.status in {"C", "W"}:
            rows.extend(BILLED, _usage_rows(account, segment))


def _record_adjustment(account: Account, number: int, adjustment: Adjustment, rows: Rows) -> None:
    rows.add(
        ADJUSTMENT,
        ADJ_ID=account.value * 1000 + number,
        ACCT_ID=account.id,
        SA_ID=account.agreements[0].id,
        ADJ_TYPE_CD=adjustment.kind,
        ADJ_TYPE_DESCR=ADJUSTMENTS[adjustment.kind],
        ADJ_DT=adjustment.day,
        CRE_DTTM=midnight(adjustment.day) + 14 * HOUR,
        AMT_CENTS=adjustment.amount,
        STAT_CD=FROZEN,
        STAT_DESCR="Frozen",
        CAN_RSN_CD=None,
        CAN_RSN_DESCR=None,
    )


def record_adjustments(account: Account, ledger: Ledger, rows: Rows) -> None:
    """Write all adjustments, and a canceled one for a rebilled account."""
    for number, adjustment in enumerate(ledger.adjustments, start=1):
        _record_adjustment(account, number, adjustment, rows)
    if account.traits.rebilled and ledger.bills:
        rows.add(
            ADJUSTMENT,
            ADJ_ID=account.value * 1000 + 999,
            ACCT_ID=account.id,
            SA_ID=account.agreements[0].id,
            ADJ_TYPE_CD="RECON",
            ADJ_TYPE_DESCR=ADJUSTMENTS["RECON"],
            ADJ_DT=add_days(ledger.bills[-1].issued, -4),
            CRE_DTTM=midnight(add_days(ledger.bills[-1].issued, -4)) + 15 * HOUR,
            AMT_CENTS=4500,
            STAT_CD="60",
            STAT_DESCR="Canceled",
            CAN_RSN_CD="ERR",
            CAN_RSN_DESCR="Entered in error",
        )


def record_balance(
    account: Account, ledger: Ledger, standing: AccountStanding, days: tuple[date | None, date | None], rows: Rows
) -> None:
    """Write the account's balance; `days` are the dates of the next and of a pending bill."""
    ages = [
        {"label": label, "min_days": low, "max_days": high, "cents": cents}
        for label, low, high, cents in standing.buckets
    ]
    rows.add(
        BALANCE,
        ACCT_ID=account.id,
        CUR_CENTS=standing.current,
        PAYOFF_CENTS=standing.current + ledger.deferred,
        PAST_DUE_CENTS=standing.past_due,
        DEPOSIT_CENTS=account.traits.deposit,
        ARREARS=json.dumps(ages),
        AS_OF_DTTM=min(NOW, midnight(TODAY) + BILL_HOUR),
        NEXT_BILL_DT=days[0],
        PEND_BILL_DT=days[1],
    )
