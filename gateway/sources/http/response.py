"""What an HTTP answer amounts to: what its body says, nothing, or whose failure it is."""

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

_REFUSED = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)


# What an answer without a body amounts to, when it is believed; null is JSON.
NO_CONTENT = msgspec.UNSET


def interpret(source: str, call: HttpRequest, got: HttpResponse) -> Any:
    """What an answer says; NOTHING when it says there is nothing. SourceError otherwise."""
    if got.status == HTTPStatus.NO_CONTENT or _says_none(call, got):
        return NO_CONTENT
    if not HTTPStatus.OK <= got.status < HTTPStatus.MULTIPLE_CHOICES:
        raise _failure(source, call, got)
    try:
        return call.form.decode(got.body)
    except InvalidDocument as error:
        raise InvalidResponse(source, f"{call.name}: {error}") from None
    except (ValueError, RecursionError):
        # The decoder's own words may quote the body.
        raise InvalidResponse(
            source, f"{call.name}: the body is no {call.form.name}{_but(call, got)}"
        ) from None


def _but(call: HttpRequest, got: HttpResponse) -> str:
    """What it says it is instead; nothing where it says it is what was asked for."""
    said = got.content.partition(";")[0].strip()
    return "" if said.endswith(call.form.told_by) else f", but {got.content[:60]}"


def _says_none(call: HttpRequest, got: HttpResponse) -> bool:
    """Whether a 404 is the service's own word: a page for people comes from whatever stands before it."""
    if not call.maybe or got.status != HTTPStatus.NOT_FOUND:
        return False
    told = got.content.endswith(call.form.told_by)
    return told or (call.silent and not got.body.strip())


def _failure(source: str, call: HttpRequest, got: HttpResponse) -> SourceError:
    reason = f"{call.name}: status {got.status}"
    if got.status in _REFUSED:
        return UpstreamUnauthorized(source, reason)
    if got.status == HTTPStatus.TOO_MANY_REQUESTS:
        return UpstreamRateLimited(source, reason, retry_after=got.retry_after)
    if got.status == HTTPStatus.REQUEST_TIMEOUT or got.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return SourceDown(source, reason, retry_after=got.retry_after)
    if got.status >= HTTPStatus.BAD_REQUEST:
        return UpstreamBadRequest(source, reason)
    return InvalidResponse(source, reason)
