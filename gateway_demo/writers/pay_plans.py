"""Writes an account's payment arrangement or pay plan to COLLECTIONS."""

from datetime import date

from gateway_demo.plan.clock import HOUR, TODAY, add_days, midnight
from gateway_demo.plan.model import Account
from gateway_demo.plan.rows import Rows
from gateway_demo.stores import collections_tables as tables
from gateway_demo.writers.billing import ARRANGED_BILLS
from gateway_demo.writers.finances import Finances
from gateway_demo.writers.pay_plan_schedule import PLAN_DAYS, PLAN_START, plan_total
from gateway_demo.writers.payments import record_scheduled
from gateway_demo.writers.ratings import Ratings

ACTIVE, BROKEN, COMPLETED = "20", "40", "50"


def record_arrangements(
    account: Account, finances: Finances, ratings: Ratings, rows: Rows
) -> tuple[str, date, int] | None:
    """Write the arrangement or plan; returns id, start and amount of a broken plan."""
    stage = account.traits.stage
    if stage.startswith("arr_"):
        _arrangement(account, finances, ratings, rows)
    if stage.startswith("plan_"):
        return _plan(account, finances, rows)
    return None


def _arrangement(account: Account, finances: Finances, ratings: Ratings, rows: Rows) -> None:
    newest_by_kind = {adjustment.kind: adjustment for adjustment in finances.ledger.adjustments}
    start = newest_by_kind.get("PATRF")
    if start is None:
        return
    instalments = [adjustment for adjustment in finances.ledger.adjustments if adjustment.kind == "PAINS"]
    broken = newest_by_kind.get("PABRK")
    total = -start.amount
    instalment = total // ARRANGED_BILLS
    completed = len(instalments) == ARRANGED_BILLS
    remaining = total - sum(adjustment.amount for adjustment in instalments)
    rows.add(
        tables.ARRANGEMENT,
        PA_ID=f"{account.value:08d}A01",
        ACCT_ID=account.id,
        STAT_CD=BROKEN if broken else COMPLETED if completed else ACTIVE,
        CRE_DTTM=midnight(start.day) + 15 * HOUR,
        START_DT=start.day,
        END_DT=broken.day if broken else instalments[-1].day if completed else None,
        TOT_AMT=total,
        INSTALL_AMT=instalment,
        INSTALL_CNT=ARRANGED_BILLS,
        BILLED_CNT=len(instalments),
        REMAIN_AMT=0 if broken else remaining,
        NEXT_BILL_AMT=None if broken or completed else min(instalment, remaining),
    )
    if broken:
        ratings.add(broken.day, -100, "PA", "Payment arrangement broken")
    elif finances.next_bill and not completed:
        record_scheduled(account, (add_days(finances.next_bill, 21), instalment, 0, "PA"), rows)


def _plan(account: Account, finances: Finances, rows: Rows) -> tuple[str, date, int] | None:
    stage = account.traits.stage
    total = plan_total(account, finances.ledger, len(finances.ledger.bills))
    plan_id, broken = f"{account.value:08d}L01", stage == "plan_overdue"
    quarter = total // len(PLAN_DAYS)
    rows.add(
        tables.PLAN,
        PP_ID=plan_id,
        ACCT_ID=account.id,
        STAT_CD=BROKEN if broken else ACTIVE,
        CRE_DTTM=midnight(PLAN_START) + 13 * HOUR,
        START_DT=PLAN_START,
        TOT_AMT=quarter * len(PLAN_DAYS),
        PAYOR_NM="St. Mary's Aid Fund" if account.value // 100 % 2 else None,
        RSN_CD="HARD",
        RSN_DESCR="Hardship",
    )
    paid_amount = sum(paid.amount for paid in finances.ledger.payments if paid.channel == "OFFICE"
              and paid.tender == "MO" and paid.day >= PLAN_START)  # fmt: skip
    for number, days in enumerate(PLAN_DAYS, start=1):
        due, received = add_days(PLAN_START, days), min(quarter, paid_amount)
        paid_amount -= received
        rows.extend(tables.PLAN_PAYMENT, [(plan_id, number, due, quarter, received, "PP")])
        if due >= TODAY and not broken:
            record_scheduled(account, (due, quarter, received, "PP"), rows)
    return (plan_id, add_days(PLAN_START, 26), quarter * len(PLAN_DAYS)) if broken else None
