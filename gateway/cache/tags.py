"""What an answer is about, so that whoever hears of a change can drop it; and what a change is about.

Three tags say it: `Bill#B7`, a record that is in the answer; `Bill.account_id=A1`, the question that it
answers; `Bill.account_id`, every question of that lookup.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from gateway.contract.batch import Key, Lookup, Row, value_at
from gateway.contract.windows import text_key

# What a change may say of itself, and the keys of lookups that this is.
SAID = {"account": ("account_id",), "customer": ("customer_id",), "id": ("id",)}


@dataclass(frozen=True, slots=True)
class Change:
    """Some record of a system has changed, or may have: `None` is what the system did not say.

    `keys` are further keys that the record is found by, before and after the change.
    """

    record: str
    id: str | None = None
    account: str | None = None
    customer: str | None = None
    keys: Mapping[str, Sequence[str]] = field(default_factory=dict)


def tags_of(lookup: Lookup, key: Key, rows: Iterable[Row]) -> list[str]:
    """The tags of an answer."""
    about = [f"{lookup.record}.{lookup.by}", f"{lookup.record}.{lookup.by}={key}"]
    if lookup.id is None:
        return about
    names = (text_key(value_at(row, lookup.id)) for row in rows)
    return [*about, *(f"{lookup.record}#{name}" for name in dict.fromkeys(names) if name is not None)]


def tags_of_change(change: Change, lookups: Iterable[Lookup]) -> list[str]:
    """The tags of everything that may have changed.

    A lookup whose key the change does not say is touched as a whole: a new record may belong anywhere.
    """
    found = [] if change.id is None else [f"{change.record}#{change.id}"]
    for lookup in lookups:
        if lookup.record == change.record:
            found += _of_lookup(change, lookup)
    return found


def asked_of(tags: Iterable[str]) -> Callable[[Lookup, Key], bool]:
    """Whether the answer to a question that is still under way may be about any of these.

    Nobody knows yet which records it will bring: where one is named, every question of its kind may.
    """
    said = frozenset(tags)
    records = {name for name, mark, _ in map(_split, said) if mark == "#"}

    def asked(lookup: Lookup, key: Key) -> bool:
        whole = f"{lookup.record}.{lookup.by}"
        return lookup.record in records or whole in said or f"{whole}={key}" in said

    return asked


def _split(tag: str) -> tuple[str, str, str]:
    """A tag's record, what stands behind it (# or .), and the rest, in which both may stand too."""
    record = tag.partition("#")[0].partition(".")[0]
    return record, tag[len(record) : len(record) + 1], tag[len(record) + 1 :]


def _of_lookup(change: Change, lookup: Lookup) -> Iterator[str]:
    whole = f"{lookup.record}.{lookup.by}"
    said = list(_said(change, lookup.by))
    if not said:
        yield whole
    for key in said:
        yield f"{whole}={lookup.format_key(key)}"


def _said(change: Change, by: str) -> Iterator[str]:
    yield from change.keys.get(by, ())
    for word, names in SAID.items():
        value: str | None = getattr(change, word)
        if by in names and value is not None:
            yield value
