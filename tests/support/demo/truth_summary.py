"""Expected financial summaries, from raw rows, without the gateway."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

from support.demo.demo_folders import one
from support.demo.truth import opaque
from support.demo.truth_bills import billed_in_a_year, bills_of, newest, previous, tenth
from support.demo.truth_raw import Account, dollars, months_before


def balance(account: Account) -> Any:
    """The account's balance row."""
    return one(account.rows("billing", "BL_ACCT_BAL"))


def autopay(account: Account) -> Any:
    """The active autopay instruction, or None."""
    rows = account.rows("payments", "autopay", "acct_id")
    return next((row for row in rows if account.holds(row, "start_dt", "end_dt")), None)


def last_payment(account: Account) -> Any:
    """The newest valid payment, or None."""
    rows = [row for row in account.rows("payments", "pay", "acct_id") if row["stat"] == "FRZ"]
    return max(rows, key=lambda row: (row["pay_dt"], row["pay_id"]), default=None)


def on_time(account: Account) -> Fraction | None:
    """The percentage of bills due in the last twelve months that were paid on time; None without bills."""
    since = months_before(account.today, 12).isoformat()
    due = [
        bill.row
        for bill in bills_of(account)
        if bill.row["BILL_STAT"] in {"C", "W"} and since <= bill.row["DUE_DT"] < account.today.isoformat()
    ]
    return Fraction(100 * sum(_paid_on_time(account, bill) for bill in due), len(due)) if due else None


def _paid_on_time(account: Account, bill: Any) -> bool:
    paid = sum(
        row["amt_cents"]
        for row in account.rows("payments", "pay", "acct_id")
        if row["stat"] == "FRZ" and bill["BILL_DT"] <= row["pay_dt"] <= bill["DUE_DT"]
    )
    return bool(paid >= bill["AMT_DUE_CENTS"])


def not_past(day: str | None, account: Account) -> str | None:
    """The day of the next bill, which a late system still tells after it has passed."""
    return day if day and day >= account.today.isoformat() else None


def summary(account: Account) -> dict[str, Any]:
    """All fields of the financial summary."""
    owed, bills, paid = balance(account), bills_of(account), last_payment(account)
    now = newest(bills)
    before = now and previous(bills, now)
    order = autopay(account)
    return {
        "currentBalance": dollars(owed["CUR_CENTS"]),
        "payoffBalance": dollars(owed["PAYOFF_CENTS"]),
        "deposit": dollars(owed["DEPOSIT_CENTS"]),
        "nextBillOn": not_past(owed["NEXT_BILL_DT"], account),
        "lastBill": now and {"id": now.id},
        "previousBill": before and {"id": before.id},
        "lastPayment": paid and {"id": opaque("Payment", paid["pay_id"])},
        "autopay": order and {"since": order["start_dt"], "until": order["end_dt"]},
        "creditRating": one(account.rows("collections", "CC_PROFILE"))["RATING"],
        "billedLast12Months": billed_in_a_year(account) or Decimal(0),
        "onTimePaymentPercent12Months": tenth(on_time(account)),
    }


def due_by(account: Account, until: str | None) -> Decimal:
    """The scheduled and not yet received amount from today until a day."""
    today = account.today.isoformat()
    rows = [row for row in account.rows("payments", "sched_pay", "acct_id") if row["due_dt"] >= today]
    left = [row["amt_cents"] - row["recv_cents"] for row in rows if until is None or row["due_dt"] <= until]
    return dollars(sum(cents for cents in left if cents > 0))
