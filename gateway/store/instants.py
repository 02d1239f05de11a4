"""Instants of the store's rows: PostgreSQL has a type for them, SQLite has texts."""

from datetime import datetime
from typing import Any


def instant(value: Any) -> datetime:
    """Raises ValueError for what is no instant with an offset."""
    time = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    if time.tzinfo is None:
        raise ValueError("an instant without an offset")
    return time


def optional_instant(value: Any) -> datetime | None:
    return None if value is None else instant(value)
