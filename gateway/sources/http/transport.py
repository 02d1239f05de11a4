"""One HTTP call, bounded in time and size, and the meaning of its response."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import Enum
from functools import partial
from http import HTTPStatus
from typing import Any

import aiohttp
from aiohttp.http_exceptions import ContentLengthError, TransferEncodingError
from yarl import URL

from gateway import errors
from gateway.sources.http.body_format import JSON, BodyFormat, InvalidDocument, decoded

_TOO_LONG = (
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.REQUEST_URI_TOO_LONG,
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
)
# Statuses that speak of the request itself: fewer keys would not change them.
_OF_THE_REQUEST = (
    HTTPStatus.PAYMENT_REQUIRED,
    HTTPStatus.METHOD_NOT_ALLOWED,
    HTTPStatus.NOT_ACCEPTABLE,
    HTTPStatus.PROXY_AUTHENTICATION_REQUIRED,
    HTTPStatus.LENGTH_REQUIRED,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    HTTPStatus.EXPECTATION_FAILED,
    HTTPStatus.MISDIRECTED_REQUEST,
    HTTPStatus.UPGRADE_REQUIRED,
    HTTPStatus.PRECONDITION_REQUIRED,
)


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """One request.

    name: for the log, without a key
    not_found_is_empty: a 404 of the service itself means "no rows"
    empty_404: so does a 404 without a body
    """

    name: str
    method: str
    url: URL
    body: bytes | None = None
    content_type: str = "application/json"
    not_found_is_empty: bool = False
    empty_404: bool = True
    format: BodyFormat = JSON


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """One response. `body` is read for a success and for 404 only. Names of headers are in lower case."""

    status: int
    content_type: str
    retry_after: float | None
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


class HttpTransport:
    """Sends the requests to one source. Lives as long as the source."""

    def __init__(self, source: str, session: aiohttp.ClientSession, timeout: float, max_bytes: int) -> None:
        self.source, self._session, self._max_bytes = source, session, max_bytes
        self._timeout = aiohttp.ClientTimeout(total=timeout)

    async def send(self, request: HttpRequest, headers: Mapping[str, str]) -> HttpResponse:
        """The response, whatever its status. Raises SourceError where there is none."""
        method, url, body, timeout = request.method, request.url, request.body, self._timeout
        if body is not None:
            headers = {**headers, "Content-Type": request.content_type}
        call = partial(
            self._session.request, method, url, data=body, headers=headers, allow_redirects=False, timeout=timeout
        )
        try:
            async with await (_once_more(call) if method == "POST" else call()) as response:
                status, retry_after = response.status, _seconds(response.headers.get("Retry-After"))
                is_read = status < HTTPStatus.MULTIPLE_CHOICES or status == HTTPStatus.NOT_FOUND
                body = await self._body(request, response) if is_read else b""
                named = {name.lower(): ", ".join(response.headers.getall(name)) for name in response.headers}
                return HttpResponse(status, response.content_type, retry_after, body, named)
        except (aiohttp.ClientError, OSError) as error:
            # The library's errors show the address, and with it keys: they do not even stay as the cause.
            raise self._translated(request, error) from None

    async def _body(self, request: HttpRequest, response: aiohttp.ClientResponse) -> bytes:
        """The whole body, decompressed. `response.read()` has no limit."""
        chunks, size = [], 0
        async for chunk in response.content.iter_any():
            size += len(chunk)
            if size > self._max_bytes:
                reason = f"{request.name}: the body has more than max_bytes = {self._max_bytes}"
                raise errors.InvalidResponse(self.source, reason, of_body=True)
            chunks.append(chunk)
        return chunks[0] if len(chunks) == 1 else b"".join(chunks)

    def _translated(self, request: HttpRequest, error: Exception) -> errors.SourceError:
        reason = f"{request.name}: {type(error).__name__}"
        if isinstance(error, TimeoutError):
            return errors.SourceTimeout(self.source, f"{reason} after {self._timeout.total} s")
        if isinstance(error.__cause__, ContentLengthError | TransferEncodingError):
            return errors.SourceDown(self.source, f"{request.name}: the connection closed before the body ended")
        if isinstance(error, aiohttp.ClientPayloadError | aiohttp.ClientResponseError):
            return errors.InvalidResponse(self.source, reason)
        return errors.SourceDown(self.source, reason)


async def _once_more(call: Callable[[], Awaitable[aiohttp.ClientResponse]]) -> aiohttp.ClientResponse:
    """The response; asked for once more where the server has closed the connection.

    aiohttp does so for GET. Here a POST is a read, too.
    """
    try:
        return await call()
    except aiohttp.ClientConnectorError:
        raise
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError):
        return await call()


def _seconds(retry_after: str | None) -> float | None:
    """A Retry-After header in seconds: it holds a number or a date."""
    if not retry_after:
        return None
    if retry_after.isascii() and retry_after.isdigit():
        return float(retry_after[:9])
    try:
        moment = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    return max(0.0, (moment.astimezone(UTC) - datetime.now(UTC)).total_seconds())


class Bodiless(Enum):
    """A response without values, by its status. Not None: null is a value of JSON."""

    NO_CONTENT = "204"
    NOT_FOUND = "404"


async def interpret(source: str, request: HttpRequest, response: HttpResponse) -> Any:
    """The values of the body, or Bodiless. Raises SourceError for a failure."""
    if response.status == HTTPStatus.NO_CONTENT:
        return Bodiless.NO_CONTENT
    if _means_empty(request, response):
        return Bodiless.NOT_FOUND
    if not HTTPStatus.OK <= response.status < HTTPStatus.MULTIPLE_CHOICES:
        raise _failure(source, request, response)
    try:
        return await decoded(request.format, response.body)
    except InvalidDocument as error:
        raise errors.InvalidResponse(source, f"{request.name}: {error}", of_body=True) from None
    except (ValueError, RecursionError):
        # The message of the decoder may quote the body.
        reason = f"{request.name}: the body is not {request.format.name}"
        if not response.content_type.partition(";")[0].strip().endswith(request.format.content_types):
            reason += f", its content type is {response.content_type[:60]}"
        raise errors.InvalidResponse(source, reason, of_body=True) from None


def _means_empty(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether a 404 comes from the service: an HTML page comes from a proxy in front of it."""
    if not request.not_found_is_empty or response.status != HTTPStatus.NOT_FOUND:
        return False
    typed = response.content_type.endswith(request.format.content_types)
    return typed or (request.empty_404 and not response.body.strip())


def _failure(source: str, request: HttpRequest, response: HttpResponse) -> errors.SourceError:
    status, reason = response.status, f"{request.name}: status {response.status}"
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        return errors.UpstreamUnauthorized(source, reason)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return errors.UpstreamRateLimited(source, reason, retry_after=response.retry_after)
    if status == HTTPStatus.REQUEST_TIMEOUT or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return errors.SourceDown(source, reason, retry_after=response.retry_after)
    if status in _TOO_LONG:
        return errors.QuestionTooLong(source, reason, of_keys=True)
    if status >= HTTPStatus.BAD_REQUEST:
        return errors.UpstreamBadRequest(source, reason, of_keys=status not in _OF_THE_REQUEST)
    return errors.InvalidResponse(source, reason)
