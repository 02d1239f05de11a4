"""The base class of records in the graph, and the systems that own them."""

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any, ClassVar

import strawberry
from strawberry.schema_directive import Location

from gateway.contract.record import MappedRecord, Provenance
from gateway.errors import SourceError


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


@dataclass(kw_only=True)
class Record(MappedRecord):
    """A record with what the graph says about its type.

    IN_PLACE: whether a front end shows the record itself instead of opening the owning system.
    STANDS_IN: whether an object with the id alone stands in for a record whose system failed. Other systems
        hold what hangs on it. A failure that may concern one key is none of its system: such a key has no object.
    failure: why only the id is known; reading a field that is not there raises it.
    NUMBER: name of the field with the number that people know the record by.
    ACCOUNT_LOOKUPS: lookups that find the records of an account, best first.
    """

    SYSTEM: ClassVar[SourceSystem]
    IN_PLACE: ClassVar[bool] = False
    STANDS_IN: ClassVar[bool] = False
    NUMBER: ClassVar[str | None] = None
    ACCOUNT_LOOKUPS: ClassVar[tuple[str, ...]] = ("account_id",)
    provenance: strawberry.Private[Provenance | None] = field(default=None, compare=False, repr=False)
    failure: strawberry.Private[SourceError | None] = field(default=None, compare=False, repr=False)

    if not TYPE_CHECKING:  # a checker would take every attribute for known

        def __getattr__(self, name: str) -> Any:
            # Python asks here only for what an object does not have: the stored fields of a stand-in.
            if self.failure is not None and not name.startswith("__"):
                raise self.failure
            raise AttributeError(f"{type(self).__name__} has no attribute {name}")
