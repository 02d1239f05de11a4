"""The systems behind the gateway, and the directive that names the owner of a type."""

from enum import Enum

import strawberry
from strawberry.schema_directive import Location


@strawberry.enum(description="Systems of a utility that hold data about its customers.")
class SourceSystem(Enum):
    """The systems behind the gateway."""

    CRM = "CRM"
    CIS = "CIS"
    BILLING = "BILLING"
    PAYMENTS = "PAYMENTS"
    CONTACT_CENTER = "CONTACT_CENTER"
    EMAIL = "EMAIL"
    SELF_SERVICE = "SELF_SERVICE"
    SERVICE = "SERVICE"
    SERVICE_ORDERS = "SERVICE_ORDERS"
    FIELD_WORK = "FIELD_WORK"
    COLLECTIONS = "COLLECTIONS"
    USAGE = "USAGE"
    OUTAGE = "OUTAGE"
    INTERACTIONS = "INTERACTIONS"
    SALES = "SALES"
    RECEIVABLES = "RECEIVABLES"


@strawberry.schema_directive(
    locations=[Location.OBJECT], name="source", description="Names the system that owns records of this type."
)
class SourceDirective:
    """The owner of a type."""

    system: SourceSystem


def source_directives(cls: type) -> list[SourceDirective]:
    """The `@source` directive of a type; none if no single system owns it."""
    system = getattr(cls, "SYSTEM", None)
    return [] if system is None else [SourceDirective(system=system)]
