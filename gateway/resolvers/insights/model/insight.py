"""The schema types of insights."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol

import strawberry

from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.descriptions import described
from gateway.resolvers.graph.enums import DescribedEnum
from gateway.resolvers.graph.node import SourceRef, source_ref
from gateway.resolvers.graph.source_status import SourceStatus
from gateway.resolvers.graph.values import Money


class InsightSeverity(DescribedEnum):
    """How urgent an insight is."""

    INFORMATION = "INFORMATION", "Good to know."
    WARNING = "WARNING", "The agent should act on it, or mention it."
    CRITICAL = "CRITICAL", "The agent must know it before anything else."


SEVERITIES = INFORMATION, WARNING, CRITICAL = tuple(InsightSeverity)
urgency = SEVERITIES.index  # the higher, the more urgent
Severity = InsightSeverity  # the short name is for the declarations of rules


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


@described
class InsightFact:
    """A value that the message of an insight mentions. Exactly one of the values is set.

    name: Name of the value within the insights of this code, such as `amount` or `days`.
    text: The value in English words; null if it is none of words.
    money: The value as an amount of money; null if it is none.
    day: The value as a day; null if it is none.
    moment: The value as an instant; null if it is none.
    quantity: The value as a number: a count, a share in percent, or a quantity; null if it is none.
    """

    name: str
    text: str | None = None
    money: Money | None = None
    day: date | None = None
    moment: datetime | None = None
    quantity: Decimal | None = None


def insight_fact(name: str, value: object) -> InsightFact:
    match value:
        case Money():
            return InsightFact(name=name, money=value)
        case datetime():
            return InsightFact(name=name, moment=value)
        case date():
            return InsightFact(name=name, day=value)
        case int() | float() | Decimal():
            return InsightFact(name=name, quantity=Decimal(str(value)))
    return InsightFact(name=name, text=str(value).strip())


@described
class Insight:
    """A fact about an account that an agent should know before talking with the customer.

    code: the kind of insight, such as PAST_DUE. The documentation lists all codes.
    area: the part of customer service that it belongs to.
    severity: how urgent it is. Missing data may hide that it is more urgent. Of an UNKNOWN insight, the
        highest severity that it can have.
    state: RAISED where the insight's condition holds, UNKNOWN where that cannot be decided now.
    title: a short heading, in English.
    message: one sentence for the agent, in English. Of an UNKNOWN insight, the reason why it is not known.
    amount: the amount of money that the insight is about. Null where it is about none, or where the amount
        is not known.
    id: the same for the same code and records of an account, for lists of a client; no node has it.
    rank: its place among all insights of the account, unknown ones too. What may cost a life is first, at 1.
    since: the day since when it holds, in the account's time zone; null where that is not known.
    facts: the values that the message mentions, for clients that format or translate it.
    """

    id: strawberry.ID
    rank: int
    since: date | None = None
    facts: list[InsightFact]
    code: str
    area: InsightArea
    severity: InsightSeverity
    state: InsightState
    title: str
    message: str
    amount: Money | None = None
    records: strawberry.Private[Sequence[EvidenceRecord]] = ()

    @strawberry.field(description="The records that the insight follows from. Empty for an UNKNOWN insight.")
    def evidence(self, info: Info) -> list[SourceRef]:
        return [source_ref(info.context, record) for record in self.records if record.id]


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
    sources: the systems that the insights depend on, and whether each answered.
    """

    total: int
    top: list[Insight]
    all: list[Insight]
    unknown: list[Insight]
    sources: list[SourceStatus]
