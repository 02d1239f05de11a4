"""One HTTP call: bytes out, bytes in, in time and within a size; every foreign failure ends here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import aiohttp
from aiohttp.http_exceptions import ContentLengthError
from yarl import URL

from gateway.errors import InvalidResponse, SourceDown, SourceError, SourceTimeout
from gateway.sources.http.body_format import JSON, Form

NOT_FOUND = 404


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """One request. `name` is for the log and says no key; `maybe` that 404 only means there is nothing.

    `silent` that such a 404 is believed without a word, too. `form` is what the answer is written in.
    """

    name: str
    method: str
    url: URL
    body: bytes | None = None
    content: str = "application/json"
    maybe: bool = False
    silent: bool = True
    form: Form = JSON


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """What came back. The body is read where it may be of use."""

    status: int
    content: str
    retry_after: float | None
    body: bytes


class HttpTransport:
    """Made for one source: sends calls and reads what comes back."""

    def __init__(self, source: str, session: aiohttp.ClientSession, timeout: float, max_bytes: int) -> None:
        self.source = source
        self._session = session
        self._timeout = aiohttp.ClientTimeout(total=timeout)
        self._max_bytes = max_bytes

    async def send(self, call: HttpRequest, headers: Mapping[str, str]) -> HttpResponse:
        """What the other side says, whatever its status. SourceError when it says nothing readable."""
        try:
            return await self._sent(call, headers)
        except (aiohttp.ClientError, OSError) as error:
            # The client's errors carry the address, and with it keys: they are not even kept as the cause.
            raise self._translated(call, error) from None

    async def _sent(self, call: HttpRequest, headers: Mapping[str, str]) -> HttpResponse:
        if call.body is not None:
            headers = {**headers, "Content-Type": call.content}
        async with self._session.request(
            call.method,
            call.url,
            data=call.body,
            headers=headers,
            allow_redirects=False,
            timeout=self._timeout,
        ) as response:
            after = _seconds(response.headers.get("Retry-After"))
            body = await self._body(call, response) if _readable(response.status) else b""
            return HttpResponse(response.status, response.content_type, after, body)

    async def _body(self, call: HttpRequest, response: aiohttp.ClientResponse) -> bytes:
        """The whole body, uncompressed; response.read() would know no limit."""
        chunks, size = [], 0
        async for chunk in response.content.iter_any():
            size += len(chunk)
            if size > self._max_bytes:
                raise InvalidResponse(self.source, f"{call.name}: more than {self._max_bytes} bytes")
            chunks.append(chunk)
        return chunks[0] if len(chunks) == 1 else b"".join(chunks)

    def _translated(self, call: HttpRequest, error: Exception) -> SourceError:
        reason = f"{call.name}: {type(error).__name__}"
        if isinstance(error, TimeoutError):
            return SourceTimeout(self.source, f"{reason} after {self._timeout.total} s")
        if isinstance(error.__cause__, ContentLengthError):
            return SourceDown(self.source, f"{call.name}: the connection ended within the body")
        if isinstance(error, aiohttp.ClientPayloadError | aiohttp.ClientResponseError):
            return InvalidResponse(self.source, reason)
        return SourceDown(self.source, reason)


def _readable(status: int) -> bool:
    return status < 300 or status == NOT_FOUND  # noqa: PLR2004  # where HTTP's good news end


def _seconds(retry_after: str | None) -> float | None:
    """Retry-After in seconds: it comes as a number or as a date."""
    if not retry_after:
        return None
    if retry_after.isascii() and retry_after.isdigit():
        return float(retry_after[:9])
    try:
        moment = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    return max(0.0, (moment.astimezone(UTC) - datetime.now(UTC)).total_seconds())
