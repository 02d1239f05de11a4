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
from gateway_demo.faults.databases import DatabaseFaults
from gateway_demo.faults.proxy import with_faults
from gateway_demo.stores.schemas import DATABASES
from gateway_demo.systems.answers import response_body
from gateway_demo.systems.api_style import Endpoint, Keys, Login, Service
from gateway_demo.systems.auth import Authenticator, Credentials, credentials_from
from gateway_demo.systems.customer_search import search
from gateway_demo.systems.queries import Parameters
from gateway_demo.systems.record_store import RecordStore
from gateway_demo.systems.services import SERVICES

Handler = Callable[[Request], Awaitable[Response]]


def systems_app(
    folder: Path,
    credentials: Credentials,
    now: Callable[[], float] = time.time,
    databases: DatabaseFaults | None = None,
) -> Starlette:
    """One application with all nine services, each under its root path. At its end, `databases` are mended."""
    auth = Authenticator(credentials, now)
    stores = {service: RecordStore(folder / service.database) for service in SERVICES}

    @asynccontextmanager
    async def closing(_: Starlette) -> AsyncIterator[None]:
        if databases is not None:
            await databases.mend_leftovers()
        yield
        if databases is not None:
            await databases.clear_all()
        for store in stores.values():
            store.close()

    mounts = [Mount(service.root, routes=_routes(service, store, auth)) for service, store in stores.items()]
    return Starlette(
        routes=[Route("/health", _health), *mounts],
        exception_handlers={HTTPException: _error_response},
        lifespan=closing,
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until a stop signal."""
    parser = argparse.ArgumentParser(prog="gateway_demo.launch.serve_systems", description=__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--faults", action="store_true", help="serve the fault control API at /_faults")
    options = parser.parse_args(arguments)
    missing = [service.database for service in SERVICES if not (options.folder / service.database).exists()]
    if missing:
        parser.error(f"{options.folder} has no {', '.join(missing)}; generate a demo with gateway-demo first")
    databases = DatabaseFaults(database_addresses(options.folder, os.environ))
    app = systems_app(options.folder, credentials_from(os.environ), databases=databases)
    # Longer than the gateway keeps idle connections, so the gateway always closes them first.
    uvicorn.run(
        with_faults(app, databases) if options.faults else app,
        host="127.0.0.1",
        port=options.port,
        http=ResettableProtocol if options.faults else "auto",
        log_level="warning",
        access_log=False,
        timeout_keep_alive=75,
        # A call that hangs by a fault must not delay the shutdown.
        timeout_graceful_shutdown=1 if options.faults else None,
    )


def database_addresses(folder: Path, environment: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """URL and schema of each database that there is."""
    files = {name: folder / f"{name}.db" for name in DATABASES}
    return {
        name: (url, environment.get(f"DEMO_{name.upper()}_SCHEMA", ""))
        for name, file in files.items()
        if (url := environment.get(f"DEMO_{name.upper()}_DSN") or (f"sqlite:///{file}" if file.exists() else ""))
    }


def _routes(service: Service, store: RecordStore, auth: Authenticator) -> list[BaseRoute]:
    by_path: defaultdict[str, list[Endpoint]] = defaultdict(list)
    for endpoint in service.endpoints:
        by_path[endpoint.path].append(endpoint)
    routes: list[BaseRoute] = [
        _route(path, endpoints, _authenticated(_record_handler(store, endpoints), service.login, auth))
        for path, endpoints in by_path.items()
    ]
    if service.login is Login.TOKEN:
        routes.append(Route("/oauth/token", auth.token, methods=["POST"]))
    if service.root == "/crm":
        routes.append(Route("/search", _authenticated(_search_handler(store), service.login, auth)))
    return routes


def _route(path: str, endpoints: Sequence[Endpoint], handler: Handler) -> Route:
    # A key may contain any character, including a slash.
    method = "POST" if endpoints[0].style.keys is Keys.BODY else "GET"
    return Route(path.replace("}", ":path}"), handler, methods=[method])


def _authenticated(handler: Handler, login: Login, auth: Authenticator) -> Handler:
    async def handle(request: Request) -> Response:
        auth.check(login, request)
        return await handler(request)

    return handle


def _record_handler(store: RecordStore, endpoints: Sequence[Endpoint]) -> Handler:
    read_parameters = _PARAMETER_READERS[endpoints[0].style.keys]

    async def handle(request: Request) -> Response:
        parameters = await read_parameters(request)
        endpoint = next((endpoint for endpoint in endpoints if endpoint.name in parameters), None)
        if endpoint is None:
            names = ", ".join(endpoint.name for endpoint in endpoints)
            raise HTTPException(400, f"one of these parameters is required: {names}")
        return _json_response(response_body(store, endpoint, parameters, lambda: _address(request)))

    return handle


def _search_handler(store: RecordStore) -> Handler:
    async def handle(request: Request) -> Response:
        return _json_response(search(store, await _from_query(request)))

    return handle


async def _from_query(request: Request) -> Parameters:
    return parse_qs(request.scope["query_string"].decode("latin-1"), keep_blank_values=True)


async def _from_path(request: Request) -> Parameters:
    return {**await _from_query(request), **{name: [key] for name, key in request.path_params.items()}}


async def _from_body(request: Request) -> Parameters:
    try:
        body = msgspec.json.decode(await request.body(), type=dict[str, list[str] | str | int])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise HTTPException(400, f"invalid body: {error}") from error
    return {name: value if isinstance(value, list) else [str(value)] for name, value in body.items()}


_PARAMETER_READERS: Mapping[Keys, Callable[[Request], Awaitable[Parameters]]] = {
    Keys.COMMA: _from_query,
    Keys.REPEATED: _from_query,
    Keys.PATH: _from_path,
    Keys.BODY: _from_body,
}


def _json_response(text: str) -> Response:
    return Response(text, media_type="application/json")


async def _error_response(_: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    return JSONResponse({"error": error.detail}, error.status_code, error.headers)


def _address(request: Request) -> str:
    return f"{request.url.scheme}://{request.url.netloc}{request.url.path}"


async def _health(_: Request) -> Response:
    return PlainTextResponse("ok")


if __name__ == "__main__":
    main()
