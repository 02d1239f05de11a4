"""`gateway keys` shows a key once, and gateways in other processes follow what it does."""

import asyncio
import json
import os
import re
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from support.harness import NOW, catalog_text, filled
from support.servers import live
from support.utility import utility

from gateway.app import make_app
from gateway.commands.keys import keys
from gateway.config.caller_settings import CallerSettings
from gateway.config.settings import Config
from gateway.errors import ConfigError
from gateway.store.keys import FORM

ADD = ("add", "--owner", "Acme", "--scopes", "customer:read, billing:read")
PROGRAM = "import sys; from gateway.commands.keys import keys; sys.exit(keys(sys.argv[1:]))"  # quick to import
WAIT = 60.0  # seconds, of which two are the rule


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


def run(file: Path, *arguments: str, **variables: str) -> int:
    return keys(arguments, {"GATEWAY_STORE": str(file), **variables})


def listed(file: Path, capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    capsys.readouterr()
    assert run(file, "list", "--json") == 0
    return json.loads(capsys.readouterr().out)


def test_a_key_is_shown_once_and_only_there(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(file, *ADD) == 0
    printed = capsys.readouterr()
    credential = printed.out.removesuffix("\n")
    form = FORM.fullmatch(credential)
    assert form
    assert printed.err == (
        "This key of Acme is shown only now. Gateways accept it within seconds. "
        f"It ends by: gateway keys revoke {form[1]}\n"
    )
    assert run(file, "list") == 0
    table = capsys.readouterr().out
    assert form[1] in table
    assert form[2] not in table
    assert form[2].encode() not in file.read_bytes()


def test_two_keys_differ(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(file, *ADD)
    run(file, *ADD)
    first, second = (FORM.fullmatch(line) for line in capsys.readouterr().out.splitlines())
    assert first
    assert second
    assert (first[1] != second[1], first[2] != second[2]) == (True, True)


def test_the_list_has_what_was_added(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bounds = ("--account", "2", "--account", "1", "--customer", "9")
    words = ("--audience", "partner", "--expires", "2099-07-01", "--points-per-minute", "500")
    assert run(file, *ADD, *bounds, *words, GATEWAY_ZONE="America/New_York") == 0
    [entry] = listed(file, capsys)
    assert {name: entry[name] for name in entry if name not in {"id", "createdAt"}} == {
        "status": "active",
        "owner": "Acme",
        "scopes": ["billing:read", "customer:read"],
        "accounts": ["1", "2"],
        "customers": ["9"],
        "audience": "partner",
        "pointsPerMinute": 500,
        "expiresAt": "2099-07-01T04:00:00Z",
        "revokedAt": None,
    }
    run(file, "list")
    line = re.split(r"\s{2,}", capsys.readouterr().out.splitlines()[1])
    assert line[1:7] == [
        "active",
        "Acme",
        "billing:read, customer:read",
        "account 1, account 2, customer 9",
        "partner",
        "500",
    ]


def test_an_unreadable_key_is_named_and_others_are_listed(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(file, *ADD)
    run(file, *ADD)
    [bad, good] = [line[:17] for line in capsys.readouterr().out.splitlines()]
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("UPDATE gateway_keys SET scopes = '[1]' WHERE id = ?", (bad,))
    assert run(file, "list") == 1
    printed = capsys.readouterr()
    assert (bad in printed.out, good in printed.out) == (False, True)
    assert printed.err.startswith(f"The key {bad} cannot be read: ")


def test_a_revoked_key_stays_in_the_list(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(file, *ADD)
    key_id = capsys.readouterr().out[:17]
    assert [run(file, "revoke", each) for each in (key_id, key_id, "c360_unknown")] == [0, 0, 1]
    printed = capsys.readouterr()
    assert printed.out.splitlines() == [
        f"The key {key_id} is revoked. Gateways refuse it within seconds.",
        f"The key {key_id} was revoked before.",
    ]
    assert printed.err == "There is no key c360_unknown: `gateway keys list` shows all ids.\n"
    [entry] = listed(file, capsys)
    assert (entry["status"], entry["revokedAt"] is None) == ("revoked", False)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("add", "--owner", "x", "--scopes", "customer:write"), "there is no scope 'customer:write'; use customer"),
        (("add", "--owner", " ", "--scopes", "customer:read"), "must be a text of 1 to 200 printable characters"),
        ((*ADD, "--account", ""), "must be a text of 1 to 200 printable characters"),
        ((*ADD, "--expires", "tomorrow"), "'tomorrow' is neither a day such as"),
        ((*ADD, "--expires", "2099-01-01T12:00:00"), "is neither a day such as"),
        ((*ADD, "--points-per-minute", "0"), "must be a whole number from 1"),
        (("add", "--scopes", "customer:read"), "--owner"),
        ((), "action"),
    ],
)
def test_wrong_options_are_refused(
    file: Path, arguments: tuple[str, ...], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        run(file, *arguments)
    assert sentence in capsys.readouterr().err
    assert not file.exists()


def test_a_key_does_not_begin_expired(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(file, *ADD, "--expires", "2020-01-01") == 1
    assert "would have expired at 2020-01-01T00:00:00+00:00" in capsys.readouterr().err
    assert listed(file, capsys) == []


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({}, "GATEWAY_STORE is not set"),
        ({"GATEWAY_STORE": "mysql://me:hunter2@host/x"}, "GATEWAY_STORE must be the path of a SQLite file"),
        ({"GATEWAY_STORE": "/missing/folder/store.db"}, "GATEWAY_STORE cannot be used: FileNotFoundError."),
        ({"GATEWAY_STORE": "x.db", "GATEWAY_ZONE": "Mars/Base"}, "GATEWAY_ZONE must be"),
    ],
)
def test_an_unusable_store_is_one_sentence(variables: dict[str, str], sentence: str) -> None:
    with pytest.raises(ConfigError) as raised:
        keys(["list"], variables)
    [error] = raised.value.diagnostics
    assert error.startswith(sentence)
    assert "hunter2" not in error


async def command(file: Path, *arguments: str) -> str:
    """The output of the command in a process of its own."""
    environment = {**os.environ, "GATEWAY_STORE": str(file)}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PROGRAM, *arguments, env=environment, stdout=asyncio.subprocess.PIPE
    )
    output, _ = await process.communicate()
    assert process.returncode == 0
    return output.decode().strip()


async def test_a_serving_gateway_follows_other_processes(file: Path) -> None:
    config = Config(catalog=Path("memory"), now=NOW, callers=CallerSettings(store=str(file)))
    app = make_app(config, filled(catalog_text(), utility()))
    async with live(app) as url, aiohttp.ClientSession(url) as http:
        credential = await command(file, *ADD)

        async def until(status: int) -> None:
            headers = {"authorization": f"Bearer {credential}"}
            async with asyncio.timeout(WAIT):
                while True:
                    async with http.post("/graphql", json={"query": "{ __typename }"}, headers=headers) as response:
                        if response.status == status:
                            return
                    await asyncio.sleep(0.05)  # polls another process

        await until(200)
        await command(file, "revoke", credential[:17])
        await until(401)
