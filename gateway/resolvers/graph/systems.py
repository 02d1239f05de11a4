"""The systems a utility knows its customer in, and the mark of who owns a type."""

from enum import Enum

import strawberry
from strawberry.schema_directive import Location


@strawberry.enum(description="The systems a utility knows its customer in.")
class SourceSystem(Enum):
    """The systems a utility knows its customer in."""

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
    locations=[Location.OBJECT], name="source", description="The system that owns what this type says."
)
class SourceDirective:
    """The system that owns what a type says."""

    system: SourceSystem


def source_directives(cls: type) -> list[SourceDirective]:
    """The mark of a record; nothing for a type that no one system owns."""
    system = getattr(cls, "SYSTEM", None)
    return [] if system is None else [SourceDirective(system=system)]
