"""The readings that tell which usage an account has, without loading all of them.

Bill periods are few, so all searchable ones are loaded. Of days and intervals, the newest tell what there is and
up to when. Where all rows of a service point came, the oldest tells since when; else the first month of days may.
"""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from gateway.contract.batch import Window
from gateway.contract.times import moved
from gateway.errors import SourceError
from gateway.loading.finder import LoadResult
from gateway.resolvers.account.core import AccountCore
from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.date_ranges import DateSpan, earliest_day
from gateway.resolvers.graph.known import NotKnown
from gateway.resolvers.usage.account_usage import belongs_to_account, reading_keys
from gateway.resolvers.usage.readings import BilledUsage, DailyUsage, IntervalUsage, StoredReading

NEWEST = 32  # rows of each service point: those of a few days or hours, in all its units and directions
FIRST_DAYS = 31


@dataclass(frozen=True, slots=True)
class OptionRows:
    """The rows of one kind of reading that were looked at.

    rows: the account's own, of any time
    is_known: whether their system answered, with rows that can be read
    cut: service points that may have older rows than these
    first: rows of the first days, where these were looked at
    """

    rows: Sequence[StoredReading] = ()
    is_known: bool = True
    cut: frozenset[str] = frozenset()
    first: Sequence[StoredReading] = ()

    def points(self) -> set[str]:
        return {row.service_point_id for row in self.rows}


async def option_rows(info: Info, account: AccountCore, only: str | None) -> dict[type[StoredReading], OptionRows]:
    """The rows of each kind of reading, at all service points or `only` at one.

    Raises the error of a system if nothing else tells of usage, and NotKnown if none is connected.
    """
    life = life_of(info, account)
    zone = account.zone_in(info)
    whole = Window(life.start(zone), life.end(zone), zone=zone)
    searched = DateSpan(earliest_day(account.today(info), info.context.rules), account.today(info))
    newest = Window(life.start(zone), life.end(zone), NEWEST, zone=zone)
    first = DateSpan(life.since, min(life.until, moved(life.since, timedelta(days=FIRST_DAYS - 1))))
    billed = Window(searched.start(zone), searched.end(zone), zone=zone)
    begin = Window(whole.since, first.end(zone), zone=zone)
    loads = [(BilledUsage, billed), (DailyUsage, newest), (IntervalUsage, newest), (DailyUsage, begin)]
    loaded = await asyncio.gather(*(_results(info, account, record, window, only) for record, window in loads))
    _check_any_known(loaded)
    kinds = [
        OptionRows([*_own(results, info, account, only)], _is_known(results), _cut(results, window.limit))
        for (_, window), results in zip(loads[:3], loaded[:3], strict=True)
    ]
    days = kinds[1]
    kinds[1] = OptionRows(days.rows, days.is_known, days.cut, [*_own(loaded[3], info, account, only)])
    return dict(zip((BilledUsage, DailyUsage, IntervalUsage), kinds, strict=True))


def life_of(info: Info, account: AccountCore) -> DateSpan:
    """The searchable days of an account: from its opening to its closing, or today."""
    today = account.today(info)
    earliest = earliest_day(today, info.context.rules)
    if account.failure is not None:
        return DateSpan(earliest, today)
    until = max(earliest, min(today, account.closed_on or today))
    return DateSpan(min(until, max(earliest, account.opened_on or earliest)), until)


async def _results(
    info: Info, account: AccountCore, record: type[StoredReading], window: Window, only: str | None
) -> list[LoadResult[Any]]:
    loader = info.context.loader
    try:
        by, keys = await reading_keys(info, account, record, only)
    except SourceError as error:  # another kind of reading may be found by the account
        return [LoadResult([], error=error)]
    if keys is None:
        raise NotKnown
    return await asyncio.gather(*(loader.load(record, by, key, window) for key in keys))


def _check_any_known(loaded: Sequence[Sequence[LoadResult[Any]]]) -> None:
    """Raise what keeps all readings away."""
    every = [result for results in loaded for result in results]
    failures: list[SourceError] = [result.list_failure for result in every if result.list_failure]
    if any(result.listed for result in every) or (not failures and not every):
        return
    if failures:
        raise failures[0]
    if all(result.not_configured for result in every):
        raise NotKnown


def _is_known(results: Sequence[LoadResult[Any]]) -> bool:
    return not any(result.failure or result.not_configured for result in results)


def _own(
    results: Sequence[LoadResult[Any]], info: Info, account: AccountCore, only: str | None
) -> Iterator[StoredReading]:
    """The account's own rows, which a service point shares with earlier tenants."""
    rows: Iterator[StoredReading] = (row for result in results for row in result.listed)
    for row in rows:
        is_own = account.failure is None and belongs_to_account(row, account, account.zone_in(info))
        if (is_own or row.account_id == account.id) and only in (None, row.service_point_id):
            yield row


def _cut(results: Sequence[LoadResult[Any]], limit: int | None) -> frozenset[str]:
    """The service points of which only the newest rows came."""
    full = [result for result in results if limit and len(result.listed) + result.unreadable >= limit]
    return frozenset(row.service_point_id for result in full for row in result.listed)
