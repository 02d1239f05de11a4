"""What every resolver is given. Made for one request."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import strawberry

from gateway.loaders import Loaders
from gateway.rules import Rules
from gateway.sources.base import Lookup


@dataclass(slots=True)
class Context:
    """The loaders of this request, the time it is, and the rules of this utility.

    `zone` is the utility's own, for whom nobody names another; `node_records` can be asked for by global
    id; `systems` are the lookups of each system.
    """

    load: Loaders
    now: Callable[[], datetime]
    rules: Rules
    zone: ZoneInfo
    node_records: Mapping[str, type]
    systems: Mapping[str, Sequence[Lookup]]


Info = strawberry.Info[Context, None]
