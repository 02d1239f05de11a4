"""Stands before the systems and lets the faults happen that are set; all else goes through untouched."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway_demo.faults.connection import Call, Response, read_call
from gateway_demo.faults.control_api import ROOT, control_api
from gateway_demo.faults.model import Fault, FaultSchedule
from gateway_demo.faults.mutations import MUTATIONS
from gateway_demo.faults.synthetic_responses import JSON, OK, SYNTHETIC, oversized_body
from gateway_demo.systems.services import SERVICES

_GROUPS = 20  # that a dripping body comes in
_OWN_SECONDS = frozenset({"busy", "drip", "silence"})  # whose seconds are no wait before they happen
# Numbers keep their digits on the way: 12.30 is not 12.3.
_DECODER = msgspec.json.Decoder(float_hook=Decimal)
_ENCODER = msgspec.json.Encoder(decimal_format="number")


def with_faults(app: ASGIApp) -> "FaultProxy":
    """The demo's REST systems with bad days at hand, none of them set; to be served by an OpenProtocol."""
    roots = {service.root: Path(service.database).stem for service in SERVICES}
    return FaultProxy(app, FaultSchedule(roots.values()), roots)


class FaultProxy:
    """The systems behind it, and their bad days. `roots` says whose each first part of a path is."""

    def __init__(self, app: ASGIApp, faults: FaultSchedule, roots: Mapping[str, str]) -> None:
        self._app, self._faults, self._roots = app, faults, roots
        self._steering = control_api(faults)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Steer, or let faults happen, or be as good as not there."""
        root = "/" + scope["path"].split("/")[1] if scope["type"] == "http" else ""
        if root == ROOT:
            await self._steering(scope, receive, send)
        elif struck := self._faults.struck(self._roots.get(root, ""), scope.get("path", "")):
            await self._bad_day(await read_call(scope, receive, send), scope, struck)
        else:
            await self._app(scope, receive, send)

    async def _bad_day(self, call: Call, scope: Scope, struck: Sequence[Fault]) -> None:
        try:
            await self._suffer(call, scope, struck)
        except asyncio.CancelledError:
            # The systems are being stopped: who still waits learns it by the connection's end, without a log.
            await call.reset()

    async def _suffer(self, call: Call, scope: Scope, struck: Sequence[Fault]) -> None:
        for fault in struck:
            if fault.kind not in _OWN_SECONDS and fault.seconds and await call.hung_up(fault.seconds):
                return
            if fault.kind in _ENDINGS:
                await _ENDINGS[fault.kind](call, fault)
                return
        said = next((SYNTHETIC[fault.kind](fault) for fault in struck if fault.kind in SYNTHETIC), None)
        await _deliver(call, _changed(said or await self._real(call, scope), call, struck), struck)

    async def _real(self, call: Call, scope: Scope) -> Response:
        messages: list[Message] = []

        async def keep(message: Message) -> None:
            messages.append(message)

        await self._app(scope, call.receive, keep)
        head, *pieces = messages
        return Response(head["status"], head["headers"], b"".join(each["body"] for each in pieces))


async def _be_silent(call: Call, fault: Fault) -> None:
    if not await call.hung_up(fault.seconds):
        await call.hang_up()


async def _reset(call: Call, _: Fault) -> None:
    await call.reset()


async def _be_huge(call: Call, fault: Fault) -> None:
    await call.begin(OK, [(b"content-type", JSON)])
    for piece in oversized_body(fault.bytes):
        if call.is_over:
            break
        await call.go_on(piece)
    await (call.hang_up() if call.is_over else call.go_on(b"", last=True))


# Where one of these strikes, nothing comes after it.
_ENDINGS: Mapping[str, Callable[[Call, Fault], Awaitable[None]]] = {
    "silence": _be_silent,
    "reset": _reset,
    "huge": _be_huge,
}


def _changed(answer: Response, call: Call, struck: Sequence[Fault]) -> Response:
    changes = [fault for fault in struck if fault.kind in MUTATIONS]
    if not changes or answer.status != OK or (b"content-type", JSON) not in answer.headers:
        return answer
    value: Any = _DECODER.decode(answer.body)
    asked = call.asked()
    for fault in changes:
        value = MUTATIONS[fault.kind](value, fault, asked)
    return answer.with_body(_ENCODER.encode(value))


async def _deliver(call: Call, answer: Response, struck: Sequence[Fault]) -> None:
    kinds = {fault.kind: fault for fault in struck}
    body = answer.body[: len(answer.body) // 2] if "cut" in kinds else answer.body
    pieces, pause = [body], 0.0
    if drip := kinds.get("drip"):
        size = -(-len(body) // _GROUPS) or 1
        pieces = [body[start : start + size] for start in range(0, len(body), size)]
        pause = (drip.seconds or 0) / max(1, len(pieces) - 1)
    await call.begin(answer.status, answer.headers)
    for number, piece in enumerate(pieces):
        if number and pause and await call.hung_up(pause):
            return
        await call.go_on(piece)
    await (call.hang_up() if "cut" in kinds else call.go_on(b"", last=True))
