"""Whether a source fails, as the questions to it show; and when the last that is known may be shown."""

import logging
from dataclasses import dataclass, field

from gateway.contract.batch import Answers, Batch, Lookup
from gateway.contract.outcomes import batch_failure
from gateway.errors import SourceError

log = logging.getLogger("gateway")


def excuses(error: object) -> bool:
    """Whether the last that is known may be shown instead of this error: the source cannot answer just now.

    Nor so that it can be read. Where it says that we may not, or ask wrongly (401, 403, 400), that is told.
    """
    return isinstance(error, SourceError) and error.stale_ok


@dataclass(slots=True)
class Standing:
    """Lives as long as the application. `failing` says how the last question fared that tells anything.

    `ill` are the lookups of which the last such question failed: others may be answered well meanwhile.
    One line of log per change of each lookup, for whoever is shown what is remembered does not see the error.
    """

    failing: bool = False
    ill: set[Lookup] = field(default_factory=set)

    def fails_at(self, lookup: Lookup) -> bool:
        """Whether nothing newer is to be had of this lookup, as far as anybody knows."""
        return self.failing or lookup in self.ill

    def note(self, batch: Batch, told: Answers) -> None:
        """The source was asked this and said that."""
        error = batch_failure(batch, told)
        if error is not None and error.inconclusive and error.sent:  # that tells nothing of the source
            return
        lookup, failing = batch.lookup, error is not None and (error.counts_against_source or not error.sent)
        if failing and lookup not in self.ill and error is not None:
            log.warning(
                "%s fails at %s: %s %s; what is remembered is shown as far as it may",
                lookup.source,
                lookup.name,
                error.code,
                error.reason,
            )
        elif lookup in self.ill and not failing:
            log.info("%s answers %s again", lookup.source, lookup.name)
        self.failing = failing
        (self.ill.add if failing else self.ill.discard)(lookup)
