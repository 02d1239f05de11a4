"""However a request ends, it is counted once, and nothing of it stays under way."""

import asyncio
from collections.abc import Callable

import pytest
from starlette.requests import Request
from starlette.responses import Response

from gateway.server.instrumentation import Handler, Instrumentation
from gateway.telemetry.request_ids import REQUEST_ID
from gateway.telemetry.request_record import RequestRecord


def ending(end: Callable[[RequestRecord], None]) -> Handler:
    """An answer that comes to this end."""

    async def answer(_request: Request, look: RequestRecord) -> Response:
        look.operation = "Find"
        end(look)
        return Response()

    return answer


def raising(error: BaseException) -> Callable[[RequestRecord], None]:
    def end(_look: RequestRecord) -> None:
        raise error

    return end


@pytest.mark.parametrize(
    ("end", "outcome"),
    [
        (lambda look: look.ended(ran=True, known=True, errors=0), "OK"),
        (lambda look: look.ended(ran=True, known=True, errors=2), "PARTIAL"),
        (lambda look: look.ended(ran=True, known=False, errors=1), "FAILED"),
        (lambda look: look.ended(ran=False, known=False, errors=1), "REFUSED"),
        (lambda _look: None, "REFUSED"),
        (raising(RuntimeError("a bug")), "INTERNAL_ERROR"),
        (raising(asyncio.CancelledError()), "CLIENT_DISCONNECTED"),
    ],
)
async def test_it_is_counted_by_how_it_ended(end: Callable[[RequestRecord], None], outcome: str) -> None:
    seeing = Instrumentation()
    request = Request({"type": "http", "headers": []})
    try:
        await seeing.observe(request, ending(end))
    except (RuntimeError, asyncio.CancelledError):
        assert outcome in ("INTERNAL_ERROR", "CLIENT_DISCONNECTED")
    assert seeing.requests.by_name["Find"].outcomes == {outcome: 1}
    assert (seeing.requests.in_flight, REQUEST_ID.get()) == (0, "")
