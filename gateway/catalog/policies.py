"""What the catalog may say of a source beside how it is reached: how it is kept, spared, and asked again."""

from typing import Any

import msgspec

from gateway.cache.policy import CachePolicy, Seconds
from gateway.resilience.circuit_breaker import BreakerPolicy
from gateway.resilience.concurrency_limit import ConcurrencyPolicy
from gateway.resilience.retry import RetryPolicy

CacheSetting = CachePolicy | Seconds | bool | None


class Policies(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The words of a source; `false` switches one off.

    cache: how long its answers are remembered, or only a `ttl`; also at a record or a lookup
    retry: reads that failed at once (no connection, 5xx, 429) are asked again; not those that were too slow
    breaker: a source that fails and fails gets a rest, then one question tries it
    queue: how many questions a source is asked at once, and how many wait for their turn
    hedge: a read that takes longer than 95 % of the recent ones is asked a second time; the first answer wins
    """

    cache: CacheSetting = None
    retry: RetryPolicy | bool = RetryPolicy()
    breaker: BreakerPolicy | bool = BreakerPolicy()
    queue: ConcurrencyPolicy | bool = ConcurrencyPolicy()
    hedge: bool = False

    def __post_init__(self) -> None:
        for word in _SWITCHES:
            if sentence := switch_error(word, getattr(self, word)):
                raise ValueError(sentence)


POLICY_WORDS = Policies.__struct_fields__
_SWITCHES = {"cache": "a number of seconds, a table, or false"} | dict.fromkeys(
    ("retry", "breaker", "queue"), "a table, or false"
)


def switch_error(word: str, value: Any) -> str | None:
    """Why a value cannot be that of a word which `false` switches off: `true` says nothing it could mean.

    None where it may, and where it is text: what that stands for is not seen here.
    """
    number = isinstance(value, int | float) and not isinstance(value, bool) and word != "cache"
    if word in _SWITCHES and (value is True or number or isinstance(value, list)):
        return f"{word} must be {_SWITCHES[word]}"
    return None


def cache_policy_of(word: CacheSetting) -> CachePolicy | None:
    """How answers are kept; None where they are not."""
    if word is None or isinstance(word, bool):
        return None
    return word if isinstance(word, CachePolicy) else CachePolicy(word)
