"""`POST /events`: systems tell that something has changed, and what is remembered of it is forgotten."""

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from gateway.cache.invalidator import Invalidator
from gateway.server.disconnect import CLIENT_CLOSED_REQUEST, ClientDisconnected
from gateway.server.event_auth import EventAuthenticator
from gateway.server.event_payload import Event, InvalidEvents, parse_events
from gateway.server.request_body import CLOSE_CONNECTION, UnreadBody, read_body

log = logging.getLogger("gateway")
JSON = "application/json"
BODY_TIMEOUT = 10.0  # seconds that a body may take
ASKING_WHO = {"www-authenticate": "Bearer"}


@dataclass(frozen=True, slots=True)
class EventsEndpoint:
    """Lives as long as the application. All events of a body are taken, or none is."""

    invalidator: Invalidator
    authenticator: EventAuthenticator
    max_body_bytes: int  # bytes
    body_timeout: float = BODY_TIMEOUT

    async def __call__(self, request: Request) -> Response:
        """202 and the number of invalidated tags; else 400, 401, 408 or 413 and why, in sentences."""
        try:
            events = await self._told(request)
        except InvalidEvents as error:
            return _refused(400, error.sentences)
        except UnreadBody as error:
            return _refused(error.status, [str(error)], CLOSE_CONNECTION)
        except ClientDisconnected:
            return Response(status_code=CLIENT_CLOSED_REQUEST)
        except _Stranger as error:
            log.warning("events: somebody was refused: %s", error)
            return _refused(401, [str(error)], ASKING_WHO)
        count = await self.invalidator.invalidate([change for each in events for change in each.changes])
        _tell(events, count)
        return Response(msgspec.json.encode({"invalidated": count}), 202, media_type=JSON)

    async def _told(self, request: Request) -> list[Event]:
        if "x-signature" not in request.headers:
            self._check(request, b"")  # nothing needs to be read to see that who tells proves nothing
        body = await read_body(request, self.max_body_bytes, self.body_timeout)
        self._check(request, body)
        return parse_events(body)

    def _check(self, request: Request, body: bytes) -> None:
        refusal = self.authenticator.refusal(request.headers, body)
        if refusal is not None:
            raise _Stranger(refusal)


class _Stranger(Exception):
    """Who tells does not prove that he may."""


def _refused(status: int, sentences: Sequence[str], headers: Mapping[str, str] | None = None) -> Response:
    content = msgspec.json.encode({"errors": [{"message": each} for each in sentences]})
    return Response(content, status, headers, JSON)


def _tell(events: Sequence[Event], count: int) -> None:
    """One line: what changed and how late that was heard, of whom it was not."""
    about = ", ".join(f"{name} x {count}" for name, count in Counter(each.subject for each in events).items())
    times = [each.at for each in events if each.at is not None]
    late = f", the oldest {(datetime.now(UTC) - min(times)).total_seconds():.1f} s old" if times else ""
    log.info("events: %s%s; %d tags invalidated", about or "none", late, count)
