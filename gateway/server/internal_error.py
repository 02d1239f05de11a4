"""The one exit of what was not made for callers: the log has the error, the answer an id that finds it."""

import logging
from typing import Final

import msgspec
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.execution.client_errors import UNEXPECTED, unexpected
from gateway.telemetry.request_record import REQUEST_ID, request_id

log = logging.getLogger("gateway")
JSON: Final = "application/json"


def internal_error(error: Exception) -> Response:
    """Log an unexpected error of the request whose id is set, and answer with the id."""
    log.error("unexpected error", exc_info=error)
    content = msgspec.json.encode({"errors": [{"message": UNEXPECTED, "extensions": unexpected()}]})
    return Response(content, 500, {"x-request-id": REQUEST_ID.get()}, JSON)


class InternalErrors:
    """An ASGI application that answers where another raises."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        has_started = False

        async def watch(message: Message) -> None:
            nonlocal has_started
            has_started = True
            await send(message)

        try:
            await self.app(scope, receive, watch)
        except Exception as error:
            if has_started:
                raise  # the server logs it, and ends the connection
            token = REQUEST_ID.set(request_id(Headers(scope=scope)))
            await internal_error(error)(scope, receive, send)
            REQUEST_ID.reset(token)
