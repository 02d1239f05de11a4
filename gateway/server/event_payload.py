"""The payload of change events: JSON → events, or a message for each mistake.

No message repeats the payload: it may hold personal data.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec

from gateway.cache.tags import Change
from gateway.errors import BadInput
from gateway.resolvers.graph.record import SourceSystem
from gateway.resolvers.records import RECORDS, RELATIONS, SEARCH_LOOKUPS

MAX_EVENTS = 1_000  # of one request
Instant = Annotated[datetime, msgspec.Meta(tz=True)]
# A key with surrounding spaces matches no cached answer: accepting it would invalidate nothing.
Text = Annotated[str, msgspec.Meta(pattern=r"(?s)\A\S(.*\S)?\Z")]
SYSTEMS = SourceSystem.__members__
RECORDS_OF_SYSTEM: Mapping[str, tuple[str, ...]] = {
    system: tuple(name for name, cls in RECORDS.items() if cls.SYSTEM.name == system) for system in SYSTEMS
}
# Search lookups have no keys that an event could name.
LOOKUPS = {(relation.record, by) for relation in RELATIONS for by in relation.by}.difference(SEARCH_LOOKUPS)


@dataclass(frozen=True, slots=True)
class Event:
    """A change of data.

    subject: the changed record; a system if any of its records may have changed.
    at: when it changed, if the sender says so.
    """

    subject: str
    changes: tuple[Change, ...]
    at: datetime | None


class InvalidEvents(BadInput):
    """A payload with mistakes. `messages` has one sentence for each."""

    def __init__(self, messages: Sequence[str]) -> None:
        super().__init__("\n".join(messages))
        self.messages = tuple(messages)


def parse_events(body: bytes) -> list[Event]:
    """Parse one event or a list of events. InvalidEvents if any event has a mistake."""
    try:
        payload = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidEvents(["The body is not valid JSON: send one event, or a list of events."]) from error
    items = payload if isinstance(payload, list) else [payload]
    if len(items) > MAX_EVENTS:
        raise InvalidEvents([f"Too many events: send at most {MAX_EVENTS} in one request."])
    errors = [f"Event {number}: {error}." for number, item in enumerate(items, 1) for error in _errors(item)]
    if errors:
        raise InvalidEvents(errors)
    return [_event(item) for item in items]


def _event(item: Mapping[str, Any]) -> Event:
    record, keys, at = item.get("record"), item.get("keys") or {}, item.get("at")
    ids = item.get("id"), item.get("account"), item.get("customer")
    names = RECORDS_OF_SYSTEM[item["system"]] if record is None else (record,)
    changes = tuple(Change(name, *ids, keys) for name in names)
    return Event(record or item["system"], changes, None if at is None else msgspec.convert(at, Instant))


TEXT = "{} must be text without surrounding spaces; omit it if it is unknown"
FIELDS: Mapping[str, tuple[Any, str]] = {
    "system": (SourceSystem, f"system must be one of {', '.join(SYSTEMS)}"),
    "record": (Literal[*RECORDS] | None, "record must be the name of a record of the schema, such as Bill"),
    **{name: (Text | None, TEXT.format(name)) for name in ("id", "account", "customer")},
    "keys": (
        dict[str, list[Text]] | None,
        'keys must be an object of lists of text without surrounding spaces, such as {"bill_id": ["17"]}',
    ),
    "at": (Instant | None, "at must be an instant with an offset, such as 2026-11-15T12:00:00-05:00"),
}


def _is_valid(value: Any, expected: Any) -> bool:
    try:
        msgspec.convert(value, expected)
    except msgspec.ValidationError:
        return False
    return True


def _errors(item: Any) -> Iterator[str]:
    if not isinstance(item, dict):
        yield "it must be a JSON object"
        return
    if not item.keys() <= FIELDS.keys():
        yield f"it has an unknown field; the fields are {', '.join(FIELDS)}"
    invalid = [name for name, (expected, _) in FIELDS.items() if not _is_valid(item.get(name), expected)]
    yield from (FIELDS[name][1] for name in invalid)
    if not {"system", "record"}.intersection(invalid):
        keys = {} if "keys" in invalid else item.get("keys") or {}
        yield from _combination_errors(item.get("record"), item["system"], keys)


def _combination_errors(record: str | None, system: str, keys: Mapping[str, Any]) -> Iterator[str]:
    """Mistakes of valid fields that do not belong together."""
    if record is not None and record not in RECORDS_OF_SYSTEM[system]:
        yield f"{record} is not a record of {system}"
        return
    # An unknown key would invalidate the whole lookup instead of one answer.
    names = [record] if record else RECORDS_OF_SYSTEM[system]
    allowed = {by for name, by in LOOKUPS if name in names}
    if not keys.keys() <= allowed:
        yield f"keys of {record or system} may be {', '.join(sorted(allowed)) or 'none'}"
