"""What every resolver is given. Made for one request."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import strawberry

from gateway.loaders import Loaders
from gateway.rules import Rules


@dataclass(slots=True)
class Context:
    """The loaders of this request, the time it is, and the rules of this utility."""

    load: Loaders
    now: Callable[[], datetime]
    rules: Rules
    zone: ZoneInfo


Info = strawberry.Info[Context, None]
