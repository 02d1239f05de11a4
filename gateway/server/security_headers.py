"""Headers that every answer has, unless its handler says otherwise: nothing is cached, framed, or taken for a page."""

from collections.abc import Sequence
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Without `cache-control`, shared caches may keep an answer by their own rules (RFC 9111, 4.2.2).
DEFAULTS: Final = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}

REQUEST_HEADERS: Final = ("Authorization", "Cache-Control", "Content-Type", "X-Request-Deadline", "X-Request-Id")
RESPONSE_HEADERS: Final = ("Content-Language", "RateLimit", "RateLimit-Policy", "Retry-After", "X-Request-Id")
PREFLIGHT_SECONDS: Final = 600


def cross_origin(origins: Sequence[str]) -> Middleware:
    """Let pages of exactly these origins read answers. They send tokens; cookies mean nothing here."""
    return Middleware(
        CORSMiddleware,
        allow_origins=origins,
        allow_methods=("GET", "POST"),
        allow_headers=REQUEST_HEADERS,
        expose_headers=RESPONSE_HEADERS,
        max_age=PREFLIGHT_SECONDS,
    )


class SecurityHeaders:
    """An ASGI application that adds these headers to the answers of another."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in DEFAULTS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, send_with_headers)
