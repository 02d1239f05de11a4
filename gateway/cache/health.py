"""How the lookups of a source fare: while one fails, its old answers are marked as stale."""

import logging
from dataclasses import dataclass, field

from gateway.contract.batch import Answers, Batch, Lookup, batch_failure

log = logging.getLogger("gateway")


@dataclass(slots=True)
class LookupHealth:
    """Lives as long as the application. Logs when a lookup begins to fail, and when it recovers.

    failing: whether the source failed in its latest conclusive batch
    failing_lookups: lookups that failed in theirs
    """

    failing: bool = False
    failing_lookups: set[Lookup] = field(default_factory=set)

    def is_failing(self, lookup: Lookup) -> bool:
        return self.failing or lookup in self.failing_lookups

    def record(self, batch: Batch, answers: Answers) -> None:
        """Note what the answers of a batch say of its lookup."""
        lookup, error = batch.lookup, batch_failure(batch, answers)
        if error is not None and error.inconclusive and error.sent:
            return
        self.failing = error is not None and (error.counts_against_source or not error.sent)
        if error is not None and self.failing and lookup not in self.failing_lookups:
            text = "%s fails at %s: %s %s; cached answers are shown where the catalog allows it"
            log.warning(text, lookup.source, lookup.name, error.code, error.reason)
        elif lookup in self.failing_lookups and not self.failing:
            log.info("%s answers %s again", lookup.source, lookup.name)
        (self.failing_lookups.add if self.failing else self.failing_lookups.discard)(lookup)
