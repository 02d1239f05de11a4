"""What an answer says of systems: whom it blames, and that it says nothing else of them."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

HEALTHY = ("OK", "NOT_CONFIGURED")
CODES = frozenset({"SOURCE_DOWN", "SOURCE_TIMEOUT", "SOURCE_FORBIDDEN", "SOURCE_MISREAD"})
MESSAGE = re.compile(
    r"[A-Z_]+ (did not answer\.|did not answer in time\.|refused the gateway\.|"
    r"answered something that does not fit\.)"
)
# Of what systems say when they break, and of where they are.
INTERNAL_DETAILS = (
    "ORA-",
    "java.",
    "127.0.0.1",
    "localhost",
    "sqlite",
    "INSIDE",
    "sign in",
    "Traceback",
    ".db",
    "/tmp",  # noqa: S108  # a word, not a file
)


def blamed_system(error: Mapping[str, Any]) -> str | None:
    """The system that an error names."""
    name: str | None = error.get("extensions", {}).get("source")
    return name


def unhealthy_systems(page: Mapping[str, Any]) -> frozenset[str]:
    """The systems that a page calls anything but well; none where it does not name them."""
    return frozenset(
        each["system"] for each in page["sources"] if "system" in each and each["state"] not in HEALTHY
    )


def wrong_errors(bad: Mapping[str, Any], faulty: frozenset[str]) -> Iterator[str]:
    """Each error must be a sentence of ours, with a code of ours, about a system that is faulty."""
    for error in bad.get("errors", []):
        told, at = error.get("extensions", {}), ".".join(map(str, error.get("path") or ()))
        if told.get("code") not in CODES:
            yield f"an error at {at} of code {told.get('code')}"
        elif not MESSAGE.fullmatch(error["message"]):
            yield f"an error at {at} that says: {error['message']}"
        elif told.get("source") not in faulty:
            yield f"an error at {at} that blames {told.get('source')}, which had no fault"


def leaks(bad: Mapping[str, Any]) -> Iterator[str]:
    """Nothing of what a system says of its own inside may be in the answer."""
    text = json.dumps(bad, default=str)
    yield from (
        f"the answer repeats {word!r} of a system's inside" for word in INTERNAL_DETAILS if word in text
    )
