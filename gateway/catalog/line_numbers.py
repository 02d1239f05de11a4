"""Line numbers of the tables and keys of a TOML file; tomllib has none."""

import re

from gateway.contract.batch import Path

HEADER = re.compile(r"^\s*\[+\s*([^\]]+?)\s*\]+")
KEY = re.compile(r"""^\s*([\w."'-]+(?:\s*\.\s*[\w"'-]+)*)\s*=""")


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
