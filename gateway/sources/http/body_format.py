"""What the body of an answer is written in: how it is asked for, how it is told, and how it is read."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import msgspec


class InvalidDocument(ValueError):
    """A body that is not what it should be; the sentence is for the log and shows nothing of the body."""


@dataclass(frozen=True, slots=True)
class Form:
    """One way to write a body.

    `accept` asks for it; `told_by` are the ends of the content types that tell it. `decode` gives what a body
    says, as values of JSON; Unreadable, ValueError or RecursionError when it is not in this form. `slow` is
    what takes so long to read that nobody else should wait for it.
    """

    name: str
    accept: str
    told_by: tuple[str, ...]
    decode: Callable[[bytes], Any]
    slow: bool = False


# Money and quantities keep their digits.
_decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(float_hook=Decimal)


def _json(body: bytes) -> Any:
    return _decoder.decode(body.removeprefix(b"\xef\xbb\xbf"))


JSON = Form("JSON", "application/json", ("/json", "+json"), _json)
