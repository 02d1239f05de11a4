"""Request bodies: each is bounded, and so is the memory of all that are not answered yet."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from starlette.requests import ClientDisconnect, Request

from gateway.errors import GatewayError
from gateway.server.request import ClientDisconnected

SMALL_BYTES: Final = 16 * 1024  # a body of this size always has room: the number of connections bounds these
MAX_LARGE_BYTES: Final = 64 * 1024 * 1024  # of all larger bodies together


class UnreadBody(GatewayError):
    """A body that was not read to its end. `status` is the HTTP status (RFC 9110, 15.5)."""

    status: int
    headers: ClassVar[Mapping[str, str]] = {"connection": "close"}  # the rest of the body is not read


class BodyTooLarge(UnreadBody):
    code, status = "TOO_LARGE", 413

    def __init__(self, limit: int, measured: int) -> None:
        super().__init__(f"The body is too large: send at most {limit} bytes.")
        self.limit, self.measured = limit, measured

    @property
    def extensions(self) -> dict[str, Any]:
        return super().extensions | {"limitName": "body", "limit": self.limit, "measured": self.measured}


class BodyTimeout(UnreadBody):
    code, status = "TOO_LATE", 408


class NoRoomForBody(UnreadBody):
    code, status = "OVERLOADED", 503
    headers: ClassVar[Mapping[str, str]] = {"connection": "close", "retry-after": "1"}


@dataclass(slots=True)
class Bodies:
    """Reads bodies, for all endpoints of an application.

    large_bytes: of all large bodies that are not answered yet.
    """

    max_large_bytes: int = MAX_LARGE_BYTES
    large_bytes: int = 0

    @asynccontextmanager
    async def read(self, request: Request, max_bytes: int, seconds: float) -> AsyncIterator[bytes]:
        """The whole body, which counts as held within the block. Raises UnreadBody or ClientDisconnected."""
        length = request.headers.get("content-length", "")
        if length.isascii() and length.isdigit() and int(length[:20]) > max_bytes:
            raise BodyTooLarge(max_bytes, int(length[:20]))
        body = bytearray()
        try:
            await self._fill(body, request, max_bytes, seconds)
            yield bytes(body)
        finally:
            self.large_bytes -= _large(len(body))

    async def _fill(self, body: bytearray, request: Request, max_bytes: int, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                async for chunk in request.stream():
                    self._add(body, chunk, max_bytes)
        except ClientDisconnect:
            raise ClientDisconnected from None
        except TimeoutError:
            raise BodyTimeout("The body did not arrive in time: send the request again.") from None

    def _add(self, body: bytearray, chunk: bytes, max_bytes: int) -> None:
        size = len(body) + len(chunk)
        if size > max_bytes:
            raise BodyTooLarge(max_bytes, size)
        growth = _large(size) - _large(len(body))
        if growth and self.large_bytes + growth > max(self.max_large_bytes, size):
            raise NoRoomForBody("The gateway has too many large bodies in work: try again in a second.")
        self.large_bytes += growth
        body += chunk


def _large(size: int) -> int:
    """What counts of a body of this size."""
    return size if size > SMALL_BYTES else 0
