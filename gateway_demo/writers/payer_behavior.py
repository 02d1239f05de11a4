"""When and how people pay a bill, by what kind of payer they are."""

from random import Random

from gateway_demo.plan.clock import add_days, chance
from gateway_demo.plan.model import Traits
from gateway_demo.writers.ledger import Bill, Ledger, PlannedEntry

PAYMENT_METHODS = (("WEB", "CARD"), ("WEB", "ACH"), ("MAIL", "CHEC"), ("IVR", "CARD"), ("OFFICE", "CASH"),
        ("BANK", "WIRE"), ("MOBILE", "WALL"), ("OFFICE", "MO"))  # fmt: skip
WEIGHTS = (34, 22, 16, 8, 7, 6, 5, 2)
SELDOM = 0.02


def plan_payments(traits: Traits, rng: Random, book: Ledger, bill: Bill, newest: int) -> None:
    """Decide when this bill will be paid, if ever."""
    if bill.ending <= 0 or newest in traits.unpaid:
        return
    part = bill.charges / bill.ending if traits.stage.startswith("plan_") else 1.0
    for days, share in _habit(traits.payer, rng):
        when = max(days, -7) if newest in traits.returned else days  # after it has come back
        channel, tender = _way(traits, rng)
        what = PlannedEntry(
            "pay", bill=bill, paid_before=book.paid, share=share * part, channel=channel, tender=tender
        )
        book.plan(add_days(bill.due, when), what)


def _way(traits: Traits, rng: Random) -> tuple[str, str]:
    if traits.payer == "auto":
        return "AUTO", "ACH"
    if "LOWI" in traits.programs and chance(rng, SELDOM * 5):
        return "AGENCY", "PLDG"
    return rng.choices(PAYMENT_METHODS, WEIGHTS)[0]


def _habit(payer: str, rng: Random) -> list[tuple[int, float]]:
    luck = rng.random()
    early = -rng.randint(1, 16)
    if payer == "auto":
        return [(0, 1.0)]
    if payer == "tardy":
        return [(5, 1.0)]
    if payer == "late":
        return [(early if luck < 0.6 else rng.randint(1, 9) if luck < 0.9 else 25, 1.0)]  # noqa: PLR2004
    if payer == "partial" and luck < 0.5:  # noqa: PLR2004 - every second bill
        return [(-3, 0.6), (8, 1.0)]
    if payer == "poor":
        return [(_tardy(rng, luck, early), 1.0)]
    return [(early, 1.0)]


def _tardy(rng: Random, luck: float, early: int) -> int:
    if luck < 0.45:  # noqa: PLR2004 - the odds of a poor payer
        return early
    if luck < 0.78:  # noqa: PLR2004
        return rng.randint(1, 9)
    return rng.randint(12, 32) if luck < 0.93 else rng.randint(33, 58)  # noqa: PLR2004
