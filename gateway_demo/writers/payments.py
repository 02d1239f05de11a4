"""Writes an account's payments, tenders, autopay and scheduled payments to PAYMENTS."""

from random import Random

from gateway_demo.plan.clock import HOUR, TODAY, add_days, chance, midnight
from gateway_demo.plan.model import Account
from gateway_demo.plan.rows import Rows
from gateway_demo.stores.billing_tables import AUTOPAY, PAYMENT, SCHEDULED, TENDER
from gateway_demo.writers.ledger import Ledger, Payment
from gateway_demo.writers.standing import AccountStanding

CHANNELS = {
    "WEB": "Customer portal",
    "MOBILE": "Mobile app",
    "MAIL": "Mail",
    "IVR": "Telephone keypad",
    "OFFICE": "Walk-in office",
    "BANK": "Bank",
    "AUTO": "Automatic payment",
    "AGENCY": "Assistance agency",
}
WITHOUT_INSTRUMENT = {"CASH", "MO", "PLDG"}
MASK = "****"
LARGE = 20_000


def _instrument(account: Account, tender: str) -> str | None:
    if tender in WITHOUT_INSTRUMENT:
        return None
    return f"{MASK}{(account.value * 7919 + len(tender) * 104_729) % 10_000:04d}"


def record_payments(account: Account, ledger: Ledger, rng: Random, rows: Rows) -> None:
    """Write all payments with their tenders."""
    for number, payment in enumerate(ledger.payments, start=1):
        _record(account, f"{account.value * 1000 + number:014d}", payment, rng, rows)


def _record(account: Account, payment_id: str, payment: Payment, rng: Random, rows: Rows) -> None:
    reason = ("NSF", "Not sufficient funds") if payment.returned else (None, None)
    earliest = 0 if payment.channel == "AUTO" else rng.randint(7, 11) * HOUR
    rows.add(
        PAYMENT,
        pay_id=payment_id,
        acct_id=account.id,
        pay_dt=payment.day,
        posted_at=midnight(payment.day) + earliest + rng.randint(0, HOUR - 1),
        amt_cents=payment.amount,
        stat="RET" if payment.returned else "FRZ",
        chan_cd=payment.channel,
        chan_descr=CHANNELS[payment.channel],
        can_rsn_cd=reason[0],
        can_rsn_descr=reason[1],
    )
    rows.register("Payment", account.id, midnight(payment.day), payment_id)
    for index, (tender, cents) in enumerate(_tenders(payment, rng), start=1):
        rows.add(
            TENDER,
            tender_id=f"{payment_id}-{index}",
            pay_id=payment_id,
            type_cd=tender,
            amt_cents=cents,
            instr=_instrument(account, tender),
            can_rsn_cd=reason[0],
            can_rsn_descr=reason[1],
        )


def _tenders(payment: Payment, rng: Random) -> list[tuple[str, int]]:
    if payment.amount < LARGE or not chance(rng, 0.05):
        return [(payment.tender, payment.amount)]
    half = payment.amount // 2
    return [(payment.tender, half), ("CARD" if payment.tender != "CARD" else "CASH", payment.amount - half)]


def record_autopay(account: Account, ledger: Ledger, standing: AccountStanding, rows: Rows) -> None:
    """Write the autopay instruction and its next draw."""
    traits = account.traits
    if "APAY" not in traits.programs:
        return
    last = ledger.bills[-1] if ledger.bills else None
    has_draw = last and standing.current > 0 and last.due >= TODAY and traits.closed is None
    draw = last.due if last and has_draw else None
    rows.add(
        AUTOPAY,
        autopay_id=f"AP{account.value:08d}",
        acct_id=account.id,
        start_dt=max(traits.opened, add_days(TODAY, -900)),
        end_dt=traits.closed,
        instr=_instrument(account, "ACH"),
        max_cents=50_000 if account.value % 3 == 0 else None,
        next_draw_dt=draw,
    )
    if last and draw:
        record_scheduled(account, (draw, standing.unpaid[last.id], 0, "AP"), rows)


def record_scheduled(account: Account, payment: tuple[object, int, int, str], rows: Rows) -> None:
    """Write a scheduled payment; `payment` is its day, cents, cents received and origin."""
    due, cents, received, origin = payment
    rows.add(
        SCHEDULED,
        sched_id=f"{origin}-{account.value:08d}-{due}",
        acct_id=account.id,
        due_dt=due,
        amt_cents=cents,
        recv_cents=received,
        orig_cd=origin,
    )
