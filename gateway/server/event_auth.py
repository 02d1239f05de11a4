"""Whether who tells of a change knows the secret: it is borne, or the body is signed with it."""

import hmac
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

TIMESTAMP_TOLERANCE = (
    300  # how far a signature's time may be off: clocks differ, and a replay within it does no harm
)
MOST_DIGITS = 12
HOW = "Say who tells: Authorization: Bearer <secret>, or X-Signature and X-Timestamp."


@dataclass(frozen=True, slots=True)
class EventAuthenticator:
    """Lives as long as the application. `now` is in seconds since 1970, as senders' clocks are."""

    secret: str = field(repr=False)
    now: Callable[[], float] = time.time

    def refusal(self, headers: Mapping[str, str], body: bytes) -> str | None:
        """Why these headers do not prove it, in a sentence; None where they do."""
        scheme, _, borne = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and _same(borne.strip(), self.secret):
            return None
        signature = headers.get("x-signature")
        if signature is not None:
            return self._unsigned(signature, headers.get("x-timestamp", ""), body)
        return "The secret is another one." if scheme else HOW

    def _unsigned(self, signature: str, timestamp: str, body: bytes) -> str | None:
        if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= MOST_DIGITS):
            return "A signature needs X-Timestamp: the time in whole seconds since 1970."
        if abs(self.now() - int(timestamp)) > TIMESTAMP_TOLERANCE:
            return f"X-Timestamp is more than {TIMESTAMP_TOLERANCE} seconds off."
        signed = hmac.new(self.secret.encode(), f"{timestamp}.".encode() + body, "sha256").hexdigest()
        return None if _same(signature.lower(), f"sha256={signed}") else "The signature does not fit."


def _same(said: str, true: str) -> bool:
    """In a time that does not tell how much of it is the same."""
    return hmac.compare_digest(said.encode(), true.encode())
