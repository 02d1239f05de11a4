"""The base class of all records, as the rooms below the resolvers see it."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import ClassVar
from zoneinfo import ZoneInfo


class Record:
    """A dataclass that a mapper fills from one row.

    SYSTEM: the system that owns the record, under the name that clients know.
    TIME: the field that holds the record's time; None for a record without one.
    DAYS: time fields that a source may give as plain days.
    """

    SYSTEM: ClassVar[Enum]
    TIME: ClassVar[str | None] = None
    DAYS: ClassVar[tuple[str, ...]] = ()


@dataclass(frozen=True, slots=True)
class Provenance:
    """The answer that a record came with.

    as_of: when the source said it.
    zone: the time zone of the record's days; None if the window had none.
    """

    as_of: datetime
    from_cache: bool
    stale: bool
    zone: ZoneInfo | None
