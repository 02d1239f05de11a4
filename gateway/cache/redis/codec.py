"""Remembered windows as bytes, and back: what comes out equals what went in, type for type.

MessagePack, with types of our own for what it lacks. A value of any other type is refused, not bent.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from hashlib import blake2b
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from msgspec.msgpack import Ext

from gateway.cache.entries import CacheEntry
from gateway.contract.batch import Position, Window

CHECK = 8  # bytes that tell whether the rest is whole, and of the place where it lay
DECIMAL, DAY, MOMENT, HOUR, SPAN, NAME, WHOLE, TEXT, ROWS = range(1, 10)
_LEAST, _MOST = -(2**63), 2**64 - 1  # the whole numbers that MessagePack has
UNREADABLE = (ValueError, TypeError, LookupError, OverflowError, RecursionError)  # msgspec's are ValueErrors


def packed(name: str, kept: Sequence[CacheEntry]) -> bytes:
    """What is remembered under a name. ValueError where a row holds what cannot be told in bytes."""
    try:
        body = msgspec.msgpack.encode([_window(each) for each in kept])
    except RecursionError as error:
        raise ValueError("rows nested too deeply") from error
    return _check(name, body) + body


def unpacked(name: str, packet: bytes) -> list[CacheEntry]:
    """What was remembered under this name. ValueError where that is not what these bytes say."""
    check, body = packet[:CHECK], packet[CHECK:]
    if check != _check(name, body):
        raise ValueError("not whole, or of another place")
    try:
        return [_kept(*each) for each in _decoder.decode(body)]
    except UNREADABLE as error:
        raise ValueError("written by somebody else") from error


def _check(name: str, body: bytes) -> bytes:
    told = blake2b(name.encode(), digest_size=CHECK)
    told.update(body)
    return told.digest()


def _window(kept: CacheEntry) -> Any:
    window, after = kept.window, kept.window.after
    if window.zone.key is None:
        raise ValueError("a zone without a name")
    asked = [window.since, window.until, window.limit, window.zone.key, window.first]
    last = None if after is None else [after.time, after.id]
    return _plain([asked, last, [dict(row) for row in kept.rows], kept.as_of, kept.at])


def _kept(asked: Any, last: Any, rows: Any, as_of: datetime, at: float) -> CacheEntry:
    since, until, limit, zone, first = asked
    after = None if last is None else Position(*last)
    return CacheEntry(Window(since, until, limit, after, ZoneInfo(zone), first), tuple(rows), as_of, at)


def _plain(value: Any) -> Any:
    kind = type(value)
    if kind in _PLAIN:
        return value
    if kind is str:
        return value if value.isascii() else _text(value)
    if kind is dict:
        return {_name(name): _plain(each) for name, each in value.items()}
    if kind is list:
        return [_plain(each) for each in value]
    write = _WRITE.get(kind)
    if write is not None:
        return write(value)
    if isinstance(value, UUID):  # asyncpg has one of its own
        return Ext(NAME, value.bytes)
    raise ValueError(f"a {kind.__name__} has no form in bytes")


def _name(name: Any) -> str:
    if type(name) is not str:
        raise ValueError("a name that is no text")
    try:
        name.encode()
    except UnicodeEncodeError as error:
        raise ValueError("a name that is half a character") from error
    return name


def _text(text: str) -> str | Ext:
    try:
        text.encode()
    except UnicodeEncodeError:  # half a character: JSON can say that
        return Ext(TEXT, text.encode("utf-8", "surrogatepass"))
    return text


def _whole(number: int) -> int | Ext:
    return number if _LEAST <= number <= _MOST else Ext(WHOLE, f"{number:x}".encode())


def _moment(moment: datetime) -> Ext:
    return Ext(MOMENT, _zoned(moment.replace(tzinfo=None).isoformat(), moment.fold, moment.tzinfo))


def _hour(hour: time) -> Ext:
    return Ext(HOUR, _zoned(hour.replace(tzinfo=None).isoformat(), hour.fold, hour.tzinfo))


def _zoned(hands: str, fold: int, zone: tzinfo | None) -> bytes:
    """Which of two equal hours, where the hands of the clock stand, and in which zone."""
    if zone is None:
        return f"{fold}{hands}".encode()
    if isinstance(zone, ZoneInfo) and zone.key is not None:
        return f"{fold}{hands}|{zone.key}".encode()
    if not isinstance(zone, timezone):
        raise ValueError("a zone without a name")
    return f"{fold}{hands}|{zone.utcoffset(None) // _TICK}us".encode()


def _zone(text: str) -> tzinfo | None:
    if not text:
        return None
    return timezone(timedelta(microseconds=int(text[:-2]))) if text.endswith("us") else ZoneInfo(text)


def _read_moment(data: bytes) -> datetime:
    hands, _, zone = data[1:].decode().partition("|")
    return datetime.fromisoformat(hands).replace(tzinfo=_zone(zone), fold=data[0] - 48)


def _read_hour(data: bytes) -> time:
    hands, _, zone = data[1:].decode().partition("|")
    return time.fromisoformat(hands).replace(tzinfo=_zone(zone), fold=data[0] - 48)


def _span(span: timedelta) -> Ext:
    return Ext(SPAN, str(span // _TICK).encode())


_TICK = timedelta(microseconds=1)
_PLAIN = frozenset({type(None), bool, float, bytes})
_WRITE: Mapping[type, Callable[[Any], Any]] = {
    int: _whole,
    Decimal: lambda number: Ext(DECIMAL, str(number).encode()),
    date: lambda day: Ext(DAY, day.isoformat().encode()),
    datetime: _moment,
    time: _hour,
    timedelta: _span,
    UUID: lambda name: Ext(NAME, name.bytes),
    tuple: lambda several: Ext(ROWS, msgspec.msgpack.encode([_plain(each) for each in several])),
}
_READ: Mapping[int, Callable[[bytes], Any]] = {
    DECIMAL: lambda data: Decimal(data.decode()),
    DAY: lambda data: date.fromisoformat(data.decode()),
    MOMENT: _read_moment,
    HOUR: _read_hour,
    SPAN: lambda data: timedelta(microseconds=int(data)),
    NAME: lambda data: UUID(bytes=data),
    WHOLE: lambda data: int(data, 16),
    TEXT: lambda data: data.decode("utf-8", "surrogatepass"),
    ROWS: lambda data: tuple(_decoder.decode(data)),
}


def _read(code: int, data: memoryview) -> Any:
    return _READ[code](bytes(data))


_decoder: msgspec.msgpack.Decoder[Any] = msgspec.msgpack.Decoder(ext_hook=_read)
