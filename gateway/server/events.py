"""`POST /events`: upstream systems report changes, and the cache invalidates the answers they concern."""

import hmac
import logging
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from gateway.cache.store import Invalidator
from gateway.server.bodies import Bodies, UnreadBody
from gateway.server.event_payload import Event, InvalidEvents, parse_events
from gateway.server.request import CLIENT_CLOSED_REQUEST, ClientDisconnected

log = logging.getLogger("gateway")
JSON = "application/json"
BODY_TIMEOUT = 10.0  # seconds
TIMESTAMP_TOLERANCE = 300  # seconds: clocks differ, and a replay within five minutes does no harm
MAX_TIMESTAMP_DIGITS = 12
CHALLENGE = {"www-authenticate": "Bearer"}
WRONG_SIGNATURE = "X-Signature is wrong: sign the timestamp, a dot and the body with the secret."
NOT_STORED = "Redis does not store the change, so other gateways do not hear of it yet: send the events again."
MISSING = "Authenticate with Authorization: Bearer <secret>, or with X-Signature and X-Timestamp."


class Unauthorized(Exception):
    """The sender's credentials are invalid."""


@dataclass(frozen=True, slots=True)
class EventAuthenticator:
    """Checks credentials: a bearer secret, or a signature of the body. `now` is in seconds since 1970."""

    secret: str = field(repr=False)
    now: Callable[[], float] = time.time

    def check(self, headers: Mapping[str, str], body: bytes) -> None:
        """Raise Unauthorized, with the reason, if the credentials are invalid."""
        scheme, _, credentials = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and _equal(credentials.strip(), self.secret):
            return
        signature = headers.get("x-signature")
        if signature is not None:
            self._check_signature(signature, headers.get("x-timestamp", ""), body)
        elif scheme:
            raise Unauthorized("The bearer secret is wrong: use the value of GATEWAY_EVENTS_SECRET.")
        else:
            raise Unauthorized(MISSING)

    def _check_signature(self, signature: str, timestamp: str, body: bytes) -> None:
        if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= MAX_TIMESTAMP_DIGITS):
            raise Unauthorized("X-Signature needs X-Timestamp: the time in whole seconds since 1970.")
        if abs(self.now() - int(timestamp)) > TIMESTAMP_TOLERANCE:
            raise Unauthorized(f"X-Timestamp is more than {TIMESTAMP_TOLERANCE} seconds off: check the sender's clock.")
        digest = hmac.new(self.secret.encode(), f"{timestamp}.".encode() + body, "sha256").hexdigest()
        if not _equal(signature.lower(), f"sha256={digest}"):
            raise Unauthorized(WRONG_SIGNATURE)


def _equal(one: str, other: str) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest(one.encode(), other.encode())


@dataclass(frozen=True, slots=True)
class EventsEndpoint:
    """Accepts all events of a body, or none."""

    invalidator: Invalidator
    authenticator: EventAuthenticator
    bodies: Bodies
    max_body_bytes: int
    body_timeout: float = BODY_TIMEOUT

    async def __call__(self, request: Request) -> Response:
        """Answer 202 with the number of invalidated tags once every gateway hears of them.

        Otherwise, an error status with messages. After 503 the sender sends the events again.
        """
        try:
            events = await self._read(request)
        except InvalidEvents as error:
            return _error(400, error.messages)
        except UnreadBody as error:
            return _error(error.status, [str(error)], error.headers)
        except ClientDisconnected:
            return Response(status_code=CLIENT_CLOSED_REQUEST)
        except Unauthorized as error:
            log.warning("events: unauthorized: %s", error)
            return _error(401, [str(error)], CHALLENGE)
        tags, stored = await self.invalidator.invalidate([change for event in events for change in event.changes])
        if not stored:
            return _error(503, [NOT_STORED], {"retry-after": "1"})
        _log(events, tags)
        return Response(msgspec.json.encode({"invalidated": tags}), 202, media_type=JSON)

    async def _read(self, request: Request) -> list[Event]:
        if "x-signature" not in request.headers:
            self.authenticator.check(request.headers, b"")  # before the body is read
        async with self.bodies.read(request, self.max_body_bytes, self.body_timeout) as body:
            self.authenticator.check(request.headers, body)
            return parse_events(body)


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
