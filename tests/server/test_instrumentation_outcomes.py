"""However a request ends, it is counted once, and is not in flight any more."""

import asyncio
from collections.abc import Callable

import pytest
from starlette.requests import Request
from starlette.responses import Response

from gateway.server.instrumentation import Handler, Instrumentation
from gateway.telemetry.request_record import REQUEST_ID, RequestRecord


def ending(end: Callable[[RequestRecord], None]) -> Handler:
    async def answer(_request: Request, record: RequestRecord) -> Response:
        record.operation = "Find"
        end(record)
        return Response()

    return answer


def raising(error: BaseException) -> Callable[[RequestRecord], None]:
    def end(_record: RequestRecord) -> None:
        raise error

    return end


@pytest.mark.parametrize(
    ("end", "outcome"),
    [
        (lambda record: record.end_operation(ran=True, has_data=True, errors=0), "OK"),
        (lambda record: record.end_operation(ran=True, has_data=True, errors=2), "PARTIAL"),
        (lambda record: record.end_operation(ran=True, has_data=False, errors=1), "FAILED"),
        (lambda record: record.end_operation(ran=False, has_data=False, errors=1), "REFUSED"),
        (lambda _record: None, "REFUSED"),
        (raising(RuntimeError("a bug")), "INTERNAL_ERROR"),
        (raising(asyncio.CancelledError()), "CLIENT_DISCONNECTED"),
    ],
)
async def test_a_request_is_counted_by_its_outcome(end: Callable[[RequestRecord], None], outcome: str) -> None:
    instrumentation = Instrumentation()
    request = Request({"type": "http", "headers": []})
    try:
        await instrumentation.observe(request, ending(end))
    except asyncio.CancelledError:
        assert outcome == "CLIENT_DISCONNECTED"
    assert instrumentation.operations.by_name["Find"].outcomes == {outcome: 1}
    assert (instrumentation.operations.in_flight, REQUEST_ID.get()) == (0, "")
