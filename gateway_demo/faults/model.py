"""Bad days: which faults are set at which system, and which of them strike a call.

Nothing here knows of HTTP: whoever stands before a system asks `struck` and does what the faults say.
"""

from collections.abc import Iterable, Mapping, Sequence
from random import Random
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta
from msgspec.structs import force_setattr

ALL = "*"
KINDS = {
    "latency": "answers after so many seconds",
    "silence": "takes the question and never answers; with seconds, hangs up after them",
    "reset": "resets the connection instead of answering",
    "error": "500 with a page (form html) or with JSON (form json)",
    "busy": "429 with Retry-After: seconds",
    "html": "200 with a login page",
    "huge": "200 with a body of so many bytes",
    "cut": "the body ends in its middle although Content-Length promised more",
    "drip": "the body comes group by group, in so many seconds",
    "shape": "JSON of another shape: wrapped in a list, rows bare of their fields, or names renamed",
    "types": "values of other types: of the fields that were not asked by, or of all of them",
    "others": "rows of other keys than were asked for",
    "duplicates": "each row twice",
}
# The first of the forms is the usual one.
FORMS = {
    "error": ("html", "json"),
    "shape": ("list", "bare", "renamed"),
    "types": ("values", "all"),
}
_USUAL_SECONDS = {"latency": 5.0, "busy": 2.0, "drip": 10.0}
_HUGE = 32 * 1024 * 1024  # more than the 16 MiB that a careful caller reads

Kind = Literal[
    "latency",
    "silence",
    "reset",
    "error",
    "busy",
    "html",
    "huge",
    "cut",
    "drip",
    "shape",
    "types",
    "others",
    "duplicates",
]


class Fault(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What goes wrong, when and how often. ValueError where a form does not belong to the kind.

    - seconds: how long, as KINDS says; for any other kind, the wait before it happens. None: the kind's own.
    - share: the probability that it strikes a call, drawn from `seed`, so that it can be repeated.
    - times: it strikes so many calls, then it is over. None: until it is taken away.
    - path: it strikes only calls whose path begins so.
    - form, bytes: for the kinds that have several, and for `huge`.
    """

    kind: Kind
    seconds: Annotated[float, Meta(ge=0, le=3600)] | None = None
    share: Annotated[float, Meta(ge=0, le=1)] = 1.0
    times: Annotated[int, Meta(ge=1)] | None = None
    path: Annotated[str, Meta(pattern="^/")] = "/"
    form: str | None = None
    bytes: Annotated[int, Meta(ge=1, le=10_000_000_000)] = _HUGE
    seed: int = 360

    def __post_init__(self) -> None:
        forms = FORMS.get(self.kind, (None,))
        form = forms[0] if self.form is None else self.form
        if form not in forms:
            possible = ", ".join(FORMS.get(self.kind, ())) or "none"
            raise ValueError(f"{self.form!r} is no form of {self.kind}: possible is {possible}")
        force_setattr(self, "form", form)
        if self.seconds is None:
            force_setattr(self, "seconds", _USUAL_SECONDS.get(self.kind))


class UnknownSystem(Exception):
    """No system has this name; the sentence says which have."""


class FaultSchedule:
    """The faults of some systems, steered while calls are made; each counts for one system alone."""

    def __init__(self, systems: Iterable[str]) -> None:
        self._set: dict[str, tuple[_ActiveFault, ...]] = dict.fromkeys(systems, ())

    def put(self, system: str, faults: Sequence[Fault]) -> None:
        """Let these faults, and no others, befall a system, or all (`*`); UnknownSystem."""
        for name in self._meant(system):
            self._set[name] = tuple(_ActiveFault(fault, name, place) for place, fault in enumerate(faults))

    def clear(self, system: str = ALL) -> None:
        """Let nothing befall a system any more, or none of them; UnknownSystem."""
        self.put(system, ())

    def struck(self, system: str, path: str = "/") -> list[Fault]:
        """The faults that strike this call, in the order in which they were set: it counts as one call."""
        return [one.fault for one in self._set.get(system, ()) if one.strikes(path)]

    def told(self) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        """What is set at each system where something is, and how many calls each fault has struck."""
        return {name: [one.told() for one in found] for name, found in self._set.items() if found}

    def _meant(self, system: str) -> Sequence[str]:
        if system == ALL:
            return list(self._set)
        if system not in self._set:
            raise UnknownSystem(
                f"there is no system {system!r}: possible are {', '.join(self._set)}, or * for all"
            )
        return [system]


class _ActiveFault:
    """A fault that is set at a system: what it has struck, and what chance says next."""

    def __init__(self, fault: Fault, system: str, place: int) -> None:
        self.fault = fault
        self._struck = 0
        # Of its own, so that no other fault or system moves what it draws.
        self._chance = Random(f"{fault.seed} {system} {place} {fault.kind}")  # noqa: S311  # nothing to guard

    def strikes(self, path: str) -> bool:
        """Whether it strikes the next call, which has this path."""
        fault = self.fault
        if self._struck == fault.times or not path.startswith(fault.path):
            return False
        strikes = self._chance.random() < fault.share
        self._struck += strikes
        return strikes

    def told(self) -> Mapping[str, Any]:
        """The fault, and how many calls it struck: where these are its `times`, it is over."""
        return {**msgspec.to_builtins(self.fault), "struck": self._struck}
