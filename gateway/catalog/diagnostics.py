"""Everything that is wrong with a catalog, gathered while it is read: each a sentence with its line."""

from collections.abc import Mapping
from typing import Any

from gateway.catalog.line_numbers import LineNumbers
from gateway.contract.batch import Path

Table = Mapping[str, Any]


class Diagnostics:
    """Takes values out of tables, and notes those that are not what they must be."""

    def __init__(self, lines: LineNumbers) -> None:
        self.lines = lines
        self.sentences: dict[str, None] = {}  # each is said once

    def say(self, at: Path, sentence: str) -> None:
        """Something is wrong at this path."""
        self.sentences[f"{self.lines.place(at)}: {sentence}"] = None

    def table(self, parent: Table, name: str, at: Path) -> Table:
        """The table of this name, empty where there is none."""
        value = parent.get(name, {})
        if isinstance(value, dict):
            return value
        self.say((*at, name), f"{'.'.join((*at, name))} must be a table")
        return {}

    def text(self, parent: Table, name: str, at: Path) -> str | None:
        """The text of this name, None where there is none."""
        value = parent.get(name)
        if value is None or isinstance(value, str):
            return value
        self.say((*at, name), f"{'.'.join((*at, name))} must be text")
        return None
