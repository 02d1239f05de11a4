"""Responses that the fault proxy generates instead of the system's own."""

import math
from collections.abc import Callable, Iterator, Mapping

import msgspec

from gateway_demo.faults.connection import Response
from gateway_demo.faults.model import Fault

OK = 200
JSON = b"application/json"
# Internal details in the error texts of a broken system; the gateway must never repeat them.
INTERNAL_DETAILS = "java.sql.SQLException: ORA-01017 at db-7.inside.example:1521"
_HTML = b"text/html; charset=utf-8"
_ERROR_PAGE = f"<html><body><h1>HTTP Status 500</h1><pre>{INTERNAL_DETAILS}</pre></body></html>".encode()
_LOGIN_PAGE = b"<!doctype html><html><body><form action='/login'>Please sign in</form></body></html>"
_FILLER = b'{"filler":"' + b"x" * 65_000 + b'"},'


def _error(fault: Fault) -> Response:
    if fault.form == "html":
        return _response(500, _HTML, _ERROR_PAGE)
    return _response(500, JSON, msgspec.json.encode({"error": INTERNAL_DETAILS}))


def _busy(fault: Fault) -> Response:
    # Retry-After takes whole seconds.
    retry_after = b"%d" % math.ceil(fault.seconds or 0)
    return _response(429, JSON, b'{"error":"too many requests"}', (b"retry-after", retry_after))


def _login_page(_: Fault) -> Response:
    return _response(OK, _HTML, _LOGIN_PAGE)


def _response(status: int, media: bytes, body: bytes, *extra_headers: tuple[bytes, bytes]) -> Response:
    return Response(status, [(b"content-type", media), *extra_headers], b"").with_body(body)


SYNTHETIC: Mapping[str, Callable[[Fault], Response]] = {"error": _error, "busy": _busy, "html": _login_page}


def oversized_body(size: int) -> Iterator[bytes]:
    """Yield JSON of at least `size` bytes, piece by piece."""
    start, end = b'{"items":[', b'{"filler":""}]}'
    yield start
    for _ in range(-(-max(0, size - len(start) - len(end)) // len(_FILLER))):
        yield _FILLER
    yield end
