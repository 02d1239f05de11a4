"""A tiny utility in the stores' layout, and a client of its services."""

import json
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import aiohttp

from gateway_demo.stores.schemas import DATABASES
from gateway_demo.systems.auth import Credentials

SECRETS = Credentials()
NOON = 1_793_552_400  # 2026-11-01T12:00:00-05:00
HOUR = 3600
KEY = {"X-Api-Key": SECRETS.crm_key}
BASIC = {"Authorization": aiohttp.encode_basic_auth(SECRETS.service_user, SECRETS.service_password)}

# Record kind: its store and its key columns, as the generator writes them.
KINDS = {
    "customer": ("crm", ("customer_number", "party_id")),
    "party": ("crm", ("person_id", "organization_id")),
    "restriction": ("crm", ("party_id",)),
    "service_request": ("service", ("account_id",)),
    "service_order": ("service_orders", ("service_point_id", "account_id")),
    "field_order": ("field_work", ("service_point_id", "service_order_id", "account_id")),
    "call": ("contact_center", ("account_id", "customer_id")),
    "chat": ("contact_center", ("account_id", "customer_id")),
    "email": ("email", ("customer_id",)),
    "service_task": ("self_service", ("account_id",)),
    "outage_call": ("outage", ("premise_id", "account_id")),
    "outage": ("outage", ()),
    "interaction": ("interactions", ("customer_id", "account_id", "party_id")),
    "interaction_activity": ("interactions", ("interaction_id",)),
    "media_item": ("interactions", ("interaction_id",)),
    "note": ("interactions", ("interaction_id",)),
}
EXTRA = {
    "crm": "CREATE TABLE search_term (customer_id TEXT, field TEXT, term TEXT);"
    "CREATE TABLE account_party (party_id TEXT, account_id TEXT)",
    "outage": "CREATE TABLE outage_premise (outage_id TEXT, premise_id TEXT)",
}


class TinyStores:
    """Writes the stores of a tiny utility: owners A and B with seven records of each kind."""

    def __init__(self, folder: Path) -> None:
        self.open = {store: sqlite3.connect(folder / f"{store}.db") for store, _ in KINDS.values()}
        for kind, (store, columns) in KINDS.items():
            names = ", ".join(("id", *columns, "at", "body"))
            self.open[store].execute(f'CREATE TABLE "{kind}" ({names})')
        for store, statement in EXTRA.items():
            self.open[store].executescript(statement)
        for name in DATABASES:
            self.open[name] = sqlite3.connect(folder / f"{name}.db")
            self.open[name].execute("CREATE TABLE note (id TEXT)")

    def put(self, kind: str, key: str, owner: str, at: int | None) -> None:
        """Add a record with the owner in all key columns."""
        store, columns = KINDS[kind]
        body = json.dumps({"id": key, "owner": owner, "at": at, "text": 'a "$total" {}'})
        values = [key, *([owner] * len(columns)), at, body]
        marks = ", ".join("?" * len(values))
        self.open[store].execute(f'INSERT INTO "{kind}" VALUES ({marks})', values)  # noqa: S608 - our own names

    def link(self, store: str, table: str, *values: str) -> None:
        """Add a row to a link table."""
        marks = ", ".join("?" * len(values))
        self.open[store].execute(f"INSERT INTO {table} VALUES ({marks})", values)  # noqa: S608 - our own names

    def close(self) -> None:
        """Commit and close."""
        for store in self.open.values():
            store.commit()
            store.close()


def fill(stores: TinyStores) -> None:
    for kind in KINDS:
        for owner in ("A", "B"):
            for number in range(7):
                # Pairs share a second.
                at = NOON - (number // 2) * HOUR if kind not in ("customer", "party") else None
                stores.put(kind, f"{owner}{number}", owner, at)
    for customer, field, term in (
        ("A1", "name", "jose"),
        ("A1", "name", "nunez"),
        ("A2", "name", "joseph"),
        ("A2", "phone", "15552000100"),
        ("A2", "email", "j@x.org"),
        ("A2", "account_number", "44171"),
        ("A3", "identifier", "1234"),
        ("B0", "name", "josephine"),
        ("B0", "name", "joseph"),
    ):
        stores.link("crm", "search_term", customer, field, term)
    for outage, premise in (("A0", "P1"), ("A0", "P2"), ("B1", "P2")):
        stores.link("outage", "outage_premise", outage, premise)


class SystemsClient:
    """Calls the services; returns status and body."""

    def __init__(self, http: aiohttp.ClientSession, address: str) -> None:
        self._http = http
        self.address = address

    async def get(self, path: str, *given: tuple[str, object], login: Mapping[str, str] = {}) -> tuple[int, Any]:
        """GET with these parameters; `path` may be a complete URL."""
        address = path if path.startswith("http") else self.address + path
        query = [(name, str(value)) for name, value in given]
        async with self._http.get(address, params=query, headers=login) as answer:
            return answer.status, await answer.json()

    async def post(self, path: str, body: object) -> tuple[int, Any]:
        """POST this body."""
        async with self._http.post(self.address + path, json=body) as answer:
            return answer.status, await answer.json()

    async def token(self, secret: str = SECRETS.interactions_secret) -> tuple[int, Any]:
        """Request a token of INTERACTIONS."""
        form = {"grant_type": "client_credentials", "client_id": SECRETS.interactions_client, "client_secret": secret}
        address = f"{self.address}/interactions/oauth/token"
        async with self._http.post(address, data=form) as answer:
            return answer.status, await answer.json()

    async def bearer(self) -> dict[str, str]:
        """The header with a token of INTERACTIONS."""
        _, token = await self.token()
        return {"Authorization": f"Bearer {token['access_token']}"}


def records(content: Any) -> list[dict[str, Any]]:
    """The records inside an envelope."""
    while isinstance(content, dict):
        content = next(content[name] for name in ("items", "Items", "results", "data", "records") if name in content)
    return content


def ids(content: Any) -> list[str]:
    """The ids of the records in a body."""
    return [record["id"] for record in records(content)]
