"""Opaque text that callers hand back: global ids and cursors. One thing has exactly one text."""

import base64
import binascii
from typing import Any

import msgspec

from gateway.errors import BadInput


def encode_opaque(content: bytes) -> str:
    """Bytes as text that fits into a URL."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode("ascii")


def decode_opaque(text: str) -> bytes | None:
    """The bytes of a text made by `pack`; None when it was not."""
    try:
        content = base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        return None
    return content if encode_opaque(content) == text else None


def global_id(kind: str, key: str) -> str:
    """The id of a record in the whole graph."""
    return encode_opaque(f"{kind}:{key}".encode())


def parse_global_id(text: str) -> tuple[str, str]:
    """The kind and the key behind a global id. BadInput when it is none."""
    content = decode_opaque(text)
    try:
        kind, colon, key = (content or b"").decode("utf-8").partition(":")
    except UnicodeDecodeError:
        kind, colon, key = "", "", ""
    if not (kind and colon and key):
        raise BadInput("That is not an id of this graph: hand back an `id` as it was given.")
    return kind, key


def key_from_global_id(text: str, kind: str) -> str:
    """The key behind a global id of this kind. BadInput when it is another's."""
    found, key = parse_global_id(text)
    if found != kind:
        raise BadInput(f"That is the id of a {found}; a {kind} is asked for here.")
    return key


def encode_cursor(state: Any) -> str:
    """A cursor that holds this state."""
    return encode_opaque(msgspec.msgpack.encode(state))


def decode_cursor(text: str, kind: type) -> Any:
    """The state in a cursor. BadInput when it is not a cursor of this gateway."""
    content = decode_opaque(text)
    try:
        return msgspec.msgpack.decode(content or b"", type=kind)
    except (msgspec.DecodeError, ValueError) as error:
        raise BadInput(
            "That is not a cursor of this list: hand back an endCursor as it was given."
        ) from error
