"""Options of a request, from its headers: the deadline, and whether to bypass the cache."""

import time
from collections.abc import Mapping

from gateway.contract.batch import RequestOptions
from gateway.errors import BadInput

DEADLINE = "x-request-deadline"
MAX_DIGITS = 9  # eleven days, longer than any configured deadline


def request_options(
    headers: Mapping[str, str], max_seconds: float, sources: frozenset[str]
) -> RequestOptions:
    """The options of a request that may take at most `max_seconds`.

    `X-Request-Deadline` is a whole number of milliseconds from now; `max_seconds` caps it.
    With `Cache-Control: no-cache`, all `sources` bypass the cache.
    """
    no_cache = "no-cache" in headers.get("cache-control", "").lower()
    deadline = time.monotonic() + min(max_seconds, _seconds(headers, max_seconds))
    return RequestOptions(deadline, sources if no_cache else frozenset())


def _seconds(headers: Mapping[str, str], max_seconds: float) -> float:
    text = headers.get(DEADLINE)
    if text is None:
        return max_seconds
    digits = text.lstrip("0") if text.isascii() and text.isdigit() else ""
    if not digits:
        raise BadInput("X-Request-Deadline must be a whole number of milliseconds, such as 1500.")
    return int(digits) / 1000 if len(digits) <= MAX_DIGITS else max_seconds
