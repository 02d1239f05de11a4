"""A bug is answered with an id that finds its line in the log, and says nothing else."""

import json
import logging
import re
from collections.abc import AsyncIterator

import aiohttp
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from support.servers import live

from gateway.server.instrumentation import Instrumentation
from gateway.server.internal_error import InternalErrors
from gateway.server.security_headers import DEFAULTS, SecurityHeaders
from gateway.telemetry.logs import TextFormatter
from gateway.telemetry.request_record import RequestRecord

HIDDEN = "postgresql://db-7.inside.example/cis"


async def fail(_request: Request) -> Response:
    raise RuntimeError(HIDDEN)


async def observed(request: Request) -> Response:
    async def handler(request: Request, _record: RequestRecord) -> Response:
        return await fail(request)

    return await Instrumentation().observe(request, handler)


async def break_off(_request: Request) -> Response:
    async def pieces() -> AsyncIterator[bytes]:
        yield b"some"
        raise RuntimeError(HIDDEN)

    return StreamingResponse(pieces())


@pytest.fixture
async def http(anyio_backend: str) -> AsyncIterator[aiohttp.ClientSession]:  # noqa: ARG001  # its loop
    routes = [Route("/fail", fail), Route("/observed", observed), Route("/break", break_off)]
    app = Starlette(routes=routes, middleware=[Middleware(SecurityHeaders), Middleware(InternalErrors)])
    async with live(app) as url, aiohttp.ClientSession(url) as session:
        yield session


class Lines(logging.Handler):
    """What the log would show, formatted when it is written: the id of the request is set only then."""

    def __init__(self) -> None:
        super().__init__()
        self.formatter = TextFormatter()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@pytest.mark.parametrize("path", ["/fail", "/observed"])
@pytest.mark.parametrize("sent", ["seven", "", "not an id \xe9"])
async def test_a_bug_is_answered_with_an_id_of_the_log(http: aiohttp.ClientSession, path: str, sent: str) -> None:
    log = Lines()
    logging.getLogger("gateway").addHandler(log)
    try:
        async with http.get(path, headers={"X-Request-Id": sent}) as response:
            text = await response.text()
    finally:
        logging.getLogger("gateway").removeHandler(log)
    assert response.status == 500
    assert {name: response.headers.get(name) for name in DEFAULTS} == DEFAULTS
    assert "inside.example" not in text
    assert "RuntimeError" not in text
    (error,) = json.loads(text)["errors"]
    assert error["extensions"]["code"] == "INTERNAL_SERVER_ERROR"
    name = error["extensions"]["requestId"]
    assert re.fullmatch(r"seven|[0-9a-f]{32}", name)
    assert response.headers["x-request-id"] == name
    (line,) = log.lines
    assert f"request={name}" in line
    assert HIDDEN in line


async def test_an_answer_that_breaks_off_is_not_completed(http: aiohttp.ClientSession) -> None:
    with pytest.raises(aiohttp.ClientPayloadError):
        async with http.get("/break") as response:
            await response.read()
