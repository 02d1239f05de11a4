"""Small conversions that every hand-written answer needs."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from gateway.ids import global_id as gid

NEW_YORK = ZoneInfo("America/New_York")
__all__ = ["cents", "coded", "dollars", "gid", "keys", "local", "midnight", "shown", "utc", "wall"]


def cents(amount: int) -> str:
    """Whole cents as a decimal number."""
    sign, amount = ("-", -amount) if amount < 0 else ("", amount)
    return f"{sign}{amount // 100}.{amount % 100:02d}"


def dollars(amount: str) -> str:
    """An amount for people."""
    return f"-${amount[1:]}" if amount.startswith("-") else f"${float(amount):,.2f}"


def coded(description: str | None, code: str | None) -> dict[str, Any] | None:
    """The description of a coded value, where there is one."""
    return None if code is None else {"description": description}


def keys(of: Iterable[str]) -> str:
    """Keys as one JSON value, for `json_each`."""
    return msgspec.json.encode(list(of)).decode()


@lru_cache(maxsize=4096)
def midnight(day: str) -> datetime:
    """The first moment of a day in New York."""
    return local(datetime.fromisoformat(day))


def shown(moment: datetime) -> str:
    """An instant with the offset of New York."""
    return moment.astimezone(NEW_YORK).isoformat()


def wall(text: str) -> datetime:
    """The instant of a time in New York."""
    return local(datetime.fromisoformat(text))


def utc(text: str) -> datetime:
    """The instant of a time in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def local(moment: datetime) -> datetime:
    """A time in New York, with its offset."""
    offset = moment.replace(tzinfo=NEW_YORK).strftime("%z")
    return datetime.fromisoformat(f"{moment.isoformat()}{offset}")


def holds(since: str, until: str | None, day: date) -> bool:
    """Whether a day lies between two others."""
    return since <= day.isoformat() and (until is None or day.isoformat() <= until)


def newest(rows: Sequence[Any], time: str, name: str) -> list[Any]:
    """Rows by their time as text and their name, newest first."""
    return sorted(rows, key=lambda row: (row[time], row[name]), reverse=True)
