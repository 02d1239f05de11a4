"""Compares a response under faults with the healthy one, and reports differences that it hides.

Each function below says which differences are allowed and where the response must report them. The
documentation lists the faults that no gateway can detect; they are not injected here.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from support.faults.oracle_insights import is_set, wrong_insights
from support.faults.oracle_wording import HEALTHY, blamed_system, leaks, unhealthy_systems, wrong_errors

Path = tuple[str | int, ...]
# Fields that may differ: ages and cursors.
IGNORED = frozenset({"asOf", "ageSeconds", "fromCache", "endCursor", "cursor", "sources"})
DERIVED = frozenset({"hasNextPage", "complete"})  # fields that follow from the elements of a page
STATUS = frozenset({"status", "statusLabel", "text"})  # of an object that may say that it is unknown
STATE = "State"  # of the value whose name precedes it
NONE: frozenset[str] = frozenset()


def silent_differences(
    good: Mapping[str, Any], bad: Mapping[str, Any], faulty: frozenset[str], long: Mapping[str, Any] | None = None
) -> list[str]:
    """The differences of `bad` from `good` that `bad` does not report.

    `long` is `good` with longer lists: a page with missing elements may reach further down.
    """
    comparison = _Comparison(bad, faulty)
    differences = [*wrong_errors(bad, faulty), *leaks(bad), *comparison.healthy_systems_called_faulty()]
    was, now = good.get("data"), bad.get("data")
    unequal = list(comparison.walk((), was, now, (long or good).get("data"), NONE))
    if comparison.differs and not comparison.named:
        differences.append("a difference, but extensions.sources names no faulty system")
    return differences + unequal


@dataclass
class _Comparison:
    bad: Mapping[str, Any]
    faulty: frozenset[str]
    named: frozenset[str] = NONE
    differs: bool = False
    paths: list[Path] = field(default_factory=list)

    def __post_init__(self) -> None:
        sources = self.bad.get("extensions", {}).get("sources", {})
        self.named = frozenset(name for name, each in sources.items() if each["state"] not in HEALTHY) & self.faulty
        errors = self.bad.get("errors", [])
        self.paths = [tuple(each.get("path") or ()) for each in errors if blamed_system(each) in self.faulty]

    def healthy_systems_called_faulty(self) -> Iterator[str]:
        """Systems that the response calls faulty although they have no fault."""
        sources = self.bad.get("extensions", {}).get("sources", {})
        for name, each in sources.items():
            if each["state"] not in HEALTHY and name not in self.faulty:
                yield f"extensions.sources: {name} is {each['state']} without a fault"

    def walk(self, at: Path, good: Any, bad: Any, long: Any, named: frozenset[str]) -> Iterator[str]:
        """Compare two values; `reported` are the faulty systems named by the enclosing object's `sources`."""
        if isinstance(good, dict) and isinstance(bad, dict):
            yield from self._object(at, good, bad, long, named)
        elif isinstance(good, list) and isinstance(bad, list):
            yield from self._list(at, good, bad, long, named)
        elif good != bad:
            self.differs = True
            if bad is not None and not _names_a_gap(at, bad):
                yield f"{_text(at)}: another value, unreported"
            elif bad is None and not (named or self._has_error(at)):
                yield f"{_text(at)}: null, without an error or a source"

    def _object(self, at: Path, good: Any, bad: Any, long: Any, named: frozenset[str]) -> Iterator[str]:
        if good.keys() != bad.keys():
            yield f"{_text(at)}: other fields"
            return
        if "sources" in bad:
            named = unhealthy_systems(bad)
            yield from (f"{_text(at)}: {name} is named without a fault" for name in named - self.faulty)
            named = named & self.faulty
        elif bad.get("complete") is False:
            named = self.named  # the page reports a gap, and the response names the systems
        if self.named and bad.get("status") == "UNKNOWN" != good.get("status"):
            self.differs = True  # the object itself says that it is unknown
            values = (name for name in bad if name not in STATUS and not name.endswith(STATE))
            yield from (f"{_text(at)}.{name}: a value" for name in values if bad[name] not in (None, good[name]))
            return
        if is_set(bad):
            self.differs |= _without_ages(good) != _without_ages(bad)
            names = named if "sources" in bad else self.named
            yield from (f"{_text(at)}: {each}" for each in wrong_insights(good, bad, long, names))
            return
        for name in bad:
            further = long.get(name) if isinstance(long, dict) else None
            if name in DERIVED:
                yield from self._derived((*at, name), good[name], bad[name], named)
            elif name.removesuffix(STATE) in bad.keys() - {name}:
                yield from self._state((*at, name), good, bad)
            elif name not in IGNORED:
                yield from self.walk((*at, name), good[name], bad[name], further, named)
        yield from _missing_elements(at, good, bad)

    def _state(self, at: Path, good: Mapping[str, Any], bad: Mapping[str, Any]) -> Iterator[str]:
        """A value that is lost is UNKNOWN beside its null; every other state is the healthy one."""
        name = str(at[-1])
        value = name.removesuffix(STATE)
        is_lost = bad[value] is None and good[value] is not None
        allowed = {"UNKNOWN"} if is_lost else {good[name], "UNKNOWN"} if bad[value] is None else {good[name]}
        if bad[name] not in allowed:
            yield f"{_text(at)}: {bad[name]} beside {'a lost value' if is_lost else 'its value'}"

    def _derived(self, at: Path, good: Any, bad: Any, named: frozenset[str]) -> Iterator[str]:
        if good != bad:
            self.differs = True
            if not (named or self.named):
                yield f"{_text(at)}: {bad} instead of {good}, unreported"

    def _list(self, at: Path, good: Any, bad: Any, long: Any, named: frozenset[str]) -> Iterator[str]:
        names, ids = [_identity(each) for each in good], [_identity(each) for each in bad]
        if None in names or None in ids or len(set(ids)) < len(ids):
            yield from self._by_position(at, good, bad, long, named)
            return
        healthy_by_id = dict(zip(names, good, strict=True))
        further = {_identity(each): each for each in long} if isinstance(long, list) else healthy_by_id
        if names != ids:
            self.differs = True
            if not named:
                yield f"{_text(at)}: {len(ids)} elements for {len(names)}, or others, unreported"
        if [each for each in names if each in ids] != [each for each in ids if each in healthy_by_id]:
            yield f"{_text(at)}: another order"
        for place, (name, each) in enumerate(zip(ids, bad, strict=True)):
            true = healthy_by_id.get(name, further.get(name))
            if true is None:
                yield f"{_text((*at, place))}: an element that the healthy response does not have"
            else:
                yield from self.walk((*at, place), true, each, further.get(name), NONE)

    def _by_position(self, at: Path, good: Any, bad: Any, long: Any, named: frozenset[str]) -> Iterator[str]:
        if len(good) != len(bad):
            self.differs = True
            if not named:
                yield f"{_text(at)}: {len(bad)} elements instead of {len(good)}, unreported"
            return
        longer = long if isinstance(long, list) and len(long) == len(good) else good
        for place, (was, now) in enumerate(zip(good, bad, strict=True)):
            yield from self.walk((*at, place), was, now, longer[place], named)

    def _has_error(self, at: Path) -> bool:
        # An error at a deeper non-null field may have nulled this one.
        return any(path[: len(at)] == at or at[: len(path)] == path for path in self.paths)


def _names_a_gap(at: Path, value: Any) -> bool:
    """Whether the context of a search hit says which part of it is not known."""
    return at[-1:] == ("context",) and isinstance(value, str) and " unknown" in value


def _without_ages(value: Any) -> Any:
    """A value without its ages."""
    if isinstance(value, dict):
        return {name: _without_ages(each) for name, each in value.items() if name not in IGNORED}
    return [_without_ages(each) for each in value] if isinstance(value, list) else value


def _missing_elements(at: Path, good: Mapping[str, Any], bad: Mapping[str, Any]) -> Iterator[str]:
    """Elements missing from a page that calls itself complete."""
    for name in ("nodes", "edges"):
        if bad.get("complete") is True and isinstance(good.get(name), list):
            missing = {_identity(each) for each in good[name]} - {_identity(each) for each in bad[name] or ()}
            if missing:
                yield f"{_text(at)}: complete, but {len(missing)} of {name} are missing"


def _identity(element: Any) -> Any:
    """The identity of an element, or None."""
    if not isinstance(element, dict):
        return None
    inner = element.get("node", element)
    return inner.get("id") or inner.get("date") if isinstance(inner, dict) else None


def _text(at: Sequence[str | int]) -> str:
    return ".".join(map(str, at)) or "data"
