"""Payment arrangements and pay plans: what was promised, and how it is kept."""

from datetime import date

from gateway_demo.plan.clock import HOUR, TODAY, add_days, midnight
from gateway_demo.plan.model import Account
from gateway_demo.plan.rows import Rows
from gateway_demo.stores import collections_tables as tables
from gateway_demo.writers.account_ledger import AccountLedger
from gateway_demo.writers.billing import ARRANGED_BILLS
from gateway_demo.writers.pay_plan_schedule import PLAN_DAYS, PLAN_START, plan_total
from gateway_demo.writers.payments import record_scheduled
from gateway_demo.writers.ratings import Ratings

ACTIVE, BROKEN, COMPLETED = "20", "40", "50"


def record_arrangements(
    account: Account, money: AccountLedger, ratings: Ratings, rows: Rows
) -> tuple[str, date, int] | None:
    """Write them down; a plan that was not kept comes back: its id, since when, how much."""
    stage = account.traits.stage
    if stage.startswith("arr_"):
        _arrangement(account, money, ratings, rows)
    if stage.startswith("plan_"):
        return _plan(account, money, rows)
    return None


def _arrangement(account: Account, money: AccountLedger, ratings: Ratings, rows: Rows) -> None:
    made = {each.kind: each for each in money.book.adjustments}
    start = made.get("PATRF")
    if start is None:
        return
    billed = [each for each in money.book.adjustments if each.kind == "PAINS"]
    broken = made.get("PABRK")
    total = -start.amount
    instalment = total // ARRANGED_BILLS
    done = len(billed) == ARRANGED_BILLS
    remaining = total - sum(each.amount for each in billed)
    rows.add(
        tables.ARRANGEMENT,
        PA_ID=f"{account.value:08d}A01",
        ACCT_ID=account.id,
        STAT_CD=BROKEN if broken else COMPLETED if done else ACTIVE,
        CRE_DTTM=midnight(start.day) + 15 * HOUR,
        START_DT=start.day,
        END_DT=broken.day if broken else billed[-1].day if done else None,
        TOT_AMT=total,
        INSTALL_AMT=instalment,
        INSTALL_CNT=ARRANGED_BILLS,
        BILLED_CNT=len(billed),
        REMAIN_AMT=0 if broken else remaining,
        NEXT_BILL_AMT=None if broken or done else min(instalment, remaining),
    )
    if broken:
        ratings.add(broken.day, -100, "PA", "Payment arrangement broken")
    elif money.next_bill and not done:
        record_scheduled(account, (add_days(money.next_bill, 21), instalment, 0, "PA"), rows)


def _plan(account: Account, money: AccountLedger, rows: Rows) -> tuple[str, date, int] | None:
    stage = account.traits.stage
    total = plan_total(account, money.book, len(money.book.bills))
    plan, late = f"{account.value:08d}L01", stage == "plan_overdue"
    quarter = total // len(PLAN_DAYS)
    rows.add(
        tables.PLAN,
        PP_ID=plan,
        ACCT_ID=account.id,
        STAT_CD=BROKEN if late else ACTIVE,
        CRE_DTTM=midnight(PLAN_START) + 13 * HOUR,
        START_DT=PLAN_START,
        TOT_AMT=quarter * len(PLAN_DAYS),
        PAYOR_NM="St. Mary's Aid Fund" if account.value // 100 % 2 else None,
        RSN_CD="HARD",
        RSN_DESCR="Hardship",
    )
    got = sum(paid.amount for paid in money.book.payments if paid.channel == "OFFICE"
              and paid.tender == "MO" and paid.day >= PLAN_START)  # fmt: skip
    for number, days in enumerate(PLAN_DAYS, start=1):
        due, received = add_days(PLAN_START, days), min(quarter, got)
        got -= received
        rows.extend(tables.PLAN_PAYMENT, [(plan, number, due, quarter, received, "PP")])
        if due >= TODAY and not late:
            record_scheduled(account, (due, quarter, received, "PP"), rows)
    return (plan, add_days(PLAN_START, 26), quarter * len(PLAN_DAYS)) if late else None
