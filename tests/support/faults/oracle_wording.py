"""The wording of responses: the systems that they name, and internal details that they must not repeat."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

HEALTHY = ("OK", "NOT_CONFIGURED")
# A timeout is OVERLOADED where the event loop was late: it also runs the systems and the test.
CODES = frozenset({"SOURCE_DOWN", "SOURCE_TIMEOUT", "SOURCE_FORBIDDEN", "SOURCE_MISREAD", "OVERLOADED"})
MESSAGE = re.compile(
    r"[A-Z][A-Za-z_ -]* (did not answer\.|did not answer in time\.|refused the gateway\.|"
    r"gave an answer that cannot be used\.)|The gateway is too busy to ask [A-Z][A-Za-z_ -]* in time\."
)
# Parts of error texts and addresses of systems.
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
    """The systems that a page reports as unhealthy."""
    return frozenset(each["system"] for each in page["sources"] if "system" in each and each["state"] not in HEALTHY)


def wrong_errors(bad: Mapping[str, Any], faulty: frozenset[str]) -> Iterator[str]:
    """Errors that lack one of the gateway's codes or messages, or name a healthy system."""
    for error in bad.get("errors", []):
        extensions, at = error.get("extensions", {}), ".".join(map(str, error.get("path") or ()))
        if extensions.get("code") not in CODES:
            yield f"an error at {at} with code {extensions.get('code')}"
        elif not MESSAGE.fullmatch(error["message"]):
            yield f"an error at {at} with message: {error['message']}"
        elif extensions.get("source") not in faulty:
            yield f"an error at {at} that names {extensions.get('source')}, which has no fault"


def leaks(bad: Mapping[str, Any]) -> Iterator[str]:
    """Internal details of systems in the response."""
    text = json.dumps(bad, default=str)
    yield from (f"the response contains {word!r}" for word in INTERNAL_DETAILS if word in text)
