"""What a batch of answers says of the system that gave them."""

from gateway.contract.batch import Answers, Batch
from gateway.errors import (
    NotAsked,
    OddRow,
    OutOfTime,
    SourceBusy,
    SourceDown,
    SourceError,
    SourceMisread,
    SourceRejects,
    SourceTimeout,
)

_FAILS = (SourceDown, SourceTimeout, SourceMisread)
_IS_WELL = (SourceBusy, NotAsked, OutOfTime, SourceRejects, OddRow)
_SAYS_NOTHING = (NotAsked, OutOfTime)
OK = "OK"


def failure(batch: Batch, answers: Answers) -> SourceError | None:
    """Why the system answered nothing of what was asked, the gravest of it; None where it answered any.

    An odd row is its key's trouble: it came, as others do, in an answer that could be read.
    """
    first = next(iter(answers.values()), None)
    if not isinstance(first, SourceError) or len(answers) < len(batch.keys):
        return None
    errors = [e for e in answers.values() if isinstance(e, SourceError) and not isinstance(e, OddRow)]
    return min(errors, key=_order) if len(errors) == len(answers) else None


def fails(error: SourceError | None) -> bool:
    """Whether it is a sign that the system itself fails: 5xx, no answer in time, nonsense; not a 4xx."""
    return isinstance(error, _FAILS) and not isinstance(error, _IS_WELL)


def says_nothing(error: SourceError | None) -> bool:
    """Whether it tells nothing of the system: it was not asked, or nobody waited for what it would say."""
    return isinstance(error, _SAYS_NOTHING)


def outcome(batch: Batch, answers: Answers) -> str:
    """A word for it: OK, or the code of the failure."""
    error = failure(batch, answers)
    return OK if error is None else error.code


def _order(error: SourceError) -> int:
    """The gravest first, so that it does not depend on the order of the keys what a batch says."""
    return 0 if fails(error) else 2 if says_nothing(error) else 1
