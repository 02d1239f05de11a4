"""The insights of bills, payments and programs by the formulas, over the raw rows; nothing of the gateway.

A rule is named as its code is, and gives a severity and an amount for each time it is raised. Source of the
formulas: domain facts, section 4.
"""

import json
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

from support.demo import truth_bills as compare
from support.demo import truth_summary as standing
from support.demo.demo_folders import one
from support.demo.truth_bills import Bill
from support.demo.truth_raw import Account, day, dollars, months_before

Result = tuple[str, Decimal | None]
C, W, I = "CRITICAL", "WARNING", "INFORMATION"  # noqa: E741  # as the requirements write them


def _now(account: Account) -> Bill | None:
    return compare.newest(compare.bills_of(account))


def _higher(account: Account, base: str) -> tuple[Bill, Bill] | None:
    bills = compare.bills_of(account)
    now = compare.newest(bills)
    other = now and compare.BASES[base](bills, now)
    if now is None or other is None or not compare.comparable(now, other):
        return None
    by = compare.percent(now.per_day, other.per_day)
    higher = by is not None and by >= 20 and now.charges - other.charges >= 1500
    return (now, other) if higher else None


def _change(pair: tuple[Bill, Bill] | None) -> Iterator[Result]:
    if pair:
        yield W, dollars(pair[0].charges - pair[1].charges)


def bill_higher_prev(account: Account) -> Iterator[Result]:
    yield from _change(_higher(account, "PREVIOUS_BILL"))


def bill_higher_yoy(account: Account) -> Iterator[Result]:
    yield from _change(_higher(account, "SAME_PERIOD_LAST_YEAR"))


def bill_driver(account: Account) -> Iterator[Result]:
    pair = _higher(account, "PREVIOUS_BILL") or _higher(account, "SAME_PERIOD_LAST_YEAR")
    if pair:
        yield I, max(amount for _, _, amount in compare.drivers(*pair))  # the bill is higher: so is this


def bill_estimated(account: Account) -> Iterator[Result]:
    now = _now(account)
    if now and (now.row["EST_IND"] or any(each["EST_IND"] for each in now.segments)):
        yield I, None


def bill_long_period(account: Account) -> Iterator[Result]:
    bills = compare.bills_of(account)
    now = compare.newest(bills)
    before = now and compare.previous(bills, now)
    if now and before and now.row["PER_DAYS"] >= before.row["PER_DAYS"] + 4:
        yield I, None


def bill_final(account: Account) -> Iterator[Result]:
    now = _now(account)
    if now and now.row["FINAL_IND"]:
        yield I, None


def bill_due_soon(account: Account) -> Iterator[Result]:
    now = _now(account)
    if now is None or not 0 <= (day(now.row["DUE_DT"]) - account.today).days <= 5:
        return
    unpaid, order = now.row["UNPAID_CENTS"], standing.autopay(account)
    drawn = order is not None and (order["max_cents"] is None or order["max_cents"] >= unpaid)
    drawn = drawn and _lasts(order, now.row["DUE_DT"])
    if unpaid > 0 and not drawn and standing.due_by(account, now.row["DUE_DT"]) < dollars(unpaid):
        yield I, dollars(unpaid)


def _lasts(order: Any, due: str) -> bool:
    """Whether an autopay instruction is still active on its draw day."""
    return order["end_dt"] is None or order["end_dt"] >= (order["next_draw_dt"] or due)


def next_bill(account: Account) -> Iterator[Result]:
    coming = standing.balance(account)["NEXT_BILL_DT"]
    if account.is_open and coming is not None and day(coming) >= account.today:
        yield I, None


def bill_pending_or_held(account: Account) -> Iterator[Result]:
    owed = standing.balance(account)
    coming = owed["NEXT_BILL_DT"]
    late = coming is not None and account.today > day(coming) + timedelta(days=3)
    came = any(bill.counts and bill.row["BILL_DT"] >= coming for bill in compare.bills_of(account) if late)
    now = _now(account)
    over = not account.is_open and now is not None and now.row["FINAL_IND"]
    if owed["PEND_BILL_DT"] is not None or (late and not came and not over):
        yield I, None


def billed_12m(account: Account) -> Iterator[Result]:
    billed = compare.billed_in_a_year(account)
    if billed is not None:
        yield I, billed


def past_due(account: Account) -> Iterator[Result]:
    owed = standing.balance(account)
    if owed["PAST_DUE_CENTS"] > 0:
        old = any(each["min_days"] > 60 and each["cents"] > 0 for each in json.loads(owed["ARREARS"]))
        yield (C if old else W), dollars(owed["PAST_DUE_CENTS"])


def high_balance(account: Account) -> Iterator[Result]:
    charged = [bill.charges for bill in compare.bills_of(account) if bill.counts][:12]
    current = standing.balance(account)["CUR_CENTS"]
    if sum(charged) > 0 and current * len(charged) >= 3 * sum(charged):
        yield W, dollars(current)


def credit_balance(account: Account) -> Iterator[Result]:
    current = standing.balance(account)["CUR_CENTS"]
    if current < 0:
        yield I, dollars(-current)


def deposit_held(account: Account) -> Iterator[Result]:
    held = standing.balance(account)["DEPOSIT_CENTS"]
    if held > 0:
        yield I, dollars(held)


def on_time_pct_12m(account: Account) -> Iterator[Result]:
    percent = standing.on_time(account)
    if percent is not None:
        yield (W if percent < 75 else I), None


def last_payment(account: Account) -> Iterator[Result]:
    paid = standing.last_payment(account)
    if paid:
        yield I, dollars(paid["amt_cents"])


def _came_back(account: Account, paid: Any) -> bool:
    tenders = account.raw.rows("payments", "tender", "pay_id", paid["pay_id"])
    reasons = {paid["can_rsn_cd"], *(each["can_rsn_cd"] for each in tenders)} - {None}
    return paid["stat"] in {"RET", "CAN"} and ("NSF" in reasons or (paid["stat"] == "RET" and not reasons))


def payment_returned(account: Account) -> Iterator[Result]:
    back = [row for row in account.rows("payments", "pay", "acct_id") if _came_back(account, row)]
    recent = [row for row in back if day(row["pay_dt"]) > account.today - timedelta(days=90)]
    year = [row for row in back if day(row["pay_dt"]) > months_before(account.today, 12)]
    if recent:
        yield (C if len(year) >= 2 else W), dollars(sum(row["amt_cents"] for row in recent))


def payment_pending(account: Account) -> Iterator[Result]:
    coming = standing.due_by(account, None)
    if coming > 0:
        yield I, coming


def autopay_on(account: Account) -> Iterator[Result]:
    if standing.autopay(account):
        yield I, None


def autopay_off(account: Account) -> Iterator[Result]:
    if account.is_open and not standing.autopay(account):
        yield I, None


def autopay_blocked(account: Account) -> Iterator[Result]:
    order = standing.autopay(account)
    if order is None:
        return
    cash = one(account.rows("collections", "CC_PROFILE"))["CASH_ONLY_SW"] == "Y"
    ends = order["end_dt"] and order["next_draw_dt"] and order["end_dt"] < order["next_draw_dt"]
    if cash or ends:
        yield W, None


def _enrolled(account: Account, code: str) -> bool:
    rows = account.rows("cis", "CI_PROG_ENRL")
    return any(row["PROG_CD"] == code and account.holds(row) for row in rows)


def budget_billing(account: Account) -> Iterator[Result]:
    if not _enrolled(account, "BUDG"):
        return
    owed, billed = standing.balance(account), compare.billed_in_a_year(account)
    arranged = any(row["STAT_CD"] == "20" for row in account.rows("collections", "CC_PAY_ARR"))
    deferred = dollars(abs(owed["PAYOFF_CENTS"] - owed["CUR_CENTS"]))
    yield (W if billed and not arranged and deferred * 100 > 25 * billed else I), None


def ebill(account: Account) -> Iterator[Result]:
    if account.is_open or _enrolled(account, "EBILL"):
        yield I, None


def web_account(account: Account) -> Iterator[Result]:
    if _enrolled(account, "WEB"):
        yield I, None


def low_income(account: Account) -> Iterator[Result]:
    if _enrolled(account, "LOWI"):
        yield W, None


RULES = (
    bill_higher_prev,
    bill_higher_yoy,
    bill_driver,
    bill_estimated,
    bill_long_period,
    bill_final,
    bill_due_soon,
    next_bill,
    bill_pending_or_held,
    billed_12m,
    past_due,
    high_balance,
    credit_balance,
    deposit_held,
    on_time_pct_12m,
    last_payment,
    payment_returned,
    payment_pending,
    autopay_on,
    autopay_off,
    autopay_blocked,
    budget_billing,
    ebill,
    web_account,
    low_income,
)
