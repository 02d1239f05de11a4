"""Serves the hand-written answers at /W, /360 and /F: python -m bench.byhand."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bench.byhand.accounts import fanout, widget
from bench.byhand.customer import customer
from bench.byhand.upstream import Upstream, opened
from bench.serving import serve

Answering = Callable[[Upstream, dict[str, Any]], Awaitable[Any]]


class AccountKeys(msgspec.Struct, frozen=True):
    """The same body that the gateway gets."""

    query: str
    variables: dict[str, Any]


BODY = msgspec.json.Decoder(AccountKeys)


def app() -> Starlette:
    """The three answers as an application."""
    return Starlette(
        routes=[
            Route("/health", _health),
            Route("/W", _answer(widget), methods=["POST"]),
            Route("/360", _answer(customer), methods=["POST"]),
            Route("/F", _answer(fanout), methods=["POST"]),
        ],
        lifespan=_lifespan,
    )


@asynccontextmanager
async def _lifespan(served: Starlette) -> AsyncIterator[None]:
    async with opened(os.environ) as upstream:
        served.state.upstream = upstream
        yield


def _answer(answering: Answering) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        body = BODY.decode(await request.body())
        data = await answering(request.app.state.upstream, body.variables)
        return Response(msgspec.json.encode({"data": data}), media_type="application/json")

    return endpoint


async def _health(_: Request) -> Response:
    return PlainTextResponse("ok")


if __name__ == "__main__":
    serve(app())
