"""The fault proxy in front of the REST systems; calls without a fault pass through unchanged."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway_demo.faults.connection import Call, Response, read_call
from gateway_demo.faults.control_api import ROOT, control_api
from gateway_demo.faults.databases import DatabaseFaults
from gateway_demo.faults.model import Fault, FaultSchedule
from gateway_demo.faults.mutations import MUTATIONS
from gateway_demo.faults.synthetic_responses import JSON, OK, SYNTHETIC, oversized_body
from gateway_demo.systems.services import SERVICES

_GROUPS = 20  # of a body sent by `drip`
_WITHOUT_DELAY = frozenset({"busy", "drip", "silence"})  # kinds whose seconds are not a delay before the fault
# Numbers keep their digits: 12.30 is not 12.3.
_DECODER = msgspec.json.Decoder(float_hook=Decimal)
_ENCODER = msgspec.json.Encoder(decimal_format="number")


def with_faults(app: ASGIApp, databases: DatabaseFaults | None = None) -> "FaultProxy":
    """The REST systems behind a fault proxy with no faults set; serve it with ResettableProtocol."""
    roots = {service.root: Path(service.database).stem for service in SERVICES}
    return FaultProxy(app, FaultSchedule(roots.values()), roots, databases)


class FaultProxy:
    """An application that injects faults; `roots` maps the first path segment to a system."""

    def __init__(
        self, app: ASGIApp, faults: FaultSchedule, roots: Mapping[str, str], databases: DatabaseFaults | None = None
    ) -> None:
        self._app, self._faults, self._roots = app, faults, roots
        self._control_api = control_api(faults, databases or DatabaseFaults({}))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the control API, inject faults, or pass the call through."""
        root = "/" + scope["path"].split("/")[1] if scope["type"] == "http" else ""
        if root == ROOT:
            await self._control_api(scope, receive, send)
        elif hits := self._faults.hits(self._roots.get(root, ""), scope.get("path", "")):
            await self._inject(await read_call(scope, receive, send), scope, hits)
        else:
            await self._app(scope, receive, send)

    async def _inject(self, call: Call, scope: Scope, hits: Sequence[Fault]) -> None:
        try:
            await self._apply(call, scope, hits)
        except asyncio.CancelledError:
            # Shutdown: reset the connection of a waiting caller, without a log line.
            await call.reset()

    async def _apply(self, call: Call, scope: Scope, hits: Sequence[Fault]) -> None:
        for fault in hits:
            if fault.kind not in _WITHOUT_DELAY and fault.seconds and await call.disconnected(fault.seconds):
                return
            if fault.kind in _ENDINGS:
                await _ENDINGS[fault.kind](call, fault)
                return
        synthetic = next((SYNTHETIC[fault.kind](fault) for fault in hits if fault.kind in SYNTHETIC), None)
        await _send(call, _mutated(synthetic or await self._system_response(call, scope), call, hits), hits)

    async def _system_response(self, call: Call, scope: Scope) -> Response:
        messages: list[Message] = []

        async def collect(message: Message) -> None:
            messages.append(message)

        await self._app(scope, call.receive, collect)
        head, *pieces = messages
        return Response(head["status"], head["headers"], b"".join(each["body"] for each in pieces))


async def _hang(call: Call, fault: Fault) -> None:
    if not await call.disconnected(fault.seconds):
        await call.close()


async def _reset(call: Call, _: Fault) -> None:
    await call.reset()


async def _send_oversized(call: Call, fault: Fault) -> None:
    await call.send_head(OK, [(b"content-type", JSON)])
    for piece in oversized_body(fault.bytes):
        if call.is_closed:
            break
        await call.send_body(piece)
    await (call.close() if call.is_closed else call.send_body(b"", last=True))


# Faults that end the call; later ones do not apply.
_ENDINGS: Mapping[str, Callable[[Call, Fault], Awaitable[None]]] = {
    "silence": _hang,
    "reset": _reset,
    "huge": _send_oversized,
}


def _mutated(answer: Response, call: Call, hits: Sequence[Fault]) -> Response:
    changes = [fault for fault in hits if fault.kind in MUTATIONS]
    if not changes or answer.status != OK or (b"content-type", JSON) not in answer.headers:
        return answer
    value: Any = _DECODER.decode(answer.body)
    requested_keys = call.requested_keys()
    for fault in changes:
        value = MUTATIONS[fault.kind](value, fault, requested_keys)
    return answer.with_body(_ENCODER.encode(value))


async def _send(call: Call, answer: Response, hits: Sequence[Fault]) -> None:
    kinds = {fault.kind: fault for fault in hits}
    body = answer.body[: len(answer.body) // 2] if "cut" in kinds else answer.body
    pieces, pause = [body], 0.0
    if slow := kinds.get("drip"):
        size = -(-len(body) // _GROUPS) or 1
        pieces = [body[start : start + size] for start in range(0, len(body), size)]
        pause = (slow.seconds or 0) / max(1, len(pieces) - 1)
    await call.send_head(answer.status, answer.headers)
    for number, piece in enumerate(pieces):
        if number and pause and await call.disconnected(pause):
            return
        await call.send_body(piece)
    await (call.close() if "cut" in kinds else call.send_body(b"", last=True))
