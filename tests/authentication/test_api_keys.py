"""API keys name a caller until they are revoked or expire; a store that is away is no wrong key."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.harness import NOW, catalog_text, filled
from support.identity import AUDIENCE, ISSUER, identity_provider, token
from support.servers import live
from support.stores import CREATED, KINDS, new_key, store_place
from support.utility import ACCOUNT, utility

from gateway.access.caller import Scope
from gateway.app import make_app
from gateway.authentication.api_keys import FRESH_SECONDS, KeyTable
from gateway.authentication.credentials import Refused
from gateway.config.caller_settings import CallerSettings
from gateway.config.settings import Config
from gateway.errors import StoreUnavailable
from gateway.store.database import open_store
from gateway.store.keys import FORM, KeyRow, KeyStore

QUERY = "query($id: ID!) { billingAccount(id: $id) { accountNumber bills { nodes { billNumber } } } }"
BODY = {"query": QUERY, "variables": {"id": ACCOUNT}}


class Client:
    def __init__(self, app: Any, http: aiohttp.ClientSession) -> None:
        self._app, self.http = app, http

    async def post(self, credential: str) -> tuple[int, Any, Any]:
        headers = {"authorization": f"Bearer {credential}"}
        async with self.http.post("/graphql", json=BODY, headers=headers) as response:
            return response.status, response.headers, await response.json()

    async def status(self, credential: str) -> int:
        return (await self.post(credential))[0]

    async def reads_keys(self) -> None:
        """The read that comes every two seconds."""
        await self._app.state.graphql.authenticator.keys.refresh()


@asynccontextmanager
async def gateway(address: str, **settings: Any) -> AsyncIterator[Client]:
    config = Config(catalog=Path("memory"), now=NOW, callers=CallerSettings(store=address, **settings))
    app = make_app(config, filled(catalog_text(), utility()))
    async with live(app) as url, aiohttp.ClientSession(url) as http:
        async with http.get("/health/ready") as response:  # the socket listens before everything is open
            assert response.status == 200
        yield Client(app, http)


@asynccontextmanager
async def keys_of(address: str) -> AsyncIterator[KeyStore]:
    async with open_store(address) as store:
        assert store
        yield KeyStore(store)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_key_works_in_every_gateway_until_it_is_revoked(kind: str) -> None:
    credential, key = new_key(Scope.CUSTOMER_READ)
    async with (
        store_place(kind) as (address, _),
        keys_of(address) as keys,
        gateway(address) as one,
        gateway(address) as other,
    ):
        assert [await at.status(credential) for at in (one, other)] == [401, 401]
        await keys.add(key)
        for at in (one, other):
            await at.reads_keys()
            status, _, body = await at.post(credential)
            assert status == 200
            assert body["data"]["billingAccount"] == {"accountNumber": "1001", "bills": {"nodes": None}}
            assert [each["extensions"]["scope"] for each in body["errors"]] == ["billing:read"]
        await keys.revoke(key.id, CREATED)
        for at in (one, other):
            await at.reads_keys()
            assert await at.status(credential) == 401


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
async def at(anyio_backend: str) -> AsyncIterator[tuple[Client, str]]:  # noqa: ARG001  # its loop lives as long
    """A gateway, and a key that it accepts."""
    credential, key = new_key()
    async with store_place("sqlite") as (address, _), keys_of(address) as keys:
        await keys.add(key)
        async with gateway(address) as client:
            yield client, credential


SECRET = new_key()[0][18:]
WRONG: dict[str, Callable[[str], str]] = {
    "another secret": lambda key: f"{key[:17]}_{SECRET}",
    "no secret": lambda key: key[:17],
    "a short secret": lambda key: key[:-1],
    "a long secret": lambda key: f"{key}0",
    "another id": lambda key: f"c360_000000000000_{key[18:]}",
    "an id in capitals": lambda key: key.replace(key[5:17], key[5:17].upper()),
    "the secret alone": lambda key: key[18:],
    "a letter beyond ASCII": lambda key: f"{key[:-1]}\u00df",
    "the prefix alone": lambda _: "c360_",
}


@pytest.mark.parametrize("name", WRONG)
async def test_a_wrong_key_gets_the_answer_of_a_wrong_token(
    at: tuple[Client, str], name: str, caplog: pytest.LogCaptureFixture
) -> None:
    client, credential = at
    with caplog.at_level(logging.WARNING, "gateway"):
        status, headers, body = await client.post(WRONG[name](credential))
    assert (status, await client.status(credential)) == (401, 200)
    assert headers["www-authenticate"].startswith("Bearer ")
    [error] = body["errors"]
    assert error["message"] == "Send a valid credential in the header Authorization: Bearer."
    [line] = [each.getMessage() for each in caplog.records if "credential refused" in each.getMessage()]
    assert credential[18:-1] not in line
    assert SECRET not in line


async def test_keys_and_tokens_are_accepted_beside_each_other() -> None:
    credential, key = new_key()
    async with identity_provider() as provider, store_place("sqlite") as (address, _), keys_of(address) as keys:
        await keys.add(key)
        words = {"token_keys": provider.url, "token_issuer": ISSUER, "token_audience": AUDIENCE}
        async with gateway(address, **words) as at:
            assert [await at.status(each) for each in (credential, token(), "c360_x", "x")] == [200, 200, 401, 401]


async def test_metrics_have_the_age_of_the_keys(at: tuple[Client, str]) -> None:
    client, _ = at
    async with client.http.get("/metrics") as response:
        [line] = [each for each in (await response.text()).splitlines() if each.startswith("gateway_keys_age_seconds")]
    assert 0 <= float(line.split()[1]) < FRESH_SECONDS


async def test_a_store_that_never_answered_is_no_wrong_key(tmp_path: Path) -> None:
    async with gateway(str(tmp_path / "missing" / "store.db")) as at:
        status, headers, body = await at.post(new_key()[0])
        assert (status, headers["retry-after"]) == (503, "5")
        assert body["errors"][0]["extensions"]["code"] == "UNAVAILABLE"
        assert await at.status("no-key") == 401


class Store:
    """The rows of a store, which may be away, and the two clocks of a table."""

    def __init__(self, *rows: KeyRow) -> None:
        self.rows, self.is_away, self.seconds, self.utc = list(rows), False, 0.0, CREATED
        self.reads = 0

    async def read(self) -> Sequence[KeyRow]:
        self.reads += 1
        if self.is_away:
            raise StoreUnavailable("away")
        return list(self.rows)

    def table(self, max_stale: float = 300) -> KeyTable:
        return KeyTable(self.read, max_stale, lambda: self.seconds, lambda: self.utc)


async def rows_of(*words: dict[str, Any]) -> tuple[list[str], list[KeyRow]]:
    """Keys as their owners have them, and their rows."""
    pairs = [new_key(**each) for each in words]
    async with store_place("sqlite") as (address, _), keys_of(address) as keys:
        for _, key in pairs:
            await keys.add(key)
        by_id = {row[0]: row for row in await keys.rows()}
    return [credential for credential, _ in pairs], [by_id[key.id] for _, key in pairs]


async def test_a_key_expires_at_its_instant() -> None:
    [credential], rows = await rows_of({"expires_at": CREATED + timedelta(hours=1)})
    store = Store(*rows)
    table = store.table()
    await table.refresh()
    store.utc = CREATED + timedelta(minutes=59, seconds=59)
    assert table.caller(credential).expires_at == CREATED + timedelta(hours=1)
    store.utc = CREATED + timedelta(hours=1)
    with pytest.raises(Refused, match="expired"):
        table.caller(credential)


async def test_known_keys_serve_for_a_while_without_the_store() -> None:
    [credential], rows = await rows_of({})
    store = Store(*rows)
    table = store.table(max_stale=300)
    await table.refresh()
    store.is_away, store.seconds = True, FRESH_SECONDS + 300
    await table.refresh()
    assert table.caller(credential)
    with pytest.raises(StoreUnavailable):
        table.caller(new_key()[0])  # it may have been added in the meantime
    store.seconds += 1
    with pytest.raises(StoreUnavailable):
        table.caller(credential)
    store.is_away = False
    await table.refresh()
    assert table.caller(credential)


async def test_a_short_failure_leaves_unknown_keys_refused() -> None:
    store = Store()
    table = store.table()
    await table.refresh()
    store.is_away, store.seconds = True, FRESH_SECONDS
    await table.refresh()
    with pytest.raises(Refused, match="unknown"):
        table.caller(new_key()[0])


async def test_a_flood_of_unknown_keys_asks_the_store_nothing() -> None:
    [credential], rows = await rows_of({})
    store = Store(*rows)
    table = store.table()
    await table.refresh()
    for _ in range(2_000):
        with pytest.raises(Refused):
            table.caller(new_key()[0])
    assert store.reads == 1
    assert table.caller(credential)


@given(st.text() | st.from_regex(FORM, fullmatch=True) | st.from_regex(r"c360_[0-9a-z_]*"))
def test_no_other_text_is_a_key(text: str) -> None:
    table = Store().table()
    asyncio.run(table.refresh())
    with pytest.raises(Refused):
        table.caller(text)


@pytest.mark.parametrize(
    ("column", "text", "reason"),
    [
        (3, '["customer:write"]', "'customer:write' is not a valid Scope"),
        (5, "friends", "there is no audience friends"),
    ],
)
async def test_an_unreadable_key_costs_itself(
    caplog: pytest.LogCaptureFixture, column: int, text: str, reason: str
) -> None:
    [good, bad], rows = await rows_of({}, {})
    rows[1] = (*rows[1][:column], text, *rows[1][column + 1 :])
    table = Store(*rows).table()
    for _ in range(3):
        await table.refresh()
    assert table.caller(good)
    with pytest.raises(Refused, match="unknown"):
        table.caller(bad)
    assert [each.getMessage() for each in caplog.records if bad[:17] in each.getMessage()] == [
        f"the key {bad[:17]} cannot be read: {reason}"
    ]


async def test_a_changed_key_is_read_again() -> None:
    [credential], rows = await rows_of({})
    store = Store(*rows)
    table = store.table()
    await table.refresh()
    before = table.caller(credential)
    await table.refresh()
    assert table.caller(credential) is before
    store.rows[0] = (*rows[0][:5], "partner", *rows[0][6:])
    await table.refresh()
    assert table.caller(credential) == replace(before, audience="partner")


async def test_an_outage_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    store = Store()
    table = store.table()
    for is_away in (False, True, True, False, False):
        store.is_away = is_away
        await table.refresh()
    assert [each.getMessage() for each in caplog.records] == [
        "keys of the store: away",
        "keys of the store: they can be read again",
    ]
