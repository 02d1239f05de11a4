"""The format of a response body: how a request asks for it, how a response names it, how it is decoded."""

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


def _json(body: bytes) -> Any:
    return _decoder.decode(body.removeprefix(b"\xef\xbb\xbf"))


JSON = BodyFormat("JSON", "application/json", ("/json", "+json"), _json)
