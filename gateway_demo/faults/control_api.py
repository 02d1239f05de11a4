"""The HTTP API that sets faults while the systems run: GET, PUT and DELETE of /_faults."""

import msgspec
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from gateway_demo.faults.databases import DatabaseFaults, NoSuchFault
from gateway_demo.faults.model import ALL, FORMS, KINDS, Fault, FaultSchedule, UnknownSystem

ROOT = "/_faults"
_SYSTEM_PATH = f"{ROOT}/{{system}}"


def control_api(faults: FaultSchedule, databases: DatabaseFaults) -> Starlette:
    """The API as an application; each successful call returns the active faults by system."""

    async def show(_: Request) -> Response:
        return JSONResponse({**faults.status(), **databases.status()})

    def expect(system: str) -> None:
        systems = [*faults.systems(), *databases.addresses]
        if system not in (ALL, *systems):
            raise UnknownSystem(f"unknown system {system!r}; use one of {', '.join(systems)}, or * for all")

    async def put(request: Request) -> Response:
        system, parsed = request.path_params["system"], _parse_faults(await request.body())
        expect(system)
        if system in databases.addresses:
            await databases.put(system, parsed)
        else:
            faults.put(system, parsed)
        return await show(request)

    async def clear(request: Request) -> Response:
        system = request.path_params.get("system", ALL)
        expect(system)
        if system == ALL:
            await databases.clear_all()
        if system in databases.addresses:
            await databases.clear(system)
        else:
            faults.clear(system)
        return await show(request)

    return Starlette(
        routes=[
            Route(ROOT, show, methods=["GET"]),
            Route(ROOT, clear, methods=["DELETE"]),
            Route(_SYSTEM_PATH, put, methods=["PUT"]),
            Route(_SYSTEM_PATH, clear, methods=["DELETE"]),
        ],
        exception_handlers={
            HTTPException: _error_response,
            UnknownSystem: _unknown_system,
            NoSuchFault: _unknown_system,
        },
    )


def _parse_faults(body: bytes) -> list[Fault]:
    try:
        if body.lstrip().startswith(b"["):
            return msgspec.json.decode(body, type=list[Fault])
        return [msgspec.json.decode(body, type=Fault)]
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise HTTPException(400, f"{error}. {_HELP}") from error


def _forms_text() -> str:
    return "; ".join(f"{kind}: {', '.join(forms)}" for kind, forms in FORMS.items())


_HELP = (
    f"A fault is an object; several faults are a list. Its kind is one of {', '.join(KINDS)}. Optional:"
    f" seconds (0 to 3600), share (0 to 1), times (from 1), path (begins with /), form ({_forms_text()}),"
    " bytes (of huge, from 1) and seed (an integer)."
)


async def _error_response(_: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    return JSONResponse({"error": error.detail}, error.status_code, error.headers)


async def _unknown_system(_: Request, error: Exception) -> Response:
    return JSONResponse({"error": f"{error}."}, 400)
