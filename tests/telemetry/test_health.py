"""Health: live while it runs, ready while it can serve, also without its sources."""

from contextlib import nullcontext
from typing import Any

from starlette.types import ASGIApp, Message
from support.harness import catalog_text, filled
from support.telemetry.served import TABLES, ask, config, failing, served

from gateway.app import make_app
from gateway.errors import SourceDown
from gateway.resolvers.records import RECORDS

ALL: Any = {cls.SYSTEM.name for cls in RECORDS.values()}


LIVE_READY = ("/health/live", "/health/ready")


async def status(app: ASGIApp, path: str) -> int:
    """The status of a GET, called as a server would."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": path, "headers": [], "query_string": b""}
    await app(scope, receive, send)
    return int(sent[0]["status"])


async def test_it_is_ready_only_while_its_sources_are_open():
    app = make_app(config(), filled(catalog_text(), {}))
    assert [await status(app, path) for path in LIVE_READY] == [200, 503]
    async with app.router.lifespan_context(app):
        assert [await status(app, path) for path in LIVE_READY] == [200, 200]
    assert [await status(app, path) for path in LIVE_READY] == [200, 503]


async def test_it_is_not_ready_if_a_source_cannot_open():
    app = make_app(config(), filled(catalog_text(), {}), while_open=lambda _: nullcontext(1 // 0))
    try:
        async with app.router.lifespan_context(app):
            raise AssertionError("it opened")
    except ZeroDivisionError:
        assert await status(app, "/health/ready") == 503


async def test_it_is_ready_while_every_source_is_down():
    async with served(TABLES, wrap=failing(SourceDown, *ALL)) as http:
        assert (await ask(http, n="C1"))[2]["errors"]
        for path in ("/health", "/health/live", "/health/ready"):
            async with http.get(path) as response:
                assert (response.status, await response.text()) == (200, "ok")
