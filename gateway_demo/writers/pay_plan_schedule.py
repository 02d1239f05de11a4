"""When the payments of a pay plan are due, and how its payer keeps it."""

from datetime import date

from gateway_demo.plan.clock import add_days, days_ago
from gateway_demo.plan.model import Account
from gateway_demo.writers.ledger import Ledger, PlannedEntry

PLAN_START = days_ago(35)
PLAN_DAYS = (10, 24, 38, 52)
KEPT = {"plan_active": (1.0, 1.0), "plan_at_risk": (1.0, 0.4), "plan_overdue": (0.3,)}


def plan_total(account: Account, book: Ledger, spans: int) -> int:
    """What the plan is about: the bills that were left unpaid before it."""
    return sum(
        bill.charges
        for index, bill in enumerate(book.bills)
        if spans - 1 - index in account.traits.unpaid and bill.issued < PLAN_START
    )


def plan_installments(account: Account, book: Ledger, played: int, spans: int, issued: date) -> None:
    """When the plan's time has come, let its payer pay what they will pay of it."""
    before = book.bills[-1].issued if book.bills else date.min
    if account.traits.stage not in KEPT or not before < PLAN_START <= issued or not played:
        return
    quarter = plan_total(account, book, spans) // len(PLAN_DAYS)
    for days, share in zip(PLAN_DAYS, KEPT[account.traits.stage], strict=False):
        what = PlannedEntry("flat", round(quarter * share), channel="OFFICE", tender="MO")
        book.plan(add_days(PLAN_START, days - 1), what)
