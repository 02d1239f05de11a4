"""Tables for one test in both databases, and a source that reads them."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from gateway.contract.batch import ALL_ROWS, Answer, Answers, Batch, Lookup, Row, TimeField, Window
from gateway.contract.paths import Key
from gateway.contract.times import TimeFormat
from gateway.errors import SourceError
from gateway.sources.sql.place import SqlSettings, database_url
from gateway.sources.sql.pool import DRIVERS, DatabaseDriver
from gateway.sources.sql.source import Database, SqlPlace, SqlSource, open_sql
from support.sources.databases import Place, postgres, sqlite

DATABASES = {"sqlite": sqlite, "postgres": postgres}
NOTES = ("id", "owner", "at", "note")


@asynccontextmanager
async def table(
    database: str, columns: str, rows: Sequence[Sequence[Any]] = (), **settings: Any
) -> AsyncIterator[tuple[Place, SqlSource]]:
    """A table of notes, and a source."""
    async with DATABASES[database]() as place:
        await place.run(f"CREATE TABLE notes ({columns})")
        await place.fill("notes", rows)
        async with sql_source(place, **settings) as source:
            yield place, source


def sql_source(place: Place, **settings: Any) -> Any:
    return open_sql("ledger", SqlSettings(**{"url": place.url, "schema": place.schema, **settings}))


class SentStatements(list[str]):
    """The statements that a driver was sent, and the largest number that ran concurrently."""

    now = most = 0


class RecordingDriver:
    """Records statements, and passes calls on."""

    def __init__(self, driver: DatabaseDriver, sent: SentStatements) -> None:
        self.connect, self.close = driver.connect, driver.close
        self.is_usable, self.failure = driver.is_usable, driver.failure
        self._driver, self._sent = driver, sent

    async def fetch(self, connection: Any, statement: str, values: Sequence[Any]) -> Sequence[Sequence[Any]]:
        self._sent.append(statement)
        self._sent.now += 1
        self._sent.most = max(self._sent.now, self._sent.most)
        try:
            return await self._driver.fetch(connection, statement, values)
        finally:
            self._sent.now -= 1


@asynccontextmanager
async def recorded_source(place: Place, **settings: Any) -> AsyncIterator[tuple[SqlSource, SentStatements]]:
    """A source whose statements are recorded."""
    sql_settings = SqlSettings(url=place.url, schema=place.schema, **settings)
    url, sent = database_url(sql_settings.url), SentStatements()
    driver = RecordingDriver(DRIVERS[url.get_backend_name()](url), sent)
    database = Database("ledger", sql_settings, url, driver)
    yield SqlSource("ledger", database, sql_settings), sent
    await database.close()


def lookup(clock: TimeFormat | None = None, at: str = "notes", **changed: Any) -> Lookup:
    """Notes by their owner."""
    place = SqlPlace(at, where=changed.pop("where", {}), match=changed.pop("match", "exact"))
    arguments: dict[str, Any] = {
        "record": "Note",
        "by": "owner",
        "source": "ledger",
        "place": place,
        "key": ("owner",),
        "id": ("id",),
        "time": TimeField(("at",), clock) if clock else None,
        "columns": NOTES if clock else ("id", "owner", "note"),
    }
    return Lookup(**{**arguments, **changed})


async def ask(source: SqlSource, at: Lookup, *keys: Key, window: Window = ALL_ROWS) -> Answers:
    return await source.fetch(Batch(at, keys, window))


async def rows(source: SqlSource, at: Lookup, key: Key, window: Window = ALL_ROWS) -> Sequence[Row]:
    """The rows of a key. Raises its error."""
    answer = (await ask(source, at, key, window=window)).get(key)
    if isinstance(answer, SourceError):
        raise answer
    return answer.rows if isinstance(answer, Answer) else ()


async def error(source: SqlSource, at: Lookup, *keys: Key, window: Window = ALL_ROWS) -> SourceError:
    """The one error of all keys."""
    answers = await ask(source, at, *keys, window=window)
    assert set(answers) == set(keys)
    (only,) = set(answers.values())
    assert isinstance(only, SourceError)
    assert only.source == "ledger"
    return only
