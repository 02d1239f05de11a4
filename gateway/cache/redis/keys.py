"""Under which names things lie in Redis. No key that people are searched by can be read in one."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import msgspec

from gateway.cache.store import CacheKey
from gateway.contract.batch import Lookup
from gateway.errors import ConfigError

FORMAT = 1  # the next one where rows or values are written otherwise: then nobody reads the old


def digest(text: str, size: int = 16) -> str:
    """A short name for any text."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=size).hexdigest()


def release() -> str:
    """Which gateway this is: another may make other rows of the same answers."""
    try:
        return version("customer-360-gateway")
    except PackageNotFoundError:
        return ""


def fingerprint(lookup: Lookup, home: str = "") -> str:
    """The same in every process for what asks the same place in the same way, and for nothing else."""
    told = [FORMAT, release(), home, type(lookup.place).__qualname__, lookup]
    return blake2b(
        msgspec.json.encode(told, enc_hook=_zone, order="deterministic"), digest_size=8
    ).hexdigest()


def _zone(value: Any) -> str:
    if isinstance(value, ZoneInfo) and value.key is not None:
        return value.key
    raise NotImplementedError(f"a {type(value).__name__} in a lookup has no fingerprint")


@dataclass(frozen=True, slots=True)
class Names:
    """`homes` says where each source is, so that two utilities in one Redis do not meet.

    Only the names of values carry a format and a fingerprint: what is dropped is told alike to gateways
    of every version.
    """

    prefix: str = "c360"
    homes: Mapping[str, str] = field(default_factory=dict)
    known: dict[Lookup, str] = field(default_factory=dict)

    def learn(self, lookups: Iterable[Lookup]) -> None:
        """Name these now, at start. ConfigError where one cannot be told alike in every process."""
        wrong = []
        for each in lookups:
            try:
                self._lookup(each)
            except (NotImplementedError, TypeError, ValueError) as error:
                wrong.append(f"{each.name}: it cannot be kept in Redis ({error}): take out its `keep`.")
        if wrong:
            raise ConfigError(wrong)

    def value(self, place: CacheKey) -> str:
        """Where the answers to one key of a lookup lie."""
        return f"{self.prefix}:{FORMAT}:{self._lookup(place.lookup)}:{digest(place.key)}"

    def claim(self, place: CacheKey) -> str:
        """What says that somebody is asking just now."""
        return f"{self.value(place)}:asked"

    @property
    def generation(self) -> str:
        """Which values are to be believed: those written since everything was forgotten."""
        return f"{self.prefix}:generation"

    @property
    def channel(self) -> str:
        """Where it is told what was dropped."""
        return f"{self.prefix}:dropped"

    def _lookup(self, lookup: Lookup) -> str:
        found = self.known.get(lookup)
        if found is None:
            found = self.known[lookup] = fingerprint(lookup, self.homes.get(lookup.source, ""))
        return found


# Of a login: they only prove who asks, and change now and then. What says who asks stands beside each.
SECRETS = frozenset({"password", "client_secret"})


def source_identity(settings: object) -> str:
    """A digest of all that decides where a source is, who asks it and how: of two utilities it is another.

    A new password makes no difference. An API key does: it may be all that says whose data is wanted.
    """
    told = json.dumps(_said(settings), sort_keys=True, default=repr)
    return digest(told)


def _said(settings: object) -> object:
    if not isinstance(settings, msgspec.Struct):
        return settings
    names = [name for name in settings.__struct_fields__ if name not in SECRETS]
    said = {name: _said(getattr(settings, name)) for name in names}
    if "url" in said:
        said["url"] = _without_password(str(said["url"]))
    if "folder" in said:  # the same word is another place in another directory
        said["folder"] = str(Path(str(said["folder"])).resolve())
    return [type(settings).__qualname__, said]


def _without_password(url: str) -> list[str]:
    parts = urlsplit(url)
    user = (parts.username or "") if "@" in parts.netloc else ""
    path = str(Path(parts.path[1:]).resolve()) if parts.scheme.startswith("sqlite") else parts.path
    return [parts.scheme, user, parts.netloc.rpartition("@")[2], path, parts.query, parts.fragment]
