"""The format of a response body: how a request asks for it, how a response names it, how it is decoded."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import msgspec


class InvalidDocument(ValueError):
    """A body that is not what it should be. The message is for the log, and shows nothing of the body."""


@dataclass(frozen=True, slots=True)
class BodyFormat:
    """One format of bodies.

    accept: the Accept header
    content_types: ends of the content types that name it
    decode: the values of a body; raises InvalidDocument, ValueError or RecursionError
    """

    name: str
    accept: str
    content_types: tuple[str, ...]
    decode: Callable[[bytes], Any]


# Money and quantities keep their digits.
_decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(float_hook=Decimal)


_LIST = msgspec.json.Decoder(list[msgspec.Raw])
_OBJECT = msgspec.json.Decoder(dict[str, msgspec.Raw])
_BOM = b"\xef\xbb\xbf"
PART_BYTES = 64 * 1024  # decoded between two passes of the event loop, or one longer text
_MAX_DEPTH = 8  # of parts in parts; each level is read once more
_MAX_BLANKS = 64  # before a value; after more, it is decoded at once


def _json(body: bytes) -> Any:
    return _decoder.decode(body.removeprefix(_BOM))


async def decoded(form: BodyFormat, body: bytes) -> Any:
    """The values of a body. A large one of JSON is decoded part by part, with a pass of the event loop after each.

    The parts are those of its lists and objects. They are found at once, which takes a small part of the time.
    """
    if form is not JSON or len(body) <= PART_BYTES:
        return form.decode(body)
    try:
        return await _PartDecoder().decode(body.removeprefix(_BOM))
    except msgspec.DecodeError:
        return form.decode(body)  # its own error, for the whole body


class _PartDecoder:
    """Decodes the parts of one body."""

    def __init__(self) -> None:
        self._decoded = 0  # bytes in this pass of the event loop

    async def decode(self, text: bytes | memoryview, depth: int = 0) -> Any:
        size = len(text)
        if size <= PART_BYTES or depth > _MAX_DEPTH:
            self._decoded += size
            return _decoder.decode(text)
        start = bytes(text[:_MAX_BLANKS]).lstrip(b" \t\r\n")[:1]
        if start == b"[":
            return [await self._part(part, depth) for part in _LIST.decode(text)]
        if start == b"{":
            return {name: await self._part(part, depth) for name, part in _OBJECT.decode(text).items()}
        return _decoder.decode(text)

    async def _part(self, part: msgspec.Raw, depth: int) -> Any:
        value = await self.decode(memoryview(part), depth + 1)
        if self._decoded >= PART_BYTES:
            self._decoded = 0
            await asyncio.sleep(0)
        return value


JSON = BodyFormat("JSON", "application/json", ("/json", "+json"), _json)
