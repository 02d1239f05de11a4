"""Global ids and cursors: opaque text that callers hand back. Each value has exactly one text."""

import base64
import binascii
from collections.abc import Container
from typing import Any

import msgspec

from gateway.errors import BadInput
from gateway.errors.reasons import Reason

INVALID_ID = "That is not an id of this graph: hand back an `id` as it was given."
INVALID_CURSOR = "That is not a cursor of this list: hand back an endCursor as it was given."


def encode_opaque(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode("ascii")


def decode_opaque(text: str) -> bytes | None:
    """Return the bytes of a text made by `encode_opaque`, None for any other text."""
    try:
        content = base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        return None
    return content if encode_opaque(content) == text else None


def global_id(kind: str, key: str) -> str:
    return encode_opaque(f"{kind}:{key}".encode())


def parse_global_id(text: str, kinds: Container[str] | None = None, argument: str = "id") -> tuple[str, str]:
    """Return the kind and key of a global id. BadInput for any other text, or for none of these kinds."""
    try:
        kind, _, key = (decode_opaque(text) or b"").decode("utf-8").partition(":")
    except UnicodeDecodeError:
        kind = key = ""
    if not (kind and key) or (kinds is not None and kind not in kinds):
        raise BadInput(INVALID_ID, Reason.INVALID_ID, argument)
    return kind, key


def key_from_global_id(text: str, kind: str, argument: str = "id") -> str:
    """Return the key of a global id of this kind. BadInput for another kind."""
    actual, key = parse_global_id(text, argument=argument)
    if actual != kind:
        raise BadInput(f"That is the id of a {actual}; pass the id of a {kind}.", Reason.WRONG_ID_TYPE, argument)
    return key


def encode_cursor(state: Any) -> str:
    return encode_opaque(msgspec.msgpack.encode(state))


def decode_cursor(text: str, kind: type) -> Any:
    """Return the state of a cursor. BadInput for any other text."""
    try:
        return msgspec.msgpack.decode(decode_opaque(text) or b"", type=kind)
    except (msgspec.DecodeError, ValueError) as error:
        raise BadInput(INVALID_CURSOR, Reason.INVALID_CURSOR, "after") from error
