"""An account's finances and usage: simulates the ledger, then writes it to three systems."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from random import Random

from gateway_demo.plan.clock import TODAY, add_days
from gateway_demo.plan.model import Account
from gateway_demo.plan.rows import Rows
from gateway_demo.writers import billing_rows, payments, usage
from gateway_demo.writers.billing import REBILLED_AT, Biller, Period, periods
from gateway_demo.writers.ledger import Bill, Ledger
from gateway_demo.writers.standing import AccountStanding, compute_standing


@dataclass(frozen=True, slots=True)
class Finances:
    """An account's ledger, standing and next bill date, as other writers need them."""

    ledger: Ledger
    standing: AccountStanding
    next_bill: date | None


def simulate(account: Account, rng: Random, rows: Rows) -> Finances:
    """Write an account's rows in BILLING, PAYMENTS and USAGE."""
    meters = [usage.simulate_meter(rng, account, point) for point in account.points]
    spans, upcoming = periods(account, rng)
    ledger = Ledger()
    biller = Biller(account, meters, rng, ledger)
    biller.bill_periods(spans)
    standing = compute_standing(ledger)
    for bill in ledger.bills:
        billing_rows.record_bill(account, _with_write_off(account, bill, standing), standing.unpaid[bill.id], rows)
    pending = _pending(biller, spans, rows)
    _rebilled(biller, rows)
    billing_rows.record_adjustments(account, ledger, rows)
    billing_rows.record_balance(account, ledger, standing, (upcoming, pending), rows)
    payments.record_payments(account, ledger, rng, rows)
    payments.record_autopay(account, ledger, standing, rows)
    usage.record(rng, account, meters, ledger.bills, rows)
    return Finances(ledger, standing, upcoming)


def _with_write_off(account: Account, bill: Bill, standing: AccountStanding) -> Bill:
    written = account.traits.stage == "written_off" and bill.final
    return replace(bill, status="W") if written and standing.unpaid[bill.id] == 0 else bill


def _pending(biller: Biller, spans: Sequence[Period], rows: Rows) -> date | None:
    """Write a pending bill, which the ledger does not include; returns its issue date."""
    if not biller.account.traits.pending or not spans:
        return None
    span = Period(spans[-1].end, add_days(TODAY, -2))
    deferred = biller.ledger.deferred
    bill = biller.bill(len(spans), span, age=0, status="P")
    biller.ledger.deferred = deferred
    pending = replace(
        bill,
        previous=biller.ledger.bills[-1].ending,
        payments=biller.ledger.since_payments,
        adjustments=biller.ledger.since_adjustments,
    )
    billing_rows.record_bill(biller.account, pending, 0, rows)
    return bill.issued


def _rebilled(biller: Biller, rows: Rows) -> None:
    """Write the canceled bill that a corrected one replaced."""
    bills = biller.ledger.bills
    if not biller.account.traits.rebilled or len(bills) <= REBILLED_AT:
        return
    bill = bills[-1 - REBILLED_AT]
    number = biller.account.value * 1000 + 900
    segments = tuple(replace(segment, id=number * 10 + index) for index, segment in enumerate(bill.segments))
    issued, due = add_days(bill.issued, -1), add_days(bill.due, -1)
    wrong_bill = replace(bill, id=number, status="X", issued=issued, due=due, segments=segments)
    billing_rows.record_bill(biller.account, wrong_bill, 0, rows)


def agreement_balances(account: Account, current: int) -> dict[str, int]:
    """Split the account's balance among its metered agreements, in cents."""
    served = account.served or account.agreements
    share, remainder = divmod(current, len(served))
    balances = {agreement.id: share for agreement in served}
    balances[served[0].id] += remainder
    return {agreement.id: balances.get(agreement.id, 0) for agreement in account.agreements}
