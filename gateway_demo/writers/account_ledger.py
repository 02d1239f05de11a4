"""An account's money and usage: plays the ledger, then writes it down in three systems."""

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
from gateway_demo.writers.standing import AccountStanding, standing


@dataclass(frozen=True, slots=True)
class AccountLedger:
    """The ledger of an account as the other systems need to know it."""

    book: Ledger
    standing: AccountStanding
    next_bill: date | None


def simulate(account: Account, rng: Random, rows: Rows) -> AccountLedger:
    """Everything that BILLING, PAYMENTS and USAGE know of an account."""
    meters = [usage.simulate_meter(rng, account, point) for point in account.points]
    spans, upcoming = periods(account, rng)
    book = Ledger()
    biller = Biller(account, meters, rng, book)
    biller.play(spans)
    stand = standing(book)
    for bill in book.bills:
        billing_rows.record_bill(account, _marked(account, bill, stand), stand.unpaid[bill.id], rows)
    pending = _pending(biller, spans, rows)
    _rebilled(biller, rows)
    billing_rows.record_adjustments(account, book, rows)
    billing_rows.record_balance(account, book, stand, (upcoming, pending), rows)
    payments.record_payments(account, book, rng, rows)
    payments.record_autopay(account, book, stand, rows)
    usage.record(rng, account, meters, book.bills, rows)
    return AccountLedger(book, stand, upcoming)


def _marked(account: Account, bill: Bill, stand: AccountStanding) -> Bill:
    written = account.traits.stage == "written_off" and bill.final
    return replace(bill, status="W") if written and stand.unpaid[bill.id] == 0 else bill


def _pending(biller: Biller, spans: Sequence[Period], rows: Rows) -> date | None:
    """A bill that is made but not yet complete counts for nothing in the ledger."""
    if not biller.account.traits.pending or not spans:
        return None
    span = Period(spans[-1].end, add_days(TODAY, -2))
    deferred = biller.book.deferred
    made = biller.bill(len(spans), span, newest=0, status="P")
    biller.book.deferred = deferred
    shown = replace(made, previous=biller.book.bills[-1].ending, payments=biller.book.since_payments,
                    adjustments=biller.book.since_adjustments)  # fmt: skip
    billing_rows.record_bill(biller.account, shown, 0, rows)
    return made.issued


def _rebilled(biller: Biller, rows: Rows) -> None:
    """A bill that was canceled, because its reading was wrong, before the right one was made."""
    bills = biller.book.bills
    if not biller.account.traits.rebilled or len(bills) <= REBILLED_AT:
        return
    right = bills[-1 - REBILLED_AT]
    number = biller.account.value * 1000 + 900
    segments = tuple(replace(segment, id=number * 10 + index) for index, segment in enumerate(right.segments))
    wrong = replace(right, id=number, status="X", issued=add_days(right.issued, -1),
                    due=add_days(right.due, -1), segments=segments)  # fmt: skip
    billing_rows.record_bill(biller.account, wrong, 0, rows)


def agreement_balances(account: Account, current: int) -> dict[str, int]:
    """The account's balance, by agreement; whole cents."""
    served = account.served or account.agreements
    each, rest = divmod(current, len(served))
    made = {agreement.id: each for agreement in served}
    made[served[0].id] += rest
    return {agreement.id: made.get(agreement.id, 0) for agreement in account.agreements}
