"""Errors of a catalog, collected while it is read; each names its line, which tomllib does not."""

import re
from collections.abc import Mapping
from typing import Any

from gateway.contract.batch import Path

Table = Mapping[str, Any]
HEADER = re.compile(r"^\s*\[+\s*([^\]]+?)\s*\]+")
KEY = re.compile(r"""^\s*([\w."'-]+(?:\s*\.\s*[\w"'-]+)*)\s*=""")


class Diagnostics:
    """The errors of one file, each once. Its methods read values and add an error for a wrong type."""

    def __init__(self, file: str, text: str) -> None:
        self.lines = LineNumbers(file, text)
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
        value = parent.get(name)
        if value is None or isinstance(value, str):
            return value
        self.add((*path, name), f"{'.'.join((*path, name))} must be text")
        return None


class LineNumbers:
    """The line of each table and key of one file."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.numbers: dict[Path, int] = {}
        table: Path = ()
        for number, line in enumerate(text.splitlines(), start=1):
            if header := HEADER.match(line):
                table = _parts(header[1])
                self.numbers.setdefault(table, number)
            elif key := KEY.match(line):
                self._add((*table, *_parts(key[1])), number)

    def _add(self, path: Path, number: int) -> None:
        for length in range(1, len(path) + 1):
            self.numbers.setdefault(path[:length], number)

    def location(self, path: Path) -> str:
        """`file:line` of a path, or of the innermost table around it that has a line."""
        while path and path not in self.numbers:
            path = path[:-1]
        return f"{self.file}:{self.numbers[path]}" if path else self.file

    def alias(self, path: Path, original: Path) -> None:
        """Give a path the line of another one."""
        if original in self.numbers:
            self.numbers.setdefault(path, self.numbers[original])


def _parts(dotted: str) -> Path:
    return tuple(part.strip().strip("\"'") for part in dotted.split("."))
