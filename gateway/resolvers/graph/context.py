"""The context of one request, given to every resolver."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import strawberry

from gateway.catalog.thresholds import Thresholds
from gateway.config.limits import Limit, Limits
from gateway.config.query_rules import QueryRules
from gateway.contract.batch import Lookup
from gateway.contract.times import Clock
from gateway.loading.loader import Loader
from gateway.resolvers.graph.record import Record


class RevealRequest(NamedTuple):
    """Which masked values of which record a caller asks for."""

    record_type: str
    key: str
    fields: tuple[str, ...]
    purpose: str


Reveal = Callable[["Context", RevealRequest], Awaitable[Sequence[tuple[str, str, Any]] | None]]


@dataclass(slots=True)
class Context:
    """What resolvers share during one request.

    now: the current time, which demos and tests set to another day.
    zone: time zone of the utility, for accounts without one of their own.
    records: record types by name.
    node_types: those of them that have a global id.
    systems: lookups of the catalog, by the name of the system.
    page: limit of the entries on a page.
    reveals: whether fields show personal data without masks, as `reveal` loads them.
    party_interactions: resolver of `Party.interactions`, which parties cannot import.
    reveal: shows masked values; None for a record that does not exist.
    shared: results that several resolvers need, computed once.
    """

    loader: Loader
    now: Clock
    rules: QueryRules
    zone: ZoneInfo
    records: Mapping[str, type[Record]]
    node_types: Mapping[str, type[Record]]
    systems: Mapping[str, Sequence[Lookup]]
    party_interactions: Callable[..., Any]
    reveal: Reveal
    shared: dict[object, Any] = field(default_factory=dict)
    page: Limit = field(default_factory=lambda: Limits().page)
    reveals: bool = False

    def today(self) -> date:
        """The current day of the utility, for what belongs to no account."""
        return self.now().astimezone(self.zone).date()

    @property
    def thresholds(self) -> Thresholds:
        return self.loader.finder.catalog.thresholds

    @property
    def labels(self) -> Mapping[str, str]:
        """Names of systems in the words of the utility."""
        return self.loader.finder.catalog.labels

    def forget(self) -> None:
        """Hold no records: graphql-core's executor keeps the context until a garbage collection."""
        self.shared.clear()
        self.loader.results.clear()


Info = strawberry.Info[Context, None]
