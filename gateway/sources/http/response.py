"""Response interpretation: the values of a body, no content, or a failure."""

from http import HTTPStatus
from typing import Any

import msgspec

from gateway.errors import (
    InvalidResponse,
    SourceDown,
    SourceError,
    UpstreamBadRequest,
    UpstreamRateLimited,
    UpstreamUnauthorized,
)
from gateway.sources.http.body_format import InvalidDocument
from gateway.sources.http.transport import HttpRequest, HttpResponse

NO_CONTENT = msgspec.UNSET  # not None: null is a value of JSON


def interpret(source: str, request: HttpRequest, response: HttpResponse) -> Any:
    """The values of the body, or NO_CONTENT. Raises SourceError for a failure."""
    if response.status == HTTPStatus.NO_CONTENT or _means_empty(request, response):
        return NO_CONTENT
    if not HTTPStatus.OK <= response.status < HTTPStatus.MULTIPLE_CHOICES:
        raise _failure(source, request, response)
    try:
        return request.format.decode(response.body)
    except InvalidDocument as error:
        raise InvalidResponse(source, f"{request.name}: {error}") from None
    except (ValueError, RecursionError):
        # The message of the decoder may quote the body.
        reason = f"{request.name}: the body is not {request.format.name}"
        raise InvalidResponse(source, reason + _other_type(request, response)) from None


def _other_type(request: HttpRequest, response: HttpResponse) -> str:
    """A note on a content type other than the one asked for."""
    if response.content_type.partition(";")[0].strip().endswith(request.format.content_types):
        return ""
    return f", its content type is {response.content_type[:60]}"


def _means_empty(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether a 404 comes from the service: an HTML page comes from a proxy in front of it."""
    if not request.not_found_is_empty or response.status != HTTPStatus.NOT_FOUND:
        return False
    typed = response.content_type.endswith(request.format.content_types)
    return typed or (request.empty_404 and not response.body.strip())


def _failure(source: str, request: HttpRequest, response: HttpResponse) -> SourceError:
    status, reason = response.status, f"{request.name}: status {response.status}"
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        return UpstreamUnauthorized(source, reason)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return UpstreamRateLimited(source, reason, retry_after=response.retry_after)
    if status == HTTPStatus.REQUEST_TIMEOUT or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return SourceDown(source, reason, retry_after=response.retry_after)
    if status >= HTTPStatus.BAD_REQUEST:
        return UpstreamBadRequest(source, reason)
    return InvalidResponse(source, reason)
