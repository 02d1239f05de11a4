"""What a batch of answers says of the system that gave them."""

from gateway.contract.batch import Answers, Batch
from gateway.errors import (
    DeadlineExceeded,
    InvalidResponse,
    InvalidRow,
    NotAsked,
    SourceDown,
    SourceError,
    SourceTimeout,
    UpstreamBadRequest,
    UpstreamRateLimited,
)

_FAILS = (SourceDown, SourceTimeout, InvalidResponse)
_IS_WELL = (UpstreamRateLimited, NotAsked, DeadlineExceeded, UpstreamBadRequest, InvalidRow)
_SAYS_NOTHING = (NotAsked, DeadlineExceeded)
OK = "OK"


def batch_failure(batch: Batch, answers: Answers) -> SourceError | None:
    """Why the system answered nothing of what was asked, the gravest of it; None where it answered any.

    An odd row is its key's trouble: it came, as others do, in an answer that could be read.
    """
    first = next(iter(answers.values()), None)
    if not isinstance(first, SourceError) or len(answers) < len(batch.keys):
        return None
    errors = [e for e in answers.values() if isinstance(e, SourceError) and not isinstance(e, InvalidRow)]
    return min(errors, key=_order) if len(errors) == len(answers) else None


def fails(error: SourceError | None) -> bool:
    """Whether it is a sign that the system itself fails: 5xx, no answer in time, nonsense; not a 4xx."""
    return isinstance(error, _FAILS) and not isinstance(error, _IS_WELL)


def says_nothing(error: SourceError | None) -> bool:
    """Whether it tells nothing of the system: it was not asked, or nobody waited for what it would say."""
    return isinstance(error, _SAYS_NOTHING)


def outcome_code(batch: Batch, answers: Answers) -> str:
    """A word for it: OK, or the code of the failure."""
    error = batch_failure(batch, answers)
    return OK if error is None else error.code


def _order(error: SourceError) -> int:
    """The gravest first, so that it does not depend on the order of the keys what a batch says."""
    return 0 if fails(error) else 2 if says_nothing(error) else 1
