"""The body of a request: all of it, but no more than it may be, and no later."""

import asyncio

from starlette.requests import ClientDisconnect, Request

from gateway.errors import BadInput
from gateway.hanging_up import HungUp


class TooLarge(BadInput):
    """A body of more bytes than there may be; no more of it was read."""


async def body_of(request: Request, most: int, seconds: float) -> bytes:
    """The whole body. BadInput when it is larger than `most` bytes, or is not all there in time.

    HungUp when the client is gone before that.
    """
    chunks: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(seconds):
            async for chunk in request.stream():
                size += len(chunk)
                if size > most:
                    raise TooLarge(f"The body is too large: at most {most} bytes.")
                chunks.append(chunk)
    except ClientDisconnect:
        raise HungUp from None
    except TimeoutError:
        raise BadInput("The body did not come in time.") from None
    return b"".join(chunks)
