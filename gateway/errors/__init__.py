"""Every failure, its code, and what it means for health, retries and stale answers.

GatewayError                     reported to the caller.
├── BadInput                     the request asks for something impossible.        BAD_INPUT
├── ScopeNeeded                  the caller lacks a scope.                         FORBIDDEN
├── RateLimited                  the caller has used its points of this minute.   RATE_LIMITED
├── TooLate                      a body or an answer was not complete in time.    TOO_LATE
├── StoreUnavailable             the gateway's own store cannot be asked.          UNAVAILABLE
├── SourceError                  an upstream system did not answer as agreed.
│   ├── SourceDown               no connection, or a 5xx response.                 SOURCE_DOWN
│   │   ├── UpstreamRateLimited  429: healthy, but wants fewer requests.           SOURCE_DOWN
│   │   ├── CircuitOpen          not sent: the source's circuit breaker is open.   SOURCE_DOWN
│   │   └── QueueFull            not sent: too many calls wait, and none ends.      SOURCE_DOWN
│   ├── SourceTimeout            no answer within the source's timeout.            SOURCE_TIMEOUT
│   │   └── DeadlineExceeded     the request's own deadline passed first.          SOURCE_TIMEOUT
│   ├── Overloaded               the gateway was too busy; the source may be well. OVERLOADED
│   ├── UpstreamUnauthorized     401 or 403.                                       SOURCE_FORBIDDEN
│   ├── InvalidResponse          an answer that does not match the catalog.        SOURCE_MISREAD
│   │   ├── UpstreamBadRequest   another 4xx: the source rejects the question.     SOURCE_MISREAD
│   │   │   └── QuestionTooLong  413, 414 or 431.                                  SOURCE_MISREAD
│   │   ├── InvalidRow           one row does not match, the rest is readable.     SOURCE_MISREAD
│   │   └── LookupCircuitOpen    not sent: the lookup's circuit breaker is open.   SOURCE_MISREAD
│   ├── NotPermitted             not sent: the caller lacks a scope.               FORBIDDEN
│   └── NotConfigured            this utility has no such system.                  SOURCE_NOT_CONFIGURED
└── ConfigError                  reported to the operator at start.                CONFIG

`str(error)` and `extensions` are for the caller. The `reason` of a SourceError is for the log: it may name hosts and
columns, never a person.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from gateway.errors.base import GatewayError
from gateway.errors.reasons import Reason
from gateway.errors.sources import (
    CircuitOpen,
    DeadlineExceeded,
    InvalidResponse,
    InvalidRow,
    LookupCircuitOpen,
    NotConfigured,
    NotPermitted,
    Overloaded,
    QuestionTooLong,
    QueueFull,
    SourceDown,
    SourceError,
    SourceTimeout,
    UpstreamBadRequest,
    UpstreamRateLimited,
    UpstreamUnauthorized,
)

__all__ = (
    "BadInput",
    "CircuitOpen",
    "ConfigError",
    "DeadlineExceeded",
    "GatewayError",
    "InvalidResponse",
    "InvalidRow",
    "LookupCircuitOpen",
    "NotConfigured",
    "NotPermitted",
    "Overloaded",
    "QuestionTooLong",
    "QueueFull",
    "RateLimited",
    "ScopeNeeded",
    "SourceDown",
    "SourceError",
    "SourceTimeout",
    "StoreUnavailable",
    "TooLate",
    "UpstreamBadRequest",
    "UpstreamRateLimited",
    "UpstreamUnauthorized",
)


class BadInput(GatewayError):
    """What a caller has to change.

    argument: path of the argument, such as `range.since`; "" if it is none, or several.
    limits: `limit`, and its unit where the reason leaves that open.
    """

    code = "BAD_INPUT"

    def __init__(
        self, message: str, reason: Reason = Reason.INVALID_ARGUMENT, argument: str = "", **limits: int | str
    ) -> None:
        super().__init__(message)
        self.reason, self.argument = reason, argument
        self.limits: Mapping[str, int | str] = limits

    @property
    def extensions(self) -> dict[str, Any]:
        argument = {"argument": self.argument} if self.argument else {}
        cause = "/".join(filter(None, (self.code, self.reason.name, self.argument)))
        return {"code": self.code, "reason": self.reason.name, **argument, **self.limits, "cause": cause}


class TooLate(GatewayError):
    """What did not arrive, or was not complete, at its deadline."""

    code = "TOO_LATE"


class RateLimited(GatewayError):
    """More points than the caller has now."""

    code = "RATE_LIMITED"

    def __init__(self, points: int, capacity: int, seconds: int) -> None:
        super().__init__(
            f"The operation costs {points} points, and you have used too many of your {capacity} a minute: "
            f"try again in {seconds} seconds."
        )
        self.seconds = seconds

    @property
    def extensions(self) -> dict[str, Any]:
        return super().extensions | {"retryAfterSeconds": self.seconds}


class StoreUnavailable(GatewayError):
    """The store of keys and of the audit cannot be read or written. The `reason` is for the log."""

    code = "UNAVAILABLE"

    def __init__(self, reason: str) -> None:
        super().__init__("The gateway cannot reach its own store: try again in a few seconds.")
        self.reason = reason


class ScopeNeeded(GatewayError):
    """The caller may not ask for this."""

    code = "FORBIDDEN"

    def __init__(self, scope: str) -> None:
        super().__init__(f"Your credential lacks the scope {scope}.")
        self.scope = scope

    @property
    def extensions(self) -> dict[str, Any]:
        return super().extensions | {"scope": self.scope}


class TooManyReveals(GatewayError):
    """The caller has revealed as many values as it may within an hour."""

    code = "RATE_LIMITED"

    def __init__(self, limit: int) -> None:
        super().__init__(f"You have revealed values {limit} times within an hour, which is the limit. Try again later.")
        self.limit = limit

    @property
    def extensions(self) -> dict[str, Any]:
        return super().extensions | {"limit": self.limit}


class ConfigError(GatewayError):
    code = "CONFIG"

    def __init__(self, diagnostics: Sequence[str]) -> None:
        super().__init__("\n".join(diagnostics))
        self.diagnostics = tuple(diagnostics)
