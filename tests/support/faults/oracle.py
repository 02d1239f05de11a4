"""Whether an answer says of everything in which it differs from the truth that it does.

Two answers are compared: one of a day without faults, one of a day on which these systems were faulty. What
may differ, and where that must be said, stands at each function below. What nobody can see, and what the
faults used here never do, stands in the README: "What cannot be seen".
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from support.faults.oracle_insights import is_set, wrong_insights
from support.faults.oracle_wording import HEALTHY, blamed_system, leaks, unhealthy_systems, wrong_errors

Path = tuple[str | int, ...]
# How old something is, and where a page ends, is not what it says.
IGNORED = frozenset({"asOf", "ageSeconds", "fromCache", "endCursor", "cursor", "sources"})
DERIVED = frozenset({"hasNextPage", "complete"})  # which follow from what is on a page
NOBODY: frozenset[str] = frozenset()


def silent_differences(
    good: Mapping[str, Any],
    bad: Mapping[str, Any],
    faulty: frozenset[str],
    long: Mapping[str, Any] | None = None,
) -> list[str]:
    """Every place where the second answer differs from the first without saying so, in sentences.

    `long` is the first with longer lists: a page from which something is missing may reach further down.
    """
    judge = _Comparison(bad, faulty)
    found = [*wrong_errors(bad, faulty), *leaks(bad), *judge.told_of_all()]
    was, now = good.get("data"), bad.get("data")
    unequal = list(judge.walk((), was, now, (long or good).get("data"), NOBODY))
    if judge.differs and not judge.named:
        found.append("something differs, and extensions.sources names no faulty system")
    return found + unequal


@dataclass
class _Comparison:
    bad: Mapping[str, Any]
    faulty: frozenset[str]
    named: frozenset[str] = NOBODY
    differs: bool = False
    paths: list[Path] = field(default_factory=list)

    def __post_init__(self) -> None:
        told = self.bad.get("extensions", {}).get("sources", {})
        self.named = (
            frozenset(name for name, each in told.items() if each["state"] not in HEALTHY) & self.faulty
        )
        errors = self.bad.get("errors", [])
        self.paths = [tuple(each.get("path") or ()) for each in errors if blamed_system(each) in self.faulty]

    def told_of_all(self) -> Iterator[str]:
        """The response must call no healthy system faulty."""
        told = self.bad.get("extensions", {}).get("sources", {})
        for name, each in told.items():
            if each["state"] not in HEALTHY and name not in self.faulty:
                yield f"extensions.sources: {name} is {each['state']}, and had no fault"

    def walk(self, at: Path, good: Any, bad: Any, long: Any, told: frozenset[str]) -> Iterator[str]:
        """`told` are the faulty systems that the object around this one names in its own `sources`."""
        if isinstance(good, dict) and isinstance(bad, dict):
            yield from self._object(at, good, bad, long, told)
        elif isinstance(good, list) and isinstance(bad, list):
            yield from self._list(at, good, bad, long, told)
        elif good != bad:
            self.differs = True
            if bad is not None:
                yield f"{_text(at)}: another value, and nothing says so"
            elif not (told or self._has_error(at)):
                yield f"{_text(at)}: null, and no error and no source says why"

    def _object(self, at: Path, good: Any, bad: Any, long: Any, told: frozenset[str]) -> Iterator[str]:
        if good.keys() != bad.keys():
            yield f"{_text(at)}: other fields"
            return
        if "sources" in bad:
            named = unhealthy_systems(bad)
            yield from (f"{_text(at)}: {name} is named, and had no fault" for name in named - self.faulty)
            told = named & self.faulty
        elif bad.get("complete") is False:
            told = self.named  # it says that something is missing, and the response says whose
        if is_set(bad):
            self.differs |= _said(good) != _said(bad)
            names = told if "sources" in bad else self.named
            yield from (f"{_text(at)}: {each}" for each in wrong_insights(good, bad, long, names))
            return
        for name in bad:
            further = long.get(name) if isinstance(long, dict) else None
            if name in DERIVED:
                yield from self._beside((*at, name), good[name], bad[name], told)
            elif name not in IGNORED:
                yield from self.walk((*at, name), good[name], bad[name], further, told)
        yield from _hidden(at, good, bad)

    def _beside(self, at: Path, good: Any, bad: Any, told: frozenset[str]) -> Iterator[str]:
        if good != bad:
            self.differs = True
            if not (told or self.named):
                yield f"{_text(at)}: {bad} instead of {good}, and no source says why"

    def _list(self, at: Path, good: Any, bad: Any, long: Any, told: frozenset[str]) -> Iterator[str]:
        names, ids = [_id(each) for each in good], [_id(each) for each in bad]
        if None in names or None in ids or len(set(ids)) < len(ids):
            yield from self._in_places(at, good, bad, long, told)
            return
        known = dict(zip(names, good, strict=True))
        further = {_id(each): each for each in long} if isinstance(long, list) else known
        if names != ids:
            self.differs = True
            if not told:
                yield f"{_text(at)}: {len(ids)} elements for {len(names)}, or others, and nothing says so"
        if [each for each in names if each in ids] != [each for each in ids if each in known]:
            yield f"{_text(at)}: another order"
        for place, (name, each) in enumerate(zip(ids, bad, strict=True)):
            true = known.get(name, further.get(name))
            if true is None:
                yield f"{_text((*at, place))}: an element that is not there without a fault"
            else:
                yield from self.walk((*at, place), true, each, further.get(name), NOBODY)

    def _in_places(self, at: Path, good: Any, bad: Any, long: Any, told: frozenset[str]) -> Iterator[str]:
        if len(good) != len(bad):
            self.differs = True
            if not told:
                yield f"{_text(at)}: {len(bad)} elements instead of {len(good)}, and nothing says so"
            return
        longer = long if isinstance(long, list) and len(long) == len(good) else good
        for place, (was, now) in enumerate(zip(good, bad, strict=True)):
            yield from self.walk((*at, place), was, now, longer[place], told)

    def _has_error(self, at: Path) -> bool:
        # An error deeper inside may have taken with it what cannot be without its field.
        return any(path[: len(at)] == at or at[: len(path)] == path for path in self.paths)


def _said(value: Any) -> Any:
    """What is said, without how old it is."""
    if isinstance(value, dict):
        return {name: _said(each) for name, each in value.items() if name not in IGNORED}
    return [_said(each) for each in value] if isinstance(value, list) else value


def _hidden(at: Path, good: Mapping[str, Any], bad: Mapping[str, Any]) -> Iterator[str]:
    """A page that lacks what is on it without a fault must not call itself complete."""
    for name in ("nodes", "edges"):
        if bad.get("complete") is True and isinstance(good.get(name), list):
            lacking = {_id(each) for each in good[name]} - {_id(each) for each in bad[name] or ()}
            if lacking:
                yield f"{_text(at)}: complete, and {len(lacking)} of {name} are missing"


def _id(element: Any) -> Any:
    """Which one it is; None where it does not say."""
    if not isinstance(element, dict):
        return None
    inner = element.get("node", element)
    return inner.get("id") or inner.get("date") if isinstance(inner, dict) else None


def _text(at: Sequence[str | int]) -> str:
    return ".".join(map(str, at)) or "data"
