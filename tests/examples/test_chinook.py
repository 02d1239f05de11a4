"""A foreign database is connected by a catalog alone."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from support.servers import live

from gateway.app import make_app
from gateway.config.settings import Config
from gateway.runtime import load_catalog

EXAMPLE = Path(__file__).parent.parent.parent / "examples" / "chinook"
CATALOG = EXAMPLE / "catalog.toml"

WHOLE = """query($number: String!) { customer(customerNumber: $number) {
  customerNumber party { name roles }
  accounts { accountNumber status currency bills(first: 10) {
    edges { node { billNumber issuedOn amountDue { amount currency }
      segments { amount { amount } lines { sequence quantity unitPrice amount { amount } description } }
    } }
  } }
} }"""

UNCONNECTED = """query($number: String!) { customer(customerNumber: $number) {
  interactions { edges { node { id } } }
  accounts {
    persons { role } premises { id } programs { name } alerts { text } balance { asOf } autopay { since }
    payments { edges { node { id } } } serviceOrders { edges { node { id } } }
    creditProcesses { id } outages { id } usage { unit } scheduledPayments { dueOn }
    activities(first: 10) { edges { node { activityType title } } complete sources { system state } }
  }
} }"""


@pytest.fixture(scope="module")
def chinook(tmp_path_factory: pytest.TempPathFactory) -> str:
    file = tmp_path_factory.mktemp("chinook") / "chinook.db"
    with closing(sqlite3.connect(file)) as database:
        database.executescript((EXAMPLE / "chinook.sql").read_text(encoding="utf-8"))
    return f"sqlite:///{file}"


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
async def http(chinook: str) -> AsyncIterator[aiohttp.ClientSession]:
    config = Config(catalog=CATALOG, now=datetime(2025, 3, 1, tzinfo=UTC))
    app = make_app(config, load_catalog(config, {"CHINOOK_URL": chinook}))
    connector = aiohttp.TCPConnector(force_close=True)  # an idle one would be closed while `check` runs
    async with live(app) as url, aiohttp.ClientSession(url, connector=connector) as session:
        yield session


async def ask(http: aiohttp.ClientSession, query: str, **variables: Any) -> Any:
    async with http.post("/graphql", json={"query": query, "variables": variables}) as response:
        body = await response.json()
    assert "errors" not in body, body["errors"]
    assert response.status == 200
    return body["data"]


async def test_customers_accounts_bills_and_lines_come_from_its_tables(http: aiohttp.ClientSession) -> None:
    customer = (await ask(http, WHOLE, number="2"))["customer"]
    assert customer["party"] == {"name": "Leonie Köhler", "roles": ["CUSTOMER"]}
    (account,) = customer["accounts"]
    assert (account["accountNumber"], account["status"], account["currency"]) == ("2", "ACTIVE", "USD")
    bills = [edge["node"] for edge in account["bills"]["edges"]]
    assert [(bill["billNumber"], bill["issuedOn"], bill["amountDue"]["amount"]) for bill in bills] == [
        ("12", "2025-02-11", "13.86"),
        ("1", "2025-01-01", "1.98"),
    ]
    (segment,) = bills[1]["segments"]
    assert segment["amount"] == {"amount": "1.98"}
    assert segment["lines"] == [
        {"sequence": n, "quantity": "1", "unitPrice": "0.99", "amount": None, "description": None} for n in (1, 2)
    ]


async def test_an_unknown_customer_is_null(http: aiohttp.ClientSession) -> None:
    for number in ("999", "2 OR 1=1", "'; DROP TABLE Customer; --"):
        assert (await ask(http, WHOLE, number=number))["customer"] is None
    assert (await ask(http, WHOLE, number="1"))["customer"]["party"]["name"] == "Luís Gonçalves"


async def test_unmapped_records_are_null_without_an_error(http: aiohttp.ClientSession) -> None:
    customer = (await ask(http, UNCONNECTED, number="2"))["customer"]
    unknown = (None, {"edges": None})
    assert customer["interactions"] in unknown
    (account,) = customer["accounts"]
    feed = account.pop("activities")
    assert {name: value for name, value in account.items() if value not in unknown} == {}
    assert [edge["node"]["title"] for edge in feed["edges"]] == ["Bill 12: $13.86", "Bill 1: $1.98"]
    assert feed["complete"] is True
    states = {each["system"]: each["state"] for each in feed["sources"]}
    assert states.pop("BILLING") == "OK"
    assert set(states.values()) == {"NOT_CONFIGURED"}


def check(*options: str, **variables: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "GATEWAY_CATALOG": str(CATALOG), **variables}
    command = [sys.executable, "-m", "gateway", "check", *options]
    return subprocess.run(command, capture_output=True, text=True, env=env, check=False, timeout=30)  # noqa: S603  # our own command


def lines(output: str) -> Iterator[list[str]]:
    return (line.split() for line in output.splitlines())


def test_check_names_a_missing_variable_with_its_line() -> None:
    done = check()
    assert done.returncode == 2
    assert done.stderr == "catalog.toml:12: the environment variable CHINOOK_URL is not set\n"


def test_check_connect_lists_lookups_with_their_latency(chinook: str) -> None:
    done = check("--connect", CHINOOK_URL=chinook)
    assert (done.returncode, done.stderr) == (0, "")
    assert "catalog.toml: 1 sources, 11 lookups, no errors.\n" in done.stdout
    rows = [line for line in lines(done.stdout) if line[0] == "chinook"]
    assert len(rows) == 11
    assert all(row[-1] == "ok" for row in rows)
    assert ["chinook", "Bill", "by", "account_id"] in [row[:4] for row in rows]


def test_check_connect_reports_a_wrong_database(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "other.db")) as database:
        database.execute("CREATE TABLE Customer (CustomerId INTEGER, FirstName TEXT)")
    done = check("--connect", CHINOOK_URL=f"sqlite:///{tmp_path / 'other.db'}")
    assert done.returncode == 1
    assert "Bill by id: there is no table or view Invoice; check `at`." in done.stdout
    assert "LastName" in done.stdout


async def test_what_chinook_does_not_map_is_not_missing(http: aiohttp.ClientSession) -> None:
    query = """{ customer(customerNumber: "1") { accounts { insights {
      all { code } sources { system state }
    } } } }"""
    async with http.post("/graphql", json={"query": query}) as response:
        [account] = (await response.json())["data"]["customer"]["accounts"]
    assert "DATA_INCOMPLETE" not in {insight["code"] for insight in account["insights"]["all"]}
    states = {source["system"]: source["state"] for source in account["insights"]["sources"]}
    assert set(states.values()) <= {"OK", "NOT_CONFIGURED"}
