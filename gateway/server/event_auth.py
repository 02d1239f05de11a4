"""Authentication of events: a bearer secret, or a signature of the body."""

import hmac
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

TIMESTAMP_TOLERANCE = 300  # seconds: clocks differ, and a replay within five minutes does no harm
MAX_DIGITS = 12
MISSING = "Authenticate with Authorization: Bearer <secret>, or with X-Signature and X-Timestamp."


@dataclass(frozen=True, slots=True)
class EventAuthenticator:
    """Checks the credentials of events. `now` is in seconds since 1970."""

    secret: str = field(repr=False)
    now: Callable[[], float] = time.time

    def refusal(self, headers: Mapping[str, str], body: bytes) -> str | None:
        """Why the credentials are invalid; None if they are valid."""
        scheme, _, credentials = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and _equal(credentials.strip(), self.secret):
            return None
        signature = headers.get("x-signature")
        if signature is not None:
            return self._check_signature(signature, headers.get("x-timestamp", ""), body)
        return "The bearer secret is wrong: use the value of GATEWAY_EVENTS_SECRET." if scheme else MISSING

    def _check_signature(self, signature: str, timestamp: str, body: bytes) -> str | None:
        if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= MAX_DIGITS):
            return "X-Signature needs X-Timestamp: the time in whole seconds since 1970."
        if abs(self.now() - int(timestamp)) > TIMESTAMP_TOLERANCE:
            return f"X-Timestamp is more than {TIMESTAMP_TOLERANCE} seconds off: check the sender's clock."
        digest = hmac.new(self.secret.encode(), f"{timestamp}.".encode() + body, "sha256").hexdigest()
        if _equal(signature.lower(), f"sha256={digest}"):
            return None
        return "X-Signature is wrong: sign the timestamp, a dot and the body with the secret."


def _equal(one: str, other: str) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest(one.encode(), other.encode())
