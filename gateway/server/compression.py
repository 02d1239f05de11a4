"""Answers are compressed for clients that accept it, large ones outside of the event loop."""

import asyncio
import gzip
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

MIN_BYTES: Final = 1400  # a shorter answer fits into one packet as it is
MAX_INLINE_BYTES: Final = 64 * 1024  # takes the loop less than a millisecond
LEVEL: Final = 4


def accepts_gzip(request: Request) -> bool:
    """Whether the client accepts gzip, by name or by a wildcard (RFC 9110, section 12.5.3)."""
    weights = {}
    for entry in request.headers.get("accept-encoding", "").lower().split(","):
        name, _, parameters = entry.partition(";")
        weights[name.strip()] = _weight(parameters)
    return weights.get("gzip", weights.get("*", 0.0)) > 0


def _weight(parameters: str) -> float:
    """The weight `q` of an encoding; 1 without one, 0 for one that cannot be read."""
    name, _, value = parameters.replace(" ", "").partition("=")
    try:
        return float(value) if name == "q" else 1.0
    except ValueError:
        return 0.0


async def compress(request: Request, response: Response) -> Response:
    """Compress the response in place, if the client accepts it and it is long enough."""
    body = bytes(response.body)
    if len(body) < MIN_BYTES or "content-encoding" in response.headers:
        return response
    response.headers.add_vary_header("accept-encoding")
    if accepts_gzip(request):
        inline = len(body) <= MAX_INLINE_BYTES
        packed = gzip.compress(body, LEVEL) if inline else await asyncio.to_thread(gzip.compress, body, LEVEL)
        response.body = packed
        response.headers["content-encoding"] = "gzip"
        response.headers["content-length"] = str(len(packed))
    return response
