"""Facts of which only the newest records are loaded, and whether older ones could matter.

A result that reaches its limit may leave out the record that a rule looks for. A rule that does not find it
is then unknown, not silent.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from gateway.catalog.thresholds import Thresholds
from gateway.errors import SourceError
from gateway.loading.finder import LoadResult, time_and_id
from gateway.resolvers.account.core import AccountReference
from gateway.resolvers.activity.account_streams import owned_stream
from gateway.resolvers.activity.owners import referenced_owner
from gateway.resolvers.graph.record import Record
from gateway.resolvers.insights.model import fact

R = TypeVar("R", bound=Record)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class LimitedResult(LoadResult[T]):
    """A result that may lack records that matter.

    limit: how many records were loaded at most; None where no others matter.
    """

    limit: int | None = None


# Whether older records than those loaded could matter: by the time of the oldest one, and all that were loaded.
Matters = Callable[[fact.Evaluation, datetime, Sequence[Any]], bool]
REFERENCE = fact.of_account("cross-references", AccountReference, single=True)


def of_any_age(_evaluation: fact.Evaluation, _oldest: datetime, _records: Sequence[Any]) -> bool:
    return True


def within(days: Callable[[Thresholds], int]) -> Matters:
    """Records of the last days that matter, by the utility's thresholds."""
    return lambda evaluation, oldest, _: oldest > evaluation.now - timedelta(days=days(evaluation.thresholds))


def until(is_found: Callable[[Sequence[Any]], object]) -> Matters:
    """Records of any age, up to those in which something is found."""
    return lambda _evaluation, _oldest, records: not is_found(records)


def limited_result(result: LoadResult[T], records: list[T], limit: int | None) -> LimitedResult[T]:
    return LimitedResult(records, result.as_of, result.error, result.from_cache, result.stale, limit=limit)


def any_record(_record: Any) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Search:
    """The lookups of a fact, each with its key, and which of their records count; or why there are none."""

    keys: Sequence[tuple[str, str]]
    matches: Callable[[Any], bool] = any_record
    error: SourceError | None = None


SearchOf = Callable[[fact.FactLoader, type[Record]], Awaitable[Search]]


async def by_account_id(loader: fact.FactLoader, _record: type[Record]) -> Search:
    return Search([("account_id", loader.account.id)])


async def as_listed(loader: fact.FactLoader, record: type[Record]) -> Search:
    """The records that the account's own lists show: by the keys of its cross-reference."""
    reference = await loader.result(REFERENCE)
    owner = referenced_owner(loader.info, loader.account, reference)
    stream = owned_stream(loader.info, owner, record, 0)
    return Search(stream.keys, stream.matches, stream.error)


async def of_all_accounts(loader: fact.FactLoader, record: type[Record]) -> Search:
    """The records of the customer, also those that name another account."""
    return replace(await as_listed(loader, record), matches=any_record)


async def by_account_or_customer(loader: fact.FactLoader, record: type[Record]) -> Search:
    """Records of the account, and those of its customer that name no account.

    Lists leave out the latter where a customer has several accounts (ACT-CALL-4). A promise to the customer
    holds for each of them. So this search does not depend on the cross-reference.
    """
    account = loader.account
    if account.failure is not None:
        return Search([], any_record, account.failure)
    ids = (("account_id", account.id), ("customer_id", account.customer_id))
    keys = [(by, key) for by, key in ids if key is not None and loader.has_lookup(record, by)]
    error = None if keys else fact.missing_key(loader, record, "customer_id", type(account), "customer_id").error
    return Search(keys, lambda item: item.account_id in (account.id, None), error)


def limited(
    name: str,
    record: type[R],
    window: fact.WindowOf = fact.newest,
    matters: Matters = of_any_age,
    search_of: SearchOf = by_account_id,
) -> fact.Fact[R]:
    """The newest records. The loader shares one load among facts with the same keys and window."""

    async def load(loader: fact.FactLoader) -> LoadResult[R]:
        search, limits = await search_of(loader, record), window(loader)
        if search.error is not None:
            return LoadResult([], error=search.error)
        results = await fact.await_each([loader.load(record, by, key, limits) for by, key in search.keys])
        records = [item for result in results for item in result.records if search.matches(item)]
        full = [result.records for result in results if limits.limit and len(result.records) >= limits.limit]
        oldest = max((min(time_and_id(item, limits) for item in items)[0] for items in full), default=None)
        is_lacking = oldest is not None and matters(loader.evaluation, oldest, records)
        return limited_result(fact.combined(results), records, limits.limit if is_lacking else None)

    return fact.Fact(name, record.SYSTEM, load)
