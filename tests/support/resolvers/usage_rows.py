"""Rows of readings of account A1's service points: bill periods, days and hours."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from support.resolvers.insight_cases import Rows, quiet_account
from support.resolvers.relative_times import day
from support.rows import row

HOUR = timedelta(hours=1)
MIDNIGHT = datetime.fromisoformat("2026-11-15T00:00:00-05:00")
ELECTRIC = {"service_point_id": "S1", "service_type": "ELECTRIC", "unit": "kWh", "flow": "DELIVERED"}
READ = {**ELECTRIC, "quality": "ACTUAL"}
GAS = {"service_point_id": "S2", "service_type": "GAS", "unit": "THM"}
WATER = {"service_point_id": "S2", "service_type": "WATER", "unit": "CCF"}


def billed(*periods: tuple[str, str, str | None], **fields: Any) -> list[dict[str, Any]]:
    """Billed usage: first day, last day and value of each period."""
    return [
        row("BilledUsage", id="b", since=since, until=until, value=value) | READ | fields
        for since, until, value in periods
    ]


def daily(values: Mapping[int, str | None], **fields: Any) -> list[dict[str, Any]]:
    """Daily usage, by how many days ago each day was."""
    return [
        row("DailyUsage", id="d", day=day(back).isoformat(), value=value) | READ | fields
        for back, value in values.items()
    ]


def same(value: str | None, backs: Iterable[int], **fields: Any) -> list[dict[str, Any]]:
    """Daily usage with the same value on each of these days."""
    return daily(dict.fromkeys(backs, value), **fields)


def hourly(values: Iterable[str | None], end: datetime = MIDNIGHT, length: timedelta = HOUR, **fields: Any) -> Any:
    """Water usage in successive intervals of one length, up to `end`."""
    listed = list(values)
    first = end.astimezone(UTC) - len(listed) * length
    return [
        row("IntervalUsage", id="i", value=value)
        | {"starts_at": (first + n * length).isoformat(), "ends_at": (first + (n + 1) * length).isoformat()}
        | {**READ, **WATER, **fields}
        for n, value in enumerate(listed)
    ]


def second(service: str, **fields: Any) -> Rows:
    """Tables with a second service point, S2."""
    base = quiet_account()
    [reference] = base["AccountReference"]
    point = {"service_type": service, "premise_id": "P1", "state": "CONNECTED"}
    return {
        "AccountReference": [{**reference, "service_point_ids": ["S1", "S2"]}],
        "ServicePoint": [*base["ServicePoint"], row("ServicePoint", id="S2", **{**point, **fields})],
    }


def agreement(status: str = "ACTIVE", **fields: Any) -> Rows:
    """The agreement for service point S1."""
    [base] = quiet_account()["ServiceAgreement"]
    return {"ServiceAgreement": [{**base, "status": status, "premise_id": "P1", **fields}]}


def point(state: str | None) -> Rows:
    """Service point S1, in this state."""
    [base] = quiet_account()["ServicePoint"]
    return {"ServicePoint": [{**base, "state": state}]}


def premise(*, vacant: bool | None) -> Rows:
    """The premise of account A1."""
    return {"Premise": [row("Premise", id="P1", is_vacant=vacant, life_support=False)]}
