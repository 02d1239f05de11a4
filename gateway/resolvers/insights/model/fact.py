"""Facts: the records that rules are decided by, each loaded at most once for an account.

A `LoadResult` with an error may still hold records. They exist, but there may be more of them.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Generic, TypeVar
from zoneinfo import ZoneInfo

from gateway.catalog.thresholds import Thresholds
from gateway.contract.batch import ALL_ROWS, Window
from gateway.errors import InvalidResponse, NotConfigured, SourceError
from gateway.loading.finder import LoadResult
from gateway.resolvers.account.core import AccountCore
from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.record import Record, SourceSystem
from gateway.resolvers.graph.source_status import SourceState, responsible_system

R = TypeVar("R", bound=Record)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class EvaluationContext:
    """What every rule is given beside its facts.

    zone: the account's time zone, by which moments fall on days.
    thresholds: the utility's thresholds, `[insights]` in its catalog.
    states: how each system answered; empty while facts are being loaded.
    """

    account: AccountCore
    now: datetime
    zone: ZoneInfo
    thresholds: Thresholds
    states: Mapping[SourceSystem, SourceState] = field(default_factory=dict)

    @property
    def today(self) -> date:
        return self.day_of(self.now)

    def days_ago(self, days: int) -> date:
        return self.today - timedelta(days=days)

    def last_days(self, days: int) -> list[date]:
        """The last whole days, newest first."""
        return [self.days_ago(back) for back in range(1, days + 1)]

    def day_of(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()


@dataclass(frozen=True, slots=True, eq=False)
class Fact(Generic[T]):
    """Records that rules are decided by.

    name: a plural noun, for messages.
    system: the system that owns the records.
    """

    name: str
    system: SourceSystem
    load: Callable[["Evaluation"], Awaitable[LoadResult[T]]]


WindowOf = Callable[["Evaluation"], Window]


@dataclass(slots=True)
class Evaluation:
    """The facts of one account. Lives as long as its request."""

    info: Info
    context: EvaluationContext
    results: dict[Fact[Any], Awaitable[LoadResult[Any]]] = field(default_factory=dict)

    @property
    def account(self) -> AccountCore:
        return self.context.account

    def result(self, fact: Fact[T]) -> Awaitable[LoadResult[T]]:
        """The records of a fact; the first call starts to load them."""
        if fact not in self.results:
            loading = fact.load(self)
            self.results[fact] = asyncio.ensure_future(loading) if asyncio.iscoroutine(loading) else loading
        return self.results[fact]

    def load(self, record: type[R], by: str, key: str, window: Window = ALL_ROWS) -> asyncio.Future[LoadResult[R]]:
        """The records of one key, in a batch with all other loads of the request."""
        return self.info.context.loader.load(record, by, key, window)

    async def load_all(self, record: type[R], by: str, keys: Iterable[str], window: Window = ALL_ROWS) -> LoadResult[R]:
        return combined(await await_each([self.load(record, by, key, window) for key in keys]))

    async def load_named(self, record: type[R], ids: Iterable[str]) -> LoadResult[R]:
        """The records of ids that another record names. A missing one is an invalid response."""
        results = await await_each([self.load(record, "id", key) for key in ids])
        return combined([require_record(record, single_record(record, result)) for result in results])

    def shared(self, key: object, load: Callable[[], Coroutine[Any, Any, T]]) -> Awaitable[T]:
        """A value that several accounts of a request need, computed once.

        Cancelling one caller does not cancel the value for the others.
        """
        values = self.info.context.shared
        if key not in values:
            values[key] = asyncio.ensure_future(load())
        return asyncio.shield(values[key])

    def has_lookup(self, record: type[Record], by: str) -> bool:
        return self.info.context.loader.has_lookup(record, by)


async def await_each(pending: Sequence[Awaitable[T]]) -> list[T]:
    """The results of awaitables that are all in flight.

    Waiting for one after another takes as long as the slowest. `asyncio.gather` would wake this task once
    for each of the dozens that an account has.
    """
    return [await awaitable for awaitable in pending]


def no_window(_evaluation: Evaluation) -> Window:
    return ALL_ROWS


def of_account(name: str, record: type[R], window: WindowOf = no_window, *, single: bool = False) -> Fact[R]:
    """Records by the account's id; with `single`, an account has at most one."""

    def load(evaluation: Evaluation) -> asyncio.Future[LoadResult[R]]:
        return evaluation.load(record, "account_id", evaluation.account.id, window(evaluation))

    async def load_single(evaluation: Evaluation) -> LoadResult[R]:
        return single_record(record, await load(evaluation))

    return Fact(name, record.SYSTEM, load_single if single else load)


def combined(results: Sequence[LoadResult[T]]) -> LoadResult[T]:
    """Several results as one: all records, the oldest age, the worst error. Of none, an empty result."""
    records = [record for result in results for record in result.records]
    ages = [result.as_of for result in results if result.as_of is not None]
    cached, stale = any(result.from_cache for result in results), any(result.stale for result in results)
    return LoadResult(records, min(ages, default=None), _worst_error(results), cached, stale)


def derived_from(first: LoadResult[Any], then: LoadResult[T]) -> LoadResult[T]:
    """The result `then`, whose keys came from `first`: with the error of either.

    Where nothing was loaded by these keys, the result is as old as `first`.
    """
    aged = first if then.as_of is None else then
    return LoadResult(then.records, aged.as_of, _worst_error((first, then)), aged.from_cache, then.stale)


def _worst_error(results: Iterable[LoadResult[Any]]) -> SourceError | None:
    """The first error; a system that is not configured must not hide one that failed."""
    errors = [result.error for result in results if result.error is not None]
    return min(errors, key=lambda error: not error.is_failure, default=None)


def single_record(record: type[R], result: LoadResult[R]) -> LoadResult[R]:
    """The result of a key that has at most one record; an error where records differ."""
    if all(record == result.records[0] for record in result.records):
        return result
    return LoadResult([], error=InvalidResponse(record.SYSTEM.name, "two different records of one key"))


def require_record(record: type[R], result: LoadResult[R]) -> LoadResult[R]:
    """The result of a key that another record names; an error where it is empty."""
    if result.records or result.error is not None:
        return result
    text = f"no {record.__name__} for a key that is referred to"
    return LoadResult([], error=InvalidResponse(record.SYSTEM.name, text))


def missing_key(evaluation: Evaluation, record: type[R], by: str, key_system: SourceSystem) -> LoadResult[R]:
    """The result where `key_system` does not give the key to load a record by."""
    if not evaluation.has_lookup(record, by):
        return LoadResult([], error=NotConfigured(record.SYSTEM.name))
    return LoadResult([], error=InvalidResponse(key_system.name, f"no key for {record.__name__}"))


def failure(fact: Fact[Any], result: LoadResult[Any]) -> SourceError | None:
    """Why a fact is not known, naming the responsible system; None where it is only not configured."""
    if result.failure is None:
        return None
    # The system of a key may have failed before the fact's own was asked.
    return result.failure.renamed(responsible_system(fact.system, result).name)
