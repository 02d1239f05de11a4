"""The store of a command, and the times that its options name."""

import argparse
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import date, datetime
from zoneinfo import ZoneInfo

from gateway.config.caller_settings import STORE_VARIABLE
from gateway.config.settings import TIME_ZONE
from gateway.config.variables import Variable
from gateway.contract.times import midnight
from gateway.errors import ConfigError, StoreUnavailable
from gateway.store.database import StoreDatabase, open_store

ZONE = Variable("GATEWAY_ZONE", TIME_ZONE)


@asynccontextmanager
async def store_of(environment: Mapping[str, str]) -> AsyncIterator[StoreDatabase]:
    """The store that GATEWAY_STORE names. Raises ConfigError where it is not set or cannot be used."""
    try:
        address = STORE_VARIABLE.read(environment, None)
    except ValueError as error:
        raise ConfigError([str(error)]) from None
    async with open_store(address) as store:
        if store is None:
            raise ConfigError([f"GATEWAY_STORE is not set; it must be {STORE_VARIABLE.kind.expected}."])
        try:
            yield store
        except StoreUnavailable as error:
            raise ConfigError([f"GATEWAY_STORE cannot be used: {error.reason}."]) from error


def zone_of(environment: Mapping[str, str]) -> ZoneInfo:
    """The zone of days in options: that of the utility. Raises ConfigError."""
    try:
        zone: ZoneInfo = ZONE.read(environment, ZoneInfo("UTC"))
    except ValueError as error:
        raise ConfigError([str(error)]) from None
    return zone


def day_or_instant(text: str, zone: ZoneInfo) -> datetime:
    """The start of a day in the zone, or an instant with an offset. Raises ArgumentTypeError."""
    try:
        if len(text) == len("2026-12-31"):
            return midnight(date.fromisoformat(text), zone)
        instant = datetime.fromisoformat(text)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        raise argparse.ArgumentTypeError(
            f"{text!r} is neither a day such as 2026-12-31 nor an instant such as 2026-12-31T17:00:00-05:00"
        )
    return instant


def as_table(heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """Columns for people; the last one is not filled up."""
    lines = [heads, *rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(heads))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )
