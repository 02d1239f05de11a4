"""The audit keeps what was revealed: an entry is on the disk before a value leaves, and stays as it is."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest
from support.sources.databases import Place, connected
from support.stores import CREATED, KINDS, store_place

from gateway.errors import StoreUnavailable
from gateway.store.audit import PAGE, Audit, AuditEntry, AuditFilter
from gateway.store.database import open_store

REFUSALS = (sqlite3.IntegrityError, asyncpg.PostgresError)
CHANGES = (
    "UPDATE gateway_audit SET purpose = 'none'",
    "UPDATE gateway_audit SET purpose = purpose WHERE FALSE OR number = 1",
    "DELETE FROM gateway_audit",
)


def entry(**changed: object) -> AuditEntry:
    fields = {"at": CREATED, "caller": "ada", "request_id": "r1", "record_type": "Person", "record_id": "P1"}
    return AuditEntry(**{**fields, "fields": ("taxId", "birthDate"), "purpose": "IDENTIFY", **changed})  # type: ignore[arg-type]


@pytest.fixture(params=KINDS)
async def at(request: pytest.FixtureRequest) -> AsyncIterator[tuple[Audit, Place]]:
    async with store_place(request.param) as (address, place), open_store(address) as store:
        assert store
        yield Audit(store), place


async def entries(audit: Audit, **selection: object) -> list[AuditEntry]:
    read = [each async for each in audit.entries(AuditFilter(**selection))]  # type: ignore[arg-type]
    return [each for each in read if isinstance(each, AuditEntry)]


async def test_entries_are_read_as_they_were_written(at: tuple[Audit, Place]) -> None:
    audit, _ = at
    first = entry(record_id="ü'\t\n", at=datetime(2026, 11, 1, 1, 30, tzinfo=UTC, microsecond=1))
    second = entry(fields=(), caller="c360_0a1b2c3d4e5f")
    await audit.append(first)
    await audit.append(second)
    assert await entries(audit) == [first, second]


async def test_entries_are_selected_by_caller_purpose_and_time(at: tuple[Audit, Place]) -> None:
    audit, _ = at
    hour = timedelta(hours=1)
    one, two, three = entry(), entry(at=CREATED + hour, purpose="BILLING"), entry(at=CREATED + 2 * hour, caller="eve")
    for each in (one, two, three):
        await audit.append(each)
    assert await entries(audit, caller="eve") == [three]
    assert await entries(audit, purpose="IDENTIFY") == [one, three]
    assert await entries(audit, since=CREATED + hour, until=CREATED + 2 * hour) == [two]
    assert await entries(audit, since=CREATED + hour, purpose="IDENTIFY", caller="eve") == [three]
    assert await entries(audit, caller="' OR TRUE --") == []


async def test_an_entry_that_is_sent_twice_is_written_once(at: tuple[Audit, Place]) -> None:
    audit, _ = at
    first = entry()
    await audit.append(first)
    await audit.append(replace(first, purpose="OTHER"))
    assert await entries(audit) == [first]


@pytest.mark.parametrize("change", CHANGES)
async def test_an_entry_is_neither_changed_nor_deleted(at: tuple[Audit, Place], change: str) -> None:
    audit, place = at
    await audit.append(entry())
    before = await entries(audit)
    with pytest.raises(REFUSALS, match="the audit is append-only"):
        await place.run(change)
    assert await entries(audit) == before


async def test_postgresql_does_not_empty_the_audit() -> None:
    async with store_place("postgresql") as (address, place), open_store(address) as store:
        assert store
        await Audit(store).append(entry())
        with pytest.raises(asyncpg.PostgresError, match="the audit is append-only"):
            await place.run("TRUNCATE gateway_audit")
        assert len(await entries(Audit(store))) == 1


async def test_sqlite_does_not_replace_an_entry() -> None:
    async with store_place("sqlite") as (address, place), open_store(address) as store:
        assert store
        await Audit(store).append(entry())
        before = await entries(Audit(store))
        await place.run(
            "INSERT OR REPLACE INTO gateway_audit SELECT number, id, at, 'eve', request_id, record_type, record_id, "
            "fields, purpose FROM gateway_audit",
            "INSERT OR REPLACE INTO gateway_audit SELECT 99, id, at, 'eve', request_id, record_type, record_id, "
            "fields, purpose FROM gateway_audit",
        )
        assert await entries(Audit(store)) == before


async def test_many_appends_at_once_are_all_kept(at: tuple[Audit, Place]) -> None:
    audit, _ = at
    await asyncio.gather(*(audit.append(entry(request_id=str(number))) for number in range(20)))
    assert {each.request_id for each in await entries(audit)} == {str(number) for number in range(20)}


async def test_long_audits_are_read_in_pages(at: tuple[Audit, Place]) -> None:
    audit, place = at
    await audit.append(entry())
    await place.run(
        f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {PAGE + 1}) "  # noqa: S608  # a number
        "INSERT INTO gateway_audit (id, at, caller, request_id, record_type, record_id, fields, purpose) "
        "SELECT 'n' || i, '2026-11-01T12:00:00+00:00', 'ada', 'r' || i, 'Person', 'P', '[]', 'X' FROM n WHERE TRUE"
    )
    found_ids = [each.request_id for each in await entries(audit)]
    assert found_ids == ["r1", *(f"r{number}" for number in range(1, PAGE + 2))]


async def test_a_store_that_is_away_takes_no_entry(at: tuple[Audit, Place]) -> None:
    audit, place = at
    await audit.append(entry())
    await place.run("ALTER TABLE gateway_audit RENAME TO gateway_audit_away")
    with pytest.raises(StoreUnavailable):
        await audit.append(entry())


async def test_a_lost_connection_costs_no_entry_and_doubles_none() -> None:
    async with store_place("postgresql") as (address, place):
        name = f"audit_{place.schema}"
        async with open_store(f"{address}&application_name={name}") as store:
            assert store
            written = [entry(request_id=str(number)) for number in range(3)]
            for each in written:
                await Audit(store).append(each)
                await place.run(
                    f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '{name}'"  # noqa: S608
                )
            assert await entries(Audit(store)) == written


async def test_commits_of_sqlite_are_synced_with_their_folder() -> None:
    async with store_place("sqlite") as (address, _), open_store(address) as store:
        assert store
        assert [tuple(row) for row in await store.fetch("PRAGMA synchronous")] == [(3,)]


async def test_a_role_that_may_lose_commits_is_refused() -> None:
    async with store_place("postgresql") as (address, _):
        unsafe = f"{address}&options=-c synchronous_commit=off"
        async with open_store(unsafe) as store:
            assert store
            with pytest.raises(StoreUnavailable) as raised:
                await Audit(store).append(entry())
        assert raised.value.reason.startswith("synchronous_commit is off")


async def test_a_role_without_the_right_to_change_tables_appends() -> None:
    async with store_place("postgresql") as (address, place), open_store(address) as store:
        assert store
        await store.prepare()
        role = f"reader_{place.schema}"
        await place.run(
            f"CREATE ROLE {role} LOGIN",
            f"GRANT USAGE ON SCHEMA {place.schema} TO {role}",
            f"GRANT SELECT ON gateway_store TO {role}",
            f"GRANT SELECT, INSERT ON gateway_audit TO {role}",
        )
        try:
            async with open_store(f"{address}&role={role}") as limited:
                assert limited
                await Audit(limited).append(entry())
                assert len(await entries(Audit(limited))) == 1
                with pytest.raises(StoreUnavailable):
                    await limited.fetch("DELETE FROM gateway_audit")
        finally:
            connection = await connected()
            await connection.execute(f"DROP OWNED BY {role}; DROP ROLE {role}")
            await connection.close()
