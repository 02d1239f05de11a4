"""Every failure, its code, and what it means for health, retries and stale answers.

GatewayError                     reported to the caller.
├── BadInput                     the request asks for something impossible.        BAD_INPUT
├── SourceError                  an upstream system did not answer as agreed.
│   ├── SourceDown               no connection, or a 5xx response.                 SOURCE_DOWN
│   │   ├── UpstreamRateLimited  429: healthy, but wants fewer requests.           SOURCE_DOWN
│   │   ├── CircuitOpen          not sent: the source's circuit breaker is open.   SOURCE_DOWN
│   │   └── QueueFull            not sent: too many calls wait for the source.     SOURCE_DOWN
│   ├── SourceTimeout            no answer within the source's timeout.            SOURCE_TIMEOUT
│   │   └── DeadlineExceeded     the request's own deadline passed first.          SOURCE_TIMEOUT
│   ├── UpstreamUnauthorized     401 or 403.                                       SOURCE_FORBIDDEN
│   ├── InvalidResponse          an answer that does not match the catalog.        SOURCE_MISREAD
│   │   ├── UpstreamBadRequest   another 4xx: the source rejects the question.     SOURCE_MISREAD
│   │   └── InvalidRow           one row does not match, the rest is readable.     SOURCE_MISREAD
│   └── NotConfigured            this utility has no such system.                  SOURCE_NOT_CONFIGURED
└── ConfigError                  reported to the operator at start.                CONFIG

`str(error)` is for the caller. `reason` is for the log: it may name hosts and columns, never a person.
"""

import re
from collections.abc import Sequence
from typing import ClassVar


class GatewayError(Exception):
    """A failure with a code that callers may rely on."""

    code: ClassVar[str] = "INTERNAL"


class BadInput(GatewayError):
    """The request asks for something impossible; the message names what is possible."""

    code = "BAD_INPUT"


class SourceError(GatewayError):
    """An upstream system did not answer as agreed.

    The flags decide what a failure means everywhere else:

    retryable: the caller may succeed by asking again; callers see this flag.
    auto_retry: the gateway itself asks again.
    counts_against_source: the circuit breaker and the cache treat the source as failing.
    stale_ok: the last known answer may be shown instead.
    sent: the question went to the source.
    inconclusive: the failure tells nothing about the source's health.
    key_specific: the failure may concern one key alone.
    """

    message_template: ClassVar[str] = "{source} did not answer."
    retryable: ClassVar[bool] = True
    auto_retry: ClassVar[bool] = False
    counts_against_source: ClassVar[bool] = False
    stale_ok: ClassVar[bool] = False
    sent: ClassVar[bool] = True
    inconclusive: ClassVar[bool] = False
    key_specific: ClassVar[bool] = False

    def __init__(self, source: str, reason: str = "", *, retry_after: float | None = None) -> None:
        super().__init__(self.message_template.format(source=source))
        self.source = source
        self.reason = reason
        self.retry_after = retry_after  # seconds, from the source's own Retry-After

    def renamed(self, system: str) -> "SourceError":
        """Return the same failure under the system's name, which callers know, not the source's."""
        return type(self)(system, self.reason, retry_after=self.retry_after)


class SourceDown(SourceError):
    """No connection, or a response that says the system itself has failed."""

    code = "SOURCE_DOWN"
    auto_retry = True
    counts_against_source = True
    stale_ok = True


class UpstreamRateLimited(SourceDown):
    """The system is healthy and wants fewer requests."""

    counts_against_source = False


class CircuitOpen(SourceDown):
    """The question was not sent: the source failed too often and is left alone for a while."""

    auto_retry = False
    counts_against_source = False
    sent = False
    inconclusive = True


class QueueFull(SourceDown):
    """The question was not sent: too many calls wait for the source, or this one waited too long."""

    auto_retry = False
    counts_against_source = False
    sent = False
    inconclusive = True


class SourceTimeout(SourceError):
    """No answer within the source's timeout. Not retried: a retry would double a slow system's load."""

    code = "SOURCE_TIMEOUT"
    message_template = "{source} did not answer in time."
    counts_against_source = True
    stale_ok = True


class DeadlineExceeded(SourceTimeout):
    """The deadline of the request passed before the source's own timeout."""

    counts_against_source = False
    inconclusive = True


class UpstreamUnauthorized(SourceError):
    """The system does not let the gateway in."""

    code = "SOURCE_FORBIDDEN"
    message_template = "{source} refused the gateway."
    retryable = False
    key_specific = True


class InvalidResponse(SourceError):
    """An answer that does not match what the catalog says."""

    code = "SOURCE_MISREAD"
    message_template = "{source} answered something that does not fit."
    retryable = False
    counts_against_source = True
    stale_ok = True


class UpstreamBadRequest(InvalidResponse):
    """The system rejects the question itself."""

    counts_against_source = False
    stale_ok = False
    key_specific = True


class InvalidRow(InvalidResponse):
    """The answer is readable, but one row of it does not match: its key fails, not the system."""

    counts_against_source = False
    key_specific = True


class NotConfigured(SourceError):
    """This utility has no such system: neither empty nor a failure."""

    code = "SOURCE_NOT_CONFIGURED"
    message_template = "{source} is not configured."
    retryable = False


class ConfigError(GatewayError):
    """Everything the operator has to correct before the gateway can serve."""

    code = "CONFIG"

    def __init__(self, diagnostics: Sequence[str]) -> None:
        super().__init__("\n".join(diagnostics))
        self.diagnostics = tuple(diagnostics)


# graphql-core ends these sentences with the offending value, which may be personal data.
_REPRESENTS = re.compile(r"(cannot represent[^:]*): .*", re.DOTALL)
_FOUND = re.compile(r"([?\w'\"]),? [Ff]ound: .*", re.DOTALL)


def redact_value(message: str) -> str:
    """Remove the offending value from a message of graphql-core."""
    for pattern in (_REPRESENTS, _FOUND):
        message = pattern.sub(r"\1.", message)
    return message.replace("?.", "?")
