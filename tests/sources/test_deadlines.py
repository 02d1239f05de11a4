"""Deadlines and ids of requests are sent upstream, and a passed deadline ends a call."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress

import pytest
from aiohttp import web
from support.sources.databases import Place, connected
from support.sources.harness_graphql import lookup as graphql_lookup
from support.sources.rest_service import listen, serve
from support.sources.rest_sources import MANY
from support.sources.rest_sources import place as rest_place
from support.sources.sql_sources import lookup, rows, sql_source, table

from gateway.contract.batch import NO_OPTIONS, Answers, Batch, Lookup, RequestOptions, Source
from gateway.errors import DeadlineExceeded, SourceError, SourceTimeout
from gateway.sources.graphql.documents import GraphqlPlace
from gateway.sources.graphql.source import GraphqlSettings, open_graphql
from gateway.sources.rest.source import RestSettings, open_rest
from gateway.sources.sql.source import SqlSource

KINDS = pytest.mark.parametrize("kind", ["rest", "graphql"])
BOTH = pytest.mark.parametrize("database", ["sqlite", "postgres"])
LOOKUPS = {"rest": rest_place(**MANY), "graphql": graphql_lookup(GraphqlPlace(field="notes", keys="owners"))}
PLAIN = "id TEXT, owner TEXT, note TEXT"
ROW = [("1", "7", "hi")]
SLOW = lookup(at="slow")
SLOW_VIEW = {
    "sqlite": (
        "CREATE VIEW slow AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
        " SELECT id, owner, note FROM notes, n"
    ),
    "postgres": "CREATE VIEW slow AS SELECT id, owner, note FROM notes, (SELECT pg_sleep(600)) AS s",
}
BACKEND = "CREATE VIEW backend AS SELECT id, owner, pg_backend_pid()::text AS note FROM notes"


def within(seconds: float, request: str = "") -> RequestOptions:
    return RequestOptions(deadline=time.monotonic() + seconds, request=request)


@asynccontextmanager
async def opened(kind: str, url: str, patience: float) -> AsyncIterator[Source]:
    """A source of this kind, of a service at this URL."""
    if kind == "rest":
        async with open_rest("notes", RestSettings(url=url, timeout=patience)) as rest:
            yield rest
    else:
        async with open_graphql("notes", GraphqlSettings(url=url, timeout=patience)) as graphql:
            yield graphql


async def sent(kind: str, options: RequestOptions, patience: float) -> Mapping[str, str]:
    """The headers that a service of this kind receives."""
    received: list[Mapping[str, str]] = []

    async def handler(request: web.Request) -> web.Response:
        received.append(request.headers)
        return web.json_response([] if kind == "rest" else {"data": {"notes": []}})

    async with serve(handler) as url, opened(kind, url, patience) as source:
        answers = await source.fetch(Batch(LOOKUPS[kind], ("7", "8"), options=options))
    assert not any(isinstance(each, SourceError) for each in answers.values())
    (headers,) = received
    return headers


@KINDS
async def test_deadline_and_request_id_are_sent_as_headers(kind: str) -> None:
    headers = await sent(kind, within(500, "r-1"), 1000)
    assert 0 < int(headers["X-Request-Deadline"]) <= 500_000
    assert headers["X-Request-Id"] == "r-1"


@KINDS
@pytest.mark.parametrize(
    "options", [NO_OPTIONS, RequestOptions(deadline=float("inf")), RequestOptions(deadline=time.monotonic() + 1e6)]
)
async def test_the_deadline_header_is_capped_by_the_timeout(kind: str, options: RequestOptions) -> None:
    headers = await sent(kind, options, 1000)
    assert headers["X-Request-Deadline"] == "1000000"
    assert "X-Request-Id" not in headers


class SilentService:
    """A service that never responds, and notes when the client disconnects."""

    def __init__(self) -> None:
        self.calls, self.hung_up = 0, asyncio.Event()

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Read until the client disconnects."""
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            await reader.readuntil(b"\r\n\r\n")
            self.calls += 1
            await reader.read()
        self.hung_up.set()
        writer.close()


def outcomes(answers: Answers) -> dict[str, type[object]]:
    return {key: type(each) for key, each in answers.items()}


@KINDS
async def test_a_passed_deadline_cancels_the_http_call(kind: str) -> None:
    silence, seconds = SilentService(), 0.1
    async with listen(silence.talk) as url, opened(kind, url, 600) as source:
        while not silence.calls:  # a busy machine may need more time to send the request
            answers = await source.fetch(Batch(LOOKUPS[kind], ("7", "8"), options=within(seconds)))
            assert outcomes(answers) == {"7": DeadlineExceeded, "8": DeadlineExceeded}
            seconds *= 2
        await silence.hung_up.wait()


@KINDS
async def test_a_service_timeout_before_the_deadline_is_a_timeout(kind: str) -> None:
    async with listen(SilentService().talk) as url, opened(kind, url, 0.1) as source:
        answers = await source.fetch(Batch(LOOKUPS[kind], ("7", "8"), options=within(600)))
        assert outcomes(answers) == {"7": SourceTimeout, "8": SourceTimeout}
        answers = await source.fetch(Batch(LOOKUPS[kind], ("7", "8")))
        assert outcomes(answers) == {"7": SourceTimeout, "8": SourceTimeout}


async def fetch_with(source: SqlSource, at: Lookup, options: RequestOptions) -> Answers:
    return await source.fetch(Batch(at, ("7", "8"), options=options))


@BOTH
async def test_a_passed_deadline_cancels_the_statement(database: str) -> None:
    async with table(database, PLAIN, ROW, timeout=600, pool_size=1) as (place, source):
        await place.run(SLOW_VIEW[database])
        assert await rows(source, lookup(), "7")
        answers = await fetch_with(source, SLOW, within(0.2))
        assert outcomes(answers) == {"7": DeadlineExceeded, "8": DeadlineExceeded}
        assert await rows(source, lookup(), "7")


@BOTH
async def test_a_database_timeout_before_the_deadline_is_a_timeout(database: str) -> None:
    async with table(database, PLAIN, ROW) as (place, _), sql_source(place, timeout=0.2, pool_size=1) as source:
        await place.run(SLOW_VIEW[database])
        for options in (within(600), NO_OPTIONS):
            assert outcomes(await fetch_with(source, SLOW, options)) == {"7": SourceTimeout, "8": SourceTimeout}


@BOTH
async def test_a_distant_deadline_changes_nothing(database: str) -> None:
    async with table(database, PLAIN, ROW) as (_, source):
        plain, patient = [await fetch_with(source, lookup(), options) for options in (NO_OPTIONS, within(600))]
        assert [each.rows for each in (plain["7"], patient["7"]) if not isinstance(each, SourceError)] == [
            ({"id": "1", "owner": "7", "note": "hi"},)
        ] * 2


async def test_a_cancelled_statement_closes_its_connection() -> None:
    backend = lookup(at="backend")
    async with table("postgres", PLAIN, ROW, timeout=600, pool_size=1) as (place, source):
        await place.run(BACKEND)
        first = await rows(source, backend, "7")
        assert await rows(source, backend, "7") == first  # usually it is kept
        assert await late_behind_a_lock(place, source, backend) == {"7": DeadlineExceeded, "8": DeadlineExceeded}
        assert await rows(source, backend, "7") != first
    watcher = await connected()
    running = await watcher.fetch("SELECT query FROM pg_stat_activity WHERE state = 'active'")
    assert not [row for row in running if f"{place.schema}.backend" in row["query"]]
    await watcher.close()


async def late_behind_a_lock(place: Place, source: SqlSource, at: Lookup) -> dict[str, type[object]]:
    """The outcomes of a request with a short deadline, while its table is locked."""
    locker = await connected()
    try:
        async with locker.transaction():
            await locker.execute(f"LOCK TABLE {place.schema}.notes IN ACCESS EXCLUSIVE MODE")
            return outcomes(await fetch_with(source, at, within(0.2)))
    finally:
        await locker.close()
