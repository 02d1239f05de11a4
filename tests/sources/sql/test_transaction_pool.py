"""Behind PgBouncer in transaction mode each statement may have another session of the server."""

import asyncio

from support.sources.addresses import address
from support.sources.databases import Place
from support.sources.sql_sources import ask, lookup, rows, sql_source, table
from support.sources.transaction_pool import transaction_pool

from gateway.contract.times import TimeFormat

COLUMNS = "id TEXT, owner TEXT, at TEXT, note TEXT"
STORED = [(str(n), str(n % 3), f"2026-01-0{n}", "hi") for n in range(1, 7)]
BY_OWNER = lookup(TimeFormat("date"))


async def test_without_prepared_statements_any_session_answers():
    async with table("postgres", COLUMNS, STORED) as (place, _), transaction_pool() as pool:
        url = address(port=pool.port, statement_cache_size="0", sslmode="disable")
        async with sql_source(Place(url, place.schema)) as source:
            assert len(await source.probe(BY_OWNER)) == 3
            for key in ("0", "1", "2", "1"):
                assert len(await rows(source, BY_OWNER, key)) == 2
            answers = await asyncio.gather(*(ask(source, BY_OWNER, "0", str(n)) for n in range(1, 3)))
            assert [len(each) for each in answers] == [2, 2]
    assert pool.transactions > 6
    assert set(pool.names) == {""}
    assert pool.connections <= 4
    assert not [text for text in pool.simple if text.startswith(("SET", "LISTEN", "DISCARD"))]


async def test_a_lost_prepared_statement_costs_a_connection():
    async with table("postgres", COLUMNS, STORED) as (place, _), transaction_pool() as pool:
        behind = Place(address(port=pool.port, sslmode="disable"), place.schema)
        for_each = await _read_often(behind)
    assert for_each == [2] * 4
    assert any(pool.names)
    assert pool.connections > 3


async def _read_often(place: Place) -> list[int]:
    async with sql_source(place) as source:
        return [len(await rows(source, BY_OWNER, "1")) for _ in range(4)]
