"""Readings of account A1's service points: bill periods, days and hours, as its rows."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from support.resolvers.insight_cases import Rows, quiet
from support.resolvers.relative_times import day
from support.rows import row

HOUR = timedelta(hours=1)
MIDNIGHT = datetime.fromisoformat("2026-11-15T00:00:00-05:00")
ELECTRIC = {"service_point_id": "S1", "service_type": "ELECTRIC", "unit": "kWh", "flow": "DELIVERED"}
READ = {**ELECTRIC, "quality": "ACTUAL"}
GAS = {"service_point_id": "S2", "service_type": "GAS", "unit": "THM"}
WATER = {"service_point_id": "S2", "service_type": "WATER", "unit": "CCF"}


def billed(*periods: tuple[str, str, str | None], **said: Any) -> list[dict[str, Any]]:
    """What was used in bill periods, by first day, last day and value."""
    return [
        row("BilledUsage", id="b", since=since, until=until, value=value) | READ | said
        for since, until, value in periods
    ]


def daily(values: Mapping[int, str | None], **said: Any) -> list[dict[str, Any]]:
    """What was used on days, by how many days ago each was."""
    return [
        row("DailyUsage", id="d", day=day(back).isoformat(), value=value) | READ | said
        for back, value in values.items()
    ]


def same(value: str | None, backs: Iterable[int], **said: Any) -> list[dict[str, Any]]:
    """The same on each of these days."""
    return daily(dict.fromkeys(backs, value), **said)


def hourly(
    values: Iterable[str | None], end: datetime = MIDNIGHT, length: timedelta = HOUR, **said: Any
) -> Any:
    """What was used in intervals of one length, one after another up to `end`."""
    told = list(values)
    first = end.astimezone(UTC) - len(told) * length
    return [
        row("IntervalUsage", id="i", value=value)
        | {"starts_at": (first + n * length).isoformat(), "ends_at": (first + (n + 1) * length).isoformat()}
        | {**READ, **WATER, **said}
        for n, value in enumerate(told)
    ]


def second(service: str, **said: Any) -> Rows:
    """A second service point, S2, beside the first."""
    held = quiet()
    [reference] = held["AccountReference"]
    point = {"service_type": service, "premise_id": "P1", "state": "CONNECTED"}
    return {
        "AccountReference": [{**reference, "service_point_ids": ["S1", "S2"]}],
        "ServicePoint": [*held["ServicePoint"], row("ServicePoint", id="S2", **{**point, **said})],
    }


def agreement(status: str = "ACTIVE", **said: Any) -> Rows:
    """The agreement for service point S1."""
    [held] = quiet()["ServiceAgreement"]
    return {"ServiceAgreement": [{**held, "status": status, "premise_id": "P1", **said}]}


def point(state: str | None) -> Rows:
    """Service point S1, in this state."""
    [held] = quiet()["ServicePoint"]
    return {"ServicePoint": [{**held, "state": state}]}


def premise(*, vacant: bool | None) -> Rows:
    """The premise of account A1."""
    return {"Premise": [row("Premise", id="P1", is_vacant=vacant, life_support=False)]}
