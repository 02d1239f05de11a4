"""Faults, and the schedule that decides which of them hit a call to a system.

Independent of HTTP: a proxy in front of a system calls `hits` for each call and applies the faults.
"""

from collections.abc import Iterable, Mapping, Sequence
from random import Random
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta
from msgspec.structs import force_setattr

ALL = "*"
KINDS = {
    "latency": "responds after `seconds`",
    "silence": "accepts the request and never responds; closes the connection after `seconds`, if set",
    "reset": "resets the connection instead of responding",
    "error": "500 with an HTML page (form html) or JSON (form json)",
    "busy": "429 with Retry-After: seconds",
    "html": "200 with a login page",
    "huge": "200 with a body of `bytes`",
    "cut": "sends half of the body, then closes the connection",
    "drip": "sends the body in groups over `seconds`",
    "shape": "JSON of another structure: wrapped in a list, rows without fields, or renamed fields",
    "types": "values of other types, in all fields (form all) or in all but the requested keys",
    "others": "rows of keys that were not requested",
    "duplicates": "each row twice",
}
# The first form is the default.
FORMS = {"error": ("html", "json"), "shape": ("list", "bare", "renamed"), "types": ("values", "all")}
_DEFAULT_SECONDS = {"latency": 5.0, "busy": 2.0, "drip": 10.0}
_DEFAULT_BYTES = 32 * 1024 * 1024  # above the 16 MiB response limit of the gateway

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
    """A fault to inject. Raises ValueError for a form that the kind does not have.

    - seconds: the duration for the kinds that have one, else a delay before the fault. None: the default.
    - share: the probability of hitting a call, drawn from `seed` and so repeatable.
    - times: the number of calls to hit. None: until removed.
    - path: prefix of the paths of calls to hit.
    - form: the variant, for kinds that have several.
    - bytes: the body size, for `huge`.
    """

    kind: Kind
    seconds: Annotated[float, Meta(ge=0, le=3600)] | None = None
    share: Annotated[float, Meta(ge=0, le=1)] = 1.0
    times: Annotated[int, Meta(ge=1)] | None = None
    path: Annotated[str, Meta(pattern="^/")] = "/"
    form: str | None = None
    bytes: Annotated[int, Meta(ge=1, le=10_000_000_000)] = _DEFAULT_BYTES
    seed: int = 360

    def __post_init__(self) -> None:
        forms = FORMS.get(self.kind, (None,))
        form = forms[0] if self.form is None else self.form
        if form not in forms:
            forms_text = ", ".join(FORMS.get(self.kind, ())) or "none"
            raise ValueError(f"{self.kind} has no form {self.form!r}; forms: {forms_text}")
        force_setattr(self, "form", form)
        if self.seconds is None:
            force_setattr(self, "seconds", _DEFAULT_SECONDS.get(self.kind))


class UnknownSystem(Exception):
    """No system has this name."""


class FaultSchedule:
    """The active faults by system, changeable while calls are made."""

    def __init__(self, systems: Iterable[str]) -> None:
        self._active: dict[str, tuple[_ActiveFault, ...]] = dict.fromkeys(systems, ())

    def systems(self) -> list[str]:
        """The names of all systems."""
        return list(self._active)

    def put(self, system: str, faults: Sequence[Fault]) -> None:
        """Replace the faults of a system, or of all (`*`). Raises UnknownSystem."""
        for name in self._systems(system):
            self._active[name] = tuple(_ActiveFault(fault, name, number) for number, fault in enumerate(faults))

    def clear(self, system: str = ALL) -> None:
        """Remove the faults of a system, or of all. Raises UnknownSystem."""
        self.put(system, ())

    def hits(self, system: str, path: str = "/") -> list[Fault]:
        """The faults that hit this call, in the order in which they were set; counts the call."""
        return [active.fault for active in self._active.get(system, ()) if active.hits_call(path)]

    def status(self) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        """The active faults by system, with the number of calls each has hit."""
        return {name: [fault.status() for fault in active] for name, active in self._active.items() if active}

    def _systems(self, system: str) -> Sequence[str]:
        if system == ALL:
            return list(self._active)
        if system not in self._active:
            raise UnknownSystem(f"unknown system {system!r}; use one of {', '.join(self._active)}, or * for all")
        return [system]


class _ActiveFault:
    """A fault set at a system, with its hit count and its random generator."""

    def __init__(self, fault: Fault, system: str, position: int) -> None:
        self.fault = fault
        self._hits = 0
        # A separate generator, so that draws do not depend on other faults.
        self._chance = Random(f"{fault.seed} {system} {position} {fault.kind}")  # noqa: S311  # not cryptography

    def hits_call(self, path: str) -> bool:
        """Decide whether the fault hits the next call, and count a hit."""
        fault = self.fault
        if self._hits == fault.times or not path.startswith(fault.path):
            return False
        is_hit = self._chance.random() < fault.share
        self._hits += is_hit
        return is_hit

    def status(self) -> Mapping[str, Any]:
        """The fault's fields and its number of hits."""
        return {**msgspec.to_builtins(self.fault), "hits": self._hits}
