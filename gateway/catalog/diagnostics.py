"""Errors of a catalog, collected while it is read; each names its line, which tomllib does not."""

import re
from collections.abc import Mapping
from typing import Any

from gateway.contract.paths import Path

Table = Mapping[str, Any]
HEADER = re.compile(r"^\s*\[+\s*([^\]]+?)\s*\]+")
KEY = re.compile(r"""^\s*([\w."'-]+(?:\s*\.\s*[\w"'-]+)*)\s*=""")


class Diagnostics:
    """The errors of one file, each once. Its methods read values and add an error for a wrong type."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.lines = _line_numbers(text)
        self.messages: dict[str, None] = {}

    def add(self, path: Path, message: str) -> None:
        """Add an error at a path, or at the innermost table around it that has a line."""
        while path and path not in self.lines:
            path = path[:-1]
        location = f"{self.file}:{self.lines[path]}" if path else self.file
        self.messages[f"{location}: {message}"] = None

    def table(self, parent: Table, name: str, path: Path) -> Table:
        """The table of this name; empty if there is none."""
        value = parent.get(name, {})
        if isinstance(value, dict):
            return value
        self.add((*path, name), f"{'.'.join((*path, name))} must be a table")
        return {}

    def text(self, parent: Table, name: str, path: Path) -> str | None:
        value = parent.get(name)
        if value is None or isinstance(value, str):
            return value
        self.add((*path, name), f"{'.'.join((*path, name))} must be text")
        return None

    def texts(self, parent: Table, name: str, path: Path) -> tuple[str, ...] | None:
        """A list of texts; None if there is none."""
        value = parent.get(name)
        if value is None or (isinstance(value, list) and all(isinstance(item, str) for item in value)):
            return None if value is None else tuple(value)
        self.add((*path, name), f"{'.'.join((*path, name))} must be a list, each text")
        return None


def _line_numbers(text: str) -> dict[Path, int]:
    """The line of each table and key of a file."""
    numbers: dict[Path, int] = {}
    table: Path = ()
    for number, line in enumerate(text.splitlines(), start=1):
        if header := HEADER.match(line):
            table = _parts(header[1])
            numbers.setdefault(table, number)
        elif key := KEY.match(line):
            path = (*table, *_parts(key[1]))
            for length in range(1, len(path) + 1):
                numbers.setdefault(path[:length], number)
    return numbers


def _parts(dotted: str) -> Path:
    return tuple(part.strip().strip("\"'") for part in dotted.split("."))
