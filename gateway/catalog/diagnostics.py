"""Errors of a catalog, collected while it is read; each names its line."""

from collections.abc import Mapping
from typing import Any

from gateway.catalog.line_numbers import LineNumbers
from gateway.contract.batch import Path

Table = Mapping[str, Any]


class Diagnostics:
    """The errors of one file, each once. Its methods read values and add an error for a wrong type."""

    def __init__(self, lines: LineNumbers) -> None:
        self.lines = lines
        self.messages: dict[str, None] = {}

    def add(self, path: Path, message: str) -> None:
        self.messages[f"{self.lines.location(path)}: {message}"] = None

    def table(self, parent: Table, name: str, path: Path) -> Table:
        """The table of this name; empty if there is none."""
        value = parent.get(name, {})
        if isinstance(value, dict):
            return value
        self.add((*path, name), f"{'.'.join((*path, name))} must be a table")
        return {}

    def text(self, parent: Table, name: str, path: Path) -> str | None:
        """The text of this name."""
        value = parent.get(name)
        if value is None or isinstance(value, str):
            return value
        self.add((*path, name), f"{'.'.join((*path, name))} must be text")
        return None
