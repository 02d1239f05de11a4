"""How long a lookup's answers are cached: the word `cache` of the catalog. All times are seconds."""

from enum import Enum
from typing import Annotated

import msgspec

MAX_CLOCK_SKEW = 5.0  # seconds that the clock of another gateway may be ahead of ours: they run NTP
Seconds = Annotated[float, msgspec.Meta(ge=0, le=7 * 86_400)]


class Freshness(Enum):
    """What a stored answer may be used for."""

    FRESH = "as good as a new answer"
    STALE = "shown while it is revalidated"
    STALE_IF_ERROR = "shown only if its source cannot answer"
    EXPIRED = "not shown"


class CachePolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long an answer is cached. Each further period begins where the one before it ends.

    Ages go by each gateway's own clock: gateways that share a Redis need NTP.

    ttl: seconds an answer is fresh
    stale_while_revalidate: seconds more in which it is shown while it is asked again; the default is the ttl
    stale_if_error: seconds more in which it is shown, as STALE, if its source does not answer
    negative_ttl: the ttl of an empty answer; the default is the ttl
    """

    ttl: Seconds
    stale_while_revalidate: Seconds | None = None
    stale_if_error: Seconds = 3600.0
    negative_ttl: Seconds | None = None

    def fresh_for(self, *, empty: bool) -> float:
        """Seconds an answer is fresh."""
        return self.ttl if not empty or self.negative_ttl is None else self.negative_ttl

    def shown_for(self, *, empty: bool) -> float:
        """Seconds an answer is shown while its source is well."""
        fresh = self.fresh_for(empty=empty)
        return fresh + (fresh if self.stale_while_revalidate is None else self.stale_while_revalidate)

    def lifetime(self, *, empty: bool) -> float:
        """Seconds until an answer has expired."""
        return self.shown_for(empty=empty) + self.stale_if_error

    def freshness(self, age: float, *, empty: bool) -> Freshness:
        """What an answer of this age may be used for. One from the future has expired: a clock is wrong."""
        if age < -MAX_CLOCK_SKEW:
            return Freshness.EXPIRED
        age = max(0.0, age)
        if age < self.fresh_for(empty=empty):
            return Freshness.FRESH
        if age < self.shown_for(empty=empty):
            return Freshness.STALE
        return Freshness.STALE_IF_ERROR if age < self.lifetime(empty=empty) else Freshness.EXPIRED
