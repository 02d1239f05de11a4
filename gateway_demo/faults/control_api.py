"""Steers the bad days while the systems run: GET, PUT and DELETE of /_faults."""

import msgspec
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from gateway_demo.faults.model import ALL, FORMS, KINDS, Fault, FaultSchedule, UnknownSystem

ROOT = "/_faults"
_ONE = f"{ROOT}/{{system}}"


def control_api(faults: FaultSchedule) -> Starlette:
    """The endpoint; whatever is not refused is answered with what is set now, by system."""

    async def look(_: Request) -> Response:
        return JSONResponse(faults.told())

    async def put(request: Request) -> Response:
        faults.put(request.path_params["system"], _wanted(await request.body()))
        return await look(request)

    async def clear(request: Request) -> Response:
        faults.clear(request.path_params.get("system", ALL))
        return await look(request)

    return Starlette(
        routes=[
            Route(ROOT, look, methods=["GET"]),
            Route(ROOT, clear, methods=["DELETE"]),
            Route(_ONE, put, methods=["PUT"]),
            Route(_ONE, clear, methods=["DELETE"]),
        ],
        exception_handlers={HTTPException: _refused, UnknownSystem: _unknown},
    )


def _wanted(body: bytes) -> list[Fault]:
    try:
        if body.lstrip().startswith(b"["):
            return msgspec.json.decode(body, type=list[Fault])
        return [msgspec.json.decode(body, type=Fault)]
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise HTTPException(400, f"{error}. {_POSSIBLE}") from error


def _forms() -> str:
    return "; ".join(f"{kind}: {', '.join(forms)}" for kind, forms in FORMS.items())


_POSSIBLE = (
    f"A fault is an object, several are a list of them; its kind is one of {', '.join(KINDS)}. It may have"
    f" seconds (0 to 3600), share (0 to 1), times (from 1), path (begins with /), form ({_forms()}),"
    " bytes (of huge, from 1) and seed (a whole number)."
)


async def _refused(_: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    return JSONResponse({"error": error.detail}, error.status_code, error.headers)


async def _unknown(_: Request, error: Exception) -> Response:
    return JSONResponse({"error": f"{error}."}, 400)
