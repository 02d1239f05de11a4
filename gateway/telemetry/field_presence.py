"""How often rows have the fields of the catalog, to notice when a system renames or drops one."""

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Any

import msgspec

from gateway.contract.batch import Answer, Answers, Lookup, Row
from gateway.contract.paths import Path

log = logging.getLogger("gateway")
MANY = 20  # rows in a row without a field that is usually there are no accident


@dataclass(slots=True)
class PathPresence:
    """Rows that were looked at for one path: with it, without it, and without it since the last with it."""

    path: Path
    seen: int = 0
    missing: int = 0
    streak: int = 0
    drifted: bool = False

    @property
    def name(self) -> str:
        return ".".join(self.path)

    def report(self) -> str:
        """What to tell operators of a path that has drifted away."""
        if self.seen:
            return f"the last {self.streak} rows have no {self.name}, which rows before had; was it renamed?"
        return f"the first {self.streak} rows have no {self.name}; is it misspelt in the catalog?"

    def look(self, rows: Iterable[Row]) -> bool:
        """Look for the path until a row has it; return whether it has just drifted away.

        Mostly the first row has it. Where only some rows have a path, a longer streak is needed.
        """
        for row in rows:
            there = has_path(row, self.path)
            if there:
                self.seen, self.streak, self.drifted = self.seen + 1, 0, False
                return False
            if there is False:
                self.missing, self.streak = self.missing + 1, self.streak + 1
        before = self.seen + self.missing - self.streak
        is_drift = self.streak >= MANY and self.streak * self.seen >= MANY * before
        was, self.drifted = self.drifted, self.drifted or is_drift
        return is_drift and not was


@dataclass(slots=True)
class FieldPresence:
    """The paths of every lookup of one source. Lives as long as the application."""

    lookups: dict[Lookup, Sequence[PathPresence]] = field(default_factory=dict)

    def count(self, lookup: Lookup, answers: Answers) -> None:
        """Look at a few rows of a batch; warn once of each path that is not there any more."""
        rows = [*islice(chain.from_iterable(a.rows for a in answers.values() if isinstance(a, Answer)), MANY)]
        if not rows:
            return
        paths = self.lookups.get(lookup)
        if paths is None:
            paths = self.lookups[lookup] = [PathPresence(path) for path in mapped_paths(lookup)]
        for path in paths:
            if path.look(rows):
                log.warning("%s: %s", lookup.name, path.report())

    def drifted(self) -> Iterator[str]:
        """The paths that are not there any more, as `Bill by account_id: dueDate`."""
        for lookup, paths in self.lookups.items():
            yield from (f"{lookup.name}: {path.name}" for path in paths if path.drifted)


def mapped_paths(lookup: Lookup) -> list[Path]:
    """The paths that rows should have: not those that only a naming rule suggests."""
    return [path for path in lookup.paths if path[0] and path[0] not in lookup.optional_columns]


def missing_paths(lookup: Lookup, rows: Sequence[Row]) -> list[str]:
    """The paths that none of these rows has."""
    verdicts = {path: {has_path(row, path) for row in rows} for path in mapped_paths(lookup)}
    return [".".join(path) for path, each in verdicts.items() if False in each and True not in each]


def has_path(value: Any, path: Path) -> bool | None:
    """Whether a row has the last name of a path, even with null; None if it cannot be told, below a null."""
    for depth, name in enumerate(path):
        if isinstance(value, str) and depth:
            value = _from_json(value)
        if isinstance(value, list):
            verdicts = {has_path(item, path[depth:]) for item in value}
            return True if True in verdicts else False if False in verdicts else None
        if value is None:
            return None
        if not isinstance(value, dict) and not isinstance(value, Mapping):
            return False
        if name not in value:
            return False
        value = value[name]
    return True


def _from_json(text: str) -> Any:
    """The JSON value of a text column; another text itself."""
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeEncodeError):
        return text
