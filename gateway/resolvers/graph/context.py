"""What every resolver is given. Made for one request."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import strawberry

from gateway.catalog.thresholds import Thresholds
from gateway.config.rules import Rules
from gateway.contract.batch import Lookup
from gateway.loading.loader import Loaders


@dataclass(slots=True)
class Context:
    """The loaders of this request, the time it is, and the rules of this utility.

    `zone` is the utility's own, for whom nobody names another; `node_records` can be asked for by global
    id; `systems` are the lookups of each system; `shared` is what several resolvers work out once.
    """

    load: Loaders
    now: Callable[[], datetime]
    rules: Rules
    zone: ZoneInfo
    records: Mapping[str, type]
    node_records: Mapping[str, type]
    systems: Mapping[str, Sequence[Lookup]]
    party_history: Callable[..., Any]
    shared: dict[object, Any] = field(default_factory=dict)

    @property
    def thresholds(self) -> Thresholds:
        """From when on a fact is worth a warning, as this utility's catalog says."""
        return self.load.finder.catalog.thresholds


Info = strawberry.Info[Context, None]
