"""The schema types of insights."""

from collections.abc import Sequence
from datetime import date
from typing import ClassVar, Protocol

import strawberry

from gateway.access.masks import Cleared
from gateway.languages.texts import translated
from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.descriptions import described
from gateway.resolvers.graph.enums import DescribedEnum
from gateway.resolvers.graph.known import known_state, own_state
from gateway.resolvers.graph.node import SourceRef, source_ref
from gateway.resolvers.graph.personal import Personal, free_texts
from gateway.resolvers.graph.source_status import SourceStatus
from gateway.resolvers.graph.values import Money
from gateway.resolvers.graph.wording import message
from gateway.resolvers.insights.model.action import Action, InsightAction, offered
from gateway.resolvers.insights.model.insight_fact import InsightFact


class InsightSeverity(DescribedEnum):
    """How urgent an insight is."""

    INFORMATION = "INFORMATION", "Good to know."
    WARNING = "WARNING", "The agent should act on it, or mention it."
    CRITICAL = "CRITICAL", "The agent must know it before anything else."


SEVERITIES = INFORMATION, WARNING, CRITICAL = tuple(InsightSeverity)
urgency = SEVERITIES.index  # the higher, the more urgent
Severity = InsightSeverity  # the short name is for the declarations of rules


POSSIBLE = {
    INFORMATION: message("May be information"),
    WARNING: message("May be a warning"),
    CRITICAL: message("May be critical"),
}


class InsightArea(DescribedEnum):
    """The part of customer service that an insight belongs to.

    Asking for some areas only loads what their rules need, from the systems that own it.
    """

    BILLING = "BILLING", "Bills, balances and what is past due."
    PAYMENT = "PAYMENT", "Payments, autopay and how bills are paid."
    COLLECTIONS = "COLLECTIONS", "Debt, credit, pay plans and disconnection for non-payment."
    USAGE = "USAGE", "Metered usage and meter reads."
    SERVICE = "SERVICE", "Service requests, service orders and service that starts or stops."
    FIELD = "FIELD", "Visits of field crews."
    OUTAGE = "OUTAGE", "Outages at the account's premises."
    CUSTOMER = "CUSTOMER", "The people of the account, their needs, and how to reach them."
    INTERACTION = "INTERACTION", "Calls, chats and other contacts."
    PROGRAM = "PROGRAM", "Programs that the account takes part in."


class InsightState(DescribedEnum, labeled=False):
    """Whether an insight's condition holds."""

    RAISED = "RAISED", "The condition holds."
    UNKNOWN = "UNKNOWN", "The condition may hold. A system that it depends on did not answer, or lacks the data."


class EvidenceRecord(Protocol):
    """A record that an insight follows from; one without an id cannot be referred to."""

    @property
    def id(self) -> str | None: ...


class InsightTexts(Protocol):
    """What an insight says, written when a document asks for it."""

    def title(self) -> str: ...

    def message(self) -> str: ...

    def facts(self) -> list[InsightFact]: ...

    def name_amount(self) -> bool: ...


@described
class Insight:
    """A fact about an account that an agent should know before talking with the customer.

    code: the kind of insight, such as PAST_DUE. The documentation lists all codes.
    area: the part of customer service that it belongs to.
    severity: how urgent it is. Missing data may hide that it is more urgent. Of an UNKNOWN insight, the
        highest severity that it can have.
    state: RAISED where the insight's condition holds, UNKNOWN where that cannot be decided now.
    severity_label: the severity for people. Of an UNKNOWN insight, such as "May be critical".
    is_known: True where the condition holds. False where it could not be checked: show it as a gap, and not
        as a finding.
    title: a short heading, in the language of the request. Of an UNKNOWN insight, "Not checked: ..." with it.
    message: sentences for the agent, in the language of the request. Of an UNKNOWN insight, what could not be
        checked, and why.
    amount: the amount of money that the insight is about. Null where it is about none, or where the amount
        is not known.
    id: the same for the same code and records of an account, for lists of a client; no node has it.
    rank: its place in `ranked`, from 1.
    since: the day since when it holds, in the account's time zone; null where that is not known.
    facts: the values that decide what the message says, for clients that write it themselves.
    action: what an agent can do about it. Null where there is nothing to do, and of an UNKNOWN insight.
    """

    PERSONAL: ClassVar[Personal] = free_texts("message")

    id: strawberry.ID
    rank: int
    since: date | None = None
    facts: list[InsightFact] = strawberry.field(resolver=lambda self: self.texts.facts())
    code: str
    area: InsightArea
    severity: InsightSeverity
    severity_label: str = strawberry.field(resolver=lambda self: self.severity_text())
    state: InsightState
    is_known: bool = strawberry.field(resolver=lambda self: self.state is InsightState.RAISED)
    title: str = strawberry.field(resolver=lambda self: self.texts.title())
    # Each value in it is masked already; numbers of records stay.
    message: str = strawberry.field(resolver=lambda self: Cleared(self.texts.message()))
    amount: Money | None = None
    amount_state = own_state(lambda insight: known_state(insight.amount, unknown=insight.texts.name_amount()))
    texts: strawberry.Private[InsightTexts]
    offer: strawberry.Private[Action | None] = None
    records: strawberry.Private[Sequence[EvidenceRecord]] = ()

    def severity_text(self) -> str:
        """The severity in words; an unknown condition may have it."""
        return self.severity.label if self.state is InsightState.RAISED else translated(POSSIBLE[self.severity])

    @strawberry.field(description="The records that the insight follows from. Empty for an UNKNOWN insight.")
    def evidence(self, info: Info) -> list[SourceRef]:
        return [source_ref(info.context, record) for record in self.records if record.id]

    @strawberry.field
    def action(self, info: Info) -> InsightAction | None:
        if self.offer is None:
            return None
        return offered(info.context, self.offer, next((record for record in self.records if record.id), None))


@described
class InsightSet:
    """The insights of an account, sorted by severity, then amount, then recency.

    A disconnection where a person depends on power stands first.

    total: the number of insights that are raised.
    top: the four most severe insights. Beside raised ones, these may be UNKNOWN insights about life support,
        disconnection or collections. Among insights of one severity, these vital ones come first.
    all: all insights that are raised.
    unknown: the insights that cannot be decided now. Such a condition may hold: look into the system that
        owns the data, or ask again.
    ranked: raised and unknown insights in one list, by `rank`. What may cost a life is first. Unknown insights
        stand last, except those about life support, disconnection and collections: `isKnown` tells them apart.
    sources: the systems that the insights depend on, and whether each answered.
    """

    LIST_SIZES: ClassVar = {"all": 20, "unknown": 20, "ranked": 20}
    total: int
    top: list[Insight]
    all: list[Insight]
    unknown: list[Insight]
    ranked: list[Insight]
    sources: list[SourceStatus]
