"""The catalog of one installation: its sources, and the lookups of its records."""

from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from gateway.cache.policy import CachePolicy
from gateway.catalog.link_templates import LinkTemplate
from gateway.catalog.policies import Policies
from gateway.catalog.thresholds import Thresholds
from gateway.contract.batch import Lookup, SourceSettings
from gateway.mapping.mapper import RecordMapper


@dataclass(frozen=True, slots=True)
class Relation:
    """A lookup that the schema uses: a record by any one of these keys."""

    record: str
    by: tuple[str, ...]
    required: bool = True


@dataclass(frozen=True, slots=True)
class SourceEntry:
    """One source system."""

    name: str
    kind: str
    settings: SourceSettings
    zone: ZoneInfo | None
    currency: str | None
    naming: str | None
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

    def has_record(self, record: str) -> bool:
        return any(name == record for name, _ in self.entries)
