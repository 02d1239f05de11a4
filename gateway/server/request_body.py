"""The body of a request: all of it, but no more than it may be, and no later."""

import asyncio

from starlette.requests import ClientDisconnect, Request

from gateway.errors import BadInput
from gateway.server.disconnect import ClientDisconnected


class UnreadBody(BadInput):
    """A body of which not all was read: the `status` tells its sender (RFC 9110, 15.5)."""

    status: int


class BodyTooLarge(UnreadBody):
    """A body of more bytes than there may be."""

    code, status = "TOO_LARGE", 413


class BodyTimeout(UnreadBody):
    """A body that was not all there in time."""

    code, status = "TOO_LATE", 408


CLOSE_CONNECTION = {"connection": "close"}  # what else comes of it is not read on this connection


async def read_body(request: Request, most: int, seconds: float) -> bytes:
    """The whole body. TooLarge when it has more than `most` bytes, TooLate when it is not all there in time.

    HungUp when the client is gone before that.
    """
    chunks: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(seconds):
            async for chunk in request.stream():
                size += len(chunk)
                if size > most:
                    raise BodyTooLarge(f"The body is too large: at most {most} bytes.")
                chunks.append(chunk)
    except ClientDisconnect:
        raise ClientDisconnected from None
    except TimeoutError:
        raise BodyTimeout("The body did not come in time.") from None
    return b"".join(chunks)
