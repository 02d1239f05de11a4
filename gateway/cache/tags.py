"""Tags name the subjects of answers and of changes. An invalidated tag invalidates its answers.

An answer has three kinds: `Bill#B7`, a record in it; `Bill.account_id=A1`, the key that it answers;
`Bill.account_id`, every key of that lookup.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from gateway.contract.batch import Lookup, Row
from gateway.contract.paths import Key, value_at
from gateway.contract.windows import text_key


@dataclass(frozen=True, slots=True)
class Change:
    """A record of a system has changed, or may have changed. A field is None if the system did not say.

    `keys` are further keys that find the record, before and after the change.
    """

    record: str
    id: str | None = None
    account: str | None = None
    customer: str | None = None
    keys: Mapping[str, Sequence[str]] = field(default_factory=dict)


def tags_of(lookup: Lookup, key: Key, rows: Iterable[Row]) -> list[str]:
    """The tags of an answer."""
    tags = [f"{lookup.record}.{lookup.by}", f"{lookup.record}.{lookup.by}={key}"]
    if lookup.id is None:
        return tags
    ids = (text_key(value_at(row, lookup.id)) for row in rows)
    return [*tags, *(f"{lookup.record}#{each}" for each in dict.fromkeys(ids) if each is not None)]


def tags_of_change(change: Change, lookups: Iterable[Lookup]) -> list[str]:
    """The tags of every answer that may have changed.

    A lookup whose key the change does not say is invalidated whole: a new record may belong to any key.
    """
    tags = [] if change.id is None else [f"{change.record}#{change.id}"]
    fields = {"account_id": change.account, "customer_id": change.customer, "id": change.id}
    for lookup in lookups:
        if lookup.record == change.record:
            whole, value = f"{lookup.record}.{lookup.by}", fields.get(lookup.by)
            keys = [*change.keys.get(lookup.by, ()), *([] if value is None else [value])]
            tags += [f"{whole}={lookup.format_key(key)}" for key in keys] or [whole]
    return tags


def concerns(tags: Iterable[str]) -> Callable[[Lookup, Key], bool]:
    """A test whether an answer still in flight may have one of these tags.

    Its records are not known yet: the tag of any record concerns every key of that record type.
    """
    tags = frozenset(tags)
    # Keys and ids may contain both marks.
    records = {record for record, mark, _ in (tag.partition("#") for tag in tags) if mark and "." not in record}

    def concerned(lookup: Lookup, key: Key) -> bool:
        whole = f"{lookup.record}.{lookup.by}"
        return lookup.record in records or whole in tags or f"{whole}={key}" in tags

    return concerned
