"""Builds a customer's persons, accounts, premises and service points, with their ids."""

import unicodedata
from datetime import date
from random import Random

from gateway_demo.plan.clock import TODAY, chance, random_day
from gateway_demo.plan.model import Account, Person, Premise, ServiceAgreement, ServicePoint, Traits
from gateway_demo.plan.names import CENTRAL, CENTRAL_TOWN, EASTERN, FAMILY, GIVEN, STREETS, SUFFIXES, TOWNS

SERVICE_NAMES = {"E": "Electric", "G": "Gas", "W": "Water"}
METERS = {"E": "Single register electric", "G": "Diaphragm gas", "W": "Positive displacement water"}
CLASSES = {"RES": "Residential", "COM": "Commercial", "IND": "Industrial", "LND": "Landlord"}
RATES = {
    ("E", "RES"): ("RES-E1", "Residential electric"),
    ("G", "RES"): ("RES-G1", "Residential gas"),
    ("W", "RES"): ("RES-W1", "Residential water"),
    ("E", "COM"): ("COM-E2", "Commercial electric"),
    ("G", "COM"): ("COM-G2", "Commercial gas"),
    ("W", "COM"): ("COM-W2", "Commercial water"),
}
BASES = {"E": (14_000, 42_000), "G": (900, 3_200), "W": (90, 420)}
ACCESS = (None, None, None, "Dog in the yard", "Meter in the basement, ring twice", "Gate code 4711")
PREMISE_KINDS = (("SFR", "Single-family house"), ("APT", "Apartment"), ("COM", "Commercial building"))


def without_accents(text: str) -> str:
    """Normalize text to lower case without accents, as search terms are stored."""
    folded = unicodedata.normalize("NFKD", text.casefold().translate(str.maketrans("øłđ", "old")))
    return "".join(letter for letter in folded if not unicodedata.combining(letter))


def random_person(rng: Random, n: int, index: int) -> Person:
    """Draw the customer's person number `index`, counted from 0."""
    given, family = rng.choice(GIVEN), rng.choice(FAMILY)
    mailbox = "".join(mark for mark in without_accents(f"{given}.{family}") if mark.isalnum() or mark == ".")
    serial = n * 10 + index
    return Person(
        id=str(7_000_000_000 + serial),
        given=given,
        family=family,
        birth=random_day(rng, date(1938, 1, 1), date(2004, 12, 31)),
        ssn=f"9{rng.randint(0, 99):02d}-{rng.randint(1, 99):02d}-{rng.randint(0, 9999):04d}",
        phone=f"+1555{2_000_000 + serial % 7_000_000:07d}",
        mobile=f"+1556{2_000_000 + serial % 7_000_000:07d}",
        email=f"{mailbox}.{serial}@example.com",
        language=rng.choices(("en", "es", "fr", "vi"), (86, 11, 2, 1))[0],
    )


def random_premise(rng: Random, value: int, traits: Traits) -> Premise:
    """Draw the premise of an account."""
    town, postal = CENTRAL_TOWN if traits.region == "CT" else rng.choice(TOWNS)
    suffix = rng.choices([name for name, _ in SUFFIXES], [weight for _, weight in SUFFIXES])[0]
    business = traits.customer_class in {"COM", "IND"}
    kind = PREMISE_KINDS[2] if business else PREMISE_KINDS[int(chance(rng, 0.3))]
    return Premise(
        id=str(5_000_000_000 + value),
        line1=f"{rng.randint(1, 1400)} {rng.choice(STREETS)} {suffix}",
        line2=f"Apt {rng.randint(1, 60)}" if kind[0] == "APT" else None,
        city=town,
        state="WI" if traits.region == "CT" else "NY",
        postal=postal,
        kind=kind,
        vacant=traits.closed is not None and chance(rng, 0.3),
        life_support=traits.life_support,
        zone=CENTRAL if traits.region == "CT" else EASTERN,
    )


def _random_point(rng: Random, value: int, index: int, traits: Traits) -> ServicePoint:
    service = traits.services[index]
    serial = value * 10 + index
    low, high = BASES[service]
    factor = 6 if traits.customer_class == "COM" else 1
    cut = traits.stage == "disconnected" and service == "E"
    return ServicePoint(
        id=str(6_000_000_000 + serial),
        service=service,
        state="CNP" if cut else "DS" if traits.closed else "C",
        meter_id=f"M{serial:010d}",
        badge=f"{service}{rng.randint(10_000_000, 99_999_999)}",
        smart=traits.smart,
        minutes=0 if not traits.minutes else 60 if service == "W" else traits.minutes,
        installed=random_day(rng, date(2009, 1, 1), date(2023, 6, 30)),
        base=rng.randint(low, high) * factor,
        access=rng.choice(ACCESS),
    )


def _agreement(value: int, index: int, point: ServicePoint, traits: Traits) -> ServiceAgreement:
    klass = "RES" if traits.customer_class in {"RES", "LND"} else "COM"
    active = "30" if traits.stage == "moving" else "05" if traits.opened > TODAY else "20"
    return ServiceAgreement(
        id=str(2_000_000_000 + value * 10 + index),
        kind=(f"{point.service}-{klass}", f"{SERVICE_NAMES[point.service]} service"),
        service=point.service,
        rate=RATES[point.service, klass],
        status="40" if traits.closed else active,
        since=traits.opened,
        until=traits.closed,
        point=point,
    )


def _deposit(value: int, traits: Traits) -> ServiceAgreement:
    return ServiceAgreement(
        id=str(2_000_000_000 + value * 10 + 9),
        kind=("DEP", "Security deposit"),
        service=None,
        rate=None,
        status="60" if traits.closed else "20",
        since=traits.opened,
        until=traits.closed,
        point=None,
    )


def build_account(rng: Random, n: int, index: int, owner: Person, traits: Traits) -> Account:
    """Build the customer's account number `index`, counted from 1."""
    value = n * 100 + index
    points = tuple(_random_point(rng, value, position, traits) for position in range(len(traits.services)))
    agreements = [_agreement(value, position, point, traits) for position, point in enumerate(points)]
    if traits.deposit:
        agreements.append(_deposit(value, traits))
    return Account(
        id=account_id(n, index),
        number=account_number(n, index),
        value=value,
        customer_id=customer_id(n),
        owner=owner,
        traits=traits,
        premise=random_premise(rng, value, traits),
        points=points,
        agreements=tuple(agreements),
    )


def customer_id(n: int) -> str:
    """The id of customer `n` in every system."""
    return f"C{n:07d}"


def customer_number(n: int) -> str:
    """The number of customer `n` in the CRM."""
    return str(1_000_000 + n)


def account_id(n: int, index: int = 1) -> str:
    """The id of customer `n`'s account number `index`, counted from 1."""
    return str(3_000_000_000 + n * 100 + index)


def account_number(n: int, index: int = 1) -> str:
    """The account number printed on bills."""
    high, low = divmod(n * 100 + index, 10_000)
    return f"4417-{high:04d}-{low:04d}"


def is_open(account: Account) -> bool:
    return account.traits.closed is None or account.traits.closed > TODAY
