"""When and how an account pays a bill, by its payer type."""

from random import Random

from gateway_demo.plan.clock import add_days, chance
from gateway_demo.plan.model import Traits
from gateway_demo.writers.ledger import Bill, Ledger, PlannedEntry

PAYMENT_METHODS = (("WEB", "CARD"), ("WEB", "ACH"), ("MAIL", "CHEC"), ("IVR", "CARD"), ("OFFICE", "CASH"),
                   ("BANK", "WIRE"), ("MOBILE", "WALL"), ("OFFICE", "MO"))  # fmt: skip
WEIGHTS = (34, 22, 16, 8, 7, 6, 5, 2)
AGENCY_CHANCE = 0.1


def plan_payments(traits: Traits, rng: Random, ledger: Ledger, bill: Bill, age: int) -> None:
    """Plan the payments of a bill."""
    if bill.ending <= 0 or age in traits.unpaid:
        return
    current_share = bill.charges / bill.ending if traits.stage.startswith("plan_") else 1.0
    for days, share in _payment_days(traits.payer, rng):
        day_offset = max(days, -7) if age in traits.returned else days  # after the payment was returned
        channel, tender = _payment_method(traits, rng)
        payment = PlannedEntry(
            "pay", bill=bill, paid_before=ledger.paid, share=share * current_share, channel=channel, tender=tender
        )
        ledger.plan(add_days(bill.due, day_offset), payment)


def _payment_method(traits: Traits, rng: Random) -> tuple[str, str]:
    if traits.payer == "auto":
        return "AUTO", "ACH"
    if "LOWI" in traits.programs and chance(rng, AGENCY_CHANCE):
        return "AGENCY", "PLDG"
    return rng.choices(PAYMENT_METHODS, WEIGHTS)[0]


def _payment_days(payer: str, rng: Random) -> list[tuple[int, float]]:
    draw = rng.random()
    early = -rng.randint(1, 16)
    if payer == "auto":
        return [(0, 1.0)]
    if payer == "tardy":
        return [(5, 1.0)]
    if payer == "late":
        return [(early if draw < 0.6 else rng.randint(1, 9) if draw < 0.9 else 25, 1.0)]  # noqa: PLR2004
    if payer == "partial" and draw < 0.5:  # noqa: PLR2004 - odds
        return [(-3, 0.6), (8, 1.0)]
    if payer == "poor":
        return [(_poor_payer_days(rng, draw, early), 1.0)]
    return [(early, 1.0)]


def _poor_payer_days(rng: Random, draw: float, early: int) -> int:
    if draw < 0.45:  # noqa: PLR2004 - odds
        return early
    if draw < 0.78:  # noqa: PLR2004
        return rng.randint(1, 9)
    return rng.randint(12, 32) if draw < 0.93 else rng.randint(33, 58)  # noqa: PLR2004
