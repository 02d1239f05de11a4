"""What is connected: the sources and the lookups of one installation, as its catalog.toml names them.

It knows the records only by name; `catalog_reading` makes one of a file.
"""

from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from gateway.cache.policy import CachePolicy
from gateway.catalog.link_templates import LinkTemplate
from gateway.catalog.policies import Policies
from gateway.catalog.thresholds import Thresholds
from gateway.contract.batch import Lookup
from gateway.contract.source_kind import SourceSettings
from gateway.mapping.mapper import RecordMapper


@dataclass(frozen=True, slots=True)
class Relation:
    """What the schema asks of the catalog: a record by one of these, of which one must be there."""

    record: str
    by: tuple[str, ...]
    required: bool = True


@dataclass(frozen=True, slots=True)
class SourceEntry:
    """One system as the catalog names it."""

    name: str
    kind: str
    settings: SourceSettings
    zone: ZoneInfo | None
    currency: str | None
    naming: str | None
    policies: Policies = Policies()


@dataclass(frozen=True, slots=True)
class LookupEntry:
    """One lookup, how its rows are read, and how long they are kept; None where they are not."""

    lookup: Lookup
    mapper: RecordMapper
    cache_policy: CachePolicy | None = None


@dataclass(slots=True)
class Catalog:
    """What is connected. Made at start, and not changed after."""

    sources: dict[str, SourceEntry] = field(default_factory=dict)
    entries: dict[tuple[str, str], LookupEntry] = field(default_factory=dict)
    links: dict[str, LinkTemplate] = field(default_factory=dict)
    thresholds: Thresholds = Thresholds()

    def has_lookup(self, record: str, by: str) -> bool:
        """Whether this record can be found by this key."""
        return (record, by) in self.entries

    def has_record(self, record: str) -> bool:
        """Whether this record is connected at all."""
        return any(name == record for name, _ in self.entries)
