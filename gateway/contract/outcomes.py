"""The outcome of a batch: what its answers tell about the system that gave them."""

from gateway.contract.batch import Answers, Batch
from gateway.errors import InvalidRow, SourceError

OK = "OK"


def batch_failure(batch: Batch, answers: Answers) -> SourceError | None:
    """Return the gravest error if every key failed, None if any key was answered.

    An invalid row counts as an answer: the response around it was readable.
    """
    first = next(iter(answers.values()), None)
    if not isinstance(first, SourceError) or len(answers) < len(batch.keys):
        return None
    errors = [e for e in answers.values() if isinstance(e, SourceError) and not isinstance(e, InvalidRow)]
    return min(errors, key=_rank) if len(errors) == len(answers) else None


def outcome_code(batch: Batch, answers: Answers) -> str:
    """Return OK, or the code of the failure."""
    error = batch_failure(batch, answers)
    return OK if error is None else error.code


def _rank(error: SourceError) -> int:
    """Rank the gravest error first, so that the order of the keys does not matter."""
    return 0 if error.counts_against_source else 2 if error.inconclusive else 1
