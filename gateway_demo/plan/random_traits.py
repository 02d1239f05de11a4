"""Random traits of ordinary customers: number of accounts, payment behavior, programs, needs."""

from datetime import date
from random import Random

from gateway_demo.plan.clock import FIRST_DAY, chance, days_ago, random_day
from gateway_demo.plan.model import ContactRestriction, SpecialNeed, Traits

SERVICES = ("E", "EG", "EW", "EGW")
PAYERS = (("auto", 22), ("prompt", 52), ("late", 14), ("partial", 4), ("poor", 8))
PROGRAM_CHANCES = (("EBILL", 0.45), ("WEB", 0.6), ("BUDG", 0.1), ("LOWI", 0.07), ("DR", 0.06))
STAGES = (
    ("", 520), ("arr_active", 120), ("arr_kept", 120), ("arr_broken", 60), ("plan_active", 50),
    ("plan_overdue", 50), ("collection", 40), ("cut_pending", 8), ("written_off", 32),
)  # fmt: skip
UNPAID = {
    "arr_active": (4, 5, 6),
    "arr_kept": (16, 17, 18),
    "arr_broken": (0, 1, 4, 5, 6),
    "plan_active": (1, 2),
    "plan_overdue": (0, 1, 2),
    "collection": (0, 1),
    "cut_pending": (0, 1, 2),
    "written_off": (0, 1),
}
TROUBLED = {"poor", "late", "partial"}


def account_count(rng: Random) -> int:
    """Draw the number of a customer's accounts, usually one."""
    kind = rng.choices(("one", "two", "few", "many"), (920, 60, 17, 3))[0]
    if kind == "few":
        return rng.randint(3, 5)
    return {"one": 1, "two": 2}.get(kind) or rng.randint(6, 24)


def traits(rng: Random, *, business: bool, first: bool) -> Traits:
    """Draw the traits of an account."""
    payer = rng.choices([name for name, _ in PAYERS], [weight for _, weight in PAYERS])[0]
    stage = _stage(rng) if payer in TROUBLED else ""
    opened = random_day(rng, date(2008, 1, 1), FIRST_DAY)
    if chance(rng, 0.16):
        opened = random_day(rng, FIRST_DAY, days_ago(60))
    closed = None
    if stage == "written_off" or chance(rng, 0.04 if first else 0.25):
        opened = min(opened, days_ago(500))
        closed = random_day(rng, max(days_ago(900), days_ago(400)), days_ago(140))
    smart = chance(rng, 0.7)
    return Traits(
        services=rng.choices(SERVICES, (24, 36, 18, 22))[0],
        customer_class="COM" if business else "RES",
        opened=opened,
        closed=closed,
        cycle=rng.randint(1, 27),
        payer=payer,
        unpaid=UNPAID.get(stage, ()),
        stage=stage,
        programs=_programs(rng, payer),
        deposit=rng.choice((7_500, 15_000, 20_000)) if chance(rng, 0.08) else 0,
        estimated=rng.choice((1, 1, 2)) if chance(rng, 0.03) else 0,
        returned=(rng.randint(0, 30),) if chance(rng, 0.06) else (),
        smart=smart,
        minutes=rng.choice((15, 60)) if smart and chance(rng, 0.02) else 0,
        life_support=rng.choices((True, False, None), (1, 93, 6))[0],
        busy=rng.choices((0.4, 1.0, 2.2), (30, 55, 15))[0],
        rebilled=chance(rng, 0.02),
    )


def _stage(rng: Random) -> str:
    return rng.choices([name for name, _ in STAGES], [weight for _, weight in STAGES])[0]


def _programs(rng: Random, payer: str) -> tuple[str, ...]:
    drawn = [code for code, probability in PROGRAM_CHANCES if chance(rng, probability)]
    if payer == "auto":
        drawn.append("APAY")
    if chance(rng, 0.03):
        drawn.append("NETM")
    return tuple(drawn)


def special_needs(rng: Random) -> tuple[SpecialNeed, ...]:
    """Draw special needs, for one person in forty."""
    if not chance(rng, 0.025):
        return ()
    kind = rng.choice(("MEDICAL", "HEARING", "VISION", "LIFE_SUPPORT"))
    equipment = "Oxygen concentrator" if kind == "LIFE_SUPPORT" else None
    return (SpecialNeed(kind, random_day(rng, date(2019, 1, 1), days_ago(200)), None, equipment),)


def restrictions(rng: Random) -> tuple[ContactRestriction, ...]:
    """Draw contact restrictions, for one customer in twenty."""
    if not chance(rng, 0.05):
        return ()
    since = random_day(rng, days_ago(900), days_ago(30))
    until = random_day(rng, since, days_ago(-200)) if chance(rng, 0.5) else None
    channel = rng.choice(("email", "phone", "mail", "sms"))
    return (ContactRestriction(channel, since, until, rng.choice(("Asked by phone", "Traveling", None))),)
