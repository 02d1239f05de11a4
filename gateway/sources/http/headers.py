"""Checks of the headers that a catalog sends with every request."""

import re
from collections.abc import Iterator, Mapping

_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", re.ASCII)
_VALUE = re.compile(r"[\x21-\x7e](?:[\x20-\x7e\t]*[\x21-\x7e])?")
_OF_THE_CONNECTION = frozenset(
    {"connection", "content-length", "expect", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade"}
)
_OF_THE_GATEWAY = frozenset({"content-type", "traceparent", "tracestate", "x-request-deadline", "x-request-id"})
_OF_A_PART = frozenset({"range", "if-match", "if-none-match", "if-modified-since", "if-unmodified-since", "if-range"})


def header_diagnostics(headers: Mapping[str, str], of_login: str | None) -> Iterator[tuple[str, str]]:
    """What is wrong with headers, each by its name; values are secret, and are not shown.

    of_login: the header that authenticates.
    """
    seen: set[str] = set()
    for name, value in headers.items():
        lower = name.lower()
        if fault := name_fault(name):
            yield name, f"the header {name!r} {fault}"
        elif lower in seen:
            yield name, f"the header {name} is named twice; remove one"
        elif lower in _OF_THE_CONNECTION:
            yield name, f"the header {name} belongs to the connection; remove it"
        elif lower in _OF_THE_GATEWAY:
            yield name, f"the header {name} is set by the gateway; remove it"
        elif lower in _OF_A_PART:
            yield name, f"the header {name} would ask for less than the whole answer; remove it"
        elif of_login is not None and lower == of_login.lower():
            yield name, f"the header {name} is set by auth; remove one"
        seen.add(lower)
        if fault := value_fault(value):
            yield name, f"the header {name!r} {fault}"


def name_fault(name: str) -> str | None:
    """Why a text is no name of a header."""
    return None if _NAME.fullmatch(name) else "is not named as headers are: letters, digits and hyphens"


def value_fault(value: str) -> str | None:
    """Why a text cannot be the value of a header."""
    if not value.strip():
        return "has no value"
    return None if _VALUE.fullmatch(value) else "must be ASCII text in one line, without blanks around it"
