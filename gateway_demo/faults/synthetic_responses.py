"""Answers that no system gave: what stands between says them instead, or a broken system does."""

import math
from collections.abc import Callable, Iterator, Mapping

import msgspec

from gateway_demo.faults.connection import Response
from gateway_demo.faults.model import Fault

OK = 200
JSON = b"application/json"
# What a system says when it breaks, and what nobody further up shall ever repeat.
INTERNAL_DETAILS = "java.sql.SQLException: ORA-01017 at db-7.inside.example:1521"
_HTML = b"text/html; charset=utf-8"
_ERROR_PAGE = f"<html><body><h1>HTTP Status 500</h1><pre>{INTERNAL_DETAILS}</pre></body></html>".encode()
_LOGIN_PAGE = b"<!doctype html><html><body><form action='/login'>Please sign in</form></body></html>"
_FILLER = b'{"filler":"' + b"x" * 65_000 + b'"},'


def _error(fault: Fault) -> Response:
    if fault.form == "html":
        return _answer(500, _HTML, _ERROR_PAGE)
    return _answer(500, JSON, msgspec.json.encode({"error": INTERNAL_DETAILS}))


def _busy(fault: Fault) -> Response:
    # Retry-After has whole seconds.
    after = b"%d" % math.ceil(fault.seconds or 0)
    return _answer(429, JSON, b'{"error":"too many requests"}', (b"retry-after", after))


def _login_page(_: Fault) -> Response:
    return _answer(OK, _HTML, _LOGIN_PAGE)


def _answer(status: int, media: bytes, body: bytes, *more: tuple[bytes, bytes]) -> Response:
    return Response(status, [(b"content-type", media), *more], b"").with_body(body)


SYNTHETIC: Mapping[str, Callable[[Fault], Response]] = {"error": _error, "busy": _busy, "html": _login_page}


def oversized_body(size: int) -> Iterator[bytes]:
    """JSON of so many bytes or a little more, made piece by piece while it is sent."""
    begun, ended = b'{"items":[', b'{"filler":""}]}'
    yield begun
    for _ in range(-(-max(0, size - len(begun) - len(ended)) // len(_FILLER))):
        yield _FILLER
    yield ended
