"""The planted customer: a purpose and the traits that show it."""

from dataclasses import dataclass, replace
from datetime import date

from gateway_demo.plan.model import ContactRestriction, SpecialNeed, Traits

LONG_AGO = date(2019, 4, 1)
QUIET = Traits(opened=LONG_AGO, quiet=True, smart=True, programs=("EBILL", "WEB"))


@dataclass(frozen=True, slots=True)
class PlantedCustomer:
    """A customer with a purpose: `shows` describes it, `insights` lists the codes it must raise."""

    name: str
    shows: str
    traits: tuple[Traits, ...] = ()
    kind: str = "person"
    lifecycle: str = "customer"
    person: str = ""
    organization: str = ""
    people: int = 1
    reachable: bool = True
    needs: tuple[SpecialNeed, ...] = ()
    restrictions: tuple[ContactRestriction, ...] = ()
    extras: tuple[str, ...] = ()
    insights: tuple[str, ...] = ()
    ever_attached: bool = False  # to an account that is gone
    other: str = ""  # id of the record shown, if it is neither customer nor account


def quiet(*, cycle: int = 10, services: str = "EG", closed: date | None = None) -> Traits:
    """A long-standing account that pays its bills and has no random events."""
    return replace(QUIET, cycle=cycle, services=services, closed=closed)
