"""What is settled about a customer before anything happens: who they are, and what they have."""

from dataclasses import dataclass, field
from datetime import date

from gateway_demo.plan.clock import FIRST_DAY


@dataclass(frozen=True, slots=True)
class Traits:
    """What distinguishes an account: how it uses, pays and gets into trouble."""

    services: str = "EG"
    customer_class: str = "RES"
    opened: date = FIRST_DAY
    closed: date | None = None
    cycle: int = 10
    payer: str = "prompt"  # auto, prompt, late, partial, poor
    unpaid: tuple[int, ...] = ()  # bills never paid; 0 is the newest
    stage: str = ""  # of credit and collection; see credit.py
    programs: tuple[str, ...] = ()
    deposit: int = 0
    estimated: int = 0  # so many of the newest periods
    shape: tuple[tuple[int, float], ...] = ()  # in the newest so many days usage is times this
    returned: tuple[int, ...] = ()  # bills of which a payment came back; 0 is the newest
    credit: int = 0  # cents of goodwill lately
    smart: bool = False
    minutes: int = 0  # length of an interval; 0: none
    leak: bool = False
    region: str = "NY"  # CT: a premise in Central time
    life_support: bool | None = False
    busy: float = 1.0  # how much more often than others they are in contact
    long_period: bool = False
    held: bool = False
    pending: bool = False
    rebilled: bool = False
    quiet: bool = False  # nothing happens by chance in care and orders


@dataclass(frozen=True, slots=True)
class SpecialNeed:
    """A special need of a person."""

    kind: str
    since: date
    until: date | None = None
    equipment: str | None = None


@dataclass(frozen=True, slots=True)
class ContactRestriction:
    """A wish not to be contacted."""

    channel: str
    since: date
    until: date | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Person:
    """A natural person."""

    id: str
    given: str
    family: str
    birth: date
    ssn: str
    phone: str
    mobile: str
    email: str
    language: str = "en"
    needs: tuple[SpecialNeed, ...] = ()

    @property
    def name(self) -> str:
        """The full name."""
        return f"{self.given} {self.family}"


@dataclass(frozen=True, slots=True)
class ServicePoint:
    """A service point and its meter."""

    id: str
    service: str
    state: str
    meter_id: str
    badge: str
    smart: bool
    minutes: int
    installed: date
    base: int  # thousandths of a unit on an ordinary day
    access: str | None


@dataclass(frozen=True, slots=True)
class Premise:
    """A place that is served."""

    id: str
    line1: str
    line2: str | None
    city: str
    state: str
    postal: str
    kind: tuple[str, str]
    vacant: bool
    life_support: bool | None
    zone: str


@dataclass(frozen=True, slots=True)
class ServiceAgreement:
    """A service agreement: one service at one premise, or a deposit."""

    id: str
    kind: tuple[str, str]
    service: str | None
    rate: tuple[str, str] | None
    status: str
    since: date
    until: date | None
    point: ServicePoint | None


@dataclass(frozen=True, slots=True)
class Account:
    """A billing account with its premise and services."""

    id: str
    number: str
    value: int  # the running number its other ids are made from
    customer_id: str
    owner: Person
    traits: Traits
    premise: Premise
    points: tuple[ServicePoint, ...]
    agreements: tuple[ServiceAgreement, ...]
    siblings: int = 1

    @property
    def served(self) -> tuple[ServiceAgreement, ...]:
        """The agreements that are billed by a meter."""
        return tuple(each for each in self.agreements if each.point)


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer of the CRM, with or without accounts."""

    n: int
    id: str
    number: str
    kind: str  # person, organization, relationship
    lifecycle: str  # customer, prospect, contact, former
    name: str
    people: tuple[Person, ...]
    party_id: str
    restrictions: tuple[ContactRestriction, ...] = ()
    accounts: tuple[Account, ...] = ()
    extras: tuple[str, ...] = field(default=())
