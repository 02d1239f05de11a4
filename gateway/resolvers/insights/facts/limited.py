"""Facts of which only the newest records are asked, and whether older ones could matter.

What a limited answer leaves out is not "none": where it is full, and what is looked for may lie beyond,
nobody who does not find it can say that it is not there.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from gateway.contract.batch import Window
from gateway.loading.finder import LoadResult, time_and_id
from gateway.resolvers.activity.contributions import account_stream
from gateway.resolvers.graph.systems import SourceSystem
from gateway.resolvers.insights.model.fact import (
    Evaluation,
    Fact,
    await_each,
    joined,
    missing_key,
    of_account,
    system_of,
)

R = TypeVar("R")
MAX_RECORDS = 100

WindowOf = Callable[[Evaluation], Window]
Since = Callable[[Evaluation], datetime]


@dataclass(frozen=True, slots=True)
class LimitedResult(LoadResult[R]):
    """What is known of the first of many records.

    `cut` is how many were asked for; None where no others matter.
    """

    cut: int | None = None


@dataclass(frozen=True, slots=True)
class Completeness:
    """What a rule looks for, and so whether it may be among the records that were not given.

    Without `since` it may be as old as may be: an order that is not done, say. `found` ends the search among
    the records that are the account's: where it says yes, older ones do not matter.
    """

    since: Since | None = None
    found: Callable[[Sequence[Any]], bool] | None = None

    def matters(
        self, case: Evaluation, window: Window, answers: Sequence[LoadResult[Any]], kept: Sequence[Any]
    ) -> bool:
        """Whether one of these answers is full, and what it does not give could be what is looked for."""
        full = [each for each in answers if window.limit is not None and len(each.records) >= window.limit]
        if not full or (self.found is not None and self.found(kept)):
            return False
        since = self.since(case) if self.since else None
        return since is None or any(_oldest(each, window) > since for each in full)


def _oldest(found: LoadResult[Any], window: Window) -> datetime:
    return min(time_and_id(each, window) for each in found.records)[0]


ANY_AGE = Completeness()


def newest(case: Evaluation) -> Window:
    """As many as a rule may need to see."""
    return Window(limit=MAX_RECORDS, zone=case.zone)


def limited_result(answer: LoadResult[Any], records: list[Any], cut: int | None) -> LimitedResult[Any]:
    """An answer of which these records are looked at."""
    return LimitedResult(records, answer.as_of, answer.error, answer.from_cache, answer.stale, cut)


def newest_of(fact: Fact, window: WindowOf, beyond: Completeness) -> Fact:
    """The same fact, which asks one question with this window, where what is looked for may lie beyond."""

    async def find(case: Evaluation) -> LoadResult[Any]:
        found, asked = await case.told(fact), window(case)
        cut = asked.limit if beyond.matters(case, asked, [found], found.records) else None
        return limited_result(found, found.records, cut)

    return Fact(fact.name, fact.system, find)


def latest(name: str, record: type, window: WindowOf, beyond: Completeness) -> Fact:
    """The newest records found by the account's id."""
    return newest_of(of_account(name, record, window), window, beyond)


def listed(name: str, record: type, reference: Fact, window: WindowOf, beyond: Completeness) -> Fact:
    """Records as the account's lists have them: by the keys its other systems know it by."""

    async def find(case: Evaluation) -> LoadResult[Any]:
        own = account_stream(case.info, case.account, await case.told(reference), record, 0)
        if own.error is not None:
            return LoadResult([], error=own.error)
        return await _asked(case, record, own.keys, own.matches, window(case), beyond)

    return Fact(name, system_of(record), find)


def promised(name: str, record: type, window: WindowOf, beyond: Completeness) -> Fact:
    """Those of the account, and those of its customer that name none, however many accounts he has.

    Lists leave the latter out (ACT-CALL-4); but what he was promised holds whichever account he calls about.
    So nothing of it depends on the cross-reference, which would tell whether he has others.
    """

    async def find(case: Evaluation) -> LoadResult[Any]:
        keys = (("account_id", case.account.id), ("customer_id", case.account.customer_id))
        asks = [(by, key) for by, key in keys if key is not None and case.has_lookup(record, by)]
        if not asks:
            return missing_key(case, record, "customer_id", SourceSystem.CIS)
        return await _asked(case, record, asks, _is_for(case.account.id), window(case), beyond)

    return Fact(name, system_of(record), find)


def _is_for(account: str) -> Callable[[Any], bool]:
    return lambda each: each.account_id in (account, None)


async def _asked(
    case: Evaluation,
    record: type,
    asks: Sequence[tuple[str, str]],
    keep: Callable[[Any], bool],
    window: Window,
    beyond: Completeness,
) -> LoadResult[Any]:
    founds = await await_each([case.load(record, by, key, window) for by, key in asks])
    kept = [each for found in founds for each in found.records if keep(each)]
    cut = window.limit if beyond.matters(case, window, founds, kept) else None
    return limited_result(joined(founds), kept, cut)
