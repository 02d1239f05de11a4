"""The catalog of one installation: its sources with their policies, and the lookups of its records."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from gateway.cache.policy import CachePolicy, Seconds
from gateway.catalog.link_templates import LinkTemplate
from gateway.catalog.thresholds import Thresholds
from gateway.contract.batch import Lookup, SourceSettings
from gateway.mapping.mapper import RecordMapper
from gateway.resilience.circuit import BreakerPolicy
from gateway.resilience.concurrency_limit import ConcurrencyPolicy
from gateway.resilience.retry import RetryPolicy

CacheSetting = CachePolicy | Seconds | bool | None


class Policies(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Caching and resilience of a source; `false` turns a word off.

    cache: how long answers are cached: a table, or only a `ttl`; also allowed at a record or a lookup.
    retry: repeat reads that failed quickly (no connection, 5xx, 429); a read that timed out is not repeated.
    breaker: stop calling a source that keeps failing, and try it again after a while.
    concurrency: how many calls are in progress at once, and how many wait.
    hedge: repeat a read that takes longer than 95 % of the recent ones, and use the first answer.
    """

    cache: CacheSetting = None
    retry: RetryPolicy | bool = RetryPolicy()
    breaker: BreakerPolicy | bool = BreakerPolicy()
    concurrency: ConcurrencyPolicy | bool = ConcurrencyPolicy()
    hedge: bool = False

    def __post_init__(self) -> None:
        for word in _SWITCHES:
            if error := switch_error(word, getattr(self, word)):
                raise ValueError(error)


POLICY_WORDS = Policies.__struct_fields__
_SWITCHES = {"cache": "a number of seconds, a table, or false"} | dict.fromkeys(
    ("retry", "breaker", "concurrency"), "a table, or false"
)


def switch_error(word: str, value: Any) -> str | None:
    """Why a value is invalid for a word that `false` turns off: `true` has no meaning.

    A text is accepted: it names an environment variable.
    """
    number = isinstance(value, int | float) and not isinstance(value, bool) and word != "cache"
    if word in _SWITCHES and (value is True or number or isinstance(value, list)):
        return f"{word} must be {_SWITCHES[word]}"
    return None


def cache_policy_of(setting: CacheSetting) -> CachePolicy | None:
    if setting is None or isinstance(setting, bool):
        return None
    return setting if isinstance(setting, CachePolicy) else CachePolicy(setting)


@dataclass(frozen=True, slots=True)
class Relation:
    """A lookup that the schema uses: a record by any one of these keys."""

    record: str
    by: tuple[str, ...]
    required: bool = True


@dataclass(frozen=True, slots=True)
class SourceEntry:
    name: str
    kind: str
    settings: SourceSettings
    zone: ZoneInfo | None
    currency: str | None
    naming: Callable[[str], str] | None
    policies: Policies = Policies()


@dataclass(frozen=True, slots=True)
class LookupEntry:
    """One lookup, the mapper of its rows, and its cache policy; None if its answers are not cached."""

    lookup: Lookup
    mapper: RecordMapper
    cache_policy: CachePolicy | None = None


@dataclass(slots=True)
class Catalog:
    """Everything that is connected. Complete after start; not changed later."""

    sources: dict[str, SourceEntry] = field(default_factory=dict)
    entries: dict[tuple[str, str], LookupEntry] = field(default_factory=dict)
    links: dict[str, LinkTemplate] = field(default_factory=dict)
    thresholds: Thresholds = Thresholds()

    def has_lookup(self, record: str, by: str) -> bool:
        return (record, by) in self.entries
