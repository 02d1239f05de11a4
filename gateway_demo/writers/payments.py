"""Writes an account's payments down as PAYMENTS keeps them: tenders, autopay, scheduled payments."""

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


def record_payments(account: Account, book: Ledger, rng: Random, rows: Rows) -> None:
    """Every payment with its tenders."""
    for number, paid in enumerate(book.payments, start=1):
        _record(account, f"{account.value * 1000 + number:014d}", paid, rng, rows)


def _record(account: Account, place: str, paid: Payment, rng: Random, rows: Rows) -> None:
    reason = ("NSF", "Not sufficient funds") if paid.returned else (None, None)
    opening = 0 if paid.channel == "AUTO" else rng.randint(7, 11) * HOUR
    rows.add(
        PAYMENT,
        pay_id=place,
        acct_id=account.id,
        pay_dt=paid.day,
        posted_at=midnight(paid.day) + opening + rng.randint(0, HOUR - 1),
        amt_cents=paid.amount,
        stat="RET" if paid.returned else "FRZ",
        chan_cd=paid.channel,
        chan_descr=CHANNELS[paid.channel],
        can_rsn_cd=reason[0],
        can_rsn_descr=reason[1],
    )
    rows.tell("Payment", account.id, midnight(paid.day), place)
    for index, (tender, cents) in enumerate(_tenders(paid, rng), start=1):
        rows.add(
            TENDER,
            tender_id=f"{place}-{index}",
            pay_id=place,
            type_cd=tender,
            amt_cents=cents,
            instr=_instrument(account, tender),
            can_rsn_cd=reason[0],
            can_rsn_descr=reason[1],
        )


def _tenders(paid: Payment, rng: Random) -> list[tuple[str, int]]:
    if paid.amount < LARGE or not chance(rng, 0.05):
        return [(paid.tender, paid.amount)]
    half = paid.amount // 2
    return [(paid.tender, half), ("CARD" if paid.tender != "CARD" else "CASH", paid.amount - half)]


def record_autopay(account: Account, book: Ledger, stand: AccountStanding, rows: Rows) -> None:
    """The autopay instruction, and the draw it is about to make."""
    traits = account.traits
    if "APAY" not in traits.programs:
        return
    last = book.bills[-1] if book.bills else None
    due = last and stand.current > 0 and last.due >= TODAY and traits.closed is None
    draw = last.due if last and due else None
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
        record_scheduled(account, (draw, stand.unpaid[last.id], 0, "AP"), rows)


def record_scheduled(account: Account, what: tuple[object, int, int, str], rows: Rows) -> None:
    """A payment that is expected: its day, cents, cents received, and origin."""
    due, cents, received, origin = what
    rows.add(
        SCHEDULED,
        sched_id=f"{origin}-{account.value:08d}-{due}",
        acct_id=account.id,
        due_dt=due,
        amt_cents=cents,
        recv_cents=received,
        orig_cd=origin,
    )
