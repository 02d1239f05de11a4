"""Times, numbers and lists in messages; and records without duplicates."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TypeVar

from gateway.resolvers.graph.node import Node
from gateway.resolvers.graph.values import Money
from gateway.resolvers.insights.model.fact import EvaluationContext

N = TypeVar("N", bound=Node)
MAX_PHRASES = 3


def distinct(records: Iterable[N]) -> list[N]:
    """Each record once, in order. A record that matches two keys is loaded twice."""
    return list({record.id: record for record in records}.values())


def local_time(context: EvaluationContext, moment: datetime) -> str:
    """A moment in the account's time zone. The zone's name tells a repeated hour from the first."""
    return moment.astimezone(context.zone).strftime("%Y-%m-%d %H:%M %Z")


def money_text(amount: Money) -> str:
    """An amount: "USD 1,234.50"."""
    return f"{amount.currency} {amount.amount:,.2f}"


def counted(number: int, noun: str) -> str:
    """A number with its noun: "one request", "3 requests"."""
    return f"one {noun}" if number == 1 else f"{number} {noun}s"


def enumerated(phrases: Sequence[str]) -> str:
    """Up to three phrases, and how many more there are."""
    more = len(phrases) - MAX_PHRASES
    return "; ".join([*phrases[:MAX_PHRASES], *([f"and {more} more"] if more > 0 else [])])
