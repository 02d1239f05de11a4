"""Every failure, its code, and what may be said of it.

GatewayError              said to whoever caused it or waits for it
├── BadInput              the caller asked for something that cannot be        BAD_INPUT
├── SourceError           a system upstream did not do its part
│   ├── SourceDown        no connection, or an answer of 5xx                   SOURCE_DOWN
│   │   ├── SourceBusy    it is well, and asks to be asked less (429)          SOURCE_DOWN
│   │   └── NotAsked      we leave it alone: its breaker is open, too many wait   SOURCE_DOWN
│   ├── SourceTimeout     no answer in time                                    SOURCE_TIMEOUT
│   │   └── OutOfTime     the request's own time was over first                SOURCE_TIMEOUT
│   ├── SourceRefused     it does not let us in (401, 403)                     SOURCE_FORBIDDEN
│   ├── SourceMisread     an answer came, and it is not what was agreed        SOURCE_MISREAD
│   │   ├── SourceRejects     it calls our question wrong (other 4xx)          SOURCE_MISREAD
│   │   └── OddRow            one row of it does not fit                       SOURCE_MISREAD
│   └── NotConfigured     this utility has no such system                      SOURCE_NOT_CONFIGURED
└── ConfigError           said to the operator, at start: all that is wrong    CONFIG

`str(error)` is for the caller. `reason` is for the log: it may name hosts and columns, never a person.
"""

import re
from collections.abc import Sequence
from typing import ClassVar


class GatewayError(Exception):
    """A failure with a code that callers may rely on."""

    code: ClassVar[str] = "INTERNAL"


class BadInput(GatewayError):
    """The caller asked for something that cannot be; the message says what can."""

    code = "BAD_INPUT"


class SourceError(GatewayError):
    """A system upstream did not do its part."""

    said: ClassVar[str] = "{source} did not answer."
    retryable: ClassVar[bool] = True

    def __init__(self, source: str, reason: str = "", *, retry_after: float | None = None) -> None:
        super().__init__(self.said.format(source=source))
        self.source = source
        self.reason = reason
        self.retry_after = retry_after  # seconds, where the system said when to come back

    def of(self, system: str) -> "SourceError":
        """The same failure under the name that callers know: the system's, not the operator's."""
        return type(self)(system, self.reason, retry_after=self.retry_after)


class SourceDown(SourceError):
    """No connection, or an answer that says the system itself has failed."""

    code = "SOURCE_DOWN"


class UpstreamRateLimited(SourceDown):
    """The system is well, and asks to be asked less: no sign that it fails."""


class NotAsked(SourceDown):
    """The gateway leaves the system alone for a while: it has failed too often, or too many wait for it."""


class SourceTimeout(SourceError):
    """No answer in time."""

    code = "SOURCE_TIMEOUT"
    said = "{source} did not answer in time."


class DeadlineExceeded(SourceTimeout):
    """The time of the request was over before the system's was: no sign that it fails."""


class UpstreamUnauthorized(SourceError):
    """The system does not let the gateway in."""

    code = "SOURCE_FORBIDDEN"
    said = "{source} refused the gateway."
    retryable = False


class InvalidResponse(SourceError):
    """An answer came, and it is not what the catalog says it would be."""

    code = "SOURCE_MISREAD"
    said = "{source} answered something that does not fit."
    retryable = False


class UpstreamBadRequest(InvalidResponse):
    """The system calls the question itself wrong: no sign that it fails."""


class InvalidRow(InvalidResponse):
    """The answer can be read, but a row in it does not fit: the trouble of its key, not of the system."""


class NotConfigured(SourceError):
    """This utility has no such system: neither empty nor a failure."""

    code = "SOURCE_NOT_CONFIGURED"
    said = "{source} is not configured."
    retryable = False


class ConfigError(GatewayError):
    """What the operator has to mend before the gateway can serve: every sentence at once."""

    code = "CONFIG"

    def __init__(self, complaints: Sequence[str]) -> None:
        super().__init__("\n".join(complaints))
        self.diagnostics = tuple(complaints)


# How graphql-core ends a sentence with the value that does not fit: it may be somebody's number.
_REPRESENTS = re.compile(r"(cannot represent[^:]*): .*", re.DOTALL)
_FOUND = re.compile(r"([?\w'\"]),? [Ff]ound: .*", re.DOTALL)


def redact_value(message: str) -> str:
    """A sentence of graphql-core about a value that does not fit, without the value."""
    for end in (_REPRESENTS, _FOUND):
        message = end.sub(r"\1.", message)
    return message.replace("?.", "?")
