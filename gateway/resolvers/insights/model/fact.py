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
from gateway.resolvers.graph.node import Node
from gateway.resolvers.graph.record import Record, SourceSystem
from gateway.resolvers.graph.relations import single_record
from gateway.resolvers.graph.shared import shared
from gateway.resolvers.graph.source_status import SourceState, responsible_system

R = TypeVar("R", bound=Record)
T = TypeVar("T")
N = TypeVar("N", bound=Node)
MAX_RECORDS = 100


@dataclass(frozen=True, slots=True, eq=False)
class Fact(Generic[T]):
    """Records that rules are decided by.

    name: a plural noun, for messages.
    system: the system that owns the records.
    """

    name: str
    system: SourceSystem
    load: Callable[["FactLoader"], Awaitable[LoadResult[T]]]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What a rule is decided by. `evaluation[BILLS]` is a sequence of bills.

    zone: the account's time zone, by which moments fall on days.
    thresholds: the utility's thresholds, `[insights]` in its catalog.
    labels: names of systems in the words of the utility, `[systems]` in its catalog.
    states: how each system answered; empty while facts are being loaded.
    records: those of the rule's facts; empty while facts are being loaded.
    """

    account: AccountCore
    now: datetime
    zone: ZoneInfo
    thresholds: Thresholds
    labels: Mapping[str, str] = field(default_factory=dict)
    states: Mapping[SourceSystem, SourceState] = field(default_factory=dict)
    records: Mapping[Fact[Any], Sequence[Any]] = field(default_factory=dict)

    def __getitem__(self, fact: Fact[T]) -> Sequence[T]:
        return self.records[fact]

    def label_of(self, system: SourceSystem) -> str:
        """The name that people know a system by."""
        return self.labels.get(system.name, system.label)

    def only(self, fact: Fact[T]) -> T | None:
        """The record of a fact that has at most one."""
        return next(iter(self[fact]), None)

    def distinct(self, fact: Fact[N]) -> list[N]:
        """Each record of a fact once, in order. A record that matches two keys is loaded twice."""
        return list({record.id: record for record in self[fact]}.values())

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

    def local(self, moment: datetime) -> datetime:
        """A moment by the clock of the account."""
        return moment.astimezone(self.zone)


@dataclass(slots=True)
class FactLoader:
    """Loads the facts of one account. Lives as long as its request."""

    info: Info
    evaluation: Evaluation
    results: dict[Fact[Any], Awaitable[LoadResult[Any]]] = field(default_factory=dict)

    @property
    def account(self) -> AccountCore:
        return self.evaluation.account

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
        """The records of several keys. For each `id`, which another record names, exactly one must exist."""
        results = await await_each([self.load(record, by, key, window) for key in keys])
        if by == "id":
            results = [require_record(record, single_record(record, result)) for result in results]
        return combined(results)

    def shared(self, key: object, load: Callable[[], Coroutine[Any, Any, T]]) -> Awaitable[T]:
        """A value that several accounts of a request need, computed once."""
        return shared(self.info, key, load)

    def has_lookup(self, record: type[Record], by: str) -> bool:
        return self.info.context.loader.has_lookup(record, by)


async def await_each(pending: Sequence[Awaitable[T]]) -> list[T]:
    """The results of awaitables that are all in flight.

    Waiting for one after another takes as long as the slowest. `asyncio.gather` would wake this task once
    for each of the dozens that an account has.
    """
    return [await awaitable for awaitable in pending]


WindowOf = Callable[[FactLoader], Window]
KeysOf = Callable[[Sequence[T]], Iterable[str]]


def no_window(_loader: FactLoader) -> Window:
    return ALL_ROWS


def whole(loader: FactLoader) -> Window:
    """All records: an account has few."""
    return Window(zone=loader.evaluation.zone)


def newest(loader: FactLoader) -> Window:
    return Window(limit=MAX_RECORDS, zone=loader.evaluation.zone)


def of_account(name: str, record: type[R], window: WindowOf = no_window, *, single: bool = False) -> Fact[R]:
    """Records by the account's id; with `single`, an account has at most one."""

    def load(loader: FactLoader) -> asyncio.Future[LoadResult[R]]:
        return loader.load(record, "account_id", loader.account.id, window(loader))

    async def load_single(loader: FactLoader) -> LoadResult[R]:
        return single_record(record, await load(loader))

    return Fact(name, record.SYSTEM, load_single if single else load)


def derived(
    name: str, base: Fact[T], record: type[R], by: str, keys_of: KeysOf[T], window: WindowOf = no_window
) -> Fact[R]:
    """Records by keys that the records of another fact give."""

    async def load(loader: FactLoader) -> LoadResult[R]:
        result = await loader.result(base)
        return derived_from(result, await loader.load_all(record, by, keys_of(result.records), window(loader)))

    return Fact(name, record.SYSTEM, load)


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


def require_record(record: type[R], result: LoadResult[R]) -> LoadResult[R]:
    """The result of a key that another record names; an error where it is empty."""
    if result.records or result.error is not None:
        return result
    text = f"no {record.__name__} for a key that is referred to"
    return LoadResult([], error=InvalidResponse(record.SYSTEM.name, text))


def missing_key(loader: FactLoader, record: type[R], by: str, owner: type[Record], name: str) -> LoadResult[R]:
    """The result where the field `name` of an `owner` gives no key to load a record by."""
    if not (loader.has_lookup(record, by) and loader.info.context.loader.fills(owner, name)):
        return LoadResult([], error=NotConfigured(record.SYSTEM.name))
    return LoadResult([], error=InvalidResponse(owner.SYSTEM.name, f"no key for {record.__name__}"))


def failure(fact: Fact[Any], result: LoadResult[Any]) -> SourceError | None:
    """Why a fact is not known, naming the responsible system; None where it is only not configured."""
    if result.failure is None:
        return None
    # The system of a key may have failed before the fact's own was asked.
    return result.failure.renamed(responsible_system(fact.system, result).name)
