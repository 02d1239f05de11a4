"""Whether a source fails, as the questions to it show; and when the last that is known may be shown."""

import logging
from dataclasses import dataclass

from gateway.errors import NotAsked, OddRow, OutOfTime, SourceBusy, SourceError
from gateway.outcomes import fails, failure
from gateway.sources.base import Answers, Batch

log = logging.getLogger("gateway")


def excuses(error: object) -> bool:
    """Whether the last that is known may be shown instead of this error: the source cannot answer just now.

    Nor so that it can be read. Where it says that we may not, or ask wrongly (401, 403, 400), that is told.
    """
    return isinstance(error, SourceError) and (
        fails(error) or isinstance(error, NotAsked | OddRow | SourceBusy | OutOfTime)
    )


@dataclass(slots=True)
class Standing:
    """Lives as long as the application. `failing` says how the last question fared that tells anything.

    One line of log per change, for whoever is shown what is remembered does not see the error.
    """

    failing: bool = False

    def note(self, batch: Batch, told: Answers) -> None:
        """The source was asked this and said that."""
        error = failure(batch, told)
        if isinstance(error, OutOfTime):  # that tells nothing of the source
            return
        source = batch.lookup.source
        failing = fails(error) or isinstance(error, NotAsked)
        if failing and not self.failing and error is not None:
            log.warning(
                "%s fails: %s %s; what is remembered is shown as far as it may",
                source,
                error.code,
                error.reason,
            )
        elif self.failing and not failing:
            log.info("%s answers again", source)
        self.failing = failing
