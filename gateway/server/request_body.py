"""Reads request bodies within limits of size and time."""

import asyncio

from starlette.requests import ClientDisconnect, Request

from gateway.errors import BadInput
from gateway.server.disconnect import ClientDisconnected


class UnreadBody(BadInput):
    """A body that was not read to its end. `status` is the HTTP status (RFC 9110, 15.5)."""

    status: int


class BodyTooLarge(UnreadBody):
    code, status = "TOO_LARGE", 413


class BodyTimeout(UnreadBody):
    code, status = "TOO_LATE", 408


CLOSE_CONNECTION = {"connection": "close"}  # the rest of an unread body is not read


async def read_body(request: Request, max_bytes: int, seconds: float) -> bytes:
    """The whole body. Raises BodyTooLarge, BodyTimeout or ClientDisconnected."""
    chunks: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(seconds):
            async for chunk in request.stream():
                size += len(chunk)
                if size > max_bytes:
                    raise BodyTooLarge(f"The body is too large: send at most {max_bytes} bytes.")
                chunks.append(chunk)
    except ClientDisconnect:
        raise ClientDisconnected from None
    except TimeoutError:
        raise BodyTimeout("The body did not arrive in time: send the request again.") from None
    return b"".join(chunks)
