"""A rule: a pure function over facts, with everything that an insight says of it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from gateway.contract.times import midnight
from gateway.resolvers.graph.values import Money, money_sum
from gateway.resolvers.insights.model.action import Action
from gateway.resolvers.insights.model.fact import Evaluation, Fact
from gateway.resolvers.insights.model.insight import EvidenceRecord, InsightArea, InsightSeverity
from gateway.resolvers.insights.model.message import Group, Values, names_in, texts_of

T = TypeVar("T")
MAX_ITEMS = 3  # that a message speaks of


class Undetermined(Exception):
    """The systems answered, but their answers do not decide the rule. Agents read the text, a message."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One case in which a rule's condition holds.

    values: fill the placeholders of the rule's message; None for what is not known.
    items: the values of each thing that it is about, where a sentence is said of each.
    at: how recent it is; a finding without a time sorts as the oldest.
    evidence: the records that it follows from.
    severity: in place of the rule's own severity.
    worst_severity: how severe it may be, where missing records could make it worse.
    """

    values: Values = field(default_factory=dict)
    amount: Money | None = None
    at: date | datetime | None = None
    evidence: Sequence[EvidenceRecord] = ()
    severity: InsightSeverity | None = None
    worst_severity: InsightSeverity | None = None
    items: Sequence[Values] = ()

    def moment(self, zone: ZoneInfo) -> datetime:
        if self.at is None:
            return datetime.min.replace(tzinfo=UTC)
        return self.at if isinstance(self.at, datetime) else midnight(self.at, zone)


Findings = Iterator[Finding]
Decide = Callable[[Evaluation], Iterable[Finding]]


def _never(_evaluation: Evaluation) -> Findings:
    yield from ()


@dataclass(frozen=True, slots=True)
class Rule:
    """One insight: its declaration, which decorates the function that decides it.

    message: sentences; findings fill their placeholders, `{amount}` is the finding's amount.
    each: sentences that are said of each item of a finding, after the message.
    action: what helps; None where there is nothing to do.
    required: facts that must all be known.
    any_of: facts each of which may raise it alone; it is unknown if none does and one is not known.
    optional: facts that only add to the message or the severity.
    worst_severity: how urgent it may become.
    vital: unknown, not silent, where a system is not configured: silence would be read as "no".
    silent_without: facts whose absence raises it; it is silent where their system is not configured.
    superseded_by: codes that say the same more precisely; it is dropped where one of them is raised.
    leads: it stands before all other insights of its severity.
    about_systems: decided by how the systems answered, without facts.
    decide: the decorated function; its docstring says when the insight is raised.
    """

    area: InsightArea
    code: str
    severity: InsightSeverity
    title: str
    message: Group | list[Group]
    required: tuple[Fact[Any], ...] = ()
    any_of: tuple[Fact[Any], ...] = ()
    optional: tuple[Fact[Any], ...] = ()
    worst_severity: InsightSeverity | None = None
    vital: bool = False
    silent_without: tuple[Fact[Any], ...] = ()
    superseded_by: tuple[str, ...] = ()
    leads: bool = False
    about_systems: bool = False
    each: tuple[Group, ...] = ()
    action: Action | None = None
    decide: Decide = _never

    def __call__(self, decide: Decide) -> "Rule":
        return replace(self, decide=decide)

    @property
    def sentences(self) -> tuple[Group, ...]:
        return tuple(self.message) if isinstance(self.message, list) else (self.message,)

    @property
    def is_about_money(self) -> bool:
        """Whether a sentence names the amount of the finding."""
        choices = (each for group in self.sentences for each in (group if isinstance(group, tuple) else (group,)))
        return any("amount" in names_in(text) for choice in choices for text in texts_of(choice))

    @property
    def facts(self) -> tuple[Fact[Any], ...]:
        return (*self.required, *self.any_of, *self.optional)

    @property
    def highest_severity(self) -> InsightSeverity:
        return self.worst_severity or self.severity


def known(value: T | None, otherwise: str) -> T:
    """A value that decides the rule. Undetermined where it is None, with this message."""
    if value is None:
        raise Undetermined(otherwise)
    return value


def total_amount(amounts: Sequence[Money]) -> Money:
    """The sum of at least one amount. Undetermined where they are in several currencies."""
    return known(money_sum(amounts), "The amounts are in several currencies.")
