"""`gateway check --connect` reports for each lookup whether its source answers, how fast, and any error."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from support.check_command import SERVICE, check
from support.servers import live

from gateway.catalog.loader import parse_catalog
from gateway.check import format_results, probe_sources
from gateway.resolvers.records import RECORDS, RELATIONS

DATABASE = """[sources.billing]
kind = "sql"
url = "env:BILLING_URL"
currency = "USD"
[records.Bill]
source = "billing"
at = "bill"
by.id = {}
by.account_id = {}
[records.Bill.fields]
id = "id"
account_id = "account"
bill_number = "number"
issued_on = "issued"
amount_due = "due"
"""


async def probe(catalog: str, **env: str) -> str:
    """The table of results."""
    return format_results(await probe_sources(parse_catalog(catalog, env, RECORDS, RELATIONS)))


def database(folder: Path, columns: str, *rows: tuple[object, ...]) -> str:
    with closing(sqlite3.connect(folder / "billing.db")) as file, file:
        file.execute(f"CREATE TABLE bill ({columns})")
        for row in rows:
            file.execute(f"INSERT INTO bill VALUES ({', '.join('?' * len(row))})", row)  # noqa: S608  # marks only
    return f"sqlite:///{folder / 'billing.db'}"


@asynccontextmanager
async def service(status: int) -> AsyncIterator[str]:
    async def answer(_request: Request) -> Response:
        return JSONResponse({"password": "hunter2"}, status)

    async with live(Starlette(routes=[Route("/{path:path}", answer)])) as url:
        yield url


ROW = ("1", "7", "B1", "2026-11-01", "12.50")
COLUMNS = "id TEXT, account TEXT, number TEXT, issued TEXT, due TEXT"


async def test_a_valid_source_is_ok(tmp_path: Path) -> None:
    code, output, _ = await check(tmp_path, DATABASE, "--connect", BILLING_URL=database(tmp_path, COLUMNS, ROW))
    header, *lines = [line.split() for line in output.splitlines()[1:]]
    assert code == 0
    assert header == ["source", "lookup", "rows", "ms"]
    assert [(*line[:5], line[-1]) for line in lines] == [
        ("billing", "Bill", "by", "id", "1", "ok"),
        ("billing", "Bill", "by", "account_id", "1", "ok"),
    ]
    assert all(float(line[5]) > 0 for line in lines)


async def test_a_missing_column_is_named(tmp_path: Path) -> None:
    url = database(tmp_path, "id TEXT, account TEXT, number TEXT, issued TEXT")
    output = await probe(DATABASE, BILLING_URL=url)
    assert "due" in output.splitlines()[-1]


async def test_a_text_that_cannot_be_read_is_reported(tmp_path: Path) -> None:
    url = database(tmp_path, COLUMNS, ROW)
    with closing(sqlite3.connect(tmp_path / "billing.db")) as file, file:
        file.execute("UPDATE bill SET number = CAST(x'e9' AS TEXT)")
    code, output, errors = await check(tmp_path, DATABASE, "--connect", BILLING_URL=url)
    assert code == 1
    assert "a text is not UTF-8" in output
    assert "Traceback" not in output + errors


async def test_an_invalid_value_is_reported_by_its_field(tmp_path: Path) -> None:
    url = database(tmp_path, COLUMNS, (*ROW[:-1], "a secret"))
    output = await probe(DATABASE, BILLING_URL=url)
    assert "Bill.amount_due: expected a number, got other text" in output
    assert "a secret" not in output


async def test_every_field_that_cannot_be_read_is_reported(tmp_path: Path) -> None:
    rows = [
        ("1", "7", "B1", "soon", "a secret"),
        ("2", "7", "B2", "2026-11-01", "12.50"),
        ("3", "7", None, "2026-11-01", "1"),
    ]
    output = await probe(DATABASE, BILLING_URL=database(tmp_path, COLUMNS, *rows))
    line = next(line for line in output.splitlines() if "by account_id" in line)
    for field in ("issued_on", "amount_due", "bill_number"):
        assert line.count(f"Bill.{field}: ") == 1
    assert line.split()[4] == "1"  # the rows that can be read
    assert "a secret" not in output


async def test_a_row_without_its_key_is_reported(tmp_path: Path) -> None:
    catalog = DATABASE.replace("by.account_id = {}", 'by.account_id = { key = "payer" }')
    output = await probe(catalog, BILLING_URL=database(tmp_path, f"{COLUMNS}, payer TEXT", (*ROW, None)))
    assert "Bill by account_id: a row has no payer, which must repeat the key" in output
    assert output.count(" ok") == 1


NESTED = SERVICE.replace('"number" }', '"number", party_id = "party.ref.id" }')


@pytest.mark.parametrize(
    ("party", "verdict"),
    [
        ({"ref": {"id": "H"}}, " ok"),
        ({"ref": {"key": "H"}}, "Customer by id: its rows have no party.ref.id"),
        ({}, "Customer by id: its rows have no party.ref.id"),
        (None, " ok"),
    ],
)
async def test_nested_paths_are_compared_with_the_rows(party: object, verdict: str) -> None:
    async def answer(request: Request) -> Response:
        return JSONResponse({"id": request.path_params["path"].rpartition("/")[2], "number": "C1", "party": party})

    async with live(Starlette(routes=[Route("/{path:path}", answer)])) as url:
        output = await probe(NESTED, CRM_URL=url)
    assert output.endswith(verdict)


async def test_other_sources_are_probed_beside_one_that_is_down(tmp_path: Path) -> None:
    env = {"BILLING_URL": database(tmp_path, COLUMNS), "CRM_URL": "http://127.0.0.1:9"}
    code, output, _ = await check(tmp_path, DATABASE + SERVICE, "--connect", **env)
    assert code == 1
    assert "crm did not answer." in output
    assert output.count("no rows seen: fields not checked\n") == 2


@pytest.mark.parametrize(("status", "message"), [(401, "crm refused the gateway."), (500, "crm did not answer.")])
async def test_a_refused_login_differs_from_a_failing_source(status: int, message: str) -> None:
    async with service(status) as url:
        output = await probe(SERVICE, CRM_URL=url)
    assert message in output
    assert "hunter2" not in output


async def test_without_connect_no_source_is_called(tmp_path: Path) -> None:
    code, output, errors = await check(tmp_path, SERVICE, CRM_URL="http://127.0.0.1:9")
    assert (code, errors) == (0, "")
    assert output.startswith(f"{tmp_path / 'catalog.toml'}: 1 sources, 1 lookups")


async def test_a_store_is_checked_and_with_connect_asked(tmp_path: Path) -> None:
    url = database(tmp_path, COLUMNS, ROW)
    code, _, errors = await check(tmp_path, DATABASE, BILLING_URL=url, GATEWAY_STORE="sqlite:///x.db?mode=ro")
    assert (code, errors) == (
        2,
        "GATEWAY_STORE: the store is a file that is written; name its path without parameters.\n",
    )
    away = str(tmp_path / "missing" / "store.db")
    code, output, _ = await check(tmp_path, DATABASE, "--connect", BILLING_URL=url, GATEWAY_STORE=away)
    assert (code, output.splitlines()[-1]) == (1, "GATEWAY_STORE cannot be used: FileNotFoundError.")


async def test_errors_of_the_catalog_end_the_check_with_code_2(tmp_path: Path) -> None:
    code, output, errors = await check(tmp_path, SERVICE.replace("id =", "it ="), "--connect")
    assert (code, output) == (2, "")
    assert errors.splitlines()[0] == "catalog.toml:3: the environment variable CRM_URL is not set"
    assert "Customer has no field it" in errors


CHINOOK = Path(__file__).parent.parent / "examples" / "chinook" / "catalog.toml"


@pytest.mark.parametrize("command", ["check", "serve"])
def test_unreadable_examples_are_reported_without_a_traceback(tmp_path: Path, command: str) -> None:
    env = {**os.environ, "GATEWAY_CATALOG": str(CHINOOK), "CHINOOK_URL": "sqlite:///nowhere.db"}
    process = subprocess.run(  # noqa: S603  # our own words
        [sys.executable, "-m", "gateway", command],
        env={**env, "GATEWAY_EXAMPLES": str(tmp_path / "none.json")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == 2
    assert process.stderr.startswith("GATEWAY_EXAMPLES: ")
    assert "Traceback" not in process.stderr
