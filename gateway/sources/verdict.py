"""What an HTTP answer amounts to: the JSON in it, nothing, or whose failure it is."""

from decimal import Decimal
from http import HTTPStatus
from typing import Any

import msgspec

from gateway.errors import SourceDown, SourceError, SourceMisread, SourceRefused
from gateway.sources.exchange import Call, Got

# Money and quantities keep their digits.
_JSON: msgspec.json.Decoder[Any] = msgspec.json.Decoder(float_hook=Decimal)
_REFUSED = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
_BUSY = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS)


# What an answer without JSON amounts to, when it is believed; null is JSON.
NOTHING = msgspec.UNSET


def judged(source: str, call: Call, got: Got) -> Any:
    """The JSON of an answer; NOTHING when it says there is nothing. SourceError otherwise."""
    if got.status == HTTPStatus.NO_CONTENT or _says_none(call, got):
        return NOTHING
    if not HTTPStatus.OK <= got.status < HTTPStatus.MULTIPLE_CHOICES:
        raise _failure(source, call, got)
    try:
        return _JSON.decode(got.body.removeprefix(b"\xef\xbb\xbf"))
    except (ValueError, RecursionError):
        # The decoder's own words may quote the body.
        raise SourceMisread(source, f"{call.name}: no JSON, but {got.content[:60]}") from None


def _says_none(call: Call, got: Got) -> bool:
    """Whether a 404 is the service's own word: a page for people comes from whatever stands before it."""
    if not call.maybe or got.status != HTTPStatus.NOT_FOUND:
        return False
    in_json = got.content.endswith(("/json", "+json"))
    return in_json or (call.silent and not got.body.strip())


def _failure(source: str, call: Call, got: Got) -> SourceError:
    reason = f"{call.name}: status {got.status}"
    if got.status in _REFUSED:
        return SourceRefused(source, reason)
    if got.status in _BUSY or got.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return SourceDown(source, reason, retry_after=got.retry_after)
    return SourceMisread(source, reason)
