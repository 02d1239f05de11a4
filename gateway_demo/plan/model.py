"""Customers, accounts, premises and service points, before any record of theirs is written."""

from dataclasses import dataclass, field
from datetime import date

from gateway_demo.plan.clock import FIRST_DAY


@dataclass(frozen=True, slots=True)
class Traits:
    """The traits of an account that shape its usage, payments and collections."""

    services: str = "EG"
    customer_class: str = "RES"
    opened: date = FIRST_DAY
    closed: date | None = None
    cycle: int = 10
    payer: str = "prompt"  # auto, prompt, late, partial, poor
    unpaid: tuple[int, ...] = ()  # indices of bills that are never paid; 0 is the newest
    stage: str = ""  # of credit and collections; see writers/collections.py
    programs: tuple[str, ...] = ()
    deposit: int = 0
    estimated: int = 0  # number of newest periods with estimated reads
    shape: tuple[tuple[int, float], ...] = ()  # (days, factor): usage of the newest days is multiplied
    returned: tuple[int, ...] = ()  # indices of bills with a returned payment; 0 is the newest
    credit: int = 0  # cents of recent goodwill credit
    smart: bool = False
    minutes: int = 0  # interval length; 0: no interval meter
    leak: bool = False
    region: str = "NY"  # CT: a premise in Central time
    life_support: bool | None = False
    busy: float = 1.0  # factor on the number of contacts
    long_period: bool = False
    held: bool = False
    pending: bool = False
    rebilled: bool = False
    quiet: bool = False  # no random contacts, requests and orders


@dataclass(frozen=True, slots=True)
class SpecialNeed:
    """A special need of a person."""

    kind: str
    since: date
    until: date | None = None
    equipment: str | None = None


@dataclass(frozen=True, slots=True)
class ContactRestriction:
    """A channel on which a customer does not want to be contacted."""

    channel: str
    since: date
    until: date | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Person:
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
    base: int  # thousandths of a unit on an average day
    access: str | None


@dataclass(frozen=True, slots=True)
class Premise:
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
    value: int  # number from which the account's other ids derive
    customer_id: str
    owner: Person
    traits: Traits
    premise: Premise
    points: tuple[ServicePoint, ...]
    agreements: tuple[ServiceAgreement, ...]
    siblings: int = 1

    @property
    def served(self) -> tuple[ServiceAgreement, ...]:
        """The metered agreements."""
        return tuple(agreement for agreement in self.agreements if agreement.point)


@dataclass(frozen=True, slots=True)
class Customer:
    """A CRM customer, with or without accounts."""

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
    ever_attached: bool = False  # to an account that is gone
