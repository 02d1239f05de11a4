"""How facts are found: each asked at most once for an account, all at the same moment.

A fact is the records of one question, or of some that follow from others. What is known of it is a `Found`,
as of any question; with a failure it may hold some records, but not surely all.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from gateway.contract.batch import ALL_ROWS, Window
from gateway.errors import InvalidResponse, NotConfigured, SourceError
from gateway.loading.finder import LoadResult
from gateway.resolvers.account.core import AccountCore
from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.systems import SourceSystem
from gateway.resolvers.insights.model.context import EvaluationContext

R = TypeVar("R")


@dataclass(frozen=True, slots=True, eq=False)
class Fact:
    """Something that rules are decided by, and the system that tells it."""

    name: str
    system: SourceSystem
    find: Callable[["Evaluation"], Awaitable[LoadResult[Any]]]


@dataclass(slots=True)
class Evaluation:
    """One account, as its insights are decided. Lives as long as its request."""

    info: Info
    account: AccountCore
    on: EvaluationContext
    asked: dict[Fact, Awaitable[LoadResult[Any]]] = field(default_factory=dict)

    @property
    def zone(self) -> ZoneInfo:
        """Whose midnight its days have."""
        return self.on.zone

    @property
    def today(self) -> date:
        """The day it is there."""
        return self.on.today

    @property
    def now(self) -> datetime:
        """The instant it is."""
        return self.on.now

    def told(self, fact: Fact) -> Awaitable[LoadResult[Any]]:
        """What is known of a fact; asked when it is first wanted."""
        if fact not in self.asked:
            found = fact.find(self)
            self.asked[fact] = asyncio.ensure_future(found) if asyncio.iscoroutine(found) else found
        return self.asked[fact]

    def load(
        self, record: type, by: str, key: str, window: Window = ALL_ROWS
    ) -> asyncio.Future[LoadResult[Any]]:
        """One question, batched with everybody's."""
        return self.info.context.loader.load(record, by, key, window)

    async def each(
        self, record: type, by: str, keys: Iterable[str], window: Window = ALL_ROWS
    ) -> LoadResult[Any]:
        """The records of several keys, asked together: all of them, or why some are not known."""
        return await await_joined([self.load(record, by, key, window) for key in keys])

    async def named(self, record: type, keys: Iterable[str]) -> LoadResult[Any]:
        """The records of these ids. One that somebody names and its system does not have is not known."""
        founds = await await_each([self.load(record, "id", key) for key in keys])
        return joined([require_record(record, single_record(record, found)) for found in founds])

    def shared(self, key: object, find: Callable[[], Coroutine[Any, Any, R]]) -> Awaitable[R]:
        """What is the same for several accounts of one request: found once, also where one gives up."""
        known = self.info.context.shared
        if key not in known:
            known[key] = asyncio.ensure_future(find())
        return asyncio.shield(known[key])

    def has_lookup(self, record: type, by: str) -> bool:
        """Whether anybody can be asked so."""
        return self.info.context.loader.has_lookup(record, by)


async def await_each(asked: Sequence[Awaitable[R]]) -> list[R]:
    """The answers to questions that are all under way: one after another is no later than the slowest.

    `asyncio.gather` would wake up once for each, and an account has dozens.
    """
    return [await each for each in asked]


async def await_joined(asked: Sequence[Awaitable[LoadResult[Any]]]) -> LoadResult[Any]:
    """What several questions, under way already, tell together."""
    return joined(await await_each(asked))


WindowOf = Callable[[Evaluation], Window]


def no_window(_case: Evaluation) -> Window:
    """No window."""
    return ALL_ROWS


def of_account(name: str, record: type, window: WindowOf = no_window, *, single: bool = False) -> Fact:
    """The records found by the account's id; of a `single` one there is one at most."""

    def find(case: Evaluation) -> asyncio.Future[LoadResult[Any]]:
        return case.load(record, "account_id", case.account.id, window(case))

    async def find_one(case: Evaluation) -> LoadResult[Any]:
        return single_record(record, await find(case))

    return Fact(name, system_of(record), find_one if single else find)


def joined(founds: Sequence[LoadResult[Any]]) -> LoadResult[Any]:
    """What several answers tell together; of none, it is known that there is nothing."""
    records = [record for each in founds for record in each.records]
    ages = [each.as_of for each in founds if each.as_of is not None]
    cached, stale = any(each.from_cache for each in founds), any(each.stale for each in founds)
    return LoadResult(records, min(ages, default=None), _worst(founds), cached, stale)


def derived_from(first: LoadResult[Any], then: LoadResult[Any]) -> LoadResult[Any]:
    """What follows from a fact: as unknown as that fact, and as old where nothing more was asked."""
    error, aged = _worst((first, then)), first if then.as_of is None else then
    return LoadResult(then.records, aged.as_of, error, aged.from_cache, then.stale)


def _worst(founds: Iterable[LoadResult[Any]]) -> SourceError | None:
    """Why something is missing; a system that is not there must not hide one that failed."""
    errors = [each.error for each in founds if each.error is not None]
    failed = [each for each in errors if not isinstance(each, NotConfigured)]
    return next(iter(failed or errors), None)


def system_of(record: type) -> SourceSystem:
    """The system that has these records."""
    system: SourceSystem = record.SYSTEM  # type: ignore[attr-defined]  # every record has one
    return system


def single_record(record: type, found: LoadResult[Any]) -> LoadResult[Any]:
    """The one record of a key: of two different ones, neither is believed."""
    if all(each == found.records[0] for each in found.records):
        return found
    return LoadResult([], error=InvalidResponse(system_of(record).name, "two different records of one key"))


def require_record(record: type, found: LoadResult[Any]) -> LoadResult[Any]:
    """The record that another names: an answer without it does not fit, and is not "there is none"."""
    if found.records or found.error is not None:
        return found
    return LoadResult(
        [], error=InvalidResponse(system_of(record).name, f"no {record.__name__} where one is named")
    )


def missing_key(case: Evaluation, record: type, by: str, teller: SourceSystem) -> LoadResult[Any]:
    """What cannot be asked, because `teller` does not say by which key."""
    if not case.has_lookup(record, by):
        return LoadResult([], error=NotConfigured(system_of(record).name))
    return LoadResult([], error=InvalidResponse(teller.name, f"no key for {record.__name__}"))


def failure(fact: Fact, found: LoadResult[Any]) -> SourceError | None:
    """Why a fact is not known, in the name of whose word is missing; a system not there is no failure."""
    if found.error is None or isinstance(found.error, NotConfigured):
        return None
    return found.error.of(responsible_system(fact, found).name)


def responsible_system(fact: Fact, found: LoadResult[Any]) -> SourceSystem:
    """Whose word it is: of a failure, the system's that failed; the fact's own may not have been asked."""
    if found.error is None or isinstance(found.error, NotConfigured):
        return fact.system
    return SourceSystem.__members__.get(found.error.source, fact.system)
