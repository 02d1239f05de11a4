"""The base class of records in the graph."""

from dataclasses import dataclass, field
from typing import ClassVar

import strawberry

from gateway.contract import record
from gateway.contract.record import Provenance
from gateway.resolvers.graph.systems import SourceSystem


@dataclass(kw_only=True)
class Record(record.Record):
    """A record with what the graph says about its type.

    IN_PLACE: whether a front end shows the record itself instead of opening the owning system.
    ACCOUNT_LOOKUPS: lookups that find the records of an account, best first.
    OF_CUSTOMER: whether all accounts of a customer show the record, not only its own.
    """

    SYSTEM: ClassVar[SourceSystem]
    IN_PLACE: ClassVar[bool] = False
    ACCOUNT_LOOKUPS: ClassVar[tuple[str, ...]] = ("account_id",)
    OF_CUSTOMER: ClassVar[bool] = False
    provenance: strawberry.Private[Provenance | None] = field(default=None, compare=False, repr=False)
