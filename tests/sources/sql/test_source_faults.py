import asyncio
import sqlite3
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import URL, make_url
from support.sources.databases import POSTGRES, Place, connected
from support.sources.sql_sources import ask, error, lookup, rows, sql_source, table

from gateway.contract.batch import Answer
from gateway.errors import InvalidResponse, SourceDown, SourceTimeout, UpstreamUnauthorized

BOTH = pytest.mark.parametrize("database", ["sqlite", "postgres"])
PLAIN = "id TEXT, owner TEXT, note TEXT"
ROW = [("1", "7", "hi")]
SLOW = lookup(at="slow")
SLOW_VIEW = {
    "sqlite": (
        "CREATE VIEW slow AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
        " SELECT id, owner, note FROM notes, n"
    ),
    "postgres": "CREATE VIEW slow AS SELECT id, owner, note FROM notes, (SELECT pg_sleep(20)) AS s",
}


@BOTH
async def test_a_statement_times_out_and_the_next_succeeds(database: str):
    async with table(database, PLAIN, ROW, timeout=1, pool_size=1) as (place, source):
        await place.run(SLOW_VIEW[database])
        assert await rows(source, lookup(), "7")
        late = await error(source, SLOW, "7", "8")
        assert (type(late), str(late)) == (SourceTimeout, "ledger did not answer in time.")
        assert await rows(source, lookup(), "7")


@BOTH
async def test_a_cancelled_caller_leaves_the_pool_usable(database: str):
    async with table(database, PLAIN, ROW, timeout=5, pool_size=1) as (place, source):
        await place.run(SLOW_VIEW[database])
        assert await rows(source, lookup(), "7")
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.25):
                await ask(source, SLOW, "7")
        assert await rows(source, lookup(), "7")


async def test_a_late_statement_is_cancelled_on_the_server():
    async with table("postgres", PLAIN, ROW, timeout=1) as (place, source):
        await place.run(SLOW_VIEW["postgres"])
        assert isinstance(await error(source, SLOW, "7"), SourceTimeout)
    # The source is closed, with every call in flight.
    watcher = await connected()
    running = await watcher.fetch("SELECT query FROM pg_stat_activity WHERE state = 'active'")
    assert not [row for row in running if f"{place.schema}.slow" in row["query"]]
    await watcher.close()


async def test_a_locked_table_times_out():
    async with table("postgres", PLAIN, ROW, timeout=1) as (place, source):
        assert await rows(source, lookup(), "7")
        locker = await connected()
        async with locker.transaction():
            await locker.execute(f"LOCK TABLE {place.schema}.notes IN ACCESS EXCLUSIVE MODE")
            assert isinstance(await error(source, lookup(), "7"), SourceTimeout)
        await locker.close()
        assert await rows(source, lookup(), "7")


async def test_a_connection_closed_by_the_server_is_replaced_silently():
    async with table("postgres", PLAIN, ROW, pool_size=3) as (_, source):
        await asyncio.gather(*(ask(source, lookup(), "7") for _ in range(6)))
        killer = await connected()
        await killer.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE pid <> pg_backend_pid() AND query LIKE '%notes%' AND state = 'idle'"
        )
        results = await asyncio.gather(*(ask(source, lookup(), "7") for _ in range(6)))
        assert all(isinstance(one["7"], Answer) for one in results)
        await killer.close()


@pytest.mark.parametrize(
    "url", ["postgresql://postgres@127.0.0.1:1/test", "postgresql://postgres@no-such-host.invalid/test"]
)
async def test_an_unreachable_server_is_down(url: str):
    async with sql_source(Place(url, None)) as source:
        down = await error(source, lookup(), "7", "8")
        assert (type(down), str(down)) == (SourceDown, "ledger did not answer.")
        with pytest.raises(SourceDown):
            await source.probe(lookup())


async def test_a_silent_server_times_out():
    gone = asyncio.Event()

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            await reader.read()
        writer.close()
        gone.set()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with sql_source(Place(f"postgresql://postgres@127.0.0.1:{port}/test", None), timeout=0.2) as source:
        assert isinstance(await error(source, lookup(), "7"), SourceTimeout)
        await gone.wait()
    server.close()


async def test_a_rejected_password_is_unauthorized():
    watcher = await connected()  # skips where there is no server
    await watcher.close()
    url = make_url(POSTGRES).set(username="nobody_of_that_name").render_as_string(hide_password=False)
    async with sql_source(Place(url, None)) as source:
        refused = await error(source, lookup(), "7")
        assert (type(refused), str(refused)) == (UpstreamUnauthorized, "ledger refused the gateway.")


async def test_a_missing_file_is_down_and_not_created(tmp_path: Path):
    path = tmp_path / "nothing.db"
    async with sql_source(Place(f"sqlite:///{path}", None)) as source:
        assert isinstance(await error(source, lookup(), "7"), SourceDown)
    assert not path.exists()


async def test_a_file_created_later_is_read(tmp_path: Path):
    place = Place(f"sqlite:///{tmp_path / 'later.db'}", None)
    async with sql_source(place) as source:
        assert isinstance(await error(source, lookup(), "7"), SourceDown)
        await place.run(f"CREATE TABLE notes ({PLAIN})")
        await place.fill("notes", ROW)
        assert await rows(source, lookup(), "7")


async def test_a_file_of_another_kind_is_down(tmp_path: Path):
    (tmp_path / "a.db").write_bytes(b"no database, but long enough to be one" * 100)
    async with sql_source(Place(f"sqlite:///{tmp_path / 'a.db'}", None)) as source:
        assert isinstance(await error(source, lookup(), "7"), SourceDown)


async def test_a_file_name_with_special_characters_works(tmp_path: Path):
    url = URL.create("sqlite", database=str(tmp_path / "what#1 %20? é.db"))
    place = Place(url.render_as_string(), None)
    await place.run(f"CREATE TABLE notes ({PLAIN})")
    await place.fill("notes", ROW)
    async with sql_source(place) as source:
        assert await rows(source, lookup(), "7")


async def test_a_database_is_readable_during_a_write(tmp_path: Path):
    place = Place(f"sqlite:///{tmp_path / 'a.db'}", None)
    await place.run(f"CREATE TABLE notes ({PLAIN})")
    await place.fill("notes", ROW)
    with closing(sqlite3.connect(tmp_path / "a.db")) as writer:
        writer.execute("INSERT INTO notes VALUES ('2', '7', '')")
        async with sql_source(place) as source:
            assert len(await rows(source, lookup(), "7")) == 1
            writer.commit()
            assert len(await rows(source, lookup(), "7")) == 2


async def test_a_row_that_fails_a_statement_fails_its_key():
    async with table("postgres", "id TEXT, owner INTEGER, note TEXT", [(str(n), n, "") for n in range(9)]) as (
        place,
        _,
    ):
        await place.run("CREATE VIEW odd AS SELECT id, owner, (1 / (owner - 5))::text AS note FROM notes")
        async with sql_source(place, keys_per_call=2) as source:
            answers = await ask(source, lookup(at="odd"), *(str(n) for n in range(9)))
            failed = {key for key, answer in answers.items() if isinstance(answer, InvalidResponse)}
            assert failed == {"5"}
            assert len(answers) == 9


@BOTH
async def test_no_error_repeats_a_key_or_the_drivers_message(database: str):
    async with table(database, "id TEXT, owner TEXT, note TEXT", ROW) as (place, source):
        await place.run(
            "CREATE VIEW odd AS SELECT id, owner, abs(-9223372036854775807 - 1) AS note FROM notes"
            if database == "sqlite"
            else "CREATE VIEW odd AS SELECT id, owner, owner::date AS note FROM notes"
        )
        failed = await error(source, lookup(at="odd"), "7")
        assert "7" not in f"{failed} {failed.reason}".replace(datetime.now(UTC).isoformat(), "").replace("22007", "")
