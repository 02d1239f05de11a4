"""`gateway check --connect` tells who answered, how fast, and what did not fit."""

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


async def asked(catalog: str, **env: str) -> str:
    """The table of who answered."""
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


async def test_who_answers_as_agreed_is_ok(tmp_path: Path) -> None:
    row = ("1", "7", "B1", "2026-11-01", "12.50")
    url = database(tmp_path, "id TEXT, account TEXT, number TEXT, issued TEXT, due TEXT", row)
    code, said, _ = await check(tmp_path, DATABASE, "--connect", BILLING_URL=url)
    lines = [line.split() for line in said.splitlines()[1:]]
    assert code == 0
    assert lines[0] == ["source", "lookup", "rows", "ms"]
    assert [(*line[:5], line[-1]) for line in lines[1:]] == [
        ("billing", "Bill", "by", "id", "1", "ok"),
        ("billing", "Bill", "by", "account_id", "1", "ok"),
    ]
    assert all(float(line[5]) > 0 for line in lines[1:])


async def test_a_missing_column_is_named(tmp_path: Path) -> None:
    url = database(tmp_path, "id TEXT, account TEXT, number TEXT, issued TEXT")
    said = await asked(DATABASE, BILLING_URL=url)
    assert "due" in said.splitlines()[-1]


async def test_a_value_that_does_not_fit_is_named_by_its_field_and_never_shown(tmp_path: Path) -> None:
    row = ("1", "7", "B1", "2026-11-01", "a secret")
    url = database(tmp_path, "id TEXT, account TEXT, number TEXT, issued TEXT, due TEXT", row)
    said = await asked(DATABASE, BILLING_URL=url)
    assert "Bill.amount_due: expected a number, got other text" in said
    assert "a secret" not in said


async def test_a_row_that_does_not_say_whose_it_is_is_told(tmp_path: Path) -> None:
    catalog = DATABASE.replace("by.account_id = {}", 'by.account_id = { key = "payer" }')
    columns = "id TEXT, account TEXT, number TEXT, issued TEXT, due TEXT, payer TEXT"
    url = database(tmp_path, columns, ("1", "7", "B1", "2026-11-01", "12.50", None))
    said = await asked(catalog, BILLING_URL=url)
    assert "Bill by account_id: no payer, the key it is asked by" in said
    assert said.count(" ok") == 1


async def test_a_source_that_is_not_there_is_told_and_the_others_are_asked(tmp_path: Path) -> None:
    url = database(tmp_path, "id TEXT, account TEXT, number TEXT, issued TEXT, due TEXT")
    both = {"BILLING_URL": url, "CRM_URL": "http://127.0.0.1:9"}
    code, said, _ = await check(tmp_path, DATABASE + SERVICE, "--connect", **both)
    assert code == 1
    assert "crm did not answer." in said
    assert said.count(" ok\n") == 2


@pytest.mark.parametrize(
    ("status", "sentence"), [(401, "crm refused the gateway."), (500, "crm did not answer.")]
)
async def test_a_refused_login_and_a_failing_system_are_told_apart(status: int, sentence: str) -> None:
    async with service(status) as url:
        said = await asked(SERVICE, CRM_URL=url)
    assert sentence in said
    assert "hunter2" not in said


async def test_without_connect_nobody_is_asked(tmp_path: Path) -> None:
    code, said, wrong = await check(tmp_path, SERVICE, CRM_URL="http://127.0.0.1:9")
    assert (code, wrong) == (0, "")
    assert said == f"{tmp_path / 'catalog.toml'}: 1 sources, 1 lookups, nothing wrong.\n"


async def test_what_has_to_be_mended_first_is_said_and_ends_with_2(tmp_path: Path) -> None:
    code, said, wrong = await check(tmp_path, SERVICE.replace("id =", "it ="), "--connect")
    assert (code, said) == (2, "")
    assert wrong.splitlines()[0] == "catalog.toml:3: the environment variable CRM_URL is not set"
    assert "Customer has no field it" in wrong


CHINOOK = Path(__file__).parent.parent / "examples" / "chinook" / "catalog.toml"


@pytest.mark.parametrize("command", ["check", "serve"])
def test_examples_that_cannot_be_read_are_a_sentence_and_not_a_traceback(
    tmp_path: Path, command: str
) -> None:
    env = {**os.environ, "GATEWAY_CATALOG": str(CHINOOK), "CHINOOK_URL": "sqlite:///nowhere.db"}
    done = subprocess.run(  # noqa: S603  # our own words
        [sys.executable, "-m", "gateway", command],
        env={**env, "GATEWAY_EXAMPLES": str(tmp_path / "none.json")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.startswith("GATEWAY_EXAMPLES: ")
    assert "Traceback" not in done.stderr
