"""The audit: who was shown which protected values, and for what purpose. It is only appended to."""

import secrets
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import msgspec

from gateway.store.database import StoreDatabase
from gateway.store.instants import instant

PAGE: Final = 1_000  # rows of one statement
_COLUMNS = "id, at, caller, request_id, record_type, record_id, fields, purpose"
_APPEND = f"INSERT INTO gateway_audit ({_COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING"  # noqa: S608  # our own names
_COUNT = "SELECT count(*) FROM gateway_audit WHERE caller = $1 AND at >= $2"
_FIELDS = msgspec.json.Decoder(tuple[str, ...])


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Values of one record that a caller was about to see.

    at: when, by the clock of this machine.
    request_id: as in the log.
    record_id: the id of the record in its system.
    fields: the names of the values, and no value.
    id: of this entry: if the connection breaks while it is written, it is written once.
    """

    at: datetime
    caller: str
    request_id: str
    record_type: str
    record_id: str
    fields: tuple[str, ...]
    purpose: str
    id: str = field(default_factory=lambda: secrets.token_hex(16))


@dataclass(frozen=True, slots=True)
class UnreadableEntry:
    """A row that no gateway wrote. It does not hide the others."""

    number: int


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which entries to read: those from `since` on and before `until`, of a caller, for a purpose; None for all."""

    caller: str | None = None
    purpose: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    def conditions(self) -> tuple[str, list[Any]]:
        """The conditions of a statement, and its values."""
        parts = (("caller =", self.caller), ("purpose =", self.purpose), ("at >=", self.since), ("at <", self.until))
        present = [(condition, value) for condition, value in parts if value is not None]
        texts = [f"{condition} ${number}" for number, (condition, _) in enumerate(present, 1)]
        return " AND ".join(texts) or "TRUE", [value for _, value in present]


@dataclass(frozen=True, slots=True)
class Audit:
    """The audit of a store. Every method raises StoreUnavailable."""

    database: StoreDatabase

    async def append(self, entry: AuditEntry) -> None:
        """Return once the entry is on the disk. Show no value if this raises."""
        await self.database.fetch(
            _APPEND,
            entry.id,
            entry.at,
            entry.caller,
            entry.request_id,
            entry.record_type,
            entry.record_id,
            msgspec.json.encode(entry.fields).decode(),
            entry.purpose,
        )

    async def count(self, caller: str, since: datetime) -> int:
        """The entries of a caller from an instant on."""
        [[number]] = await self.database.fetch(_COUNT, caller, since)
        return int(number)

    async def entries(self, selection: AuditFilter) -> AsyncIterator[AuditEntry | UnreadableEntry]:
        """The entries in the order in which they were written."""
        conditions, values = selection.conditions()
        statement = (
            f"SELECT number, {_COLUMNS} FROM gateway_audit WHERE {conditions} AND number > ${len(values) + 1} "  # noqa: S608
            f"ORDER BY number LIMIT {PAGE}"
        )
        last = 0
        while rows := await self.database.fetch(statement, *values, last):
            for number, *row in rows:
                yield _entry_of(number, row)
                last = number


def _entry_of(number: int, row: Sequence[Any]) -> AuditEntry | UnreadableEntry:
    entry_id, at, caller, request_id, record_type, record_id, fields, purpose = row
    try:
        names = _FIELDS.decode(fields)
        return AuditEntry(instant(at), caller, request_id, record_type, record_id, names, purpose, entry_id)
    except (ValueError, TypeError):
        return UnreadableEntry(number)
