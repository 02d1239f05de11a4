"""What an insight is: a fact about an account that somebody who talks with its customer should know."""

from collections.abc import Sequence
from enum import Enum
from typing import Any

import strawberry

from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.descriptions import described, described_enum
from gateway.resolvers.graph.source_refs import SourceRef, source_ref
from gateway.resolvers.graph.source_status import SourceStatus
from gateway.resolvers.graph.values import Money


@described_enum
class InsightSeverity(Enum):
    """How urgent it is."""

    INFORMATION = "INFORMATION"
    WARNING = "WARNING"
    CRITICAL = "CRITICAL"


SEVERITIES = tuple(InsightSeverity)


@described_enum
class InsightArea(Enum):
    """What it is about. Only the systems that the areas asked for need are asked."""

    BILLING = "BILLING"
    PAYMENT = "PAYMENT"
    COLLECTIONS = "COLLECTIONS"
    USAGE = "USAGE"
    SERVICE = "SERVICE"
    FIELD = "FIELD"
    OUTAGE = "OUTAGE"
    CUSTOMER = "CUSTOMER"
    INTERACTION = "INTERACTION"
    PROGRAM = "PROGRAM"


@described_enum
class InsightState(Enum):
    """Whether an insight applies.

    RAISED: It applies.
    UNKNOWN: It may apply: a system that it needs did not answer, or does not say.
    """

    RAISED = "RAISED"
    UNKNOWN = "UNKNOWN"


@described
class Insight:
    """Something that whoever opens the account should know.

    code: which insight, such as PAST_DUE; the list is in the README.
    area: what it is about.
    severity: how urgent it is, at least; of an unknown one, how urgent it may be.
    state: whether it is so, or nobody knows.
    title: a few words.
    message: a sentence.
    amount: the money it is about.
    """

    code: str
    area: InsightArea
    severity: InsightSeverity
    state: InsightState
    title: str
    message: str
    amount: Money | None
    records: strawberry.Private[Sequence[Any]]

    @strawberry.field(description="The records it follows from.")
    def evidence(self, info: Info) -> list[SourceRef]:
        return [source_ref(info.context, each) for each in self.records if each.id]


@described
class InsightSet:
    """The insights of an account, the most urgent first: by severity, amount, and how recent they are.

    total: how many are raised.
    top: the four most severe, of those raised and of vital ones that nobody can decide now (state UNKNOWN),
        such as life support or a disconnection; of one severity, vital ones are taken before others.
    all: all that are raised.
    unknown: those that nobody can decide now: not "none", but "look elsewhere, or ask again".
    sources: the systems that were asked, and how each fared.
    """

    total: int
    top: list[Insight]
    all: list[Insight]
    unknown: list[Insight]
    sources: list[SourceStatus]
