"""Serves the REST systems of a demo folder: python -m gateway_demo.launch.serve_systems --folder var/demo."""

import argparse
import os
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import parse_qs

import msgspec
import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from gateway_demo.faults.connection import ResettableProtocol
from gateway_demo.faults.proxy import with_faults
from gateway_demo.systems.answers import response_body
from gateway_demo.systems.api_style import Endpoint, Keys, Login, Service
from gateway_demo.systems.auth import Authenticator, Credentials, credentials_from
from gateway_demo.systems.customer_search import search
from gateway_demo.systems.queries import Parameters
from gateway_demo.systems.record_store import RecordStore
from gateway_demo.systems.services import SERVICES

Handler = Callable[[Request], Awaitable[Response]]


def systems_app(folder: Path, secrets: Credentials, now: Callable[[], float] = time.time) -> Starlette:
    """All nine services as one application, each under its root."""
    doors = Authenticator(secrets, now)
    shelves = {service: RecordStore(folder / service.database) for service in SERVICES}

    @asynccontextmanager
    async def closing(_: Starlette) -> AsyncIterator[None]:
        yield
        for shelf in shelves.values():
            shelf.close()

    mounts = [
        Mount(service.root, routes=_routes(service, shelf, doors)) for service, shelf in shelves.items()
    ]
    return Starlette(
        routes=[Route("/health", _health), *mounts],
        exception_handlers={HTTPException: _refused},
        lifespan=closing,
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until told to stop."""
    parser = argparse.ArgumentParser(prog="gateway_demo.launch.serve_systems", description=__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--faults", action="store_true", help="let faults be set at /_faults")
    given = parser.parse_args(arguments)
    absent = [one.database for one in SERVICES if not (given.folder / one.database).exists()]
    if absent:
        parser.error(f"{given.folder} lacks {', '.join(absent)}: gateway-demo generates them")
    app = systems_app(given.folder, credentials_from(os.environ))
    # Callers keep idle connections for less long than this, so none is closed under their hands.
    uvicorn.run(
        with_faults(app) if given.faults else app,
        host="127.0.0.1",
        port=given.port,
        http=ResettableProtocol if given.faults else "auto",
        log_level="warning",
        access_log=False,
        timeout_keep_alive=75,
        # Only a faulty system may never come to its end.
        timeout_graceful_shutdown=1 if given.faults else None,
    )


def _routes(service: Service, shelf: RecordStore, doors: Authenticator) -> list[BaseRoute]:
    by_path: defaultdict[str, list[Endpoint]] = defaultdict(list)
    for place in service.places:
        by_path[place.path].append(place)
    routes: list[BaseRoute] = [
        _route(path, places, _guarded(_asking(shelf, places), service.login, doors))
        for path, places in by_path.items()
    ]
    if service.login is Login.TOKEN:
        routes.append(Route("/oauth/token", doors.token, methods=["POST"]))
    if service.root == "/crm":
        routes.append(Route("/search", _guarded(_searching(shelf), service.login, doors)))
    return routes


def _route(path: str, places: Sequence[Endpoint], endpoint: Handler) -> Route:
    # A key may hold any letter, a slash too.
    method = "POST" if places[0].habits.keys is Keys.BODY else "GET"
    return Route(path.replace("}", ":path}"), endpoint, methods=[method])


def _guarded(answering: Handler, login: Login, doors: Authenticator) -> Handler:
    async def endpoint(request: Request) -> Response:
        doors.check(login, request)
        return await answering(request)

    return endpoint


def _asking(shelf: RecordStore, places: Sequence[Endpoint]) -> Handler:
    read = _READ[places[0].habits.keys]

    async def endpoint(request: Request) -> Response:
        given = await read(request)
        place = next((place for place in places if place.name in given), None)
        if place is None:
            raise HTTPException(400, f"give one of {', '.join(place.name for place in places)}")
        return _json(response_body(shelf, place, given, lambda: _address(request)))

    return endpoint


def _searching(shelf: RecordStore) -> Handler:
    async def endpoint(request: Request) -> Response:
        return _json(search(shelf, await _from_query(request)))

    return endpoint


async def _from_query(request: Request) -> Parameters:
    return parse_qs(request.scope["query_string"].decode("latin-1"), keep_blank_values=True)


async def _from_path(request: Request) -> Parameters:
    return {
        **await _from_query(request),
        **{name: [key] for name, key in request.path_params.items()},
    }


async def _from_body(request: Request) -> Parameters:
    try:
        body = msgspec.json.decode(await request.body(), type=dict[str, list[str] | str | int])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise HTTPException(400, f"the body is not understood: {error}") from error
    return {name: value if isinstance(value, list) else [str(value)] for name, value in body.items()}


_READ: Mapping[Keys, Callable[[Request], Awaitable[Parameters]]] = {
    Keys.COMMA: _from_query,
    Keys.REPEATED: _from_query,
    Keys.PATH: _from_path,
    Keys.BODY: _from_body,
}


def _json(text: str) -> Response:
    return Response(text, media_type="application/json")


async def _refused(_: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    return JSONResponse({"error": error.detail}, error.status_code, error.headers)


def _address(request: Request) -> str:
    return f"{request.url.scheme}://{request.url.netloc}{request.url.path}"


async def _health(_: Request) -> Response:
    return PlainTextResponse("ok")


if __name__ == "__main__":
    main()
