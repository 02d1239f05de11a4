"""`gateway audit` reports entries and their sums."""

import asyncio
import json
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from support.stores import CREATED

from gateway.commands.audit import audit
from gateway.store.audit import Audit, AuditEntry
from gateway.store.database import open_store

ENTRIES = [
    AuditEntry(CREATED, "ada", "r1", "Person", "P1", ("taxId", "birthDate"), "IDENTIFY"),
    AuditEntry(CREATED + timedelta(days=1), "ada", "r2", "Person", "P1", ("taxId",), "IDENTIFY"),
    AuditEntry(CREATED + timedelta(days=2), "c360_0a1b2c3d4e5f", "r3", "Chat", "C\n1\t", ("text",), "COMPLAINT"),
]


@pytest.fixture
def store(tmp_path: Path) -> dict[str, str]:
    file = tmp_path / "store.db"

    async def fill() -> None:
        async with open_store(str(file)) as database:
            assert database
            for entry in ENTRIES:
                await Audit(database).append(entry)

    asyncio.run(fill())
    return {"GATEWAY_STORE": str(file)}


def output(store: dict[str, str], capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert audit(arguments, store) == 0
    return capsys.readouterr().out


def test_entries_come_before_their_sums(store: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert output(store, capsys).splitlines() == [
        "at\tcaller\trequest\ttype\tid\tfields\tpurpose",
        "2026-11-01T12:00:00.000+00:00\tada\tr1\tPerson\tP1\ttaxId,birthDate\tIDENTIFY",
        "2026-11-02T12:00:00.000+00:00\tada\tr2\tPerson\tP1\ttaxId\tIDENTIFY",
        r"2026-11-03T12:00:00.000+00:00	c360_0a1b2c3d4e5f	r3	Chat	C\n1\t	text	COMPLAINT",
        "",
        "purpose    caller             entries  values",
        "COMPLAINT  c360_0a1b2c3d4e5f  1        1",
        "IDENTIFY   ada                2        3",
        "all                           3        4",
    ]


@pytest.mark.parametrize(
    ("arguments", "requests"),
    [
        (("--caller", "ada"), ["r1", "r2"]),
        (("--purpose", "COMPLAINT"), ["r3"]),
        (("--since", "2026-11-02"), ["r2", "r3"]),
        (("--since", "2026-11-01T12:00:00+00:00", "--until", "2026-11-03"), ["r1", "r2"]),
        (("--since", "2026-11-02T08:00:01-04:00"), ["r3"]),
        (("--caller", "eve"), []),
    ],
)
def test_entries_are_selected(
    store: dict[str, str], capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], requests: list[str]
) -> None:
    lines = output(store, capsys, *arguments, "--json").splitlines()
    assert [json.loads(line)["request_id"] for line in lines] == requests


def test_days_are_those_of_the_utility(store: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    in_kiritimati = {**store, "GATEWAY_ZONE": "Pacific/Kiritimati"}  # fourteen hours ahead
    lines = output(in_kiritimati, capsys, "--until", "2026-11-02", "--json").splitlines()
    assert lines == []


def test_the_summary_stands_alone(store: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert output(store, capsys, "--summary", "--caller", "ada").splitlines() == [
        "purpose   caller  entries  values",
        "IDENTIFY  ada     2        3",
        "all               2        3",
    ]
    assert output(store, capsys, "--summary", "--caller", "eve") == "No entries.\n"


def test_an_entry_that_no_gateway_wrote_hides_no_other(
    store: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    columns = "id, at, caller, request_id, record_type, record_id, fields, purpose"
    with closing(sqlite3.connect(store["GATEWAY_STORE"])) as file, file:
        file.execute(f"INSERT INTO gateway_audit ({columns}) VALUES ('x', '2026-11-01', '', '', '', '', '[', '')")  # noqa: S608
    assert audit(["--json"], store) == 1
    printed = capsys.readouterr()
    assert (len(printed.out.splitlines()), printed.err) == (3, "The entry 4 cannot be read: no gateway wrote it.\n")
