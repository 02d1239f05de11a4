"""Stored values as bytes: what is read equals what was written, type for type.

MessagePack, with extensions for the types it lacks. A value of another type is refused, not converted.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from functools import partial
from hashlib import blake2b
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from msgspec.msgpack import Ext

from gateway.cache.entries import CacheEntry
from gateway.contract.batch import Position, Window
from gateway.contract.times import TICK

CHECKSUM_BYTES = 8


@dataclass(frozen=True, slots=True)
class VersionedEntries:
    """The entries of a key, their epoch, and the versions of their tags (None: never invalidated)."""

    entries: Sequence[CacheEntry]
    epoch: bytes
    versions: Mapping[str, bytes | None]


def pack(name: str, stored: VersionedEntries) -> bytes:
    """The bytes to store under a name. ValueError where a row holds a value of another type."""
    try:
        entries = [_packable(replace(each, rows=tuple(map(dict, each.rows)))) for each in stored.entries]
        body = msgspec.msgpack.encode([stored.epoch, stored.versions, entries])
    except RecursionError as error:
        raise ValueError("rows are nested too deeply") from error
    return _checksum(name, body) + body


def unpack(name: str, packet: bytes) -> VersionedEntries:
    """What was stored under this name. ValueError where these bytes are something else."""
    checksum, body = packet[:CHECKSUM_BYTES], packet[CHECKSUM_BYTES:]
    if checksum != _checksum(name, body):
        raise ValueError("not complete, or stored under another name")
    try:
        epoch, versions, entries = _decoder.decode(body)
        return VersionedEntries(entries, epoch, versions)
    except (ValueError, TypeError, LookupError, OverflowError, RecursionError) as error:
        raise ValueError("not written by a gateway") from error


def _checksum(name: str, body: bytes) -> bytes:
    return blake2b(name.encode() + body, digest_size=CHECKSUM_BYTES).digest()


def _packable(value: Any) -> Any:
    kind = type(value)
    if kind in _NATIVE or (kind is int and -(2**63) <= value < 2**64) or (kind is str and value.isascii()):
        return value
    if kind is dict and all(type(name) is str for name in value):
        return {name: _packable(each) for name, each in value.items()}
    if kind is list:
        return [_packable(each) for each in value]
    if kind in _COMPOUND:
        parts = value if kind is tuple else [getattr(value, name) for name in kind.__match_args__]
        return Ext(_COMPOUND.index(kind), msgspec.msgpack.encode([_packable(each) for each in parts]))
    extension = _EXTENSION.get(UUID if isinstance(value, UUID) else kind)  # asyncpg has its own UUID class
    if extension is None:
        raise ValueError(f"a {kind.__name__} has no form in bytes")
    code, write = extension
    # JSON may hold half a character, which UTF-8 has not.
    return Ext(code, write(value).encode("utf-8", "surrogatepass"))


def _write_clock(clock: datetime | time) -> str:
    """Which of two equal hours (the fold), the hands of the clock, and its zone."""
    return f"{clock.fold}{clock.replace(tzinfo=None).isoformat()}|{_zone_text(clock.tzinfo)}"


def _zone_text(zone: tzinfo | None) -> str:
    if zone is None:
        return ""
    if isinstance(zone, ZoneInfo) and zone.key is not None:
        return zone.key
    if isinstance(zone, timezone):
        return f"{zone.utcoffset(None) // TICK}us"
    raise ValueError("a time zone without a name")


def _read_clock(kind: type[datetime] | type[time], text: str) -> datetime | time:
    hands, _, name = text[1:].partition("|")
    zone: tzinfo | None = None
    if name:
        zone = timezone(int(name[:-2]) * TICK) if name.endswith("us") else ZoneInfo(name)
    return kind.fromisoformat(hands).replace(tzinfo=zone, fold=int(text[0]))


_NATIVE = frozenset({type(None), bool, float, bytes})
# Their order is the codes: append only.
_COMPOUND: Sequence[type] = (tuple, CacheEntry, Window, Position)
_TEXT: Sequence[tuple[type, Callable[[Any], str], Callable[[str], Any]]] = (
    (Decimal, str, Decimal),
    (date, date.isoformat, date.fromisoformat),
    (datetime, _write_clock, partial(_read_clock, datetime)),
    (time, _write_clock, partial(_read_clock, time)),
    (timedelta, lambda span: str(span // TICK), lambda text: int(text) * TICK),
    (UUID, str, UUID),
    (int, "{:x}".format, partial(int, base=16)),
    (str, str, str),
    (ZoneInfo, _zone_text, ZoneInfo),
)
FIRST_TEXT = 10  # code: there is room for compounds before it
_EXTENSION = {kind: (code, write) for code, (kind, write, _) in enumerate(_TEXT, FIRST_TEXT)}


def _read(code: int, data: memoryview) -> Any:
    if code >= FIRST_TEXT:
        return _TEXT[code - FIRST_TEXT][2](bytes(data).decode("utf-8", "surrogatepass"))
    kind, parts = _COMPOUND[code], _decoder.decode(data)
    return tuple(parts) if kind is tuple else kind(*parts)


_decoder: msgspec.msgpack.Decoder[Any] = msgspec.msgpack.Decoder(ext_hook=_read)
