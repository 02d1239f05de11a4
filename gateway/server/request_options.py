"""What a request wishes of its answers, as its headers say: until when, and how fresh."""

import time
from collections.abc import Mapping

from gateway.contract.batch import RequestOptions
from gateway.errors import BadInput

DEADLINE = "x-request-deadline"
MOST_DIGITS = 9  # eleven days: more than any installation gives


def request_options(headers: Mapping[str, str], most: float, sources: frozenset[str]) -> RequestOptions:
    """The wish of a request that has at most so many seconds.

    `X-Request-Deadline` is a whole number of milliseconds from now; more than there may be is as much as
    there may be. With `Cache-Control: no-cache` all of `sources` are asked anew. BadInput for a deadline
    that is none.
    """
    fresh = "no-cache" in headers.get("cache-control", "").lower()
    return RequestOptions(
        time.monotonic() + min(most, _seconds(headers, most)), sources if fresh else frozenset()
    )


def _seconds(headers: Mapping[str, str], most: float) -> float:
    text = headers.get(DEADLINE)
    if text is None:
        return most
    number = text.lstrip("0") if text.isascii() and text.isdigit() else ""
    if not number:
        raise BadInput("X-Request-Deadline is a whole number of milliseconds: 1500, say.")
    return int(number) / 1000 if len(number) <= MOST_DIGITS else most
