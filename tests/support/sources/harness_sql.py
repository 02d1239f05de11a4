"""Databases that store the same notes in different ways, each with a source and a lookup."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from gateway.contract.batch import Lookup, Row, Source, TimeField
from gateway.contract.times import TimeFormat
from gateway.sources.sql.place import SqlSettings
from gateway.sources.sql.source import SqlPlace, open_sql
from support.sources.databases import Place, postgres, sqlite

Opened = AbstractAsyncContextManager[tuple[Source, Lookup]]
NEW_YORK = ZoneInfo("America/New_York")


@dataclass(frozen=True)
class Store:
    """How a database stores the owner and the moment of a note."""

    owner: str
    at: str
    clock: TimeFormat
    write: Callable[[datetime], Any]
    view: bool = False


def instant(moment: datetime) -> datetime:
    return moment


def epoch(moment: datetime) -> int:
    return int(moment.timestamp() // 1)


def epoch_ms(moment: datetime) -> int:
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


def epoch_real(moment: datetime) -> float:
    return moment.timestamp()


def zulu(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def utc_offset(moment: datetime) -> str:
    return moment.isoformat(" ")


def wall(moment: datetime) -> datetime:
    return moment.astimezone(NEW_YORK).replace(tzinfo=None, fold=0)


def wall_text(moment: datetime) -> str:
    return wall(moment).isoformat(" ")


def day(moment: datetime) -> date:
    return moment.astimezone(NEW_YORK).date()


def midnight_of(at: datetime) -> datetime:
    """The day as a timestamp at midnight, as many databases store it."""
    return datetime.combine(day(at), time())


def day_text(moment: datetime) -> str:
    return day(moment).isoformat()


LOCAL = TimeFormat("local", NEW_YORK)
SQLITE = {
    "text": Store("TEXT", "TEXT NOT NULL", TimeFormat("iso"), zulu),
    "text with offsets, unsure": Store("TEXT", "TEXT", TimeFormat("iso"), utc_offset),
    "integer keys, local times": Store("INTEGER", "TIMESTAMP NOT NULL", LOCAL, wall_text),
    "numeric keys, epoch": Store("NUMERIC(10)", "INTEGER NOT NULL", TimeFormat("epoch"), epoch),
    "real epoch": Store("VARCHAR(20)", "REAL", TimeFormat("epoch"), epoch_real),
    "view, epoch ms": Store("TEXT", "INTEGER", TimeFormat("epoch_ms"), epoch_ms, view=True),
    "view of integer keys": Store("INTEGER", "TEXT", TimeFormat("iso"), zulu, view=True),
    "days": Store("TEXT", "DATE NOT NULL", TimeFormat("date"), day_text),
}
POSTGRES = {
    "timestamptz": Store("TEXT", "TIMESTAMPTZ NOT NULL", TimeFormat("iso"), instant),
    "integer keys, local times": Store("INTEGER", "TIMESTAMP NOT NULL", LOCAL, wall),
    "bigint keys, epoch": Store("BIGINT", "INTEGER NOT NULL", TimeFormat("epoch"), epoch),
    "numeric keys, epoch ms, unsure": Store("NUMERIC(12)", "BIGINT", TimeFormat("epoch_ms"), epoch_ms),
    "text times": Store("VARCHAR(60)", "VARCHAR(40) NOT NULL", TimeFormat("iso"), zulu),
    "local text": Store("TEXT", "TEXT", LOCAL, wall_text),
    "view": Store("TEXT", "TIMESTAMPTZ NOT NULL", TimeFormat("iso"), instant, view=True),
    "days": Store("TEXT", "DATE NOT NULL", TimeFormat("date"), day),
    "days as timestamps": Store("TEXT", "TIMESTAMP NOT NULL", TimeFormat("date"), midnight_of),
    "real epoch": Store("TEXT", "DOUBLE PRECISION NOT NULL", TimeFormat("epoch"), epoch_real),
}


@asynccontextmanager
async def harness(
    database: Callable[[], AbstractAsyncContextManager[Place]], store: Store, rows: Sequence[Row]
) -> AsyncIterator[tuple[Source, Lookup]]:
    """A database of one store, and its source."""
    async with database() as place:
        await place.run(
            f"CREATE TABLE notes (id TEXT, owner {store.owner}, at {store.at}, note TEXT, extra INTEGER)",
            "CREATE INDEX notes_owner_at ON notes (owner, at)",
            "CREATE VIEW note_view AS SELECT id, owner, at, note FROM notes WHERE extra IS NULL",
        )
        await place.fill("notes", stored(store, rows))
        settings = SqlSettings(url=place.url, schema=place.schema)
        async with open_sql("sql", settings) as source:
            yield source, lookup("note_view" if store.view else "notes", store.clock)


def stored(store: Store, rows: Sequence[Row]) -> list[tuple[Any, ...]]:
    """Rows as the columns take them; a numeric column has no row of another owner."""
    numbers = store.owner.startswith(("INT", "BIG", "NUM"))
    storable = [row for row in rows if not numbers or row["owner"].isdecimal()]
    return [
        (
            row["id"],
            int(row["owner"]) if numbers else row["owner"],
            store.write(datetime.fromisoformat(row["at"])),
            row["note"],
            None,
        )
        for row in storable
    ]


def lookup(at: str, clock: TimeFormat) -> Lookup:
    """Notes by their owner."""
    return Lookup(
        record="Note",
        by="owner",
        source="sql",
        place=SqlPlace(at),
        key=("owner",),
        id=("id",),
        time=TimeField(("at",), clock),
        columns=("id", "owner", "at", "note"),
    )


HARNESSES: Mapping[str, Callable[[Sequence[Row]], Opened]] = {
    **{f"sqlite: {name}": partial(harness, sqlite, store) for name, store in SQLITE.items()},
    **{f"postgres: {name}": partial(harness, postgres, store) for name, store in POSTGRES.items()},
}
