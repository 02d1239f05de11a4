"""How long a lookup's answers are kept: what the catalog's word `cache` says. All times are seconds."""

from enum import Enum
from typing import Annotated

import msgspec

AHEAD = 5.0  # seconds that the clock of another gateway may be ahead of ours: they keep time by NTP
Seconds = Annotated[float, msgspec.Meta(ge=0, le=7 * 86_400)]


class Freshness(Enum):
    """What an answer that was remembered is good for."""

    FRESH = "as good as asked now"
    STALE = "shown while it is asked anew"
    LAST_RESORT = "shown where its system does not answer"
    GONE = "not shown any more"


class CachePolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long an answer is remembered; each further time begins where the one before ended.

    Ages are told by the clock of each gateway: gateways that share a store keep their clocks by NTP.

    ttl: for so many seconds it is as good as asked now
    stale_while_revalidate: for so many more it is shown while it is asked anew; the ttl, if not said
    stale_if_error: for so many more it is shown, as STALE, where its system does not answer
    negative_ttl: the ttl of the answer that there are no rows; that of all, if not said
    """

    ttl: Seconds
    stale_while_revalidate: Seconds | None = None
    stale_if_error: Seconds = 3600.0
    negative_ttl: Seconds | None = None

    def fresh_for(self, *, absent: bool) -> float:
        """How long an answer is fresh."""
        return self.ttl if not absent or self.negative_ttl is None else self.negative_ttl

    def age(self, seconds: float, *, absent: bool) -> Freshness:
        """What an answer of this age is good for; one of the future is of a clock that is wrong, and gone."""
        if seconds < -AHEAD:
            return Freshness.GONE
        seconds = max(0.0, seconds)
        fresh = self.fresh_for(absent=absent)
        stale = fresh + (fresh if self.stale_while_revalidate is None else self.stale_while_revalidate)
        if seconds < fresh:
            return Freshness.FRESH
        if seconds < stale:
            return Freshness.STALE
        return Freshness.LAST_RESORT if seconds < stale + self.stale_if_error else Freshness.GONE

    def longest(self, *, absent: bool) -> float:
        """After how long it is of no use at all."""
        fresh = self.fresh_for(absent=absent)
        stale = fresh if self.stale_while_revalidate is None else self.stale_while_revalidate
        return fresh + stale + self.stale_if_error
