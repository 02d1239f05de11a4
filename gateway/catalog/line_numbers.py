"""Where in a TOML file something is said: tomllib does not tell, and people need to know."""

import re

HEADER = re.compile(r"^\s*\[+\s*([^\]]+?)\s*\]+")
KEY = re.compile(r"""^\s*([\w."'-]+(?:\s*\.\s*[\w"'-]+)*)\s*=""")


class LineNumbers:
    """The line of each table and key of one file."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.at: dict[tuple[str, ...], int] = {}
        table: tuple[str, ...] = ()
        for number, line in enumerate(text.splitlines(), start=1):
            if header := HEADER.match(line):
                table = _names(header[1])
                self.at.setdefault(table, number)
            elif key := KEY.match(line):
                self._note((*table, *_names(key[1])), number)

    def _note(self, path: tuple[str, ...], number: int) -> None:
        for length in range(1, len(path) + 1):
            self.at.setdefault(path[:length], number)

    def place(self, path: tuple[str, ...]) -> str:
        """`file:line` of the path, or of what it stands in."""
        while path and path not in self.at:
            path = path[:-1]
        return f"{self.name}:{self.at[path]}" if path else self.name


def _names(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip().strip("\"'") for part in dotted.split("."))
