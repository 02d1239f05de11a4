"""The demo's databases can be broken and mended; a broken one costs its own fields."""

import asyncio
import http.client
import json
import os
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from support.demo.running_demo import GatewayClient, database_environment, environment, running_gateway, running_systems
from support.demo.truth import opaque

from gateway_demo.faults.databases import AWAY, DatabaseFaults, NoSuchFault, renaming
from gateway_demo.faults.model import Fault
from gateway_demo.generate.generator import generate
from gateway_demo.plan.accounts import account_id
from gateway_demo.stores.schemas import DATABASES

SERVER = os.environ.get("GATEWAY_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/test")
CUSTOMERS = 3
# A field of each system, and those that a broken CIS costs.
QUERY = """query($account: ID!) { billingAccount(id: $account) { id
  cis: accountNumber billing: bills(first: 1) { nodes { id } } payments(first: 1) { nodes { id } }
  collections: creditProfile { creditRating } usage { total } } }"""
ACCOUNT = opaque("BillingAccount", account_id(1))
FAILURES = {"silence": ("SOURCE_TIMEOUT", "TIMEOUT"), "error": ("SOURCE_MISREAD", "DOWN")}  # code and state
# Milliseconds for a request. Other systems are asked after the CIS, whose own timeout must end first.
PATIENCE = {"cis": 30_000}


async def _execute(statement: str) -> None:
    server = await asyncpg.connect(SERVER)
    await server.execute(statement)
    await server.close()


@contextmanager
def _server_database() -> Iterator[str]:
    """The URL of an empty database; the test is skipped where no server answers, except in CI."""
    name = f"faults_{uuid.uuid4().hex[:12]}"
    try:
        asyncio.run(_execute(f"CREATE DATABASE {name}"))
    except (OSError, asyncpg.PostgresError) as error:
        if "CI" in os.environ:
            raise
        pytest.skip(f"no PostgreSQL answers at GATEWAY_TEST_POSTGRES ({type(error).__name__})")
    try:
        yield SERVER.rpartition("/")[0] + f"/{name}"
    finally:
        asyncio.run(_execute(f"DROP DATABASE {name} WITH (FORCE)"))


class Demo:
    """A gateway over systems that can be broken."""

    def __init__(self, gateway: GatewayClient, systems: int) -> None:
        self._ports = {"gateway": gateway.port, "systems": systems}

    def _request(self, at: str, method: str, path: str, body: Any = None, headers: Any = None) -> tuple[int, Any]:
        sent = {"Content-Type": "application/json"} | (headers or {})
        with closing(http.client.HTTPConnection("127.0.0.1", self._ports[at], timeout=60)) as connection:
            connection.request(method, path, json.dumps(body), sent)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())

    def answer(self, milliseconds: int = 30_000) -> Any:
        """What the gateway says of the account within this time."""
        body = {"query": QUERY, "variables": {"account": ACCOUNT}}
        headers = {"X-Request-Deadline": str(milliseconds)}
        return self._request("gateway", "POST", "/graphql", body, headers)[1]

    def put(self, system: str, body: Any) -> tuple[int, Any]:
        """Break a system."""
        return self._request("systems", "PUT", f"/_faults/{system}", body)

    def clear(self, system: str = "") -> tuple[int, Any]:
        """Mend a system, or all."""
        return self._request("systems", "DELETE", f"/_faults/{system}".rstrip("/"))


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def faulty(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A small demo with `--faults`, its databases in files or on a server."""
    folder = tmp_path_factory.mktemp("a demo with faulty databases")
    if request.param == "sqlite":
        generate(folder, customers=CUSTOMERS)
        locations = {name: (f"sqlite+aiosqlite:///{folder / name}.db", "") for name in DATABASES}
        with _running(folder, locations) as demo:
            yield demo
        return
    with _server_database() as url:
        generate(folder, customers=CUSTOMERS, database=url)
        locations = {name: (url.replace("postgresql://", "postgresql+asyncpg://"), name) for name in DATABASES}
        with _running(folder, locations) as demo:
            yield demo


@contextmanager
def _running(folder: Path, locations: Any) -> Iterator[Demo]:
    variables = database_environment(locations)
    with (
        running_systems(folder, "--faults", **variables) as port,
        running_gateway(environment(port, folder) | variables) as at,
    ):
        yield Demo(at, port)


def lost(answer: Any) -> dict[str, str]:
    """The fields with an error, and its code."""
    return {each["path"][1]: each["extensions"]["code"] for each in answer["errors"]}


@pytest.mark.parametrize("kind", FAILURES)
@pytest.mark.parametrize("system", DATABASES)
def test_a_broken_database_costs_its_own_fields(faulty: Demo, system: str, kind: str) -> None:
    whole = faulty.answer()
    assert "errors" not in whole
    status, active = faulty.put(system, {"kind": kind})
    assert (status, list(active)) == (200, [system])
    try:
        broken = faulty.answer(PATIENCE.get(system, 1_500))
    finally:
        assert faulty.clear(system) == (200, {})
    code, state = FAILURES[kind]
    assert lost(broken) == {system: code}
    remaining, account = broken["data"]["billingAccount"], whole["data"]["billingAccount"]
    assert {name: remaining[name] for name in account if name != system} == {
        name: value for name, value in account.items() if name != system
    }
    assert broken["extensions"]["sources"][system.upper()]["state"] == state
    assert faulty.answer()["data"] == whole["data"]


def test_a_slow_database_answers_late(faulty: Demo) -> None:
    assert faulty.put("billing", {"kind": "latency", "seconds": 0.3})[0] == 200
    try:
        assert "errors" not in faulty.answer()
    finally:
        faulty.clear()


@pytest.mark.parametrize(
    "body",
    [
        {"kind": "html"},
        {"kind": "error", "times": 2},
        {"kind": "error", "form": "json"},
        {"kind": "silence", "seconds": 1},
    ],
)
def test_a_fault_that_no_database_has_is_refused(faulty: Demo, body: Any) -> None:
    status, answer = faulty.put("billing", body)
    assert (status, "latency, silence, error" in answer["error"]) == (400, True)
    assert "errors" not in faulty.answer()


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    """A database with one table of one row."""
    file = tmp_path / "notes.db"
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.executescript("CREATE TABLE note (id TEXT); INSERT INTO note VALUES ('1')")
    return file


async def test_a_killed_demo_leaves_nothing_broken(notes: Path) -> None:
    with closing(sqlite3.connect(notes)) as connection, connection:
        connection.execute(f"ALTER TABLE note RENAME TO note{AWAY}")
    await DatabaseFaults(
        {"notes": (f"sqlite:///{notes}", ""), "gone": ("postgresql://127.0.0.1:1/x", "x")}
    ).mend_leftovers()
    with closing(sqlite3.connect(notes)) as connection:
        assert connection.execute("SELECT id FROM note").fetchall() == [("1",)]


async def test_a_second_fault_replaces_the_first(notes: Path) -> None:
    faults = DatabaseFaults({"notes": (f"sqlite:///{notes}", "")})
    for kind in ("silence", "error", "silence"):
        await faults.put("notes", [Fault(kind=kind)])
        assert [each["kind"] for each in faults.status()["notes"]] == [kind]
    with pytest.raises(NoSuchFault):
        await faults.put("notes", [Fault(kind="silence"), Fault(kind="error")])
    await faults.clear_all()
    with closing(sqlite3.connect(notes, timeout=0)) as connection:
        assert connection.execute("SELECT id FROM note").fetchall() == [("1",)]


def test_a_table_is_renamed_once() -> None:
    assert renaming(["a", f"b{AWAY}"], away=True) == [f'ALTER TABLE "a" RENAME TO "a{AWAY}"']
    assert renaming(["a", f"b{AWAY}"], away=False, schema="s") == [f'ALTER TABLE "s"."b{AWAY}" RENAME TO "b"']
