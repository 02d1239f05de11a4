"""The catalog of one installation: its sources with their policies, lookups and links of records."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

import msgspec

from gateway.cache.policy import CachePolicy, Seconds
from gateway.catalog.thresholds import Thresholds
from gateway.contract.batch import Lookup, SourceSettings, Spelling
from gateway.contract.record import split_optional
from gateway.mapping.mapper import RecordMapper
from gateway.resilience.circuit import BreakerPolicy
from gateway.resilience.concurrency_limit import ConcurrencyPolicy
from gateway.resilience.retry import RetryPolicy

PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
URL = re.compile(r"https?://[^\s/?#{}]+(?:[/?#][^\s]*)?")
# A browser resolves these path segments even if they are quoted, so such a key makes no link.
DOT_SEGMENTS = frozenset({"", ".", ".."})
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
    """A lookup that the schema uses: a record by any one of these keys.

    unique: whether a key has at most one record
    """

    record: str
    by: tuple[str, ...]
    required: bool = True
    spelling: Spelling | None = None
    unique: bool = False


@dataclass(frozen=True, slots=True)
class SourceEntry:
    name: str
    kind: str
    settings: SourceSettings
    zone: ZoneInfo | None
    currency: str | None
    naming: Callable[[str], str] | None
    policies: Policies = Policies()
    empty: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LookupEntry:
    """One lookup, the mapper of its rows, and its cache policy; None if its answers are not cached."""

    lookup: Lookup
    mapper: RecordMapper
    cache_policy: CachePolicy | None = None


@dataclass(frozen=True, slots=True)
class LinkTemplate:
    """A text such as `https://crm.example/accounts/{customer_number}`."""

    text: str

    def url(self, value_of: Callable[[str], object]) -> str | None:
        """The URL, with every value quoted; None if a value is unknown."""
        values = {name: value_of(name) for name in PLACEHOLDER.findall(self.text)}
        if any(value is None or str(value) in DOT_SEGMENTS for value in values.values()):
            return None
        return PLACEHOLDER.sub(lambda match: quote(str(values[match[1]]), safe=""), self.text)


@dataclass(frozen=True, slots=True)
class Catalog:
    """Everything that is connected."""

    sources: Mapping[str, SourceEntry] = field(default_factory=dict)
    entries: Mapping[tuple[str, str], LookupEntry] = field(default_factory=dict)
    links: Mapping[str, LinkTemplate] = field(default_factory=dict)
    thresholds: Thresholds = Thresholds()
    labels: Mapping[str, str] = field(default_factory=dict)  # of systems

    def entries_of(self, source: str) -> list[LookupEntry]:
        return [entry for entry in self.entries.values() if entry.lookup.source == source]

    def lookups_of(self, record: str) -> list[Lookup]:
        return [entry.lookup for (name, _), entry in self.entries.items() if name == record]


def link_errors(text: str, fields: Mapping[str, Any]) -> list[str]:
    """The errors of a template for a record that stores these fields."""
    errors = []
    if not URL.fullmatch(text):
        errors.append("a link must be a URL such as https://crm.example/accounts/{id}")
    if "{" in PLACEHOLDER.sub("", text) or "}" in PLACEHOLDER.sub("", text):
        errors.append("the braces of a link must hold the name of a field, such as {id}")
    plain = sorted(name for name, hint in fields.items() if _is_plain(hint))
    unknown = sorted(set(PLACEHOLDER.findall(text)) - set(plain))
    if unknown:
        errors.append(f"a link may name {', '.join(plain)}, not {', '.join(unknown)}")
    return errors


def _is_plain(hint: Any) -> bool:
    kind, _ = split_optional(hint)
    return getattr(kind, "__supertype__", kind) in (str, int)
