"""What a rule is: a small pure function over facts, with everything the table says of it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from gateway.contract.times import midnight
from gateway.resolvers.graph.values import Money
from gateway.resolvers.insights.model.fact import Fact
from gateway.resolvers.insights.model.insight import InsightArea, InsightSeverity


class Undetermined(Exception):
    """The systems answered, but none says what this rule must know. The text is for people."""


@dataclass(frozen=True, slots=True)
class Finding:
    """That a rule's fact is so. `words` fill its message; `severity` is its own where not the rule's.

    `up_to` is how severe it may be, where nobody says whether it is worse than known.
    """

    words: Mapping[str, object] = field(default_factory=dict)
    amount: Money | None = None
    at: date | datetime | None = None
    evidence: Sequence[Any] = ()
    severity: InsightSeverity | None = None
    worst_severity: InsightSeverity | None = None

    def moment(self, zone: ZoneInfo) -> datetime:
        """How recent it is; what has no time is the oldest."""
        if self.at is None:
            return datetime.min.replace(tzinfo=UTC)
        return self.at if isinstance(self.at, datetime) else midnight(self.at, zone)


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the table.

    `needs` are facts that must all be known; each of `either` may raise it alone, and only when none does and
    one is not known is it unknown; `also` may add to what it says, and is missed by nobody. The rule is given
    the circumstances and the records of each, in this order. Where a system is not there at all, its facts
    are empty; but a `vital` rule is unknown then: its silence would be read as "none". A rule that follows
    from what is `absent` is silent without these: nobody knows then what is not there. `worst` is how urgent
    it may become; `silent_with` are the codes that tell the same fact better. A rule `of_systems` is about
    how they fared, and given the circumstances alone; where it needs no facts, it is decided whatever the
    areas are. Where a fact is only the newest records of more, the rule is unknown unless these raise it.
    """

    code: str
    area: InsightArea
    severity: InsightSeverity
    title: str
    rule: Callable[..., Iterable[Finding]]
    message: str
    required: tuple["Fact", ...] = ()
    any_of: tuple["Fact", ...] = ()
    optional: tuple["Fact", ...] = ()
    worst_severity: InsightSeverity | None = None
    vital: bool = False
    silent_without: tuple["Fact", ...] = ()
    superseded_by: tuple[str, ...] = ()
    about_systems: bool = False

    @property
    def facts(self) -> tuple["Fact", ...]:
        """All facts it is decided by, in the order in which it is given them."""
        return (*self.required, *self.any_of, *self.optional)


def money_text(amount: Money) -> str:
    """An amount in a message."""
    return f"{amount.currency} {amount.amount:,.2f}"


def total_amount(amounts: Sequence[Money]) -> Money:
    """The sum of some amounts, at least one. Unsaid where they are in several currencies."""
    currencies = {each.currency for each in amounts}
    if len(currencies) != 1:
        raise Undetermined("The amounts are in several currencies, which do not add up.")
    return Money(amount=sum((each.amount for each in amounts), Decimal(0)), currency=currencies.pop())


def first(records: Sequence[Any]) -> Any:
    """The only record, or None."""
    return next(iter(records), None)
