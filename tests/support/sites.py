"""An application that counts its requests, for tests of how a server reads them."""

import asyncio

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

LARGE = 32 * 1024 * 1024  # more than the buffers of a socket


class Site:
    """An application that counts its requests; those to `/held` wait for `open`."""

    def __init__(self) -> None:
        self.open = asyncio.Event()
        self.held = asyncio.Semaphore(0)
        self.requests: list[Request] = []

    def app(self) -> Starlette:
        paths = {"/": self.answer, "/held": self.hold, "/read": self.read, "/large": self.large}
        return Starlette(routes=[Route(path, each, methods=["GET", "POST"]) for path, each in paths.items()])

    async def answer(self, request: Request) -> Response:
        self.requests.append(request)
        return PlainTextResponse(request.url.path)

    async def hold(self, request: Request) -> Response:
        self.held.release()
        await self.open.wait()
        return await self.answer(request)

    async def read(self, request: Request) -> Response:
        self.held.release()
        await request.body()
        return await self.answer(request)

    async def large(self, _request: Request) -> Response:
        return Response(b"x" * LARGE)
