"""Cursors of lists: opaque texts that hold the positions of every stream."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, date, datetime

import msgspec

from gateway.contract.times import TICK
from gateway.errors import BadInput
from gateway.errors.reasons import Reason
from gateway.ids import decode_cursor, encode_cursor
from gateway.loading.merge import Stream
from gateway.loading.positions import KeysetPosition, StreamPositions
from gateway.resolvers.graph.date_ranges import CALENDAR


class EncodedPosition(msgspec.Struct, array_like=True, frozen=True):
    """A keyset position in a cursor; `time` is in microseconds since 1970."""

    time: int
    rank: int | None
    id: str


class CursorState(msgspec.Struct, array_like=True, frozen=True):
    """Contents of a cursor.

    scope: the list that the cursor belongs to
    anchor: the day on which the list was begun
    all, late: the positions, as `StreamPositions` has them
    """

    scope: str
    anchor: str
    all: EncodedPosition | None
    late: dict[str, EncodedPosition | None] = {}


EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
INVALID_CURSOR = "That is not a cursor of this list."
FOREIGN_CURSOR = "That cursor belongs to another list: another filter, order, range or account."


def _encode(position: KeysetPosition | None) -> EncodedPosition | None:
    if position is None:
        return None
    return EncodedPosition((position.time - EPOCH) // TICK, position.rank, position.id)


def _decode(position: EncodedPosition | None) -> KeysetPosition | None:
    if position is None:
        return None
    try:
        time = EPOCH + position.time * TICK
    except OverflowError as error:
        raise BadInput(INVALID_CURSOR, Reason.INVALID_CURSOR, "after") from error
    if not CALENDAR.since <= time.date() <= CALENDAR.until:
        raise BadInput(INVALID_CURSOR, Reason.INVALID_CURSOR, "after")
    return KeysetPosition(time, position.rank, position.id)


def cursor_scope(*parts: object) -> str:
    """A short name of a list; a cursor of one list is refused by another."""
    return hashlib.blake2s(repr(parts).encode(), digest_size=8).hexdigest()


def write_cursor(scope: str, anchor: str, positions: StreamPositions) -> str:
    late = {name: _encode(position) for name, position in positions.late.items()}
    return encode_cursor(CursorState(scope, anchor, _encode(positions.all), late))


def read_cursor(text: str | None, scope: str, streams: Sequence[Stream]) -> tuple[str | None, StreamPositions]:
    """Decode the anchor and the positions. Raises BadInput if the cursor belongs to another list."""
    if text is None:
        return None, StreamPositions()
    state: CursorState = decode_cursor(text, CursorState)
    if state.scope != scope or not set(state.late) <= {stream.name for stream in streams}:
        raise BadInput(FOREIGN_CURSOR, Reason.FOREIGN_CURSOR, "after")
    late = {name: _decode(position) for name, position in state.late.items()}
    return state.anchor, StreamPositions(_decode(state.all), late)


def anchor_day(text: str, earliest: date, today: date) -> date:
    """The day on which a list was begun, from its cursor. Raises BadInput if it is not a possible day."""
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise BadInput(INVALID_CURSOR, Reason.INVALID_CURSOR, "after") from error
    if not earliest <= day <= today:
        message = f"That cursor begins on {day}, outside {earliest} to {today}: begin the list again."
        raise BadInput(message, Reason.EXPIRED_CURSOR, "after")
    return day
