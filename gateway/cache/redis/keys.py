"""Names in Redis. No person's key can be read in one."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import FunctionType
from typing import Any, get_args
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import msgspec

from gateway.cache.entries import CacheKey
from gateway.contract.batch import Lookup, Password
from gateway.errors import ConfigError

FORMAT = 2  # increase it when rows or values are written differently: then no gateway reads the older ones
TAG_DIGEST_BYTES = 8  # two tags of one digest only invalidate each other's answers


def digest(text: str, size: int = 16) -> str:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=size).hexdigest()


def gateway_version() -> str:
    """The version of this gateway. Another version may make other rows of the same response."""
    try:
        return version("customer-360-gateway")
    except PackageNotFoundError:
        return ""


def fingerprint(lookup: Lookup, identity: str = "") -> str:
    """A digest of a lookup and of its source's identity, the same in every process."""
    parts = [FORMAT, gateway_version(), identity, type(lookup.place).__qualname__, lookup]
    text = msgspec.json.encode(parts, enc_hook=_name_of, order="deterministic")
    return blake2b(text, digest_size=8).hexdigest()


def _name_of(value: Any) -> str:
    if isinstance(value, ZoneInfo) and value.key is not None:
        return value.key
    if isinstance(value, FunctionType) and value.__qualname__.isidentifier():  # one of a module, by its name
        return f"{value.__module__}.{value.__qualname__}"
    raise NotImplementedError(f"a {type(value).__name__} cannot be part of a cache key")


@dataclass(frozen=True, slots=True)
class RedisKeys:
    """What lies under these names: see `InvalidationLog`.

    Only values have a format and a fingerprint: invalidations reach gateways of every version.

    identities: those of the sources, so that two utilities may share one Redis
    """

    prefix: str = "c360"
    identities: Mapping[str, str] = field(default_factory=dict)
    fingerprints: dict[Lookup, str] = field(default_factory=dict)

    def prepare(self, lookups: Iterable[Lookup]) -> None:
        """Compute the fingerprints at start. ConfigError where a lookup has none."""
        errors = []
        for lookup in lookups:
            try:
                self._fingerprint(lookup)
            except (NotImplementedError, TypeError, ValueError) as error:
                errors.append(f"{lookup.name}: cannot be cached in Redis ({error}); remove its `cache`.")
        if errors:
            raise ConfigError(errors)

    def value(self, key: CacheKey) -> str:
        return f"{self.prefix}:{FORMAT}:{self._fingerprint(key.lookup)}:{digest(key.key)}"

    def lock(self, key: CacheKey) -> str:
        return f"{self.value(key)}:lock"

    def tag(self, tag: str) -> str:
        return f"{self.prefix}:tag:{digest(tag, TAG_DIGEST_BYTES)}"

    def log(self, number: int) -> str:
        return f"{self.prefix}:log:{number}"

    @property
    def epoch(self) -> str:
        return f"{self.prefix}:epoch"

    @property
    def sequence(self) -> str:
        return f"{self.prefix}:sequence"

    def _fingerprint(self, lookup: Lookup) -> str:
        if lookup not in self.fingerprints:
            self.fingerprints[lookup] = fingerprint(lookup, self.identities.get(lookup.source, ""))
        return self.fingerprints[lookup]


def source_identity(settings: object) -> str:
    """A digest of where a source is, who logs in and how: another for each utility.

    A new `Password` does not change it. An API key does: it may be all that says whose data is meant.
    """
    return digest(json.dumps(_identifying(settings), sort_keys=True, default=repr))


def _identifying(settings: object) -> object:
    if not isinstance(settings, msgspec.Struct):
        return settings
    fields = msgspec.structs.fields(settings)
    names = [field.name for field in fields if Password not in (field.type, *get_args(field.type))]
    values = {name: _identifying(getattr(settings, name)) for name in names}
    if "url" in values:
        values["url"] = _without_password(str(values["url"]))
    if "folder" in values:  # a relative path is another folder in another directory
        values["folder"] = str(Path(str(values["folder"])).resolve())
    return [type(settings).__qualname__, values]


def _without_password(url: str) -> list[str]:
    parts = urlsplit(url)
    user = (parts.username or "") if "@" in parts.netloc else ""
    path = str(Path(parts.path[1:]).resolve()) if parts.scheme.startswith("sqlite") else parts.path
    return [parts.scheme, user, parts.netloc.rpartition("@")[2], path, parts.query, parts.fragment]
