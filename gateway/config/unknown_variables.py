"""Variables that are written like the gateway's, and that nobody reads: most likely they are misspelt."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path

PREFIX = "GATEWAY_"
TESTS = re.compile(r"GATEWAY_(TEST_\w+|FAULTS)", re.ASCII)  # what this repository's own tests read
# Kubernetes tells each pod of every service in such variables, and a service may be called "gateway".
SERVICE = re.compile(
    r"GATEWAY_(\w+_)?(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)",
    re.ASCII,
)
SERVICE_AT = re.compile(r"(tcp|udp|sctp)://\S+", re.ASCII)  # the value of its GATEWAY_PORT, GATEWAY_…_PORT
NAMED = re.compile(r"""env:([^\s"']+)""")  # in a catalog


@dataclass(frozen=True, slots=True)
class RecordingEnvironment(Mapping[str, str]):
    """An environment that notes which variables it was asked for, set or not."""

    env: Mapping[str, str]
    names: set[str] = field(default_factory=set)

    def __getitem__(self, name: str) -> str:
        """As the environment says; KeyError where it does not."""
        self.names.add(name)
        return self.env[name]

    def __iter__(self) -> Iterator[str]:
        """The names of what is set."""
        return iter(self.env)

    def __len__(self) -> int:
        """How many are set."""
        return len(self.env)


def unknown_variable_errors(
    env: Mapping[str, str], known: Collection[str], catalog: Path | None
) -> list[str]:
    """A sentence for each variable `GATEWAY_…` that is not known, with the known name that is nearest.

    What the catalog names is known. Where it cannot be read nobody can tell, and nothing is said: whoever
    reads it in earnest will say why. A pipe can be read only once, and is left to him. No sentence has a
    value: it may be a secret.
    """
    odd = [name for name in sorted(env) if name.startswith(PREFIX) and name not in known]
    odd = [name for name in odd if not _of_others(name, env[name])]
    named = _named_in(catalog) if odd and catalog is not None else frozenset()
    return [
        f"{name} is no variable of the gateway. Is {_nearest(name, known)} meant?"
        for name in odd
        if named is not None and name not in named
    ]


def _of_others(name: str, value: str) -> bool:
    if TESTS.fullmatch(name) or SERVICE.fullmatch(name):
        return True
    return name.endswith("_PORT") and SERVICE_AT.fullmatch(value) is not None


def _named_in(catalog: Path) -> frozenset[str] | None:
    """The variables that a catalog names, right or wrong as it may be; None where nobody can tell."""
    try:
        return frozenset(NAMED.findall(catalog.read_text(encoding="utf-8"))) if catalog.is_file() else None
    except (OSError, UnicodeDecodeError):
        return None


def _nearest(name: str, known: Collection[str]) -> str:
    own = name.removeprefix(PREFIX).upper()

    def alike(other: str) -> float:
        return SequenceMatcher(None, own, other.removeprefix(PREFIX)).ratio()

    return max(sorted(known), key=alike)
