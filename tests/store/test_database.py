"""The store makes its own tables, once, and refuses those of a newer gateway."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from support.sources.databases import Place
from support.stores import CREATED, KINDS, new_key, store_place

from gateway.access.bounds import Bounds
from gateway.errors import ConfigError, StoreUnavailable
from gateway.store.database import StoreTooNew, open_store, store_error
from gateway.store.drivers import store_driver
from gateway.store.keys import KeyStore, key_of
from gateway.store.schema import VERSION

Store = tuple[str, Place]


@pytest.fixture(params=KINDS)
async def at(request: pytest.FixtureRequest) -> AsyncIterator[Store]:
    async with store_place(request.param) as place:
        yield place


async def test_several_processes_make_the_tables_together(at: Store) -> None:
    async def add() -> None:
        async with open_store(at[0]) as store:
            assert store
            await KeyStore(store).add(new_key()[1])

    await asyncio.gather(*(add() for _ in range(4)))
    async with open_store(at[0]) as store:
        assert store
        assert len(await KeyStore(store).rows()) == 4
        assert [version for (version,) in await store.fetch("SELECT version FROM gateway_store")] == [VERSION]


async def test_a_store_of_a_newer_gateway_is_refused(at: Store) -> None:
    address, place = at
    async with open_store(address) as store:
        assert store
        await store.prepare()
    await place.run(f"INSERT INTO gateway_store VALUES ({VERSION + 1}, '2030-01-01')")  # noqa: S608  # a number
    async with open_store(address) as store:
        assert store
        with pytest.raises(StoreTooNew) as raised:
            await KeyStore(store).rows()
    assert raised.value.reason == f"it has version {VERSION + 1}, and this gateway knows {VERSION}: use a newer gateway"


async def test_a_newer_store_ends_the_start(at: Store) -> None:
    address, place = at
    assert await store_error(address) == ""
    await place.run(f"INSERT INTO gateway_store VALUES ({VERSION + 1}, '2030-01-01')")  # noqa: S608  # a number
    with pytest.raises(ConfigError, match="use a newer gateway"):
        await store_error(address)


async def test_a_store_that_is_away_does_not_end_the_start() -> None:
    assert await store_error("postgresql://me@127.0.0.1:1/x") == "ConnectionRefusedError"
    assert await store_error(None) == ""


async def test_a_key_is_read_as_it_was_written(at: Store) -> None:
    bounds = Bounds(frozenset({"1", "ü'"}), frozenset())
    _, key = new_key(expires_at=CREATED, bounds=bounds, audience="partner", points_per_minute=10)
    _, plain = new_key()
    async with open_store(at[0]) as store:
        assert store
        await KeyStore(store).add(key)
        await KeyStore(store).add(plain)
        assert {each.id: each for each in map(key_of, await KeyStore(store).rows())} == {key.id: key, plain.id: plain}


async def test_a_key_is_revoked_once(at: Store) -> None:
    _, key = new_key()
    async with open_store(at[0]) as store:
        assert store
        keys = KeyStore(store)
        await keys.add(key)
        assert await keys.revoke(key.id, CREATED)
        assert not await keys.revoke(key.id, CREATED)
        assert not await keys.revoke("c360_unknown", CREATED)
        [row] = await keys.rows()
        assert key_of(row).revoked_at == CREATED


async def test_only_its_owner_reads_the_file(tmp_path: Path) -> None:
    file = tmp_path / "store.db"
    async with open_store(str(file)) as store:
        assert store
        await store.prepare()
    assert file.stat().st_mode & 0o777 == 0o600


async def test_a_missing_folder_makes_it_unavailable(tmp_path: Path) -> None:
    async with open_store(str(tmp_path / "missing" / "store.db")) as store:
        assert store
        with pytest.raises(StoreUnavailable, match="own store") as raised:
            await store.prepare()
    assert "FileNotFoundError" in raised.value.reason


@pytest.mark.parametrize(
    "address",
    [
        "mysql://me:hunter2@db/x",
        "sqlite://",
        ":memory:",
        "sqlite:///store.db?mode=ro",
        "sqlite:///file:store.db",
        "postgresql://me:hunter2@db/x?word=1",
        "postgresql://me:hunter2@db:port/x",
    ],
)
async def test_an_address_that_cannot_be_followed_is_refused(address: str) -> None:
    with pytest.raises(ConfigError) as raised:
        async with open_store(address):
            pass
    [sentence] = raised.value.diagnostics
    assert sentence.startswith("GATEWAY_STORE: ")
    assert "hunter2" not in sentence


async def test_without_an_address_there_is_no_store() -> None:
    async with open_store(None) as store:
        assert store is None


async def test_a_path_with_blanks_and_signs_is_a_file(tmp_path: Path) -> None:
    file = tmp_path / "a 100% store#1.db"
    driver = store_driver(str(file))
    await driver.close(await driver.connect())
    assert file.exists()
