"""The usage of an account: which readings to ask for, at which service points, of which days."""

import asyncio
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from gateway.contract.batch import Window
from gateway.contract.times import midnight
from gateway.errors import BadInput
from gateway.ids import key_from_global_id
from gateway.resolvers.account.cross_reference import reference_of
from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.date_ranges import DateSpan, earliest_day, months_before, valid_span
from gateway.resolvers.graph.relations import records_of
from gateway.resolvers.graph.values import DateRange
from gateway.resolvers.usage.readings import STORED_READING, StoredReading, UsageGranularity, UsageSeries
from gateway.resolvers.usage.series import build_series

# How many days may be asked for at once: what is fine-grained is much.
MAX_DAYS = {
    UsageGranularity.DAY: 400,
    UsageGranularity.HOUR: 62,
    UsageGranularity.INTERVAL: 62,
}


def _default(granularity: UsageGranularity, today: date, info: Info) -> DateSpan:
    if granularity is UsageGranularity.BILL_PERIOD:
        return DateSpan(earliest_day(today, info.context.rules), today)
    if granularity in (UsageGranularity.MONTH, UsageGranularity.YEAR):
        return DateSpan(months_before(today, 12).replace(day=1), today)
    days = 31 if granularity is UsageGranularity.DAY else 7
    return DateSpan(today - timedelta(days=days - 1), today)


def _asked(granularity: UsageGranularity, range_: DateRange | None, today: date, info: Info) -> DateSpan:
    if range_ is None:
        return _default(granularity, today, info)
    asked = valid_span(range_.since, range_.until)
    most = MAX_DAYS.get(granularity)
    if most is not None and (range_.until - range_.since).days >= most:
        raise BadInput(f"The range is too long: at most {most} days at once by {granularity.value}.")
    return asked


async def usage_series(
    info: Info,
    account: Any,
    granularity: UsageGranularity,
    range_: DateRange | None,
    service_point_id: str | None,
) -> list[UsageSeries] | None:
    """The series of an account's service points; null where nobody measures."""
    zone = account.zone_in(info)
    span = _asked(granularity, range_, account.today(info), info)
    only = key_from_global_id(service_point_id, "ServicePoint") if service_point_id else None
    rows = await load_readings(info, account, STORED_READING[granularity], [span], only)
    return None if rows is None else build_series(rows, granularity, zone)


async def load_readings(
    info: Info, account: Any, record: type[StoredReading], spans: Sequence[DateSpan], only: str | None = None
) -> list[StoredReading] | None:
    """What is stored of an account in each of these spans, at all its service points or `only` at one.

    Everything is asked at one moment. None where nobody measures; raises what a system failed with.
    """
    load, zone = info.context.loader, account.zone_in(info)
    reference = records_of(await reference_of(load, account))
    if not reference or reference[0].service_point_ids is None:
        return None
    keys = [key for key in reference[0].service_point_ids if only in (None, key)]
    windows = [Window(span.start(zone), span.end(zone), zone=zone) for span in spans]
    asked = [load.load(record, "service_point_id", key, each) for key in keys for each in windows]
    lists = [records_of(found) for found in await asyncio.gather(*asked)]
    if lists and all(each is None for each in lists):
        return None
    return [row for each in lists for row in each or () if belongs_to_account(row, account, zone)]


def belongs_to_account(row: StoredReading, account: Any, zone: ZoneInfo) -> bool:
    """Whether a reading is the account's: a service point outlives its tenants.

    Its system says whose it is; where it does not, it must fall into the account's life.
    """
    if row.account_id is not None:
        return bool(row.account_id == account.id)
    start, end = row.span(zone)
    if account.opened_on is not None and end <= midnight(account.opened_on, zone):
        return False
    return account.closed_on is None or start < midnight(account.closed_on + timedelta(days=1), zone)
