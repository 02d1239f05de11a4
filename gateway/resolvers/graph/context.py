"""What every resolver is given. Made for one request."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import strawberry

from gateway.catalog.thresholds import Thresholds
from gateway.config.query_rules import QueryRules
from gateway.contract.batch import Lookup
from gateway.loading.loader import Loader


@dataclass(slots=True)
class Context:
    """The loaders of this request, the time it is, and the rules of this utility.

    `zone` is the utility's own, for whom nobody names another; `node_records` can be asked for by global
    id; `systems` are the lookups of each system; `shared` is what several resolvers work out once.
    """

    loader: Loader
    now: Callable[[], datetime]
    rules: QueryRules
    zone: ZoneInfo
    records: Mapping[str, type]
    node_types: Mapping[str, type]
    systems: Mapping[str, Sequence[Lookup]]
    party_interactions: Callable[..., Any]
    shared: dict[object, Any] = field(default_factory=dict)

    @property
    def thresholds(self) -> Thresholds:
        """From when on a fact is worth a warning, as this utility's catalog says."""
        return self.loader.finder.catalog.thresholds


Info = strawberry.Info[Context, None]
