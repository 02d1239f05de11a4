"""Who depends on power: persons of the account in any role, and its premises (requirements, LIFE_SUPPORT)."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from gateway.resolvers.graph.date_ranges import in_force
from gateway.resolvers.insights.facts.by_reference import PERSONS, PREMISES
from gateway.resolvers.insights.model.fact import Evaluation, Fact
from gateway.resolvers.party.parties import Person, SpecialNeed, SpecialNeedKind
from gateway.resolvers.service.premises import Premise

FACTS: tuple[Fact[Any], ...] = (PERSONS, PREMISES)
NEEDS = (SpecialNeedKind.LIFE_SUPPORT, SpecialNeedKind.SENSITIVE_LOAD)


def dependents(evaluation: Evaluation) -> list[Person | Premise]:
    persons = [person for person in evaluation[PERSONS] if any(needs_of(person, evaluation.today))]
    return [*persons, *(premise for premise in evaluation[PREMISES] if premise.life_support)]


def needs_of(person: Person, today: date) -> Iterator[SpecialNeed]:
    return (need for need in in_force(person.special_needs or (), today) if need.kind in NEEDS)


def is_unknown(evaluation: Evaluation) -> bool:
    """Whether a person or premise may depend on power: its record does not say, or none is recorded."""
    needs = [person.special_needs for person in evaluation[PERSONS]] or [None]
    return None in needs or None in ([premise.life_support for premise in evaluation[PREMISES]] or [None])
