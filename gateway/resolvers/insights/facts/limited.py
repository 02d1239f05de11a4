"""Facts of which only the newest records are loaded, and whether older ones could matter.

A result that reaches its limit may leave out the record that a rule looks for. A rule that does not find it
is then unknown, not silent.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from gateway.contract.batch import Window
from gateway.loading.finder import LoadResult, time_and_id
from gateway.resolvers.account.core import AccountReference
from gateway.resolvers.activity.account_streams import account_stream
from gateway.resolvers.graph.record import Record, SourceSystem
from gateway.resolvers.insights.model import fact

R = TypeVar("R", bound=Record)
T = TypeVar("T")
MAX_RECORDS = 100


@dataclass(frozen=True, slots=True)
class LimitedResult(LoadResult[T]):
    """A result that may lack records that matter.

    limit: how many records were loaded at most; None where no others matter.
    """

    limit: int | None = None


@dataclass(frozen=True, slots=True)
class Completeness(Generic[R]):
    """How far back a rule needs records, which says whether a limited result is complete enough.

    since: the rule only looks at records after this moment; None for records of any age.
    satisfied: ends the search at the account's records: if true of them, older ones do not matter.
    """

    since: Callable[[fact.Evaluation], datetime] | None = None
    satisfied: Callable[[Sequence[R]], bool] | None = None

    def is_lacking(
        self, evaluation: fact.Evaluation, window: Window, results: Sequence[LoadResult[R]], records: Sequence[R]
    ) -> bool:
        """Whether a result reached its limit, and the records it left out could matter."""
        limit = window.limit
        full = [result.records for result in results if limit is not None and len(result.records) >= limit]
        if not full or (self.satisfied is not None and self.satisfied(records)):
            return False
        since = self.since(evaluation) if self.since else None
        if since is None:
            return True
        return max(min(time_and_id(item, window) for item in items)[0] for items in full) > since


ANY_AGE: Completeness[Any] = Completeness()
REFERENCE = fact.of_account("cross-references", AccountReference, single=True)


def newest(evaluation: fact.Evaluation) -> Window:
    return Window(limit=MAX_RECORDS, zone=evaluation.context.zone)


def limited_result(result: LoadResult[T], records: list[T], limit: int | None) -> LimitedResult[T]:
    return LimitedResult(records, result.as_of, result.error, result.from_cache, result.stale, limit)


def newest_of(base: fact.Fact[R], window: fact.WindowOf, completeness: Completeness[R]) -> fact.Fact[R]:
    """A fact that is loaded with this window, as seen by a rule with these needs."""

    async def load(evaluation: fact.Evaluation) -> LoadResult[R]:
        result, limits = await evaluation.result(base), window(evaluation)
        lacking = completeness.is_lacking(evaluation, limits, [result], result.records)
        return limited_result(result, result.records, limits.limit if lacking else None)

    return fact.Fact(base.name, base.system, load)


def latest(name: str, record: type[R], window: fact.WindowOf, completeness: Completeness[R]) -> fact.Fact[R]:
    return newest_of(fact.of_account(name, record, window), window, completeness)


def listed(name: str, record: type[R], window: fact.WindowOf, completeness: Completeness[R]) -> fact.Fact[R]:
    """The records that the account's own lists show: by the keys of its cross-reference."""

    async def load(evaluation: fact.Evaluation) -> LoadResult[R]:
        reference = await evaluation.result(REFERENCE)
        stream = account_stream(evaluation.info, evaluation.account, reference, record, 0)
        if stream.error is not None:
            return LoadResult([], error=stream.error)
        limits = window(evaluation)
        return await _load_limited(evaluation, record, stream.keys, stream.matches, limits, completeness)

    return fact.Fact(name, record.SYSTEM, load)


def of_account_or_customer(
    name: str, record: type[R], window: fact.WindowOf, completeness: Completeness[R]
) -> fact.Fact[R]:
    """Records of the account, and those of its customer that name no account.

    Lists leave out the latter where a customer has several accounts (ACT-CALL-4). A promise to the customer
    holds for each of them. So this fact does not depend on the cross-reference.
    """

    async def load(evaluation: fact.Evaluation) -> LoadResult[R]:
        account = evaluation.account
        ids = (("account_id", account.id), ("customer_id", account.customer_id))
        keys = [(by, key) for by, key in ids if key is not None and evaluation.has_lookup(record, by)]
        if not keys:
            return fact.missing_key(evaluation, record, "customer_id", SourceSystem.CIS)

        def names_no_other(item: Any) -> bool:
            return item.account_id in (account.id, None)

        return await _load_limited(evaluation, record, keys, names_no_other, window(evaluation), completeness)

    return fact.Fact(name, record.SYSTEM, load)


async def _load_limited(
    evaluation: fact.Evaluation,
    record: type[R],
    keys: Sequence[tuple[str, str]],
    matches: Callable[[R], bool],
    window: Window,
    completeness: Completeness[R],
) -> LoadResult[R]:
    results = await fact.await_each([evaluation.load(record, by, key, window) for by, key in keys])
    records = [record for result in results for record in result.records if matches(record)]
    lacking = completeness.is_lacking(evaluation, window, results, records)
    return limited_result(fact.combined(results), records, window.limit if lacking else None)
