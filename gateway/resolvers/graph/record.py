"""The base class of records in the graph, and the systems that own them."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

import strawberry
from strawberry.schema_directive import Location

from gateway.access.caller import Scope
from gateway.access.ties import Ties
from gateway.contract.record import MappedRecord, Provenance
from gateway.errors import SourceError
from gateway.resolvers.graph.enums import DescribedEnum


class SourceSystem(DescribedEnum, labeled=False):
    """Systems of a utility that hold data about its customers."""

    CRM = "CRM", "Customer relationship management: customers, people and how to reach them.", "CRM"
    CIS = "CIS", "Customer information system: accounts, premises, service agreements and cases.", "CIS"
    BILLING = "BILLING", "Bills, adjustments and balances."
    PAYMENTS = "PAYMENTS", "Payments, autopay and scheduled payments."
    CONTACT_CENTER = "CONTACT_CENTER", "Calls and chats."
    EMAIL = "EMAIL", "E-mail messages with customers.", "E-mail"
    SELF_SERVICE = ("SELF_SERVICE", "Portal, app and voice menu: tasks that customers do themselves.", "Self-service")
    SERVICE = "SERVICE", "Service requests.", "Service requests"
    SERVICE_ORDERS = "SERVICE_ORDERS", "Orders to start, stop or change service."
    FIELD_WORK = "FIELD_WORK", "Visits of field crews."
    COLLECTIONS = "COLLECTIONS", "Debt, pay plans, arrangements and credit history."
    USAGE = "USAGE", "Meter data: usage by bill period, day and interval.", "Meter data"
    OUTAGE = "OUTAGE", "Outages, and calls that report them."
    INTERACTIONS = "INTERACTIONS", "History of contacts over all channels, with notes."
    SALES = "SALES", "Offers and orders of products."
    RECEIVABLES = "RECEIVABLES", "Open items, and how payments settle them."


@strawberry.schema_directive(
    locations=[Location.OBJECT], name="source", description="Names the system that owns records of this type."
)
class SourceDirective:
    """The owner of a type."""

    system: SourceSystem


@strawberry.schema_directive(
    locations=[Location.OBJECT, Location.INTERFACE],
    name="requiresScopes",
    description="Names what a caller needs to see records of this type: all scopes of one of the lists.",
)
class RequiresScopes:
    """The permissions of a type, in the form of Apollo Federation."""

    scopes: list[list[str]]


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
    SCOPE: ClassVar[Scope]
    TIES: ClassVar[Ties]
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
