"""Who depends on power: persons of the account in any role, and its premises (requirements, LIFE_SUPPORT)."""

from collections.abc import Awaitable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from gateway.errors import SourceError
from gateway.resolvers.account.core import AccountCore
from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.date_ranges import in_force
from gateway.resolvers.insights.facts.by_reference import PERSONS, PREMISES
from gateway.resolvers.insights.model.fact import Evaluation, Fact, FactLoader, await_each, failure
from gateway.resolvers.party.parties import Person, SpecialNeed, SpecialNeedKind
from gateway.resolvers.service.premises import Premise

FACTS: tuple[Fact[Any], ...] = (PERSONS, PREMISES)
NEEDS = (SpecialNeedKind.LIFE_SUPPORT, SpecialNeedKind.SENSITIVE_LOAD)


def dependents(evaluation: Evaluation) -> list[Person | Premise]:
    persons = [person for person in evaluation[PERSONS] if any(needs_of(person, evaluation.today))]
    return [*persons, *(premise for premise in evaluation[PREMISES] if premise.life_support)]


def loading_power(info: Info, account: AccountCore) -> Awaitable[bool | SourceError | None]:
    """What LIFE_SUPPORT says of an account, loaded once for all its premises; None where it is unknown."""
    evaluation = Evaluation(account, info.context.now(), account.zone_in(info), info.context.thresholds)
    loader = FactLoader(info, evaluation)
    return loader.shared(("depends on power", account.id), lambda: _decided(loader))


async def _decided(loader: FactLoader) -> bool | SourceError | None:
    results = dict(zip(FACTS, await await_each([loader.result(fact) for fact in FACTS]), strict=True))
    evaluation = replace(loader.evaluation, records={fact: result.records for fact, result in results.items()})
    if dependents(evaluation):
        return True
    errors = [failure(fact, result) for fact, result in results.items()]
    if any(errors):
        return next(filter(None, errors))
    return None if is_unknown(evaluation) else False


async def depends_on_power(info: Info, account: AccountCore) -> bool | None:
    """What LIFE_SUPPORT says of an account. Raises the failure of a system that has to say it."""
    depends = await loading_power(info, account)
    if isinstance(depends, SourceError):
        raise depends
    return depends


def needs_of(person: Person, today: date) -> Iterator[SpecialNeed]:
    return (need for need in in_force(person.special_needs or (), today) if need.kind in NEEDS)


def is_unknown(evaluation: Evaluation) -> bool:
    """Whether a person or premise may depend on power: its record does not say, or none is recorded."""
    needs = [person.special_needs for person in evaluation[PERSONS]] or [None]
    return None in needs or None in ([premise.life_support for premise in evaluation[PREMISES]] or [None])
