"""The base class of all records, as the rooms below the resolvers see it."""

from enum import Enum
from typing import ClassVar


class Record:
    """A dataclass that a mapper fills from one row.

    SYSTEM: the system that owns the record, under the name that clients know
    TIME: the field that holds the record's time; None for a record without one
    DAYS: time fields that a source may give as plain days
    """

    SYSTEM: ClassVar[Enum]
    TIME: ClassVar[str | None] = None
    DAYS: ClassVar[tuple[str, ...]] = ()
