"""`POST /events`: upstream systems report changes, and the cache invalidates the answers they concern."""

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from gateway.cache.store import Invalidator
from gateway.server.disconnect import CLIENT_CLOSED_REQUEST, ClientDisconnected
from gateway.server.event_auth import EventAuthenticator
from gateway.server.event_payload import Event, InvalidEvents, parse_events
from gateway.server.request_body import CLOSE_CONNECTION, UnreadBody, read_body

log = logging.getLogger("gateway")
JSON = "application/json"
BODY_TIMEOUT = 10.0  # seconds
CHALLENGE = {"www-authenticate": "Bearer"}


class _Unauthorized(Exception):
    """The credentials of the sender are invalid."""


@dataclass(frozen=True, slots=True)
class EventsEndpoint:
    """Accepts all events of a body, or none."""

    invalidator: Invalidator
    authenticator: EventAuthenticator
    max_body_bytes: int
    body_timeout: float = BODY_TIMEOUT

    async def __call__(self, request: Request) -> Response:
        """Answer 202 with the number of invalidated tags, or an error status with messages."""
        try:
            events = await self._read(request)
        except InvalidEvents as error:
            return _error(400, error.messages)
        except UnreadBody as error:
            return _error(error.status, [str(error)], CLOSE_CONNECTION)
        except ClientDisconnected:
            return Response(status_code=CLIENT_CLOSED_REQUEST)
        except _Unauthorized as error:
            log.warning("events: unauthorized: %s", error)
            return _error(401, [str(error)], CHALLENGE)
        tags = await self.invalidator.invalidate([change for event in events for change in event.changes])
        _log(events, tags)
        return Response(msgspec.json.encode({"invalidated": tags}), 202, media_type=JSON)

    async def _read(self, request: Request) -> list[Event]:
        if "x-signature" not in request.headers:
            self._authenticate(request, b"")  # without a signature, refuse before reading the body
        body = await read_body(request, self.max_body_bytes, self.body_timeout)
        self._authenticate(request, body)
        return parse_events(body)

    def _authenticate(self, request: Request, body: bytes) -> None:
        refusal = self.authenticator.refusal(request.headers, body)
        if refusal is not None:
            raise _Unauthorized(refusal)


def _error(status: int, messages: Sequence[str], headers: Mapping[str, str] | None = None) -> Response:
    content = msgspec.json.encode({"errors": [{"message": message} for message in messages]})
    return Response(content, status, headers, JSON)


def _log(events: Sequence[Event], tags: int) -> None:
    """Log what changed and how old the changes are, without ids."""
    counts = Counter(event.subject for event in events)
    subjects = ", ".join(f"{name} x {count}" for name, count in counts.items())
    times = [event.at for event in events if event.at is not None]
    age = f", the oldest {(datetime.now(UTC) - min(times)).total_seconds():.1f} s old" if times else ""
    log.info("events: %s%s; %d tags invalidated", subjects or "none", age, tags)
