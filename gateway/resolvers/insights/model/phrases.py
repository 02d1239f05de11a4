"""How messages say moments, numbers and lists; and records told twice, once."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, TypeVar

from gateway.resolvers.insights.model.context import EvaluationContext

R = TypeVar("R", bound=Any)
MAX_PHRASES = 3


def distinct(records: Iterable[R]) -> list[R]:
    """Each record once, in their order: what is found by two keys comes twice."""
    return list({each.id: each for each in records}.values())


def local_time(on: EvaluationContext, moment: datetime) -> str:
    """A moment by the clocks of the account's zone, whose name tells a repeated hour from the first."""
    return moment.astimezone(on.zone).strftime("%Y-%m-%d %H:%M %Z")


def counted(number: int, noun: str) -> str:
    """So many of something: one request, 3 requests."""
    return f"one {noun}" if number == 1 else f"{number} {noun}s"


def enumerated(phrases: Sequence[str]) -> str:
    """Phrases one after another; of many the first, and how many more there are."""
    more = len(phrases) - MAX_PHRASES
    return "; ".join([*phrases[:MAX_PHRASES], *([f"and {more} more"] if more > 0 else [])])
