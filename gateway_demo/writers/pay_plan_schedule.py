"""The schedule of a pay plan, and how much of it is paid."""

from datetime import date

from gateway_demo.plan.clock import add_days, days_ago
from gateway_demo.plan.model import Account
from gateway_demo.writers.ledger import Ledger, PlannedEntry

PLAN_START = days_ago(35)
PLAN_DAYS = (10, 24, 38, 52)
PAID_SHARES = {"plan_active": (1.0, 1.0), "plan_at_risk": (1.0, 0.4), "plan_overdue": (0.3,)}


def plan_total(account: Account, ledger: Ledger, spans: int) -> int:
    """The total of the bills left unpaid before the plan."""
    return sum(
        bill.charges
        for index, bill in enumerate(ledger.bills)
        if spans - 1 - index in account.traits.unpaid and bill.issued < PLAN_START
    )


def plan_installments(account: Account, ledger: Ledger, billed: int, spans: int, issued: date) -> None:
    """Plan the payments of a pay plan, once the ledger reaches its start."""
    before = ledger.bills[-1].issued if ledger.bills else date.min
    if account.traits.stage not in PAID_SHARES or not before < PLAN_START <= issued or not billed:
        return
    quarter = plan_total(account, ledger, spans) // len(PLAN_DAYS)
    for days, share in zip(PLAN_DAYS, PAID_SHARES[account.traits.stage], strict=False):
        payment = PlannedEntry("flat", round(quarter * share), channel="OFFICE", tender="MO")
        ledger.plan(add_days(PLAN_START, days - 1), payment)
