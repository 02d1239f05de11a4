"""Failures of upstream systems: what each means for health, retries and stale answers."""

from typing import Any, ClassVar

from gateway.errors.base import GatewayError


class SourceError(GatewayError):
    """Its flags alone decide what a failure means everywhere else.

    state: how `SourceStatus.state` names it.
    is_failure: records may be missing; False where the utility has none of them.
    retryable: shown to callers: asking again may succeed.
    auto_retry: the gateway itself asks again.
    source_fails: what it says of the source's health; None if it says nothing.
    lookup_fails: the source answers, but not as the catalog says of this lookup.
    sent: the question went to the source.
    closes_circuit: as the result of a trial, if it does not count against the source.
    stale_ok: the last known answer may be shown instead.
    key_specific: may concern one key alone.
    spares_batch: the response around it was readable: the batch has not failed.
    """

    message_template: ClassVar[str] = "{source} did not answer."
    state: ClassVar[str] = "DOWN"
    is_failure: ClassVar[bool] = True
    retryable: ClassVar[bool] = True
    auto_retry: ClassVar[bool] = False
    source_fails: ClassVar[bool | None] = False
    lookup_fails: ClassVar[bool] = False
    sent: ClassVar[bool] = True
    closes_circuit: ClassVar[bool] = True
    stale_ok: ClassVar[bool] = False
    key_specific: bool = False
    spares_batch: ClassVar[bool] = False

    def __init__(self, source: str, reason: str = "", *, retry_after: float | None = None) -> None:
        super().__init__(self.message_template.format(source=source))
        self.source = source
        self.reason = reason
        self.retry_after = retry_after  # seconds, from the source's own Retry-After

    @property
    def extensions(self) -> dict[str, Any]:
        # One system fails in several ways in one answer: its circuit breaker may open between two calls.
        cause = f"{'SOURCE_FAILURE' if self.is_failure else self.code}/{self.source}"
        return {"code": self.code, "source": self.source, "retryable": self.retryable, "cause": cause}

    @property
    def counts_against_source(self) -> bool:
        """Whether the call itself showed that the source fails."""
        return self.sent and self.source_fails is True

    @property
    def inconclusive(self) -> bool:
        """Whether the call itself showed nothing about the source's health."""
        return not self.sent or self.source_fails is None

    def renamed(self, system: str, label: str = "") -> "SourceError":
        """Return the same failure under the system's name, which callers know, not the source's.

        label: what people call the system; the message has it in place of the name.
        """
        if system == self.source and not label:
            return self
        error = type(self)(system, self.reason, retry_after=self.retry_after)
        if label:
            error.args = (self.message_template.format(source=label),)
        return error

    def of_one_key(self) -> "SourceError":
        """Return the same failure as one that concerns a single key."""
        error = type(self)(self.source, self.reason, retry_after=self.retry_after)
        error.args, error.key_specific = self.args, True
        return error


class SourceDown(SourceError):
    code = "SOURCE_DOWN"
    auto_retry = True
    source_fails = True
    stale_ok = True


class UpstreamRateLimited(SourceDown):
    source_fails = False
    closes_circuit = False  # the source is healthy, but more calls would follow


class CircuitOpen(SourceDown):
    auto_retry = False
    sent = False


class QueueFull(SourceDown):  # also after too long a wait
    auto_retry = False
    sent = False


class SourceTimeout(SourceError):  # not retried: that would double the load of a slow system
    code = "SOURCE_TIMEOUT"
    state = "TIMEOUT"
    message_template = "{source} did not answer in time."
    source_fails: ClassVar[bool | None] = True
    stale_ok = True


class DeadlineExceeded(SourceTimeout):
    source_fails = None


class Overloaded(SourceError):
    code = "OVERLOADED"
    state = "OVERLOADED"
    message_template = "The gateway is too busy to ask {source} in time."
    source_fails = None
    sent = False
    stale_ok = True


class UpstreamUnauthorized(SourceError):
    code = "SOURCE_FORBIDDEN"
    state = "FORBIDDEN"
    message_template = "{source} refused the gateway."
    retryable = False
    key_specific = True


class InvalidResponse(SourceError):
    """Where one row or key may be at fault, the call is made again for fewer keys.

    of_body: the body cannot be read; one row in it may be at fault.
    of_keys: the answer was read, and is not what was asked for; one of its keys may be at fault.
    """

    code = "SOURCE_MISREAD"
    message_template = "{source} gave an answer that cannot be used."
    retryable = False
    lookup_fails = True
    stale_ok = True

    def __init__(
        self,
        source: str,
        reason: str = "",
        *,
        retry_after: float | None = None,
        of_body: bool = False,
        of_keys: bool = False,
    ) -> None:
        super().__init__(source, reason, retry_after=retry_after)
        self.of_body, self.of_keys = of_body, of_keys

    def renamed(self, system: str, label: str = "") -> "SourceError":
        error = super().renamed(system, label)
        if isinstance(error, InvalidResponse):
            error.of_body, error.of_keys = self.of_body, self.of_keys
        return error


class UpstreamBadRequest(InvalidResponse):
    lookup_fails = False
    stale_ok = False
    key_specific = True


class QuestionTooLong(UpstreamBadRequest):
    """Fewer keys may be answered, however many calls fail before."""


class InvalidRow(InvalidResponse):
    state = "PARTIAL"
    lookup_fails = False
    key_specific = True
    spares_batch = True


class LookupCircuitOpen(InvalidResponse):
    sent = False


class NotPermitted(SourceError):
    """The caller may not see such records. The source was not asked.

    scope: that the caller lacks.
    """

    code = "FORBIDDEN"
    state = "NOT_PERMITTED"
    message_template = "Your credential does not open the records of {source}."
    retryable = False
    source_fails = None
    sent = False

    def __init__(self, source: str, scope: str) -> None:
        super().__init__(source, f"the caller lacks the scope {scope}")
        self.scope = scope

    @property
    def extensions(self) -> dict[str, Any]:
        return super().extensions | {"scope": self.scope, "cause": f"{self.code}/{self.source}"}

    def renamed(self, system: str, label: str = "") -> "NotPermitted":
        error = type(self)(system, self.scope)
        error.args = (self.message_template.format(source=label or system),)
        return error


class NotConfigured(SourceError):
    code = "SOURCE_NOT_CONFIGURED"
    state = "NOT_CONFIGURED"
    is_failure = False
    message_template = "{source} is not configured."
    retryable = False
