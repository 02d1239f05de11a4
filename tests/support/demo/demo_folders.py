"""A finished demo folder, asked without any part of the gateway."""

import json
import sqlite3
from pathlib import Path
from typing import Any

from gateway_demo.cases.index import BY_NAME


class DemoFolder:
    """A finished demo folder, open for questions."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def ask(self, system: str, statement: str, *values: Any) -> list[Any]:
        """The rows of a statement, asked of one system's file."""
        connection = sqlite3.connect(self.folder / f"{system}.db")
        connection.row_factory = sqlite3.Row
        try:
            return connection.execute(statement, values).fetchall()
        finally:
            connection.close()

    def bodies(self, system: str, kind: str, key: str, value: str) -> list[dict[str, Any]]:
        """The documents of a kind that have this key, oldest first."""
        rows = self.ask(system, f'SELECT body FROM "{kind}" WHERE {key} = ? ORDER BY at', value)  # noqa: S608 - our own table names
        return [json.loads(row["body"]) for row in rows]


def account(name: str) -> str:
    """The account of a planted case."""
    return BY_NAME[name].account_id


def one(rows: list[Any]) -> Any:
    """The only one there is."""
    assert len(rows) == 1
    return rows[0]
