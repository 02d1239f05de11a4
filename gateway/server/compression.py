"""Answers are compressed for clients that accept it, large ones outside of the event loop."""

import asyncio
import gzip
from collections.abc import Callable, Mapping
from typing import Final

import brotli
from starlette.requests import Request
from starlette.responses import Response

MIN_BYTES: Final = 1400  # a shorter answer fits into one packet as it is
MAX_INLINE_BYTES: Final = 64 * 1024  # takes the loop less than a millisecond
LEVEL: Final = 4  # of both: higher ones cost much and gain little


def _gzip(body: bytes) -> bytes:
    return gzip.compress(body, LEVEL)


def _brotli(body: bytes) -> bytes:
    packed: bytes = brotli.compress(body, quality=LEVEL)
    return packed


# The first is preferred where a client accepts both alike: its answers are shorter.
ENCODINGS: Mapping[str, Callable[[bytes], bytes]] = {"br": _brotli, "gzip": _gzip}


def encoding_for(request: Request) -> str | None:
    """The encoding that the client likes best, by name or by a wildcard (RFC 9110, section 12.5.3)."""
    weights: dict[str, float] = {}
    for entry in request.headers.get("accept-encoding", "").lower().split(","):
        name, _, parameters = entry.partition(";")
        weights[name.strip()] = _weight(parameters)
    best = max(ENCODINGS, key=lambda name: weights.get(name, weights.get("*", 0.0)))
    return best if weights.get(best, weights.get("*", 0.0)) > 0 else None


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
    if encoding := encoding_for(request):
        pack = ENCODINGS[encoding]
        packed = pack(body) if len(body) <= MAX_INLINE_BYTES else await asyncio.to_thread(pack, body)
        response.body = packed
        response.headers["content-encoding"] = encoding
        response.headers["content-length"] = str(len(packed))
    return response
