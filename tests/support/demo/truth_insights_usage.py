"""The insights of usage by the formulas, over the raw readings; nothing of the gateway.

A rule is named as its code is, and gives a severity and an amount for each time it is raised. Source of the
formulas: domain facts, section 4.
"""

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import groupby
from typing import Any

from support.demo.truth_bills import NEAR, YEAR
from support.demo.truth_insights_money import Result, W
from support.demo.truth_insights_people import UNKNOWN
from support.demo.truth_raw import NOW, Account, day

DELIVERED = "1"
ACTUAL, ESTIMATED = {0, 17, 19}, {8, 9, 11}
LEAK = timedelta(hours=72)
HOUR = timedelta(hours=1)


def _billed(account: Account) -> Iterator[list[Any]]:
    rows = account.rows("usage", "billed_usage", "acct_id")
    ordered = sorted(rows, key=lambda row: (row["sp_id"], row["uom"], row["flow"], row["period_end"]))
    for _, group in groupby(ordered, key=lambda row: (row["sp_id"], row["uom"], row["flow"])):
        yield list(group)


def _days(row: Any) -> int:
    return (day(row["period_end"]) - day(row["period_start"])).days


def _per_day(row: Any) -> Fraction:
    return Fraction(row["qty"]) / _days(row)


def _middle(row: Any) -> Fraction:
    return Fraction(day(row["period_start"]).toordinal() + day(row["period_end"]).toordinal() - 1, 2)


def _will_do(now: Any, base: Any) -> bool:
    """Whether two periods exist and the shorter has at least four fifths of the longer's days."""
    shorter, longer = sorted((_days(now), _days(base)))
    return base["qty"] is not None and bool(Fraction(base["qty"])) and (longer - shorter) * 5 <= longer


def _rise(rows: list[Any]) -> Fraction | None:
    """The daily usage of the newest period relative to last year's or else the previous one, in percent."""
    *earlier, now = rows
    if now["qty"] is None:
        return None
    year = sorted(earlier, key=lambda row: abs(_middle(row) - _middle(now) + YEAR))[:1]
    near = [row for row in year if abs(_middle(row) - _middle(now) + YEAR) <= NEAR]
    base = next((row for row in (*near, *earlier[-1:]) if _will_do(now, row)), None)
    return (_per_day(now) - _per_day(base)) * 100 / _per_day(base) if base else None


def usage_up(account: Account) -> Iterator[Result]:
    rises = [(rows[0]["svc"], _rise(rows)) for rows in _billed(account) if rows[0]["flow"] == DELIVERED]
    for _service in {service for service, rise in rises if rise is not None and rise >= 25}:
        yield W, None


def _daily(account: Account, point: str) -> dict[str, dict[date, Any]]:
    reads_by_flow: dict[str, dict[date, Any]] = {}
    for row in account.raw.rows("usage", "daily_read", "sp_id", point):
        reads_by_flow.setdefault(row["flow"], {})[day(row["read_day"])] = row
    return reads_by_flow


def _last(account: Account, days: int) -> list[date]:
    return [account.today - timedelta(days=ago) for ago in range(1, days + 1)]


def _named(account: Account, *states: str) -> set[str]:
    rows = [row for row in account.rows("cis", "CI_SA") if row["SA_STATUS_FLG"] in states]
    return {point for row in rows for point in json.loads(row["SP_IDS"])}


def usage_zero(account: Account) -> Iterator[Result]:
    named = _named(account, "20")
    for point in account.points:
        reads = _daily(account, point["SP_ID"]).get(DELIVERED, {})
        rows = [reads.get(each) for each in _last(account, 30)]
        if point["SP_ID"] in named and point["SP_STAT_CD"] == "C" and all(map(_nothing, rows)):
            yield W, None


def _nothing(row: Any) -> bool:
    return row is not None and row["quality"] in ACTUAL and row["qty"] is not None and not Decimal(row["qty"])


def usage_vacant(account: Account) -> Iterator[Result]:
    vacant = {row["PREM_ID"] for row in account.premises if row["VACANT_SW"] == "Y"}
    living, stopped = _named(account, "05", "20", "30", "50"), _named(account, "40", "60")
    for point in account.points:
        key, empty = point["SP_ID"], point["PREM_ID"] in vacant
        over = key in stopped and key not in living
        if (empty or over) and _used(account, key) > 0:
            yield (W if empty or _stop(account, key) else UNKNOWN), None


def _used(account: Account, point: str) -> Decimal:
    reads, stop = _daily(account, point).get(DELIVERED, {}), _stop(account, point)
    days = [each for each in _last(account, 30) if stop is None or each > stop]
    return sum((Decimal(reads[each]["qty"] or 0) for each in days if each in reads), Decimal(0))


def _stop(account: Account, point: str) -> date | None:
    """The last day of service under the ended agreements; None if it is not recorded."""
    rows = [row for row in account.rows("cis", "CI_SA") if row["SA_STATUS_FLG"] in {"40", "60"}]
    ends = [row["END_DT"] for row in rows if point in json.loads(row["SP_IDS"]) and row["END_DT"]]
    return day(max(ends)) if ends else None


def reads_estimated(account: Account) -> Iterator[Result]:
    billed = any(
        len(rows) >= 2 and all(row["quality"] in ESTIMATED or row["est"] for row in rows[-2:])
        for rows in _billed(account)
    )
    if billed or any(_has_unread_days(account, point["SP_ID"]) for point in account.points):
        yield W, None


def _has_unread_days(account: Account, point: str) -> bool:
    for reads in _daily(account, point).values():
        active_days = [each for each in _last(account, 30) if _inside(account, each)]
        rows = [reads.get(each) for each in active_days]
        unread = [row for row in rows if row is None or row["quality"] not in ACTUAL]
        if any(rows) and len(unread) * 100 > 20 * len(active_days):
            return True
    return False


def _inside(account: Account, each: date) -> bool:
    row = account.rows("cis", "CI_ACCT")[0]
    return day(row["SETUP_DT"]) <= each and (row["CLOSE_DT"] is None or each <= day(row["CLOSE_DT"]))


def water_leak(account: Account) -> Iterator[Result]:
    for point in account.points:
        rows = account.raw.rows("usage", "interval_read", "sp_id", point["SP_ID"])
        if point["SP_TYPE_CD"] == "W" and rows and _runs([row for row in rows if row["flow"] == DELIVERED]):
            yield W, None


def _runs(rows: list[Any]) -> bool:
    newest = max(_utc(row["end_utc"]) for row in rows)
    if newest < NOW - timedelta(hours=24):
        return False
    counted = [row for row in rows if _utc(row["start_utc"]) >= newest - LEAK and row["qty"] is not None]
    hours: dict[int, Decimal] = {}
    for row in counted:
        hour = (newest - _utc(row["start_utc"]) - timedelta(seconds=1)) // HOUR
        hours[hour] = hours.get(hour, Decimal(0)) + Decimal(row["qty"])
    whole = sum(row["minutes"] for row in counted) * 60 == LEAK.total_seconds()
    return whole and len(hours) == LEAK // HOUR and min(hours.values()) > 0


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+00:00")


RULES = (usage_up, usage_zero, usage_vacant, reads_estimated, water_leak)
