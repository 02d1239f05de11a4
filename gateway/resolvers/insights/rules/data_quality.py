"""Rules about the systems themselves: what the answer could not be made of."""

from collections.abc import Iterator

from gateway.resolvers.graph.source_status import SourceState
from gateway.resolvers.graph.systems import SourceSystem
from gateway.resolvers.insights.model.context import EvaluationContext
from gateway.resolvers.insights.model.rule import Finding

WHOLE = (SourceState.OK, SourceState.NOT_CONFIGURED)


def data_incomplete(on: EvaluationContext) -> Iterator[Finding]:
    """DATA_INCOMPLETE: a system among those asked is neither OK nor NOT_CONFIGURED."""
    failed = [system.value for system, state in on.states.items() if state not in WHOLE]
    if failed:
        yield Finding({"systems": ", ".join(sorted(failed))})


def no_cti(on: EvaluationContext) -> Iterator[Finding]:
    """NO_CTI: this utility has no contact center, so that calls are not recorded here."""
    if on.states.get(SourceSystem.CONTACT_CENTER) is SourceState.NOT_CONFIGURED:
        yield Finding()
