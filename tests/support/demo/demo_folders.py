"""Finished demo folders, read without any part of the gateway."""

import fcntl
import json
import os
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from gateway_demo.cases.index import BY_NAME
from gateway_demo.generate.generator import generate

SMALL, LARGE = 100, 300  # customers; the first ones are the planted cases


class DemoFolder:
    """A finished demo folder, open for SQL."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def ask(self, system: str, statement: str, *values: Any) -> list[Any]:
        """The rows of a statement on one system's file."""
        connection = sqlite3.connect(self.folder / f"{system}.db")
        connection.row_factory = sqlite3.Row
        try:
            return connection.execute(statement, values).fetchall()
        finally:
            connection.close()

    def bodies(self, system: str, kind: str, key: str, value: str) -> list[dict[str, Any]]:
        """The documents of a kind with this key, oldest first."""
        rows = self.ask(system, f'SELECT body FROM "{kind}" WHERE {key} = ? ORDER BY at', value)  # noqa: S608 - our own table names
        return [json.loads(row["body"]) for row in rows]


def shared_demo(tmp_path_factory: pytest.TempPathFactory, customers: int) -> DemoFolder:
    """A demo generated once for all pytest-xdist workers; tests only read it."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / f"demo of {customers}"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        finished = folder / "finished"
        if not finished.exists():
            generate(folder, customers=customers)
            finished.touch()
    return DemoFolder(folder)


def account(name: str) -> str:
    """The account id of a planted case."""
    return BY_NAME[name].account_id


def one(rows: list[Any]) -> Any:
    """The only element of a list."""
    assert len(rows) == 1
    return rows[0]
