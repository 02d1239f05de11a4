"""What systems tell of changes: JSON → events, or a sentence for each thing that is wrong with it.

No sentence repeats what was sent: it may be somebody's number.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, TypeGuard

import msgspec

from gateway.cache.tags import Change
from gateway.errors import BadInput
from gateway.resolvers.graph.systems import SourceSystem
from gateway.resolvers.records import RECORDS, RELATIONS, SEARCH_LOOKUPS

MAX_EVENTS = 1_000  # events at once
Instant = Annotated[datetime, msgspec.Meta(tz=True)]
SYSTEMS = SourceSystem.__members__
RECORDS_OF_SYSTEM: Mapping[str, tuple[str, ...]] = {
    system: tuple(name for name, cls in RECORDS.items() if cls.SYSTEM.name == system) for system in SYSTEMS
}
# What each record is found by: a catalog may have no other. But for searches: people seek by any part of what
# a record says, so that no key names all that finds it.
KEYS_OF_RECORD: Mapping[str, frozenset[str]] = {
    name: frozenset(
        by for each in RELATIONS for by in each.by if each.record == name and (name, by) not in SEARCH_LOOKUPS
    )
    for name in RECORDS
}


@dataclass(frozen=True, slots=True)
class Event:
    """Something has changed. `about` is the record, or the system where it may be any of its records.

    `at` is when it changed, where the system says so.
    """

    subject: str
    changes: tuple[Change, ...]
    at: datetime | None


class InvalidEvents(BadInput):
    """What was sent are no events; `sentences` say everything that is wrong with it."""

    def __init__(self, sentences: Sequence[str]) -> None:
        super().__init__("\n".join(sentences))
        self.sentences = tuple(sentences)


def parse_events(body: bytes) -> list[Event]:
    """The events of a body: one, or a list. BadEvents where anything is wrong with any of them."""
    try:
        said = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidEvents(["The body is not JSON that can be read."]) from error
    many = said if isinstance(said, list) else [said]
    if len(many) > MAX_EVENTS:
        raise InvalidEvents([f"At most {MAX_EVENTS} events at once."])
    wrong = [f"Event {number}: {each}." for number, one in enumerate(many, 1) for each in _wrong(one)]
    if wrong:
        raise InvalidEvents(wrong)
    return [_event(one) for one in many]


def _event(said: Mapping[str, Any]) -> Event:
    """Of words that are right."""
    record, keys, at = said.get("record"), said.get("keys") or {}, said.get("at")
    who = said.get("id"), said.get("account"), said.get("customer")
    names = RECORDS_OF_SYSTEM[said["system"]] if record is None else (record,)
    changes = tuple(Change(name, *who, keys) for name in names)
    return Event(record or said["system"], changes, None if at is None else msgspec.convert(at, Instant))


def _is_system(value: Any) -> TypeGuard[str]:
    return isinstance(value, str) and value in SYSTEMS


def _is_record(value: Any) -> TypeGuard[str]:
    return isinstance(value, str) and value in RECORDS


def _is_text(value: Any) -> bool:
    # A key with blanks around it is nobody's: taken for one, it would leave everything as it is.
    return isinstance(value, str) and bool(value) and value == value.strip()


def _are_keys(value: Any) -> bool:
    lists = value.values() if isinstance(value, dict) else [None]
    return all(isinstance(each, list) and all(map(_is_text, each)) for each in lists)


def _is_instant(value: Any) -> bool:
    try:
        msgspec.convert(value, Instant)
    except msgspec.ValidationError:
        return False
    return True


TEXT = "{} is text without blanks around it; leave it out where it is not known"
WORDS: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "system": (_is_system, f"system is one of {', '.join(SYSTEMS)}"),
    "record": (_is_record, "record is the name of a record of the schema, such as Bill"),
    **{word: (_is_text, TEXT.format(word)) for word in ("id", "account", "customer")},
    "keys": (_are_keys, 'keys is an object of lists of text, no blanks around, such as {"bill_id": ["17"]}'),
    "at": (_is_instant, "at is an instant with an offset, such as 2026-11-15T12:00:00-05:00"),
}


def _wrong(said: Any) -> Iterator[str]:
    if not isinstance(said, dict):
        yield "it is no object"
        return
    if not said.keys() <= WORDS.keys():
        yield f"it has words that are none of {', '.join(WORDS)}"
    for word, (fits, sentence) in WORDS.items():
        value = said.get(word)
        if (value is not None or word == "system") and not fits(value):
            yield sentence
    yield from _unfit(said.get("record"), said.get("system"), said.get("keys"))


def _unfit(record: Any, system: Any, keys: Any) -> Iterator[str]:
    """What of these, each right in itself, does not fit the others."""
    if not _is_system(system) or not (record is None or _is_record(record)):
        return
    if record is not None and record not in RECORDS_OF_SYSTEM[system]:
        yield f"{record} is no record of {system}"
        return
    # A key that nothing is found by says nothing: the lookup that was meant would be dropped as a whole.
    known = {
        by for name in ([record] if record else RECORDS_OF_SYSTEM[system]) for by in KEYS_OF_RECORD[name]
    }
    if keys is not None and _are_keys(keys) and not keys.keys() <= known:
        yield f"keys of {record or system} may be {', '.join(sorted(known)) or 'none'}"
