"""The billing history of an account: its bills, month by month, for a chart (BIL-1)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from gateway.concurrency.slices import in_slices
from gateway.contract.batch import Window
from gateway.errors import BadInput, SourceError
from gateway.errors.reasons import Reason
from gateway.loading.finder import LoadResult
from gateway.resolvers.account.core import AccountCore
from gateway.resolvers.billing.bills import Bill, BillStatus
from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.date_ranges import DateSpan, months_before

MONTHS_OF_A_YEAR = 12
Month = tuple[int, int]


@dataclass(frozen=True, slots=True)
class MonthOfBills:
    """The bills of one month, newest first.

    bills: those that count.
    canceled: those that do not count any more.
    is_known: False if a bill of the month cannot be read, or does not say whether it counts.
    failure: why a bill cannot be read.
    """

    span: DateSpan
    bills: Sequence[Bill]
    canceled: Sequence[Bill]
    is_known: bool
    failure: SourceError | None


def checked_months(months: int, info: Info) -> int:
    """The number of months of a history. Raises BadInput with the limit."""
    limit = info.context.rules.history_years * MONTHS_OF_A_YEAR
    if months < 1:
        raise BadInput(f"months is from 1 to {limit}, not {months}.", Reason.RANGE_TOO_SHORT, "months", limit=1)
    if months > limit:
        message = f"months is from 1 to {limit}, not {months}."
        raise BadInput(message, Reason.RANGE_TOO_LONG, "months", limit=limit, limitUnit="MONTH")
    return months


def months_until(today: date, months: int) -> Iterator[DateSpan]:
    """Calendar months up to that of today, oldest first."""
    for count in range(months - 1, -1, -1):
        first = months_before(today.replace(day=1), count)
        yield DateSpan(first, months_before(first, -1) - timedelta(days=1))


async def months_of_bills(info: Info, account: AccountCore, months: int) -> list[MonthOfBills] | None:
    """The bills of these months; None if no system has bills. Raises the failure of all of them."""
    zone = account.zone_in(info)
    spans = list(months_until(account.today(info), checked_months(months, info)))
    window = Window(since=spans[0].start(zone), zone=zone)
    result = await info.context.loader.load(Bill, "account_id", account.id, window)
    if result.list_failure:
        raise result.list_failure
    if result.not_configured:
        return None
    by_month: dict[Month, list[Bill]] = {_month_of(span.since): [] for span in spans}

    def add(bills: Sequence[Bill]) -> None:
        for bill in bills:
            by_month.get(_month_of(bill.issued_on), []).append(bill)

    await in_slices(result.listed, add)
    return [_month(span, by_month[_month_of(span.since)], result, zone) for span in spans]


def _month_of(day: date) -> Month:
    return day.year, day.month


def _month(span: DateSpan, bills: Sequence[Bill], result: LoadResult[Bill], zone: ZoneInfo) -> MonthOfBills:
    start, end = span.start(zone), span.end(zone)
    is_readable = not any(_may_be_in(start, end, time) for time in result.unreadable_at)
    return MonthOfBills(
        span=span,
        bills=[bill for bill in bills if bill.counts()],
        canceled=[bill for bill in bills if bill.status is BillStatus.CANCELED],
        is_known=is_readable and all(bill.status is not None for bill in bills),
        failure=None if is_readable else result.failure,
    )


def _may_be_in(start: datetime, end: datetime, time: datetime | None) -> bool:
    """Whether an unreadable bill may belong to a month; one without a day may belong to any."""
    return time is None or start <= time < end


def replacement(canceled: Bill, months: Sequence[MonthOfBills]) -> Bill | None:
    """The bill that charges the days of a canceled one; None if none does, or its days are not known."""
    if canceled.period is None:
        return None
    bills = (bill for month in months for bill in month.bills if bill.period == canceled.period)
    return next(bills, None)


def may_be_replaced(canceled: Bill, months: Sequence[MonthOfBills]) -> bool:
    """Whether another bill may charge the days of a canceled one, though none is known to."""
    periods = (bill.period for month in months for bill in month.bills)
    return canceled.period is None or any(period is None for period in periods) or not all(m.is_known for m in months)
