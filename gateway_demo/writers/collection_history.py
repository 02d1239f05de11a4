"""The outcome of an account's collection processes, as its profile and its orders need it."""

from dataclasses import dataclass, field
from datetime import date

from gateway_demo.writers.process_templates import Event
from gateway_demo.writers.ratings import Ratings


@dataclass(frozen=True, slots=True)
class Disconnection:
    """The disconnection that a process ordered from field work."""

    ordered: date
    done: bool
    canceled: date | None


@dataclass(slots=True)
class CollectionHistory:
    """What an account's collection processes mean for its profile and its service orders."""

    ratings: Ratings
    disconnections: list[Disconnection] = field(default_factory=list)
    pending: list[Event] = field(default_factory=list)
    in_collections_since: date | None = None
    disconnect_on: date | None = None
