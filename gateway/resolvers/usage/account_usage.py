"""The usage of an account: which readings to load, at which service points, of which days."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from gateway.concurrency.slices import SLICE, off_loop
from gateway.contract.batch import Window
from gateway.contract.times import midnight
from gateway.errors import BadInput, InvalidRow
from gateway.errors.reasons import Reason
from gateway.ids import key_from_global_id
from gateway.loading.finder import LoadResult
from gateway.loading.loader import Loader
from gateway.resolvers.account.core import AccountCore, reference_of, referenced_keys
from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.date_ranges import DateSpan, earliest_day, months_before, valid_span
from gateway.resolvers.graph.relations import listed_records
from gateway.resolvers.graph.values import DateRange
from gateway.resolvers.usage.readings import FINER, STORED_READING, StoredReading, UsageGranularity, UsageSeries
from gateway.resolvers.usage.series import build_series

# How many days one field may ask for, where readings are many.
MAX_DAYS = {UsageGranularity.DAY: 400, UsageGranularity.HOUR: 62, UsageGranularity.INTERVAL: 62}
BY_ACCOUNT, BY_POINT = "account_id", "service_point_id"
MAX_SUMMED_DAYS = 400  # days whose intervals are added up
FROM_DAYS = frozenset({UsageGranularity.DAY, UsageGranularity.MONTH, UsageGranularity.YEAR})
DEFAULT_DAYS = {UsageGranularity.DAY: 31, UsageGranularity.HOUR: 7, UsageGranularity.INTERVAL: 7}


def _requested_span(
    granularity: UsageGranularity, range_: DateRange | None, account: AccountCore, info: Info
) -> DateSpan:
    """The days that are asked for; by default the newest ones, which are the last ones of a closed account."""
    if range_ is not None:
        span = valid_span(range_.since, range_.until)
        check_length(span, granularity)
        return span
    today = account.today(info)
    earliest = earliest_day(today, info.context.rules)
    if granularity is UsageGranularity.BILL_PERIOD:
        return DateSpan(earliest, today)
    closed_on = account.closed_on
    newest = closed_on if closed_on is not None and earliest <= closed_on < today else today
    if granularity in DEFAULT_DAYS:
        return DateSpan(newest - timedelta(days=DEFAULT_DAYS[granularity] - 1), newest)
    return DateSpan(months_before(newest, 12).replace(day=1), newest)


def check_length(span: DateSpan, granularity: UsageGranularity) -> None:
    """Raise BadInput for more days than one field may ask for."""
    limit = MAX_DAYS.get(granularity)
    if limit is not None and (span.until - span.since).days >= limit:
        message = f"The range is too long: ask for at most {limit} days by {granularity.value}."
        raise BadInput(message, Reason.RANGE_TOO_LONG, "range", limit=limit, limitUnit="DAY")


async def usage_series(
    info: Info,
    account: AccountCore,
    granularity: UsageGranularity,
    range_: DateRange | None,
    service_point_id: str | None,
) -> list[UsageSeries] | None:
    """The series of an account's service points; None where no system keeps readings."""
    zone = account.zone_in(info)
    span = _requested_span(granularity, range_, account, info)
    only = key_from_global_id(service_point_id, "ServicePoint", "servicePointId") if service_point_id else None
    record = STORED_READING[granularity]
    rows = await load_readings(info, account, record, [span], only)
    is_too_long = record in FINER and (span.until - span.since).days >= MAX_SUMMED_DAYS
    if not rows and is_too_long and await any_finer_readings(info, account, record, [span], only):
        message = f"Only intervals are stored: ask for at most {MAX_SUMMED_DAYS} days."
        raise BadInput(message, Reason.RANGE_TOO_LONG, "range", limit=MAX_SUMMED_DAYS, limitUnit="DAY")
    if account.failure is not None and rows and granularity in FROM_DAYS and not isinstance(rows[0], record):
        raise account.failure  # days are added up from hours, and begin at unknown ones
    return None if rows is None else await off_loop(len(rows) > SLICE, build_series, rows, granularity, zone)


async def load_readings(
    info: Info, account: AccountCore, record: type[StoredReading], spans: Sequence[DateSpan], only: str | None = None
) -> list[StoredReading] | None:
    """The account's readings in these spans, at all its service points, or `only` at one.

    A service point without such readings gives the finer ones that make them up, if the spans are short.
    None where no system keeps readings. Raises the error of a system that failed. A reading that cannot be read
    is left out, which the report of the sources says.
    """
    loader, zone = info.context.loader, account.zone_in(info)
    windows = [Window(span.start(zone), span.end(zone), zone=zone) for span in spans]
    by, keys = await reading_keys(info, account, record, only)
    if keys is None:
        return None
    if by == BY_ACCOUNT:
        rows = listed_records(await _loaded(loader, record, by, account.id, windows))
        return rows and [row for row in rows if row.account_id == account.id and only in (None, row.service_point_id)]
    records = [record]
    if record in FINER and sum((span.until - span.since).days + 1 for span in spans) <= MAX_SUMMED_DAYS:
        records.append(FINER[record])
    by_point = await asyncio.gather(*(_readings_at(loader, key, records, windows) for key in keys))
    results = [rows for rows in by_point if rows is not None]
    await loader.turn(sum(map(len, results)))
    rows = [row for rows in results for row in rows] if results or not keys else None
    return None if rows is None else await off_loop(len(rows) > SLICE, _of_account, rows, account, zone)


async def any_finer_readings(
    info: Info, account: AccountCore, record: type[StoredReading], spans: Sequence[DateSpan], only: str | None = None
) -> bool:
    """Whether finer readings make up those of this type: the newest one at each service point tells."""
    zone, finer = account.zone_in(info), FINER[record]
    windows = [Window(span.start(zone), span.end(zone), 1, zone=zone) for span in spans]
    by, keys = await reading_keys(info, account, finer, only)
    loader = info.context.loader
    loaded = await asyncio.gather(*(_loaded(loader, finer, by, key, windows) for key in keys or ()))
    rows = [row for results in loaded for row in listed_records(results) or ()]
    return any(row.account_id == account.id or belongs_to_account(row, account, zone) for row in rows)


async def reading_keys(
    info: Info, account: AccountCore, record: type[StoredReading], only: str | None
) -> tuple[str, list[str] | None]:
    """The lookup of the account's readings, and its keys; None where the service points are unknown.

    Without service points, only readings that name the account can be told to be its own.
    """
    reference = await reference_of(info.context.loader, account)
    if reference.failure and info.context.loader.has_lookup(record, BY_ACCOUNT):
        return BY_ACCOUNT, [account.id]
    points = await referenced_keys(info, account, "service_point_ids")
    return BY_POINT, None if points is None else [key for key in points if only in (None, key)]


async def _readings_at(
    loader: Loader, key: str, records: Sequence[type[StoredReading]], windows: Sequence[Window]
) -> list[StoredReading] | None:
    """The readings of one service point: of the first of these types that has any there.

    Readings that all are unreadable are an error, unless finer ones make them up.
    """
    joined: list[LoadResult[Any]] = []
    for record in records:
        results = await _loaded(loader, record, BY_POINT, key, windows)
        if any(result.listed for result in results):
            return listed_records(results)
        joined += results
        if any(result.list_failure and not isinstance(result.failure, InvalidRow) for result in results):
            break
    return listed_records(joined)


async def _loaded(
    loader: Loader, record: type[StoredReading], by: str, key: str, windows: Sequence[Window]
) -> list[LoadResult[Any]]:
    return await asyncio.gather(*(loader.load(record, by, key, window) for window in windows))


def _of_account(rows: Sequence[StoredReading], account: AccountCore, zone: ZoneInfo) -> list[StoredReading]:
    return [row for row in rows if belongs_to_account(row, account, zone)]


def belongs_to_account(row: StoredReading, account: AccountCore, zone: ZoneInfo) -> bool:
    """Whether a reading is the account's. A service point outlives its tenants.

    The reading names its account, or else lies between the days on which the account was opened and closed.
    """
    if row.account_id is not None:
        return row.account_id == account.id
    start, end = row.span(zone)
    if account.opened_on is not None and end <= midnight(account.opened_on, zone):
        return False
    return account.closed_on is None or start < DateSpan(account.closed_on, account.closed_on).end(zone)
